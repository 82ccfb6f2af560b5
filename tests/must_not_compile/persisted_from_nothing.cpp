// expect: private
// SPDX-License-Identifier: BSL-1.0
// A host cannot tell its core that a write is on disk: the storage can.
#include "synod/consensus/protocol.hpp"

struct my_disk : synod::completes_writes {
  synod::completion finish(synod::io_id id) { return complete(id); }
};

synod::persisted news(my_disk& disk, synod::io_id id) {
#ifdef SYNOD_VALID
  return {disk.finish(id)};
#else
  static_cast<void>(disk);
  return {synod::completion{id}};
#endif
}
