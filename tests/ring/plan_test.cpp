// SPDX-License-Identifier: BSL-1.0
// What moves, exactly: against the definition, which asks both rings at every border.
#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/envoy_ring.hpp"
#include "synod/ring/ketama.hpp"
#include "synod/ring/static_ring.hpp"
#include "synod/ring/token_ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::hash_ring;
using synod::ring_move;
using synod::ring_share;

namespace {

constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

template <class Plan>
std::vector<ring_move> listed(Plan const& plan) {
  std::vector<ring_move> all;
  for (ring_move const move : plan) all.push_back(move);
  return all;
}

// Maximal stretches of one (from, to), by asking for the owners at the start of every stretch.
template <class Before, class After>
std::vector<ring_move> by_definition(Before const& before, After const& after) {
  std::set<std::uint64_t> borders{0};
  auto const add_borders = [&](auto const& ring) {
    for (std::size_t i = 0; i < ring.point_count(); ++i) {
      if (ring.point(i).point != max) borders.insert(ring.point(i).point + 1);
    }
  };
  add_borders(before);
  add_borders(after);
  std::vector<ring_move> all;
  for (auto at = borders.begin(); at != borders.end(); ++at) {
    auto const last = std::next(at) == borders.end() ? max : *std::next(at) - 1;
    auto const from = before.owner_of(*at);
    auto const to = after.owner_of(*at);
    if (from == to) continue;
    bool const goes_on = !all.empty() && all.back().interval.last + 1 == *at &&
                         all.back().from == from && all.back().to == to;
    if (goes_on) {
      all.back().interval.last = last;
    } else {
      all.push_back({{*at, last}, from, to});
    }
  }
  return all;
}

template <class Before, class After>
void plan_is_the_definitions(Before const& before, After const& after) {
  auto const moves = listed(plan(before, after));
  CHECK(moves == by_definition(before, after));
  ring_share all;
  for (auto const& move : moves) all += move.share();
  CHECK((plan(before, after).share() == all));
}

}  // namespace

TEST_CASE("a plan names the intervals that change hands", "[ring][plan][plan_ends_one_early]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const before =
      scripted_ring::make({{"a:100", weight_of(1)}, {"b:200", weight_of(1)}}).value();
  auto const after = before.with({"c:120,150,250", weight_of(3)}).value();
  // c's points at 120 and 150 follow one another: one interval. Past 200 all was a's, up to 100.
  CHECK(listed(plan(before, after)) == std::vector<ring_move>{
                                           {{101, 150}, "b:200", "c:120,150,250"},
                                           {{201, 250}, "a:100", "c:120,150,250"},
                                       });
  CHECK(plan(before, after).share() == ring_share{100});
}

TEST_CASE("what crosses zero is two intervals", "[ring][plan]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const before = scripted_ring::make({{"a:100", weight_of(1)}}).value();
  auto const after = before.with({"b:50", weight_of(1)}).value();
  CHECK(listed(plan(before, after)) == std::vector<ring_move>{
                                           {{0, 50}, "a:100", "b:50"},
                                           {{101, max}, "a:100", "b:50"},
                                       });
  CHECK(listed(plan(after, before)) == std::vector<ring_move>{
                                           {{0, 50}, "b:50", "a:100"},
                                           {{101, max}, "b:50", "a:100"},
                                       });
}

TEST_CASE("nothing moves between equal rings", "[ring][plan]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}}).value();
  CHECK(listed(plan(ring, ring)).empty());
  CHECK(listed(plan(hash_ring{}, hash_ring{})).empty());
  CHECK(plan(ring, ring).share() == ring_share{});
}

TEST_CASE("everything moves between rings that share no node", "[ring][plan]") {
  auto const before = hash_ring::make({{"a"}, {"b"}}).value();
  auto const after = hash_ring::make({{"c"}}).value();
  CHECK((plan(before, after).share() == ring_share::whole()));
  CHECK(listed(plan(hash_ring{}, after)) == std::vector<ring_move>{{{0, max}, "", "c"}});
}

TEST_CASE("an added node gets exactly its share, and nobody else anything", "[ring][plan]") {
  auto const before = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const after = before.with({"d"}).value();
  ring_share moved;
  for (auto const& [interval, from, to] : plan(before, after)) {
    CHECK(to == "d");
    CHECK(from != "d");
    moved += interval.share();
  }
  CHECK((moved == after.balance()[3].share));
}

