// expect: constraint
// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum.hpp"

#ifdef SYNOD_VALID
synod::tally<synod::majority> votes{synod::majority{3}};
#else
synod::tally<unsigned> votes{3u};
#endif
