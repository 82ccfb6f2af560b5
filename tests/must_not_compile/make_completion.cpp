// expect: private
// SPDX-License-Identifier: BSL-1.0
// Nobody but a storage says that a write is on disk.
#include "synod/consensus/durability.hpp"

#ifdef SYNOD_VALID
struct disk : synod::completes_writes {
  static synod::completion claim(synod::io_id id) { return complete(id); }
};
#else
synod::completion claim(synod::io_id id) { return synod::completion(id); }
#endif
