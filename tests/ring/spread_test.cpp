// SPDX-License-Identifier: BSL-1.0
// Replica sets of every placement: distinct nodes, distinct zones, both; H14, H15, H16.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synod/ring/detail/zone_map.hpp"
#include "synod/ring/placement.hpp"
#include "tests/ring/laws.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::spread;

namespace {

constexpr std::array all_spreads{spread::nodes, spread::zones, spread::zones_first};

// Topologies by the zones of their nodes.
struct topology {
  char const* what;
  std::size_t nodes;
  std::string_view (*zone)(std::size_t);
};
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
topology const topologies[] = {
    {"no zones", 7, [](std::size_t) { return std::string_view{}; }},
    {"one zone", 6, [](std::size_t) { return letters.substr(0, 1); }},
    {"fewer zones than replicas", 9, [](std::size_t i) { return letters.substr(i % 2, 1); }},
    {"as many zones as nodes", 8, [](std::size_t i) { return letters.substr(i, 1); }},
    {"zones for some", 10,
     [](std::size_t i) { return i % 3 == 0 ? std::string_view{} : letters.substr(i % 3, 1); }},
    {"one zone has nearly all", 20,
     [](std::size_t i) { return letters.substr(i < 18 ? 0 : i, 1); }},
    {"a single node", 1, [](std::size_t) { return letters.substr(3, 1); }},
    {"two nodes, one zone", 2, [](std::size_t) { return letters.substr(0, 1); }},
    {"more nodes than a walk remembers", 70,
     [](std::size_t i) { return letters.substr(i % 25, 1); }},
};

template <class P>
P placed(topology const& where, std::size_t count) {
  auto nodes = some_nodes<P>(count);
  for (std::size_t i = 0; i < count; ++i) nodes[i].zone = where.zone(i);
  return made<P>(nodes).value();
}

std::size_t zones_of(std::span<synod::basic_ring_node<std::string_view> const> nodes) {
  std::set<std::string_view> named;
  std::size_t unnamed = 0;
  for (auto const& node : nodes) {
    if (node.zone.empty()) {
      ++unnamed;
    } else {
      named.insert(node.zone);
    }
  }
  return named.size() + unnamed;
}

// The rule: of the candidates in their order, each node once; a zone's first, then (zones_first)
// the others.
template <class P>
std::vector<std::uint32_t> by_definition(P const& placement, std::uint64_t hash, std::size_t count,
                                         spread how) {
  std::vector<std::uint32_t> order;
  for (auto at = placement.candidates_of(hash); order.size() < placement.size(); at.advance()) {
    if (std::find(order.begin(), order.end(), at.node()) == order.end()) order.push_back(at.node());
  }
  if (how != spread::nodes) {
    std::set<std::string_view> taken;
    auto const is_first = [&](std::uint32_t node) {
      std::string_view const zone = placement.nodes()[node].zone;
      return zone.empty() || taken.insert(zone).second;
    };
    auto const middle = std::stable_partition(order.begin(), order.end(), is_first);
    if (how == spread::zones) order.erase(middle, order.end());
  }
  if (order.size() > count) order.resize(count);
  return order;
}

// How many nodes a set has that the other has not.
template <class Names>
std::size_t entered(Names const& before, Names const& after) {
  return static_cast<std::size_t>(std::count_if(after.begin(), after.end(), [&](auto const& name) {
    return std::find(before.begin(), before.end(), name) == before.end();
  }));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("candidates end, and by then every node has come", "[ring][spread]",
                        any_placements) {
  for (std::size_t const count : {1u, 2u, 3u, 15u, 16u, 17u, 31u, 64u, 100u}) {
    CAPTURE(count);
    TestType const placement = some<TestType>(count);
    std::size_t wrong = 0;
    for (std::uint64_t const hash : some_hashes(12)) {
      std::vector<char> seen(count);
      std::size_t steps = 0;
      auto at = placement.candidates_of(hash);
      for (; !at.done() && steps < 1'000'000; at.advance(), ++steps) seen.at(at.node()) = 1;
      wrong += !at.done() || std::count(seen.begin(), seen.end(), 1) != std::ptrdiff_t(count);
    }
    CHECK(wrong == 0);
  }
}

// thanos-io/thanos#5639: fewer endpoints than replicas, and the ring was built for ever; #5604:
// adjacent sections put two replicas on one node.
TEMPLATE_LIST_TEST_CASE("replica sets are those of the rule on every topology",
                        "[ring][spread][model][zone_counted_twice]", placements) {
  for (topology const& where : topologies) {
    CAPTURE(where.what);
    TestType const placement = placed<TestType>(where, where.nodes);
    CHECK(placement.zone_count() == zones_of(placement.nodes()));
    std::vector<std::string_view> filled(where.nodes + 3);
    std::vector<std::uint32_t> indices(where.nodes + 3);
    std::size_t wrong = 0;
    for (std::uint64_t const hash : some_hashes(where.nodes > 50 ? 6 : 25)) {
      for (spread const how : all_spreads) {
        for (std::size_t const count :
             {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}, where.nodes / 2,
              where.nodes, where.nodes + 3}) {
          auto const right = by_definition(placement, hash, count, how);
          synod::replica_count const told{right.size(), count - right.size()};
          auto const walk = placement.replicas_of(hash, count, how);
          wrong += walk.size() != told.found || walk.shortfall() != told.shortfall;
          std::size_t at = 0;
          for (auto node = walk.begin(); node != walk.end() && at < right.size(); ++node, ++at) {
            wrong += node.index() != right[at] || *node != placement.nodes()[right[at]].name;
          }
          wrong += at != right.size();
          wrong += placement.replicas_of(hash, std::span{filled}.first(count), how) != told;
          wrong += placement.replicas_of(hash, std::span{indices}.first(count), how) != told;
          for (std::size_t i = 0; i < right.size(); ++i) {
            wrong += indices[i] != right[i] || filled[i] != placement.nodes()[right[i]].name;
          }
        }
      }
    }
    CHECK(wrong == 0);
  }
}

TEMPLATE_LIST_TEST_CASE("zones are distinct while there are zones",
                        "[ring][spread][zone_counted_twice]", placements) {
  for (topology const& where : topologies) {
    CAPTURE(where.what);
    TestType const placement = placed<TestType>(where, where.nodes);
    std::size_t const zones = placement.zone_count();
    std::size_t wrong = 0;
    for (std::uint64_t const hash : some_hashes(100)) {
      std::set<std::string> seen;
      std::size_t at = 0;
      for (auto const name : placement.replicas_of(hash, 5, spread::zones_first)) {
        auto const& node = placement.nodes()[placement.index_of(name)];
        bool const fresh =
            seen.insert(node.zone.empty() ? "/" + std::string{name} : std::string{node.zone})
                .second;
        wrong += fresh != (at++ < zones);
      }
      wrong += at != std::min<std::size_t>(5, where.nodes);
      auto const strict = placement.replicas_of(hash, 5, spread::zones);
      wrong += strict.size() != std::min<std::size_t>(5, zones);
    }
    CHECK(wrong == 0);
  }
}

// H16: for every number of replicas a node more takes one place at most, and only one node leaves.
// Where candidates keep their order, the list is the old one with the new node put in.
TEMPLATE_LIST_TEST_CASE("a node more is one change in every replica set",
                        "[ring][spread][buckets_drawn_anew]", placements) {
  if (promises<TestType>::replicas == joins_as::rearrangement) return;
  for (std::size_t const count : {1u, 2u, 3u, 4u, 5u, 8u, 9u, 15u, 16u, 17u, 18u, 32u, 33u, 60u}) {
    CAPTURE(count);
    TestType const before = some<TestType>(count);
    auto const joined = name_of<std::string_view>(count);
    TestType const after = before.with({joined}).value();
    std::size_t wrong = 0;
    for (std::uint64_t const hash : some_hashes(count < 20 ? 300 : 60)) {
      for (std::size_t replicas = 1; replicas <= count; replicas += 1 + replicas / 8) {
        auto old_list = replica_names(before, hash, replicas);
        auto new_list = replica_names(after, hash, replicas);
        wrong += entered(old_list, new_list) > 1;
        wrong += entered(old_list, new_list) == 1 && entered(old_list, {joined}) == 0;
        for (auto const name : new_list) {
          wrong += name != joined && entered(old_list, {name}) == 1;
        }
        if (promises<TestType>::replicas == joins_as::exchange) continue;
        if (std::erase(new_list, joined) > 0) old_list.pop_back();
        wrong += new_list != old_list;
      }
    }
    CHECK(wrong == 0);
  }
}

// The sets for one replica, for two, and so on lie in one another.
TEMPLATE_LIST_TEST_CASE("a replica more changes none of those before", "[ring][spread]",
                        placements) {
  TestType const placement = some<TestType>(40);
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(50)) {
    auto const all = replica_names(placement, hash, 40);
    for (std::size_t count = 0; count < 40; ++count) {
      auto const some = replica_names(placement, hash, count);
      wrong += !std::equal(some.begin(), some.end(), all.begin());
    }
  }
  CHECK(wrong == 0);
}

