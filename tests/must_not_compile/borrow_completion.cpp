// expect: protected
// SPDX-License-Identifier: BSL-1.0
// The function that completes a write is the storage's own.
#include "synod/consensus/durability.hpp"

#ifdef SYNOD_VALID
struct disk : synod::completes_writes {
  static synod::completion claim(synod::io_id id) { return complete(id); }
};
#else
synod::completion claim(synod::io_id id) { return synod::completes_writes::complete(id); }
#endif
