// expect: use of deleted function|call to implicitly-deleted|call to deleted
// SPDX-License-Identifier: BSL-1.0
// An item's place is released once: it cannot be copied.
#include <utility>

#include "synod/ring.hpp"
#include "synod/ring/bounded.hpp"

int main() {
  auto ring = synod::hash_ring::make({{"a"}}).value();
  auto bounded = synod::bounded_loads<synod::hash_ring>::make(ring).value();
  auto place = bounded.assign("k");
#ifdef SYNOD_VALID
  auto other = std::move(place);
#else
  auto other = place;
#endif
  bounded.release(std::move(other));
}
