// SPDX-License-Identifier: BSL-1.0
// The descriptions of durations and instants.
#pragma once

#include "synod/base/time.hpp"
#include "synod/reflect/members.hpp"

BOOST_HANA_ADAPT_STRUCT(synod::duration, ns);
BOOST_HANA_ADAPT_STRUCT(synod::instant, ns);
