// expect: no matching function for call to .plan
// SPDX-License-Identifier: BSL-1.0
// Nodes with names and nodes with ids have nothing in common.
#include "synod/ring.hpp"

int main() {
  auto const before = synod::hash_ring::make({{"a"}}).value();
#ifdef SYNOD_VALID
  auto const after = synod::hash_ring::make({{"b"}}).value();
#else
  auto const after = synod::numbered_hash_ring::make({{synod::node_id{1}}}).value();
#endif
  for (auto move : plan(before, after)) static_cast<void>(move);
}
