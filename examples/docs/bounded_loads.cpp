// The snippets of docs/bounded-loads.md.
#include <iostream>
#include <string_view>
#include <utility>

#include "synod/ring.hpp"
#include "synod/ring/bounded.hpp"

int main() {
  // begin assign
  auto const ring = synod::hash_ring::make({{"web-1"}, {"web-2", 2.0}, {"web-3"}}).value();
  auto const factor = synod::load_factor::of(1.25).value();  // no node a quarter above its part
  auto requests = synod::bounded_loads<synod::hash_ring>::make(ring, factor).value();

  synod::load_place place = requests.assign("user:42");
  std::cout << "to " << requests.node_of(place) << '\n';  // and when it is answered:
  bool const counted = requests.release(std::move(place));
  // end assign
  if (!counted || requests.items() != 0) return 1;

  // begin change
  auto waiting = requests.assign("user:7");
  auto const next = requests.placement().with({"web-4"}).value();
  if (requests.change(next).code != synod::errc::ok) return 1;
  requests.release(std::move(waiting));  // its node stayed, so it counted; else it is false
  // end change

  // begin jumps
  using spread_out = synod::bounded_loads<synod::hash_ring, synod::random_jumps>;
  auto items = spread_out::make(ring, factor).value();
  // end jumps
  for (int hot = 0; hot < 100; ++hot) static_cast<void>(items.assign("one hot key"));
  return items.items() == 100 ? 0 : 1;
}
