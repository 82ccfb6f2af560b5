// expect: no matching function for call to .plan
// SPDX-License-Identifier: BSL-1.0
// A thinned ring owns no intervals: what moves is counted over keys.
#include "synod/ring.hpp"
#include "synod/ring/movement.hpp"
#include "synod/ring/thinned_ring.hpp"

int main() {
  auto const before = synod::thinned_ring::make({{"a"}}).value();
  auto const after = before.with({"b"}).value();
  std::uint64_t const hashes[] = {1, 2, 3};
#ifdef SYNOD_VALID
  return movement(before, after, hashes).keys == 3 ? 0 : 1;
#else
  for (auto move : plan(before, after)) static_cast<void>(move);
  return hashes[0] == 1 ? 0 : 1;
#endif
}
