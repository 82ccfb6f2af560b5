// SPDX-License-Identifier: BSL-1.0
// Static rings never allocate; layouts and tables only while they are built, and answer
// `exhausted` whichever allocation fails.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/ring/envoy_ring.hpp"
#include "synod/ring/ketama.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/plan.hpp"
#include "synod/ring/static_ring.hpp"
#include "tests/support/granted_allocations.hpp"

using synod::test::alive;
using synod::test::allocations;
using synod::test::exhaustion_is_an_answer;
using synod::test::expect;

namespace {

template <class Placement>
std::size_t look_up(Placement const& placement) {
  std::size_t sum = 0;
  for (int key = 0; key < 1000; ++key) {
    sum += placement.owner(key).size() + placement.owner_index(key);
    for (std::string_view const name : placement.replicas(key, 4)) sum += name.size();
    std::array<std::string_view, 4> out;
    sum += placement.replicas(key, out).found;
  }
  for (auto const& node : placement.balance()) sum += node.points;
  Placement const copy = placement;
  expect(copy == placement, "a copy is equal");
  return sum;
}

void a_static_ring_allocates_nothing() {
  std::size_t const before = allocations;
  auto const ring = synod::static_ring<4>::make({{"a"}, {"b", 0.5}, {"c", 1.0, "zone"}}).value();
  auto const next = ring.with({"d"}).value().without("a").value().reweighted("b", 2.0).value();
  std::size_t sum = look_up(ring) + look_up(next);
  for (auto const& move : plan(ring, next)) sum += move.to.size();
  expect(sum > 0, "it answers");
  expect(allocations == before, "a static ring allocates nothing");
}

template <class Placement>
void only_building_allocates() {
  auto const made = Placement::make({{"a"}, {"b"}, {"c", 1.0, "zone"}}).value();
  std::size_t const before = allocations;
  expect(look_up(made) > 0, "it answers");
  expect(allocations == before, "look-ups, walks and copies allocate nothing");
  exhaustion_is_an_answer([] { return Placement::make({{"x"}, {"y"}}); });
  exhaustion_is_an_answer([&] { return made.with({"d"}); });
  exhaustion_is_an_answer([&] { return made.without("a"); });
  exhaustion_is_an_answer([&] { return made.reweighted("b", 1.0); });
}

}  // namespace

int main() {
  a_static_ring_allocates_nothing();
  only_building_allocates<synod::ketama_ring<synod::ketama::libmemcached>>();
  only_building_allocates<synod::ketama_ring<synod::ketama::spymemcached>>();
  only_building_allocates<synod::envoy_ring>();
  only_building_allocates<synod::maglev>();
  expect(alive == 0, "all memory is given back");
}
