// SPDX-License-Identifier: BSL-1.0
// Thinned rings, token rings, bounded loads and sums of plans: where they allocate, and where not;
// that building answers `exhausted` whichever allocation fails, and changes nothing then.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "synod/ring.hpp"
#include "synod/ring/bounded.hpp"
#include "synod/ring/movement.hpp"
#include "synod/ring/plan_totals.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"
#include "tests/support/granted_allocations.hpp"

using synod::test::alive;
using synod::test::allocations;
using synod::test::exhaustion_is_an_answer;
using synod::test::expect;

namespace {

template <class Ring>
void look_ups_do_not_allocate() {
  auto const ring = Ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const next = ring.with({"d"}).value();
  std::size_t const before = allocations;
  std::uint64_t sum = 0;
  std::array<int, 3> const keys{1, 2, 3};
  for (int key = 0; key < 1000; ++key) {
    sum += ring.owner(key).size() + ring.owner_index(key);
    for (std::string_view const name : ring.replicas(key, 4)) sum += name.size();
    std::array<std::string_view, 4> out;
    sum += ring.replicas(key, out).found;
  }
  for (auto const& node : ring.balance()) sum += node.points;
  sum += movement_of_keys(ring, next, keys).keys;
  Ring const copy = ring;
  expect(copy == ring && sum > 0, "a copy is equal");
  expect(allocations == before, "look-ups, walks, movement and copies allocate nothing");
}

template <class Ring>
void building_is_an_answer() {
  auto const ring = Ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const same = ring;
  exhaustion_is_an_answer([] { return Ring::make({{"x"}, {"y"}}); });
  exhaustion_is_an_answer([&] { return ring.with({"d"}); });
  exhaustion_is_an_answer([&] { return ring.without("a"); });
  exhaustion_is_an_answer([&] { return ring.reweighted("b", 3.0); });
  exhaustion_is_an_answer([&] { return ring.reweighted("b", 0.5); });
  expect(ring == same, "the source is as it was");
}

void tokens_of_ones_own() {
  std::array<synod::ring_node, 2> const nodes{{{"a"}, {"b"}}};
  std::array<synod::ring_point, 2> const tokens{{{1, 0}, {2, 1}}};
  exhaustion_is_an_answer([&] { return synod::token_ring::make(nodes, tokens); });
}

void sums_of_plans() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b"}}).value();
  auto const next = ring.with({"c"}).value();
  exhaustion_is_an_answer([&] { return totals(plan(ring, next)); });
}

void items_of_bounded_loads() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const next = ring.with({"d"}).value();
  using bounded_loads = synod::bounded_loads<synod::hash_ring, synod::random_jumps>;
  exhaustion_is_an_answer([&] { return bounded_loads::make(ring); });

  auto bounded = bounded_loads::make(ring).value();
  std::array<synod::load_place, 100> places;
  std::size_t const before = allocations;
  for (auto& place : places) place = bounded.assign("one hot key");
  for (std::size_t i = 0; i < 50; ++i) bounded.release(std::move(places[i]));
  expect(allocations == before, "items are placed and released without allocating");

  for (std::size_t granted = 0;; ++granted) {
    synod::test::left = granted;
    auto const answer = bounded.change(next);
    synod::test::left = ~std::size_t{0};
    expect(bounded.items() == 50, "its items are as they were");
    if (answer.code == synod::errc::ok) {
      expect(granted > 0 && bounded.placement() == next, "in the end it came");
      break;
    }
    expect(answer.code == synod::errc::exhausted, "the error is `exhausted`");
    expect(bounded.placement() == ring, "nothing changed");
  }
  for (std::size_t i = 50; i < 100; ++i) bounded.release(std::move(places[i]));
  expect(bounded.items() == 0, "all are released");
}

}  // namespace

int main() {
  look_ups_do_not_allocate<synod::thinned_ring>();
  look_ups_do_not_allocate<synod::token_ring>();
  building_is_an_answer<synod::thinned_ring>();
  building_is_an_answer<synod::token_ring>();
  tokens_of_ones_own();
  sums_of_plans();
  items_of_bounded_loads();
  expect(alive == 0, "all memory is given back");
}
