// SPDX-License-Identifier: BSL-1.0
// Jump, rendezvous and anchor placements without exceptions and RTTI: they allocate only while
// they are built, and answer `exhausted` whichever allocation fails.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synod/ring/anchor.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/rendezvous.hpp"
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
    for (synod::spread const how :
         {synod::spread::nodes, synod::spread::zones, synod::spread::zones_first}) {
      for (std::string_view const name : placement.replicas(key, 4, how)) sum += name.size();
      std::array<std::uint32_t, 4> out;
      sum += placement.replicas(key, std::span<std::uint32_t>{out}, how).found;
    }
  }
  Placement const copy = placement;
  expect(copy == placement, "a copy is equal");
  return sum;
}

template <class Placement>
void only_building_allocates() {
  auto const made = Placement::make({{"a"}, {"b", 1.0, "zone"}, {"c", 1.0, "zone"}}).value();
  std::size_t const before = allocations;
  expect(look_up(made) > 0, "it answers");
  expect(allocations == before, "look-ups, walks and copies allocate nothing");
  auto const same = made;
  exhaustion_is_an_answer([] { return Placement::make({{"x"}, {"y"}}); });
  exhaustion_is_an_answer([&] { return made.with({"d"}); });
  exhaustion_is_an_answer([&] { return made.without("c"); });
  expect(made == same, "the source is as it was");
}

}  // namespace

int main() {
  only_building_allocates<synod::jump>();
  only_building_allocates<synod::jump_back>();
  only_building_allocates<synod::rendezvous>();
  only_building_allocates<synod::anchor>();
  {
    auto const weighted = synod::rendezvous::make({{"a"}, {"b", 2.0}}).value();
    exhaustion_is_an_answer([&] { return weighted.reweighted("b", 3.0); });
    auto const fixed = synod::anchor::make({{"a"}, {"b"}}, 4).value();
    exhaustion_is_an_answer([&] { return fixed.with({"c"}); });
    expect(look_up(weighted) + look_up(fixed) > 0, "they answer");
  }
  expect(alive == 0, "all memory is given back");
}
