// SPDX-License-Identifier: BSL-1.0
// Rings of tokens: as even as said, whatever came before, and moving no more than they must.
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/token_ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::errc;
using synod::ring_node;
using synod::ring_point;
using synod::ring_share;
using synod::token_ring;

namespace {

static_assert(synod::weighted_placement<token_ring>);
static_assert(synod::interval_placement<token_ring>);

constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

std::string name_of(std::size_t i) { return "node-" + std::to_string(i); }

token_ring founded(std::size_t count) {
  std::vector<owned_node> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back({name_of(i)});
  return token_ring::make(views(nodes)).value();
}

// The greatest share of a node, as a multiple of its part by weight.
double greatest(token_ring const& ring) {
  double weights = 0;
  for (auto const& node : ring.balance()) weights += node.weight;
  double most = 0;
  for (auto const& node : ring.balance()) {
    most = std::max(most, node.share.fraction() * weights / node.weight);
  }
  return most;
}

void is_whole(token_ring const& ring) {
  ring_share all;
  std::size_t points = 0;
  for (auto const& node : ring.balance()) {
    REQUIRE(node.points > 0);
    all += node.share;
    points += node.points;
  }
  REQUIRE((all == ring_share::whole()));
  REQUIRE(points == ring.point_count());
  for (std::size_t i = 1; i < ring.point_count(); ++i) {
    REQUIRE(ring.point(i - 1).point < ring.point(i).point);
  }
}

void moves_only_to(token_ring const& before, token_ring const& after, std::string_view node) {
  for (auto const& move : plan(before, after)) REQUIRE(move.to == node);
}
void moves_only_from(token_ring const& before, token_ring const& after, std::string_view node) {
  for (auto const& move : plan(before, after)) REQUIRE(move.from == node);
}

std::vector<ring_point> tokens_of(token_ring const& ring) {
  std::vector<ring_point> all;
  for (std::size_t i = 0; i < ring.point_count(); ++i) all.push_back(ring.point(i));
  return all;
}

}  // namespace

TEST_CASE("tokens of your own are taken as they are", "[ring][tokens]") {
  std::vector<ring_node> const nodes{{"b"}, {"a"}};
  std::vector<ring_point> const tokens{{100, 0}, {300, 1}, {200, 1}, {max, 0}};
  auto const ring = token_ring::make(nodes, tokens).value();
  CHECK(tokens_of(ring) == std::vector<ring_point>{{100, 1}, {200, 0}, {300, 0}, {max, 1}});
  CHECK(ring.owner_of(0) == "b");
  CHECK(ring.owner_of(100) == "b");
  CHECK(ring.owner_of(101) == "a");
  CHECK(ring.owner_of(300) == "a");
  CHECK(ring.owner_of(301) == "b");
  CHECK(ring.owner_of(max) == "b");
  CHECK((ring.balance()[0].share == ring_share{200}));
  CHECK(ring.balance()[0].points == 2);
  is_whole(ring);
  CHECK(token_ring::make(ring.nodes(), tokens_of(ring)).value() == ring);

  std::vector<ring_point> const late{{100, 0}, {300, 1}};
  CHECK(token_ring::make(nodes, late).value().owner_of(301) == "b");  // wraps to the first
}

TEST_CASE("bad tokens are refused, with their place", "[ring][tokens]") {
  std::vector<ring_node> const nodes{{"a"}, {"b"}};
  using tokens = std::vector<ring_point>;
  auto const no = [&](tokens const& given) { return token_ring::make(nodes, given).error(); };
  CHECK(no({{1, 0}, {2, 2}, {3, 1}}) == synod::error{errc::unknown, "", 1});
  CHECK(no({{1, 0}, {2, 1}, {9, 0}, {2, 0}, {1, 1}}) == synod::error{errc::duplicate, "", 3});
  CHECK(no({{1, 1}, {2, 1}}) == synod::error{errc::empty, "", 0});
  CHECK(no({}) == synod::error{errc::empty, "", 0});
  CHECK(token_ring::make(std::span<ring_node const>{}, tokens{}).error().code == errc::empty);
  CHECK(token_ring::make({{"a"}, {"a"}}).error() == synod::error{errc::duplicate, "", 1});
  CHECK(token_ring::make({{"a", 0.0}}).error() == synod::error{errc::bad_input, "", 0});
  CHECK(token_ring::make({{"a"}, {"b", 1e9}}).error() == synod::error{errc::too_large, "", 1});
  auto const ring = token_ring::make(nodes).value();
  CHECK(ring.with({"b"}).error() == synod::error{errc::duplicate, "", 0});
  CHECK(ring.with({"c", -1}).error() == synod::error{errc::bad_input, "", 0});
  CHECK(ring.without("c").error().code == errc::unknown);
  CHECK(ring.without("a").value().without("b").error().code == errc::empty);
  CHECK(ring.reweighted("c", 1).error().code == errc::unknown);
  CHECK(ring.reweighted("a", -1).error() == synod::error{errc::bad_input, "", 0});
}

