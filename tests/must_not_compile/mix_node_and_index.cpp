// expect: (could not|cannot) convert|no viable conversion|no (known )?conversion
// SPDX-License-Identifier: BSL-1.0
// A node is not an index, though both are numbers.
#include "synod/base/ids.hpp"

#ifdef SYNOD_VALID
synod::log_index place(synod::log_index i) { return synod::next(i); }
#else
synod::log_index place(synod::node_id n) { return synod::next(n); }
#endif