// H16 under the zone rule. Where candidates keep their order a set still changes in one node: who
// enters is the new one; but who leaves may stand anywhere in the list, for it may be the one that
// stood for the new node's zone. (Under zones_first that one may come back further down.)
TEMPLATE_LIST_TEST_CASE("with zones, too, one node enters where candidates keep their order",
                        "[ring][spread]", placements) {
  if constexpr (promises<TestType>::replicas == joins_as::insertion) {
    std::size_t left_in_the_middle = 0;
    for (topology const& where : topologies) {
      CAPTURE(where.what);
      TestType const before = placed<TestType>(where, where.nodes);
      auto const joined = name_of<std::string_view>(where.nodes);
      for (std::string_view const zone : {where.zone(where.nodes), where.zone(0), letters}) {
        TestType const after = before.with({joined, 1.0, zone}).value();
        std::size_t wrong = 0;
        for (std::uint64_t const hash : some_hashes(100)) {
          for (spread const how : {spread::zones, spread::zones_first}) {
            for (std::size_t replicas = 1; replicas <= std::min<std::size_t>(where.nodes, 9);
                 ++replicas) {
              auto old_list = replica_names(before, hash, replicas, how);
              auto new_list = replica_names(after, hash, replicas, how);
              wrong += entered(old_list, new_list) > 1 || entered(new_list, old_list) > 1;
              std::vector<std::string_view> const both{joined};
              wrong += entered(old_list, new_list) == 1 && entered(new_list, both) == 1;
              if (std::erase(new_list, joined) > 0 && old_list.size() > new_list.size()) {
                old_list.pop_back();
                left_in_the_middle += new_list != old_list;
              }
            }
          }
        }
        CHECK(wrong == 0);
      }
    }
    CHECK(left_in_the_middle > 0);  // hence it is said
  }
}

