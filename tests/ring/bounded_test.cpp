// SPDX-License-Identifier: BSL-1.0
// Bounded loads: never above the capacity, always placed, released once.
#include "synod/ring/bounded.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::bounded_loads;
using synod::errc;
using synod::hash_ring;
using synod::linear_walk;
using synod::load_factor;
using synod::load_place;
using synod::random_jumps;

namespace {

static_assert(!std::is_copy_constructible_v<load_place>);
static_assert(!std::is_copy_constructible_v<bounded_loads<hash_ring>>);
static_assert(load_factor{} == *load_factor::of(5, 4));
static_assert(load_factor::of(1.25)->numerator() * 4 == load_factor::of(1.25)->denominator() * 5);

// ceil(c w (m + 1) / W) for whole weights, as it is written.
std::uint64_t capacity(std::uint64_t numerator, std::uint64_t denominator, std::uint64_t weight,
                       std::uint64_t items, std::uint64_t all) {
  std::uint64_t const above = numerator * weight * (items + 1);
  std::uint64_t const below = denominator * all;
  return above / below + (above % below == 0 ? 0 : 1);
}

template <class Bounded>
std::uint64_t items_of_all(Bounded const& bounded) {
  std::uint64_t all = 0;
  for (std::uint32_t i = 0; i < bounded.placement().size(); ++i) all += bounded.items_on(i);
  return all;
}

}  // namespace

