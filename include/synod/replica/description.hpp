// SPDX-License-Identifier: BSL-1.0
// Errands described once, for the codec and printing. Apart from replica.hpp, which needs no
// reflection.
#pragma once

#include "synod/reflect/base_types.hpp"
#include "synod/replica/errand.hpp"

namespace synod::inline SYNOD_ABI {

constexpr why last_value(why) { return why::stopped; }
constexpr errand::verb last_value(errand::verb) { return errand::verb::answer; }

}  // namespace synod::inline SYNOD_ABI

BOOST_HANA_ADAPT_STRUCT(synod::errand, what, number, entries, offset, outcome, reason, leader);