// Where they do not, the zone rule may move more than one node; how seldom, is stated in
// docs/placements.md.
TEMPLATE_LIST_TEST_CASE("numbered buckets under the zone rule change little", "[ring][spread]",
                        placements) {
  if constexpr (promises<TestType>::replicas == joins_as::exchange) {
    auto nodes = some_nodes<TestType>(30);
    for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].zone = letters.substr(i % 5, 1);
    TestType const before = made<TestType>(nodes).value();
    TestType const after = before.with({name_of<std::string_view>(30), 1.0, "a"}).value();
    std::size_t more = 0;
    constexpr std::size_t keys = 20'000;
    for (std::size_t key = 0; key < keys; ++key) {
      auto const hash = TestType::hash_of(key);
      std::size_t const changed = entered(replica_names(before, hash, 3, spread::zones_first),
                                          replica_names(after, hash, 3, spread::zones_first));
      REQUIRE(changed <= 2);
      more += changed == 2;
    }
    CHECK(more < keys / 50);
  }
}

TEST_CASE("replicas of numbered buckets are drawn evenly", "[ring][spread]") {
  constexpr std::size_t nodes = 7;
  constexpr double keys = 140'000;
  auto const placement = some<synod::jump_back>(nodes);
  for (std::size_t const replicas : {2u, 3u, 6u}) {
    std::array<double, nodes> found{};
    std::vector<std::uint32_t> out(replicas);
    for (int key = 0; key < keys; ++key) {
      (void)placement.replicas(key, out);
      for (std::uint32_t const node : out) ++found[node];
    }
    double const expected = keys * static_cast<double>(replicas) / nodes;
    for (double const count : found) CHECK(std::abs(count - expected) < 5 * std::sqrt(expected));
  }
}

TEST_CASE("a zone map numbers zones, and a node without one is alone", "[ring][spread]") {
  std::vector<synod::ring_node> const nodes{
      {"a", 1.0, "x"}, {"b", 1.0, "y"}, {"c", 1.0, ""}, {"d", 1.0, "x"}, {"e", 1.0, ""}};
  synod::detail::zone_map map;
  REQUIRE(map.build(std::span{nodes}));
  CHECK(map.count() == 4);
  CHECK(map[0] == map[3]);
  CHECK(std::set{map[0], map[1], map[2], map[4]}.size() == 4);
  CHECK_FALSE(map.trivial());

  std::vector<synod::ring_node> const alone{{"a"}, {"b"}};
  REQUIRE(map.build(std::span{alone}));
  CHECK(map.trivial());
  CHECK(map.count() == 2);
  CHECK(map.data() == nullptr);
}