TEST_CASE("a ring without nodes has no tokens, and takes the first ones", "[ring][tokens]") {
  token_ring const none;
  CHECK(none.owner("k").empty());
  CHECK(none.replicas("k", 2).shortfall() == 2);
  CHECK(none.with({"a"}).value() == token_ring::make({{"a"}}).value());
}

TEST_CASE("founding nodes have exactly their parts, in whatever order they are given",
          "[ring][tokens][balance]") {
  for (std::size_t const count : {1u, 2u, 7u, 100u, 1000u}) {
    auto const ring = founded(count);
    is_whole(ring);
    for (auto const& node : ring.balance()) {
      // But for a hash or two a token, which the last one has.
      auto const part = ring_share::whole().hashes / count;
      REQUIRE(node.share.hashes <= part + 2 * ring.point_count());
      REQUIRE(node.share.hashes + 2 * ring.point_count() >= part);
    }
  }
  auto const ring = token_ring::make({{"a"}, {"b", 2.5}, {"c", 0.25}}).value();
  CHECK(ring == token_ring::make({{"c", 0.25}, {"a"}, {"b", 2.5}}).value());
  CHECK(greatest(ring) < 1.000001);
}

TEST_CASE("founding arcs have the lengths that joining leads to", "[ring][tokens]") {
  // Between 0.54 and 1.54 of the mean, and none of them like the next: cuts always find one.
  constexpr std::uint32_t count = 1000;
  double sum = 0;
  double shortest = 9;
  double longest = 0;
  for (std::uint32_t v = 0; v < count; ++v) {
    double const length = double(synod::detail::founding_length(v, count)) * 0x1p-32;
    sum += length / count;
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
  }
  CHECK(sum == Catch::Approx(1.0).epsilon(0.005));
  CHECK(shortest == Catch::Approx(0.54).epsilon(0.01));
  CHECK(longest == Catch::Approx(1.54).epsilon(0.01));
}

// Tokens that are laid out for owners alone let replica sets lean on few nodes.
TEST_CASE("replicas stay as even as on a hash ring while nodes join",
          "[ring][tokens][balance][replicas]") {
  auto const most_replicas = [](auto const& ring) {
    std::vector<double> held(ring.size());
    std::uint64_t before = ring.point(ring.point_count() - 1).point;
    for (auto at = ring.points(); !at.done(); at.advance()) {
      std::array<std::uint32_t, 3> holders{};
      ring.replicas_of((*at).point, holders);
      for (auto const node : holders) held[node] += double((*at).point - before) * 0x1p-64 / 3;
      before = (*at).point;
    }
    return *std::max_element(held.begin(), held.end()) * double(ring.size());
  };
  token_ring ring = founded(40);
  std::vector<owned_node> nodes;
  for (std::size_t i = 0; i < 80; ++i) nodes.push_back({name_of(i)});
  for (std::size_t i = 40; i < 80; ++i) ring = ring.with({name_of(i)}).value();
  auto const hashed = synod::hash_ring::make(views(nodes)).value();
  CHECK(most_replicas(ring) < 1.07);
  CHECK(most_replicas(ring) < most_replicas(hashed));
}

TEST_CASE("a node that joins takes its part and nothing else, from the fullest",
          "[ring][tokens][balance]") {
  token_ring ring = founded(1);
  for (std::size_t i = 1; i < 120; ++i) {
    auto const next = ring.with({name_of(i)}).value();
    is_whole(next);
    moves_only_to(ring, next, name_of(i));
    CAPTURE(i);
    CHECK(greatest(next) <= 1.01);
    auto const of_new = next.balance()[next.index_of(name_of(i))];
    CHECK(of_new.points == 160);
    CHECK(of_new.share.fraction() * double(i + 1) == Catch::Approx(1.0).epsilon(1e-9));
    ring = next;
  }
}

