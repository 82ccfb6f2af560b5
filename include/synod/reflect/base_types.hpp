// SPDX-License-Identifier: BSL-1.0
// The descriptions of synod's own small structs.
#pragma once

#include "synod/base/ids.hpp"
#include "synod/base/time.hpp"
#include "synod/reflect/members.hpp"

BOOST_HANA_ADAPT_STRUCT(synod::position, index, in);
BOOST_HANA_ADAPT_STRUCT(synod::io_id, life, sequence);
BOOST_HANA_ADAPT_STRUCT(synod::duration, ns);
BOOST_HANA_ADAPT_STRUCT(synod::instant, ns);
