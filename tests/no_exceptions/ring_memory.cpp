// SPDX-License-Identifier: BSL-1.0
// How much memory a ring takes, built and while it is built; that a change in place takes none for
// its points; and that a large ring, too, is as it was when a change finds no memory.
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "synod/ring.hpp"
#include "tests/support/granted_allocations.hpp"

using synod::test::bytes_alive;
using synod::test::bytes_taken;
using synod::test::exhaustion_is_an_answer;
using synod::test::expect;
using synod::test::most_bytes_alive;

namespace {

struct cluster {
  explicit cluster(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) names.push_back("node-" + std::to_string(i));
    for (auto const& name : names) nodes.push_back({name});
  }
  synod::hash_ring ring() const { return synod::hash_ring::make(nodes).value(); }

  std::vector<std::string> names;
  std::vector<synod::ring_node> nodes;
};

// All that a ring holds, its nodes included, and what building it takes besides. Between 4 and 8
// points stand in a bucket: the dearest counts of points are those just above a power of two.
void memory_is_bounded() {
  for (std::size_t const count : {7u, 33u, 100u, 205u, 1000u, 1639u, 3277u}) {
    cluster const some{count};
    std::size_t const before = bytes_alive;
    most_bytes_alive = bytes_alive;
    auto const ring = some.ring();
    auto const points = static_cast<double>(ring.point_count());
    auto const held = static_cast<double>(bytes_alive - before) / points;
    auto const peak = static_cast<double>(most_bytes_alive - before) / points;
    std::printf("%zu points: %.1f bytes each, %.1f at the peak\n", ring.point_count(), held, peak);
    expect(held <= 32, "a ring takes at most 32 bytes a point");
    expect(peak <= 32 + 40'000 / points, "building it takes at most 40 kB more");
  }
}

template <class Change>
std::size_t taken_by(Change change) {
  std::size_t const before = bytes_taken;
  change();
  return bytes_taken - before;
}

void in_place_takes_no_memory_for_points() {
  cluster const many{1000};
  auto ring = many.ring();
  std::size_t const in_place =
      taken_by([&] { ring = std::move(ring).with({"another"}).value(); }) +
      taken_by([&] { ring = std::move(ring).reweighted("another", 2.0).value(); }) +
      taken_by([&] { ring = std::move(ring).without("another").value(); });
  std::printf("in place: %zu bytes a node\n", in_place / 3000);
  expect(in_place < std::size_t{3} * 1000 * 250, "in place: at most 250 bytes a node");

  auto const copy = ring;
  std::size_t const shared = taken_by([&] { ring = std::move(ring).with({"another"}).value(); });
  expect(shared > std::size_t{1000} * 160 * 20, "while a copy is there: a new value");
  expect(copy == many.ring(), "the copy is as it was");
}

void large_rings_survive_exhaustion() {
  cluster const some{120};
  auto ring = some.ring();
  auto const same = some.ring();
  exhaustion_is_an_answer([&] { return ring.with({"d"}); });
  exhaustion_is_an_answer([&] { return ring.without("node-7"); });
  exhaustion_is_an_answer([&] { return ring.reweighted("node-7", 1.5); });
  exhaustion_is_an_answer([&] { return ring.reweighted("node-7", 0.5); });
  exhaustion_is_an_answer([&] { return ring.with({"d", 10.0}); });   // merged
  exhaustion_is_an_answer([&] { return ring.with({"d", 200.0}); });  // laid out anew
  expect(ring == same, "the source is as it was");

  for (std::size_t granted = 0;; ++granted) {
    synod::test::left = granted;
    auto answer = std::move(ring).with({"d"});
    synod::test::left = ~std::size_t{0};
    if (answer) {
      expect(granted > 0 && answer->without("d").value() == same, "in the end it came");
      return;
    }
    expect(answer.error().code == synod::errc::exhausted, "the error is `exhausted`");
    expect(ring == same && ring.owner("user:42") == same.owner("user:42"), "in place: as it was");
  }
}

}  // namespace

int main() {
  memory_is_bounded();
  in_place_takes_no_memory_for_points();
  large_rings_survive_exhaustion();
  expect(synod::test::alive == 0, "all memory is given back");
}