TEST_CASE("a factor is above 1, at most 65535, and a number", "[ring][bounded]") {
  using limits = std::numeric_limits<double>;
  for (double const bad :
       {1.0, 0.0, -0.0, 0.5, -2.0, limits::quiet_NaN(), -limits::quiet_NaN(), limits::infinity(),
        -limits::infinity(), 65535.1, 1e300, limits::denorm_min()}) {
    CAPTURE(bad);
    CHECK(load_factor::of(bad).error().code == errc::bad_option);
  }
  CHECK(load_factor::of(4, 4).error().code == errc::bad_option);
  CHECK(load_factor::of(3, 4).error().code == errc::bad_option);
  CHECK(load_factor::of(4, 0).error().code == errc::bad_option);
  CHECK(load_factor::of(70'000, 65'537).error().code == errc::bad_option);
  CHECK(load_factor::of(4'294'967'295u, 1).error().code == errc::bad_option);
  CHECK(load_factor::of(65'535.0).value().numerator() == 65'535u * 65'536u);
  CHECK(load_factor::of(65'534, 1).value().numerator() == 65'534u);
  // Rounded up: never to 1, and never below what was asked for.
  auto const least = load_factor::of(1.0 + limits::epsilon()).value();
  CHECK(least.numerator() == 65'537);
  CHECK(least.denominator() == 65'536);
}

TEST_CASE("weights become whole numbers in one measure", "[ring][bounded]") {
  std::vector<synod::ring_node> const nodes{{"a", 3.0}, {"b", 1.0}, {"c", 0.5}, {"d", 1e-300}};
  synod::detail::whole_weights const whole{std::span{nodes}};
  CHECK(whole.of(3.0) == 3 * whole.of(1.0));
  CHECK(whole.of(1.0) == 2 * whole.of(0.5));
  CHECK(whole.of(3.0) < 1u << 24);
  CHECK(whole.of(3.0) >= 1u << 23);
  CHECK(whole.of(1e-300) == 1);
  std::vector<synod::ring_node> const ends{{"a", 1.7e308}, {"b", 5e-324}};
  synod::detail::whole_weights const far{std::span{ends}};
  CHECK(far.of(1.7e308) < 1u << 24);
  CHECK(far.of(5e-324) == 1);
  std::vector<synod::ring_node> const small{{"a", 5e-324}, {"b", 1e-310}};
  CHECK(synod::detail::whole_weights{std::span{small}}.of(1e-310) >= 1);
}

TEST_CASE("an item goes to its owner while that has room, then on", "[ring][bounded]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const ring = scripted_ring::make(
                        {{"a:100", weight_of(1)}, {"b:200", weight_of(1)}, {"c:300", weight_of(1)}})
                        .value();
  auto bounded = bounded_loads<scripted_ring>::make(ring, load_factor::of(3, 2).value()).value();
  // Capacities for one item after the other: ceil(1.5 (m + 1) / 3) = 1, 1, 2, 2, 3, 3.
  std::vector<std::string_view> went;
  for (int item = 0; item < 6; ++item) {
    auto const place = bounded.assign("k:50");
    went.push_back(bounded.node_of(place));
  }
  CHECK(went ==
        std::vector<std::string_view>{"a:100", "b:200", "a:100", "b:200", "a:100", "b:200"});
  CHECK(bounded.items() == 6);
}

// A capacity rounded down, or taken before the item is counted, leaves no room at all here.
TEST_CASE("there is room for the first item",
          "[ring][bounded][capacity_rounded_down]"
          "[room_before_counting]") {
  for (std::size_t nodes = 1; nodes <= 20; ++nodes) {
    std::vector<owned_node> list;
    for (std::size_t i = 0; i < nodes; ++i) list.push_back({"n" + std::to_string(i)});
    auto bounded = bounded_loads<hash_ring>::make(hash_ring::make(views(list)).value(),
                                                  load_factor::of(1.0001).value())
                       .value();
    CHECK_FALSE(bounded.assign("k").empty());
  }
}

// buraksezer/consistent#28: two members, five partitions, factor 1.5, all for the first member.
TEST_CASE("the last node looked at is looked at", "[ring][bounded][capacity_rounded_down]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const ring = scripted_ring::make({{"a:100", weight_of(1)}, {"b:200", weight_of(1)}}).value();
  auto bounded = bounded_loads<scripted_ring>::make(ring, load_factor::of(3, 2).value()).value();
  for (int item = 0; item < 5; ++item) CHECK_FALSE(bounded.assign("k:50").empty());
  CHECK(bounded.items() == 5);
}

TEMPLATE_TEST_CASE("no node is above its capacity, and every item finds a node",
                   "[ring][bounded][property][capacity_rounded_down][room_before_counting]",
                   linear_walk, random_jumps) {
  synod::splitmix64 random{7};
  for (int round = 0; round < 60; ++round) {
    std::vector<owned_node> nodes;
    std::uint64_t all = 0;
    std::vector<std::uint64_t> weights;
    for (std::size_t i = 0; i <= random.below(12); ++i) {
      weights.push_back(1 + random.below(9));
      all += weights.back();
      nodes.push_back({std::string(1, static_cast<char>('a' + i)), double(weights.back())});
    }
    auto const numerator = static_cast<std::uint32_t>(101 + random.below(100));
    auto bounded = bounded_loads<hash_ring, TestType>::make(hash_ring::make(views(nodes)).value(),
                                                            load_factor::of(numerator, 100).value())
                       .value();
    std::uint64_t const keys = 1 + random.below(4);  // few: most items crowd on the same nodes
    std::vector<load_place> places;
    for (int step = 0; step < 400; ++step) {
      if (!places.empty() && random.below(3) == 0) {
        std::swap(places[random.below(places.size())], places.back());
        REQUIRE(bounded.release(std::move(places.back())));
        places.pop_back();
        continue;
      }
      std::uint64_t const before = bounded.items();
      auto place = bounded.assign(random.below(keys));
      REQUIRE_FALSE(place.empty());
      auto const node = bounded.index_of(place);
      REQUIRE(bounded.items() == before + 1);
      REQUIRE(bounded.items_on(node) <= capacity(numerator, 100, weights[node], before, all));
      REQUIRE(bounded.capacity_of(node) ==
              capacity(numerator, 100, weights[node], before + 1, all));
      places.push_back(std::move(place));
    }
    REQUIRE(items_of_all(bounded) == places.size());
    for (auto& place : places) REQUIRE(bounded.release(std::move(place)));
    REQUIRE(bounded.items() == 0);
    REQUIRE(items_of_all(bounded) == 0);
  }
}

TEST_CASE("an item is released once", "[ring][bounded]") {
  auto bounded = bounded_loads<hash_ring>::make(hash_ring::make({{"a"}, {"b"}}).value()).value();
  auto place = bounded.assign("k");
  auto other = bounded.assign("k");
  CHECK(bounded.release(std::move(place)));
  CHECK(place.empty());
  CHECK_FALSE(bounded.release(std::move(place)));
  CHECK(bounded.items() == 1);
  load_place moved = std::move(other);
  CHECK_FALSE(bounded.release(std::move(other)));
  CHECK(bounded.release(std::move(moved)));
  CHECK(bounded.items() == 0);
}

// apache/brpc#3502: what was counted on a server that was removed is taken off exactly once.
TEST_CASE("items of a node that left are counted no longer", "[ring][bounded]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const ring = scripted_ring::make({{"a:100", weight_of(1)}, {"b:200", weight_of(1)}}).value();
  auto bounded = bounded_loads<scripted_ring>::make(ring, load_factor::of(9, 1).value()).value();
  auto on_a = bounded.assign("k:50");
  auto also_on_a = bounded.assign("k:50");
  auto on_b = bounded.assign("k:150");
  REQUIRE(bounded.change(ring.without("a:100").value()).code == errc::ok);
  CHECK(bounded.items() == 1);
  CHECK(bounded.node_of(on_a).empty());
  CHECK(bounded.index_of(on_a) == synod::no_node);
  CHECK_FALSE(bounded.release(std::move(on_a)));
  CHECK(bounded.items() == 1);
  CHECK(bounded.items_on(bounded.placement().index_of("b:200")) == 1);

  SECTION("and one that comes back comes back empty") {
    REQUIRE(bounded.change(ring).code == errc::ok);
    auto const a = bounded.placement().index_of("a:100");
    CHECK(bounded.items_on(a) == 0);
    auto again = bounded.assign("k:50");
    CHECK(bounded.items_on(a) == 1);
    CHECK_FALSE(bounded.release(std::move(also_on_a)));  // a place of its former life
    CHECK(bounded.items_on(a) == 1);
    CHECK(bounded.release(std::move(again)));
  }
  SECTION("and another node in its stead does not inherit them") {
    REQUIRE(
        bounded
            .change(scripted_ring::make({{"b:200", weight_of(1)}, {"c:100", weight_of(1)}}).value())
            .code == errc::ok);
    auto on_c = bounded.assign("k:50");
    CHECK(bounded.node_of(on_c) == "c:100");
    CHECK_FALSE(bounded.release(std::move(also_on_a)));
    CHECK(bounded.items_on(bounded.placement().index_of("c:100")) == 1);
  }
  CHECK(bounded.node_of(on_b) == "b:200");
  CHECK(bounded.release(std::move(on_b)));
}

TEST_CASE("nodes that stay keep their items, whatever joins, leaves or weighs", "[ring][bounded]") {
  auto const ring = hash_ring::make({{"b"}, {"d"}, {"f"}}).value();
  auto bounded = bounded_loads<hash_ring>::make(ring).value();
  std::vector<load_place> places;
  std::map<std::string, std::uint64_t, std::less<>> expected;
  for (int key = 0; key < 300; ++key) {
    places.push_back(bounded.assign(key));
    ++expected[std::string{bounded.node_of(places.back())}];
  }
  auto const same = [&] {
    std::uint64_t all = 0;
    for (auto const& [name, items] : expected) {
      auto const index = bounded.placement().index_of(name);
      if (index == synod::no_node) continue;
      CHECK(bounded.items_on(index) == items);
      all += items;
    }
    CHECK(bounded.items() == all);
  };
  REQUIRE(bounded.change(ring.with({"a"}).value()).code == errc::ok);
  same();
  CHECK(bounded.items_on(bounded.placement().index_of("a")) == 0);
  REQUIRE(bounded.change(bounded.placement().reweighted("d", 7.0).value()).code == errc::ok);
  same();
  REQUIRE(bounded.change(bounded.placement().without("b").value()).code == errc::ok);
  same();
  // Nodes above their new capacity get no more; the others still take every item.
  for (int key = 0; key < 300; ++key) {
    auto place = bounded.assign(key);
    CHECK(bounded.items_on(bounded.index_of(place)) <=
          bounded.capacity_of(bounded.index_of(place)));
    places.push_back(std::move(place));
  }
  for (auto& place : places) bounded.release(std::move(place));
  CHECK(bounded.items() == 0);
}

TEST_CASE("without nodes there is no place", "[ring][bounded]") {
  bounded_loads<hash_ring> none;
  CHECK(none.assign("k").empty());
  CHECK_FALSE(none.release(none.assign("k")));
  CHECK(none.items() == 0);
  auto some = bounded_loads<hash_ring>::make(hash_ring::make({{"a"}}).value()).value();
  auto place = some.assign("k");
  auto const taken = std::move(some);
  CHECK(taken.items() == 1);
  CHECK(some.items() == 0);
  CHECK(some.assign("k").empty());
  CHECK_FALSE(some.release(std::move(place)));
}

TEST_CASE("jumps spread what a full node turns away, a walk heaps it on the next",
          "[ring][bounded]") {
  std::vector<owned_node> nodes;
  for (int i = 0; i < 50; ++i) nodes.push_back({"n" + std::to_string(i), weight_of(1)});
  auto const ring = hash_ring::make(views(nodes)).value();
  // Items of one key: with one point a node, a walk fills the nodes after its owner in order.
  auto const used = [&](auto bounded) {
    std::size_t nodes_used = 0;
    for (int item = 0; item < 200; ++item) static_cast<void>(bounded.assign("hot"));
    for (std::uint32_t i = 0; i < ring.size(); ++i) nodes_used += bounded.items_on(i) > 0 ? 1 : 0;
    return nodes_used;
  };
  auto const factor = load_factor::of(5.0).value();
  auto const walked = used(bounded_loads<hash_ring, linear_walk>::make(ring, factor).value());
  auto const jumped = used(bounded_loads<hash_ring, random_jumps>::make(ring, factor).value());
  CHECK(walked <= 11);  // 200 items at a capacity of at most 20
  CHECK(jumped <= 20);
  CHECK(jumped >= 9);
}
