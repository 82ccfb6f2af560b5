// expect: open|too few arguments
// SPDX-License-Identifier: BSL-1.0
// A message cannot leave before its write is durable: it opens against a `durable`, and only so.
#include "synod/consensus/sealed.hpp"

int const* say(synod::sealed<int> const& promise, synod::write_ledger const& ledger) {
#ifdef SYNOD_VALID
  return promise.open(ledger.upto());
#else
  static_cast<void>(ledger);
  return promise.open();
#endif
}
