// expect: no matching function for call to .plan
// SPDX-License-Identifier: BSL-1.0
// Two rings under different hashes place no key comparably.
#include "synod/ring.hpp"

int main() {
  auto const before = synod::hash_ring::make({{"a"}}).value();
#ifdef SYNOD_VALID
  auto const after = synod::hash_ring::make({{"b"}}).value();
#else
  auto const after = synod::basic_hash_ring<synod::xxh64>::make({{"b"}}).value();
#endif
  for (auto move : plan(before, after)) static_cast<void>(move);
}
