#include <iostream>

#include "synod/ring.hpp"

int main() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();  // b holds twice
  std::cout << "user:42 belongs to " << ring.owner("user:42") << ", copies on";
  for (auto node : ring.replicas("user:42", 2)) std::cout << ' ' << node;
  auto const next = ring.with({"d"}).value();
  for (auto [interval, from, to] : plan(ring, next)) {
    if (to != "d") return 1;  // never: keys move to the new node, and nowhere else
  }
  std::cout << "\nd takes " << 100 * plan(ring, next).share().fraction() << " % of all keys\n";
}