TEST_CASE("a plan is the definition's", "[ring][plan][model][plan_ends_one_early]") {
  synod::splitmix64 random{5};
  for (int round = 0; round < 40; ++round) {
    auto const some = [&](std::size_t most) {
      std::vector<owned_node> nodes;
      for (std::size_t i = 0; i <= random.below(most); ++i) {
        nodes.push_back({"n" + std::to_string(2 * i + random.below(2)),
                         weight_of(static_cast<int>(random.below(40)) + 1)});
      }
      return nodes;
    };
    auto const old_nodes = some(10);
    auto const new_nodes = some(10);
    CAPTURE(round);
    plan_is_the_definitions(hash_ring::make(views(old_nodes)).value(),
                            hash_ring::make(views(new_nodes)).value());
    using crowded = synod::basic_hash_ring<synod::colliding<8>>;
    plan_is_the_definitions(crowded::make(views(old_nodes)).value(),
                            crowded::make(views(new_nodes)).value());
  }
}

TEST_CASE("rings of every kind have plans", "[ring][plan][model]") {
  auto const of = [](auto const& ring) {
    plan_is_the_definitions(ring, ring.with({"d:4", 2.0}).value());
    plan_is_the_definitions(ring, ring.without("b:2").value());
    plan_is_the_definitions(ring, ring.reweighted("c:3", 3.0).value());
  };
  std::vector<synod::ring_node> const nodes{{"a:1"}, {"b:2", 2.0}, {"c:3"}};
  of(synod::ketama_ring<synod::ketama::libmemcached>::make(nodes).value());
  of(synod::ketama_ring<synod::ketama::spymemcached_weighted>::make(nodes).value());
  of(synod::envoy_ring::make(nodes).value());
  of(synod::token_ring::make(nodes).value());
  of(synod::static_ring<4, 1600>::make(nodes).value());

  auto const fixed = synod::static_ring<4>::make({{"a"}, {"b"}, {"c"}, {"d"}}).value();
  plan_is_the_definitions(fixed, hash_ring::make({{"a"}, {"b"}, {"d"}, {"e"}}).value());
  plan_is_the_definitions(synod::token_ring::make(nodes).value(), hash_ring::make(nodes).value());
}

TEST_CASE("nodes with ids have plans", "[ring][plan]") {
  using synod::node_id;
  using synod::numbered_hash_ring;
  auto const before = numbered_hash_ring::make({{node_id{1}}, {node_id{2}}}).value();
  auto const after = before.with({node_id{3}}).value();
  ring_share moved;
  for (synod::basic_ring_move<node_id> const& move : plan(before, after)) {
    CHECK(move.to == node_id{3});
    CHECK(before.owner_of(move.interval.first) == move.from);
    CHECK(after.owner_of(move.interval.last) == node_id{3});
    moved += move.share();
  }
  CHECK((moved == after.balance()[2].share));
}

TEST_CASE("a plan's iterator knows the indices of its nodes", "[ring][plan]") {
  auto const before = hash_ring::make({{"b"}, {"c"}}).value();
  auto const after = before.with({"a"}).value();
  auto const moves = plan(before, after);
  for (auto at = moves.begin(); at != moves.end(); ++at) {
    CHECK(before.nodes()[at.from_index()].name == at->from);
    CHECK(after.nodes()[at.to_index()].name == at->to);
  }
  auto const founding = plan(hash_ring{}, before);
  CHECK(founding.begin().from_index() == synod::no_node);
}

TEST_CASE("a plan owns rvalues and refers to lvalues", "[ring][plan]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}}).value();
  auto const next = ring.with({"c"}).value();
  auto const owning = plan(hash_ring{ring}, hash_ring{next});
  auto const referring = plan(ring, next);
  CHECK(listed(owning) == listed(referring));
  for (auto [interval, from, to] : plan(ring, ring.with({"d"}).value())) {
    CHECK(ring.owner_of(interval.first) == from);
    CHECK(ring.owner_of(interval.last) == from);
    CHECK(to == "d");
  }
}

TEST_CASE("a plan can be read again and from the middle", "[ring][plan]") {
  auto const before = hash_ring::make({{"a"}, {"b"}}).value();
  auto const after = before.with({"c"}).value();
  auto const moves = plan(before, after);
  CHECK(listed(moves) == listed(moves));
  auto at = moves.begin();
  auto const first = at++;
  CHECK(first == moves.begin());
  CHECK(at != first);
  auto const second = *at;
  CHECK(at->interval.first > first->interval.last);
  CHECK(*std::next(moves.begin()) == second);
}
