// SPDX-License-Identifier: BSL-1.0
// Where a ring allocates, and where not: look-ups, walks, plans and copies never; building answers
// `exhausted` whichever allocation fails, gives back what it had, and leaves its source as it was.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synod/ring.hpp"
#include "tests/support/granted_allocations.hpp"

using synod::test::alive;
using synod::test::allocations;
using synod::test::exhaustion_is_an_answer;
using synod::test::expect;

namespace {

void look_ups_do_not_allocate() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const next = ring.with({"d"}).value();
  std::size_t const before = allocations;

  std::uint64_t sum = 0;
  for (int key = 0; key < 1000; ++key) {
    sum += ring.owner(key).size() + ring.owner_index(key);
    for (std::string_view const name : ring.replicas(key, 4)) sum += name.size();
    std::array<std::string_view, 4> out;
    sum += ring.replicas(key, out).found;
  }
  std::array<std::uint64_t, 100> hashes{};
  std::array<std::uint32_t, 100> owners{};
  ring.owners_of(hashes, owners);
  ring.owners(std::span<std::uint64_t const>{hashes}, owners);
  for (auto at = ring.points(); !at.done(); at.advance()) sum += (*at).node;
  for (auto const& node : ring.balance()) sum += node.points;
  for (auto const& move : plan(ring, next)) sum += move.to.size();
  synod::hash_ring const copy = ring;
  expect(copy == ring && sum > 0, "a copy is equal");
  expect(allocations == before, "look-ups, walks, plans and copies allocate nothing");
}

}  // namespace

int main() {
  look_ups_do_not_allocate();
  {
    auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
    auto const same = ring;
    exhaustion_is_an_answer([] { return synod::hash_ring::make({{"x"}, {"y"}}); });
    exhaustion_is_an_answer([&] { return ring.with({"d"}); });
    exhaustion_is_an_answer([&] { return ring.without("a"); });
    exhaustion_is_an_answer([&] { return ring.reweighted("b", 3.0); });
    expect(ring == same && ring.owner("user:42") == "c", "the source is as it was");
  }
  expect(alive == 0, "all memory is given back");
}
