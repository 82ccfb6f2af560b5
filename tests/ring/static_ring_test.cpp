// SPDX-License-Identifier: BSL-1.0
// Rings on arrays: the same placement as the hash ring's, made by the compiler or at run time.
#include "synod/ring/static_ring.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using synod::errc;
using synod::hash_ring;
using synod::static_ring;

namespace {

static_assert(synod::placement<static_ring<4>>);
static_assert(synod::weighted_placement<static_ring<4>>);
static_assert(synod::interval_placement<static_ring<4>>);

// 16 nodes of 160 points, made while compiling, with no flags but those of any test.
constexpr std::array<synod::ring_node, 16> sixteen{{{"cache-01.example"},
                                                    {"cache-02.example"},
                                                    {"cache-03.example"},
                                                    {"cache-04.example"},
                                                    {"cache-05.example"},
                                                    {"cache-06.example"},
                                                    {"cache-07.example"},
                                                    {"cache-08.example"},
                                                    {"cache-09.example"},
                                                    {"cache-10.example"},
                                                    {"cache-11.example"},
                                                    {"cache-12.example"},
                                                    {"cache-13.example"},
                                                    {"cache-14.example"},
                                                    {"cache-15.example"},
                                                    {"cache-16.example"}}};
constexpr auto compiled = static_ring<16>::make(sixteen).value();
static_assert(compiled.size() == 16 && compiled.point_count() == 2560);

// The golden values of the hash ring.
constexpr auto golden = static_ring<4, 1000>::make({{"a"}, {"b", 2.0}, {"c"}}).value();
static_assert(golden.point_count() == 640);
static_assert(golden.point(0) == synod::ring_point{0x00309c8e2d359d2a, 0});
static_assert(golden.point(639) == synod::ring_point{0xff6f2bc187e9f8fa, 1});
static_assert(golden.owner("user:42") == "c");
static_assert(golden.owner("user:43") == "b");
static_assert(golden.owner("/usr/include/stdio.h") == "a");
static_assert(golden.owner(7) == "b" && golden.owner(-1) == "c");
static_assert(golden.owner_of(0) == golden.owner_of(0x00309c8e2d359d2a));
static_assert(golden.owner_of(~std::uint64_t{0}) == "a", "past the last point stands the first");
static_assert(golden.balance()[0].share.hashes == 0x415b5fbf2b3d31e1);
static_assert(golden.index_of("b") == 1 && golden.index_of("d") == synod::no_node);

// Changes, replicas and errors while compiling.
static_assert(golden.with({"d"}).value().owner("x") == "b");
static_assert(golden.without("c").value().with({"c"}).value() == golden);
static_assert(golden.without("z").error().code == errc::unknown);
static_assert([] {
  std::array<std::string_view, 4> names;
  auto const [found, shortfall] = golden.replicas("user:42", names);
  return found == 3 && shortfall == 1 && names[0] == "c" && names[1] != names[2];
}());

// In static storage from the start of the program, and changeable.
constinit auto at_start = static_ring<2>::make({{"a"}, {"b"}}).value();

template <class Static, class Dynamic>
void check_equal(Static const& fixed, Dynamic const& ring, std::uint64_t seed = 1) {
  REQUIRE(fixed.size() == ring.size());
  REQUIRE(fixed.point_count() == ring.point_count());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < ring.point_count(); ++i) {
    wrong += fixed.point(i) != ring.point(i) ? 1u : 0u;
  }
  CHECK(wrong == 0);
  auto hashes = synod::test::telling_hashes(ring);
  synod::splitmix64 random{seed};
  for (int i = 0; i < 2000; ++i) hashes.push_back(random());
  for (std::uint64_t const hash : hashes) {
    wrong += fixed.owner_of(hash) != ring.owner_of(hash) ? 1u : 0u;
    wrong += fixed.owner_index_of(hash) != ring.owner_index_of(hash) ? 1u : 0u;
  }
  CHECK(wrong == 0);
  CHECK(std::equal(fixed.nodes().begin(), fixed.nodes().end(), ring.nodes().begin(),
                   ring.nodes().end()));
  CHECK(std::equal(fixed.balance().begin(), fixed.balance().end(), ring.balance().begin(),
                   ring.balance().end()));
  CHECK(plan(fixed, ring).begin() == plan(fixed, ring).end());
}

}  // namespace

TEST_CASE("a ring made while compiling is the ring made at run time", "[ring][static]") {
  check_equal(compiled, hash_ring::make(sixteen).value());
  check_equal(golden, hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value());
  CHECK(static_ring<16>::make(sixteen).value() == compiled);
  CHECK(at_start.owner("x") == hash_ring::make({{"a"}, {"b"}}).value().owner("x"));
}

TEST_CASE("a static ring places as the hash ring does, for any nodes", "[ring][static]") {
  synod::splitmix64 random{3};
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> names;
    for (std::uint64_t i = 0, count = 1 + random.below(24); i < count; ++i) {
      names.push_back("n" + std::to_string(1000 * i + random.below(1000)));
    }
    std::vector<synod::ring_node> nodes;
    for (auto const& name : names) {
      double const weight = 0.004 + static_cast<double>(random.below(1000)) / 500;
      constexpr std::string_view zones[]{"east", "west", ""};
      nodes.push_back({name, weight, zones[random.below(3)]});
    }
    auto const ring = hash_ring::make(nodes).value();
    auto const fixed = static_ring<24, 8000>::make(nodes).value();
    check_equal(fixed, ring, random());
    for (auto const how :
         {synod::spread::nodes, synod::spread::zones, synod::spread::zones_first}) {
      for (int key = 0; key < 20; ++key) {
        std::array<std::string_view, 5> a{};
        std::array<std::string_view, 5> b{};
        CHECK(fixed.replicas(key, a, how) == ring.replicas(key, b, how));
        CHECK(a == b);
      }
    }
  }
}

