// SPDX-License-Identifier: BSL-1.0
// The descriptions of synod's own small structs.
#pragma once

#include "synod/base/ids.hpp"
#include "synod/reflect/members.hpp"
#include "synod/reflect/time_types.hpp"

BOOST_HANA_ADAPT_STRUCT(synod::position, index, in);
BOOST_HANA_ADAPT_STRUCT(synod::io_id, life, sequence);
