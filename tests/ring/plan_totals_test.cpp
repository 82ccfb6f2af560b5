// SPDX-License-Identifier: BSL-1.0
#include "synod/ring/plan_totals.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synod/ring.hpp"
#include "synod/ring/token_ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::hash_ring;
using synod::ring_share;

TEST_CASE("totals are the sums of a plan", "[ring][plan][totals]") {
  auto const before = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}, {"d"}}).value();
  auto const after = before.without("b").value().with({"e", 1.5}).value();
  std::map<std::pair<std::string_view, std::string_view>, std::pair<ring_share, std::size_t>> moves;
  std::map<std::string_view, std::pair<ring_share, ring_share>> nodes;
  for (auto const& move : plan(before, after)) {
    moves[{move.from, move.to}].first += move.share();
    ++moves[{move.from, move.to}].second;
    nodes[move.to].first += move.share();
    nodes[move.from].second += move.share();
  }
  auto const sums = totals(plan(before, after)).value();
  REQUIRE(sums.moves().size() == moves.size());
  auto at = moves.begin();
  for (auto const& [from, to, share, intervals] : sums.moves()) {
    CHECK(at->first == std::pair{from, to});
    CHECK((at->second == std::pair{share, intervals}));
    ++at;
  }
  REQUIRE(sums.nodes().size() == nodes.size());
  auto node = nodes.begin();
  for (auto const& [name, gained, lost] : sums.nodes()) {
    CHECK(node->first == name);
    CHECK((node->second == std::pair{gained, lost}));
    ++node;
  }
  CHECK((sums.share() == plan(before, after).share()));
}

TEST_CASE("where nothing moves there is nothing to sum", "[ring][plan][totals]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}}).value();
  auto const sums = totals(plan(ring, ring)).value();
  CHECK(sums.moves().empty());
  CHECK(sums.nodes().empty());
  CHECK(sums.share() == ring_share{});
}

TEST_CASE("totals name ids, and tokens", "[ring][plan][totals]") {
  using synod::node_id;
  auto const before = synod::numbered_token_ring::make({{node_id{1}}, {node_id{2}}}).value();
  auto const sums = totals(plan(before, before.with({node_id{3}}).value())).value();
  REQUIRE(sums.moves().size() == 2);
  CHECK(sums.moves()[0].from == node_id{1});
  CHECK(sums.moves()[1].from == node_id{2});
  CHECK(sums.moves()[1].to == node_id{3});
  REQUIRE(sums.nodes().size() == 3);
  CHECK((sums.nodes()[2].gained == sums.share()));
  CHECK(sums.share().fraction() == Catch::Approx(1.0 / 3));
}
