// SPDX-License-Identifier: BSL-1.0
// Keys placed on a ring in a program without exceptions and RTTI.
#include "synod/ring.hpp"

#include <cstdio>

int main() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}});
  if (!ring) return 1;
  auto const owner = ring->owner("user:42");
  std::size_t distinct = 0;
  bool first_is_owner = false;
  for (auto const node : ring->replicas("user:42", 3)) {
    if (distinct++ == 0) first_is_owner = node == owner;
  }
  bool const right = distinct == 3 && first_is_owner &&
                     !synod::hash_ring::make({{"a"}, {"a"}});  // a result, not an exception
  if (!right) std::puts("FAILED: owner or replicas");
  return right ? 0 : 1;
}
