// SPDX-License-Identifier: BSL-1.0
// Memberships described once, for the codec, printing and relabelling. Apart from membership.hpp,
// so that it needs no reflection. A membership of another capacity is described by one line more,
// like the last one here.
#pragma once

#include "synod/quorum/membership.hpp"
#include "synod/reflect/base_types.hpp"

namespace synod::inline SYNOD_ABI {

constexpr becomes last_value(becomes) { return becomes::updated; }
constexpr char const* name_of(becomes b) {
  constexpr char const* names[] = {"voter", "learner", "witness", "removed", "updated"};
  return names[static_cast<int>(b)];
}

}  // namespace synod::inline SYNOD_ABI

BOOST_HANA_ADAPT_STRUCT(synod::member, node, incoming, outgoing, learner, learner_next, witness);
BOOST_HANA_ADAPT_STRUCT(synod::membership_change, node, becomes);
BOOST_HANA_ADAPT_STRUCT(synod::membership, members, auto_leave);
