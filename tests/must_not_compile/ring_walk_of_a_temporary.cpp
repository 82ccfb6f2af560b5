// expect: use of deleted function|call to deleted
// SPDX-License-Identifier: BSL-1.0
// A walk refers to its ring: one that is about to vanish gives none.
#include "synod/ring.hpp"

int main() {
  auto ring = synod::hash_ring::make({{"a"}, {"b"}}).value();
#ifdef SYNOD_VALID
  for (auto node : ring.replicas("k", 2)) static_cast<void>(node);
#else
  for (auto node : synod::hash_ring{ring}.replicas("k", 2)) static_cast<void>(node);
#endif
}