TEST_CASE("a static ring keeps points that collide, in order of their nodes", "[ring][static]") {
  // Eight bits: the buckets are crowded and lines do not answer. Two: one bucket has them all.
  std::vector<synod::ring_node> const nodes{{"c"}, {"a"}, {"b"}, {"d", 0.5}};
  check_equal(synod::basic_static_ring<4, 600, synod::colliding<8>>::make(nodes).value(),
              synod::basic_hash_ring<synod::colliding<8>>::make(nodes).value());
  check_equal(synod::basic_static_ring<4, 600, synod::colliding<2>>::make(nodes).value(),
              synod::basic_hash_ring<synod::colliding<2>>::make(nodes).value());
}

TEST_CASE("points that the script puts at both ends and together", "[ring][static]") {
  using synod::test::scripted;
  using synod::test::weight_of;
  constexpr std::string_view last = "a:18446744073709551615,0,7";
  std::vector<synod::ring_node> const nodes{
      {last, weight_of(3)}, {"b:7,8", weight_of(2)}, {"c:18446744073709551615", weight_of(1)}};
  auto const fixed = synod::basic_static_ring<3, 6, scripted>::make(nodes).value();
  check_equal(fixed, synod::basic_hash_ring<scripted>::make(nodes).value());
  CHECK(fixed.owner_of(0) == last);
  CHECK(fixed.owner_of(7) == last);
  CHECK(fixed.owner_of(8) == "b:7,8");
  CHECK(fixed.owner_of(~std::uint64_t{0}) == last);
}

TEST_CASE("a static ring of numbered nodes", "[ring][static]") {
  std::vector<synod::numbered_node> const nodes{{{7}}, {{3}, 2.0}, {{5}}};
  using fixed = synod::basic_static_ring<3, 700, synod::xxh3, synod::node_id>;
  check_equal(fixed::make(nodes).value(), synod::numbered_hash_ring::make(nodes).value());
  static_assert(fixed::make({{{7}}, {{3}, 2.0}, {{5}}}).value().nodes()[0].name.value == 3);
}

TEST_CASE("a static ring goes the way of the hash ring", "[ring][static]") {
  auto const ring = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  using four = static_ring<4, 1000>;
  auto const fixed = four::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  check_equal(fixed.with({"d", 1.5}).value(), ring.with({"d", 1.5}).value());
  check_equal(fixed.without("b").value(), ring.without("b").value());
  check_equal(fixed.reweighted("b", 0.3).value(), ring.reweighted("b", 0.3).value());
  CHECK(fixed.without("b").value().with({"b", 2.0}).value() == fixed);
}

TEST_CASE("the plan between a static ring and a hash ring is that of two hash rings",
          "[ring][static]") {
  auto const ring = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const grown = ring.with({"d"}).value();
  auto const moves = plan(golden, grown);
  auto const expected = plan(ring, grown);
  CHECK(std::ranges::equal(moves, expected));
  CHECK(moves.share() == expected.share());
  CHECK(moves.share().hashes > 0);
}

TEST_CASE("beyond its capacity a static ring refuses, with the place", "[ring][static][errors]") {
  using two = static_ring<2, 400>;
  auto const ring = two::make({{"a"}, {"b"}}).value();
  CHECK(two::make({{"a"}, {"b"}, {"c"}}).error() == synod::error{errc::too_large, "", 2});
  CHECK(two::make({{"a"}, {"b", 2.0}}).error() == synod::error{errc::too_large, "", 1});
  CHECK(two::make({{"a", 1e300}}).error() == synod::error{errc::too_large, "", 0});
  CHECK(ring.with({"c"}).error() == synod::error{errc::too_large, "", 0});
  CHECK(ring.reweighted("b", 2.0).error() == synod::error{errc::too_large, "", 0});
  CHECK(ring.reweighted("b", 1.5).value().point_count() == 400);
  CHECK(ring.reweighted("b", 241 / 160.0).error().code == errc::too_large);  // 401
  auto const one = ring.without("a").value();
  std::vector<synod::ring_node> const more{{"c"}, {"d"}};
  CHECK(one.with(more).error() == synod::error{errc::too_large, "", 1});
}

TEST_CASE("a static ring refuses what a hash ring refuses", "[ring][static][errors]") {
  using ring = static_ring<4>;
  CHECK(ring::make({}).error().code == errc::empty);
  CHECK(ring::make({{"a"}, {""}}).error() == synod::error{errc::bad_input, "", 1});
  CHECK(ring::make({{"a"}, {"b", -1.0}}).error() == synod::error{errc::bad_input, "", 1});
  CHECK(ring::make({{"a"}, {"b"}, {"a"}}).error() == synod::error{errc::duplicate, "", 2});
  auto const two = ring::make({{"a"}, {"b"}}).value();
  CHECK(two.with({"b"}).error() == synod::error{errc::duplicate, "", 0});
  CHECK(two.without("z").error().code == errc::unknown);
  CHECK(two.reweighted("z", 1.0).error().code == errc::unknown);
  CHECK(two.reweighted("a", 0.0).error().code == errc::bad_input);
  CHECK(two.without("a").value().without("b").error().code == errc::empty);
}

TEST_CASE("a static ring without nodes answers", "[ring][static]") {
  constexpr static_ring<4> none;
  CHECK(none.owner("x").empty());
  CHECK(none.owner_index_of(7) == synod::no_node);
  CHECK(none.replicas("x", 2).shortfall() == 2);
  CHECK(none.point_count() == 0);
  CHECK(none.zone_count() == 0);
  CHECK(none == static_ring<4>{});
}