TEST_CASE("several that join do so one after the other", "[ring][tokens]") {
  auto const ring = founded(3);
  std::vector<ring_node> const added{{"x"}, {"m", 0.5}, {"a", 2.0}};
  auto const at_once = ring.with(added).value();
  CHECK(at_once == ring.with(added[0]).value().with(added[1]).value().with(added[2]).value());
  std::vector<ring_node> const bad{{"x"}, {"y", 0.0}};
  CHECK(ring.with(bad).error() == synod::error{errc::bad_input, "", 1});
}

TEST_CASE("a node that leaves gives its part, and the rest stays even",
          "[ring][tokens][balance][tokens_fall_to_successors]") {
  for (std::size_t const count : {2u, 10u, 60u}) {
    token_ring ring = founded(count);
    for (std::size_t i = 0; i + 1 < count; ++i) {
      auto const next = ring.without(name_of(i)).value();
      is_whole(next);
      moves_only_from(ring, next, name_of(i));
      CAPTURE(count, i);
      CHECK(greatest(next) <= 1.02);
      ring = next;
    }
  }
}

TEST_CASE("nodes that come and go for long leave shares even and tokens few",
          "[ring][tokens][balance]") {
  token_ring ring = founded(20);
  for (std::size_t i = 0; i < 300; ++i) {
    ring = ring.without(ring.nodes()[(7 * i) % 20].name).value();
    CHECK(greatest(ring) <= 1.02);
    ring = ring.with({name_of(100 + i)}).value();
    CHECK(greatest(ring) <= 1.02);
  }
  is_whole(ring);
  for (auto const& node : ring.balance()) CHECK(node.points <= 320);
}

TEST_CASE("another weight only gains, or only loses", "[ring][tokens]") {
  auto const ring = founded(12);
  auto const heavier = ring.reweighted("node-3", 3.0).value();
  is_whole(heavier);
  moves_only_to(ring, heavier, "node-3");
  CHECK(greatest(heavier) <= 1.02);
  auto const lighter = heavier.reweighted("node-3", 0.5).value();
  is_whole(lighter);
  moves_only_from(heavier, lighter, "node-3");
  CHECK(greatest(lighter) <= 1.03);
  auto const same = ring.reweighted("node-3", 1.0).value();
  CHECK(plan(ring, same).share() == ring_share{});
}

TEST_CASE("the order in which nodes joined shows, and the tokens tell it", "[ring][tokens]") {
  auto const ring = founded(4);
  auto const one = ring.with({"x"}).value().with({"y"}).value();
  auto const other = ring.with({"y"}).value().with({"x"}).value();
  CHECK_FALSE(one == other);
  CHECK(token_ring::make(one.nodes(), tokens_of(one)).value() == one);
  CHECK_FALSE(ring.without("node-1").value().with({"node-1"}).value() == ring);
}

TEST_CASE("whatever tokens there are, changes move what they must", "[ring][tokens][property]") {
  synod::splitmix64 random{21};
  for (int round = 0; round < 60; ++round) {
    std::size_t const count = 1 + random.below(6);
    std::vector<owned_node> nodes;
    std::vector<ring_point> tokens;
    std::set<std::uint64_t> taken;
    bool const crowded = round % 3 == 0;  // tokens side by side: arcs of a single hash
    for (std::size_t i = 0; i < count; ++i) {
      nodes.push_back({name_of(i), 0.02 + double(random.below(100)) / 50});
      for (std::size_t t = 0; t <= random.below(20); ++t) {
        std::uint64_t const at = crowded ? max - random.below(200) : random();
        if (taken.insert(at).second) tokens.push_back({at, static_cast<std::uint32_t>(i)});
      }
    }
    auto const made = token_ring::make(views(nodes), tokens);
    if (!made) continue;  // a node's only token was another's
    token_ring ring = *made;
    for (int step = 0; step < 8; ++step) {
      auto const some = std::string(ring.nodes()[random.below(ring.size())].name);
      double const weight = 0.01 + double(random.below(300)) / 100;
      token_ring next;
      switch (random.below(3)) {
        case 0: {
          auto const name = "new-" + std::to_string(step);
          next = ring.with({name, weight}).value();
          moves_only_to(ring, next, name);
          break;
        }
        case 1: {
          if (ring.size() == 1) continue;
          next = ring.without(some).value();
          moves_only_from(ring, next, some);
          break;
        }
        default: {
          bool const heavier = weight > ring.nodes()[ring.index_of(some)].weight;
          next = ring.reweighted(some, weight).value();
          heavier ? moves_only_to(ring, next, some) : moves_only_from(ring, next, some);
        }
      }
      is_whole(next);
      REQUIRE(token_ring::make(next.nodes(), tokens_of(next)).value() == next);
      ring = next;
    }
  }
}

