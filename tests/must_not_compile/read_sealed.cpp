// expect: message_.* is (a )?private|private member
// SPDX-License-Identifier: BSL-1.0
// The content of a sealed message shows by no other way than `open`.
#include "synod/consensus/sealed.hpp"

int say(synod::sealed<int> const& promise, synod::write_ledger const& ledger) {
#ifdef SYNOD_VALID
  return *promise.open(ledger.upto());
#else
  static_cast<void>(ledger);
  return promise.message_;
#endif
}
