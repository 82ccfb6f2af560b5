// expect: private
// SPDX-License-Identifier: BSL-1.0
// Nobody makes a `durable` up: it comes from a core's ledger.
#include "synod/consensus/durability.hpp"

synod::durable claim(synod::write_ledger const& ledger) {
#ifdef SYNOD_VALID
  return ledger.upto();
#else
  static_cast<void>(ledger);
  return synod::durable();
#endif
}