// Golden value: machines that are told the same changes must place the same tokens, for all time.
TEST_CASE("tokens are laid out the same for all time", "[ring][tokens][golden]") {
  auto const ring = token_ring::make({{"a"}, {"b", 2.0}, {"c"}})
                        .value()
                        .with({"d", 0.7})
                        .value()
                        .without("a")
                        .value()
                        .reweighted("c", 1.5)
                        .value()
                        .reweighted("b", 0.9)
                        .value();
  std::uint64_t all = 0;
  for (ring_point const token : tokens_of(ring)) all = synod::mix(all ^ token.point) + token.node;
  CHECK(ring.point_count() == 628);
  CHECK(all == 0x44406b814f98eff7);
}

TEST_CASE("replica sets of tokens are distinct, in ring order", "[ring][tokens][replicas]") {
  std::vector<ring_node> const nodes{{"a"}, {"b"}, {"c"}};
  std::vector<ring_point> const tokens{{10, 0}, {20, 0}, {30, 1}, {40, 0}, {50, 2}};
  auto const ring = token_ring::make(nodes, tokens).value();
  std::vector<std::string_view> walked;
  for (auto const name : ring.replicas_of(15, 3)) walked.push_back(name);
  CHECK(walked == std::vector<std::string_view>{"a", "b", "c"});
  walked.clear();
  for (auto const name : ring.replicas_of(45, 5)) walked.push_back(name);
  CHECK(walked == std::vector<std::string_view>{"c", "a", "b"});
  CHECK(ring.replicas_of(45, 5).shortfall() == 2);
}

TEST_CASE("a plan leads from a hash ring to tokens", "[ring][tokens][plan]") {
  auto const hashed = synod::hash_ring::make({{"a"}, {"b"}, {"c"}}).value();
  std::vector<ring_point> tokens;
  for (std::size_t i = 0; i < hashed.point_count(); ++i) tokens.push_back(hashed.point(i));
  auto const same = token_ring::make(hashed.nodes(), tokens).value();
  CHECK(plan(hashed, same).share() == ring_share{});
  auto const even = token_ring::make(hashed.nodes()).value();
  ring_share moved;
  for (auto const& [interval, from, to] : plan(hashed, even)) {
    REQUIRE(hashed.owner_of(interval.first) == from);
    REQUIRE(even.owner_of(interval.last) == to);
    moved += interval.share();
  }
  CHECK((moved > ring_share{}));
}

TEST_CASE("tokens are found one by one and in batches", "[ring][tokens]") {
  auto const ring = founded(5).with({"x", 0.7}).value().without("node-2").value();
  auto const hashes = telling_hashes(ring);
  std::vector<std::uint32_t> owners(hashes.size());
  ring.owners_of(hashes, owners);
  auto const tokens = tokens_of(ring);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    auto const at = std::find_if(tokens.begin(), tokens.end(),
                                 [&](ring_point token) { return token.point >= hashes[i]; });
    std::uint32_t const expected = (at == tokens.end() ? tokens.front() : *at).node;
    REQUIRE(ring.owner_index_of(hashes[i]) == expected);
    REQUIRE(owners[i] == expected);
    REQUIRE(ring.candidates_of(hashes[i]).node() == expected);
  }
}

TEST_CASE("nodes with ids have tokens", "[ring][tokens]") {
  using synod::node_id;
  auto const ring = synod::numbered_token_ring::make({{node_id{1}}, {node_id{2}}}).value();
  auto const next = ring.with({node_id{7}}).value();
  CHECK(next.balance()[2].share.fraction() == Catch::Approx(1.0 / 3));
  CHECK(next.without(node_id{1}).value().size() == 2);
}
