// SPDX-License-Identifier: BSL-1.0
// What a ring is made of, and what it refuses, with the place.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "synod/ring.hpp"
#include "tests/support/catch.hpp"

using synod::errc;
using synod::hash_ring;
using synod::points_of_weight;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// max(1, round(160 x weight)), half away from zero.
static_assert(points_of_weight(1.0) == 160);
static_assert(points_of_weight(2.0) == 320);
static_assert(points_of_weight(0.25) == 40);
static_assert(points_of_weight(1.5 / 160) == 2);
static_assert(points_of_weight(1.4999 / 160) == 1);
static_assert(points_of_weight(0.303125) == 49);  // 48.5
static_assert(points_of_weight(0.5 / 160) == 1);
static_assert(points_of_weight(1e-300) == 1);
static_assert(points_of_weight(std::numeric_limits<double>::denorm_min()) == 1);
static_assert(points_of_weight(0x1p31 / 160) == synod::max_ring_points);
static_assert(points_of_weight(1e300) > synod::max_ring_points);

static_assert(synod::is_valid_weight(std::numeric_limits<double>::denorm_min()));
static_assert(synod::is_valid_weight(std::numeric_limits<double>::max()));
static_assert(!synod::is_valid_weight(0.0));
static_assert(!synod::is_valid_weight(-0.0));
static_assert(!synod::is_valid_weight(-1.0));
static_assert(!synod::is_valid_weight(infinite));
static_assert(!synod::is_valid_weight(-infinite));
static_assert(!synod::is_valid_weight(not_a_number));

}  // namespace

TEST_CASE("a ring lists its nodes in order of their names", "[ring][make]") {
  auto const ring = hash_ring::make({{"b", 2.0}, {"c", 0.5}, {"a"}}).value();
  REQUIRE(ring.size() == 3);
  CHECK(ring.nodes()[0] == synod::ring_node{"a", 1.0});
  CHECK(ring.nodes()[1] == synod::ring_node{"b", 2.0});
  CHECK(ring.nodes()[2] == synod::ring_node{"c", 0.5});
  CHECK(ring.balance()[2].points == 80);
  CHECK(ring.index_of("c") == 2);
  CHECK(ring.index_of("d") == synod::no_node);
  CHECK(ring.index_of("") == synod::no_node);
}

TEST_CASE("names are any bytes", "[ring][make]") {
  using namespace std::string_view_literals;
  auto const ring =
      hash_ring::make({{"a\0b"sv}, {"a"sv}, {"a\0"sv}, {"\xff"sv}, {"\x7f"sv}}).value();
  CHECK(ring.size() == 5);
  CHECK(ring.nodes()[0].name == "a");
  CHECK(ring.nodes()[4].name == "\xff");  // bytewise, whatever the sign of char
  CHECK(ring.index_of("a\0b"sv) == 2);
}

TEST_CASE("bad nodes are refused, with their place", "[ring][make][errors]") {
  auto const refused = [](std::initializer_list<synod::ring_node> nodes, errc code,
                          std::uint64_t place) {
    auto const made = hash_ring::make(nodes);
    REQUIRE_FALSE(made);
    INFO(made.error().what);
    CHECK(made.error().code == code);
    CHECK(made.error().place == place);
    CHECK(std::string{made.error().what}.starts_with("ring: "));
  };
  refused({}, errc::empty, 0);
  refused({{"a"}, {""}}, errc::bad_input, 1);
  refused({{"a"}, {"b", 0.0}}, errc::bad_input, 1);
  refused({{"a", -1.0}, {"b"}}, errc::bad_input, 0);
  refused({{"a"}, {"b"}, {"c", not_a_number}}, errc::bad_input, 2);
  refused({{"a", infinite}}, errc::bad_input, 0);
  refused({{"a", 1e300}}, errc::too_large, 0);
  refused({{"a"}, {"b", 0x1p31 / 160}}, errc::too_large, 1);
  refused({{"a"}, {"b"}, {"a"}}, errc::duplicate, 2);
  refused({{"b"}, {"b"}, {"a"}, {"a"}}, errc::duplicate, 1);
  refused({{"x", 1.0}, {"x", 2.0}}, errc::duplicate, 1);
}

TEST_CASE("more than 2^24 nodes are refused before anything is built", "[ring][make][errors]") {
  std::vector<synod::ring_node> const nodes(synod::max_ring_nodes + 1, synod::ring_node{"same"});
  auto const made = hash_ring::make(nodes);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == errc::too_large);
  CHECK(made.error().place == synod::max_ring_nodes);
}

TEST_CASE("the next ring of a ring: errors and their places", "[ring][make][errors]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}}).value();

  CHECK(ring.with({"b"}).error().code == errc::duplicate);
  CHECK(ring.with({"b"}).error().place == 0);
  CHECK(ring.with({"c", not_a_number}).error().code == errc::bad_input);
  CHECK(ring.with({"c", not_a_number}).error().place == 0);
  std::vector<synod::ring_node> const more{{"c"}, {"d"}, {"a"}, {"e"}};
  CHECK(ring.with(more).error().code == errc::duplicate);
  CHECK(ring.with(more).error().place == 2);

  CHECK(ring.without("z").error().code == errc::unknown);
  CHECK(ring.without("").error().code == errc::unknown);
  CHECK(ring.without("a").value().without("b").error().code == errc::empty);

  CHECK(ring.reweighted("z", 1.0).error().code == errc::unknown);
  CHECK(ring.reweighted("b", 0.0).error().code == errc::bad_input);
  CHECK(ring.reweighted("b", 1e300).error().code == errc::too_large);
}

TEST_CASE("with no further nodes a ring stays as it is", "[ring][make]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}}).value();
  CHECK(ring.with(std::vector<synod::ring_node>{}).value() == ring);
}
