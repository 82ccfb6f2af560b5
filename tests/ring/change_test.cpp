// SPDX-License-Identifier: BSL-1.0
// What a change of nodes may move: H3, H4, H11, H12, H13.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;

namespace {

using ordinary = synod::hash_ring;
using crowded = synod::basic_hash_ring<synod::colliding<8>>;

// Random names and weights, 1 to 64 nodes.
std::vector<owned_node> random_nodes(synod::splitmix64& random) {
  std::vector<owned_node> nodes(random.below(64) + 1);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i] = {"node-" + std::to_string(random() % 1000) + "-" + std::to_string(i),
                weight_of(static_cast<int>(random.below(200)) + 1)};
  }
  return nodes;
}

template <class Ring>
bool same_placement(Ring const& a, Ring const& b) {
  if (a.point_count() != b.point_count()) return false;
  for (std::size_t i = 0; i < a.point_count(); ++i) {
    if (a.point(i) != b.point(i)) return false;
  }
  return a == b;
}

// Every point of the one with its owner's name, as a set that keeps what is there twice.
template <class Ring>
std::vector<std::pair<std::uint64_t, std::string>> named_points(Ring const& ring) {
  std::vector<std::pair<std::uint64_t, std::string>> all;
  for (std::size_t i = 0; i < ring.point_count(); ++i) {
    all.emplace_back(ring.point(i).point, ring.nodes()[ring.point(i).node].name);
  }
  return all;
}

// Each hash that has another owner afterwards satisfies the rule.
template <class Ring, class Rule>
void moves_only(Ring const& before, Ring const& after, Rule rule) {
  std::size_t wrong = 0;
  for (auto const& ring : {before, after}) {
    for (std::uint64_t const hash : telling_hashes(ring)) {
      auto const from = before.owner_of(hash);
      auto const to = after.owner_of(hash);
      wrong += from != to && !rule(from, to);
    }
  }
  CHECK(wrong == 0);
}

}  // namespace

// Mutant Q-02, and uber/ringpop-go#196, apache/pekko#3279: what decided was who came first or last.
TEMPLATE_TEST_CASE("the order in which nodes are given never shows", "[ring][change]", ordinary,
                   crowded) {
  std::vector<synod::ring_node> nodes{{"a"}, {"b", 0.5}, {"c", 2.0}, {"d"}, {"e", 0.01}};
  auto const first = TestType::make(nodes).value();
  std::size_t different = 0;
  while (std::next_permutation(nodes.begin(), nodes.end(),
                               [](auto const& x, auto const& y) { return x.name < y.name; })) {
    different += !same_placement(TestType::make(nodes).value(), first);
    auto grown = TestType::make({nodes[0]}).value();
    for (std::size_t i = 1; i < nodes.size(); ++i) grown = grown.with(nodes[i]).value();
    different += !same_placement(grown, first);
  }
  CHECK(different == 0);
}

TEMPLATE_TEST_CASE("removing and adding again changes nothing", "[ring][change]", ordinary,
                   crowded) {
  auto const ring = TestType::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  for (auto const& node : ring.nodes()) {
    CHECK(same_placement(ring.without(node.name).value().with(node).value(), ring));
  }
  CHECK(same_placement(ring.with({"d"}).value().without("d").value(), ring));
  CHECK(same_placement(ring.reweighted("b", 5.0).value().reweighted("b", 2.0).value(), ring));
}

TEMPLATE_TEST_CASE("a change of a node moves only keys to or from it", "[ring][change]", ordinary,
                   crowded) {
  synod::splitmix64 random{11};
  for (int round = 0; round < 20; ++round) {
    auto const nodes = random_nodes(random);
    auto const ring = TestType::make(views(nodes)).value();
    CAPTURE(round, nodes.size());

    moves_only(ring, ring.with({"new", 0.7}).value(), [](auto, auto to) { return to == "new"; });

    std::string_view const chosen = nodes[random.below(nodes.size())].name;
    double const weight = ring.nodes()[ring.index_of(chosen)].weight;
    if (nodes.size() > 1) {
      moves_only(ring, ring.without(chosen).value(),
                 [&](auto from, auto) { return from == chosen; });
    }
    moves_only(ring, ring.reweighted(chosen, weight * 1.5).value(),
               [&](auto, auto to) { return to == chosen; });
    moves_only(ring, ring.reweighted(chosen, weight * 0.5).value(),
               [&](auto from, auto) { return from == chosen; });
  }
}

// H11: envoy's and libketama's rings fail this one, and move keys between old nodes.
TEST_CASE("a node's points depend on that node alone", "[ring][change]") {
  auto points_of = [](ordinary const& ring, std::string_view name) {
    std::vector<std::uint64_t> all;
    for (auto const& [point, owner] : named_points(ring)) {
      if (owner == name) all.push_back(point);
    }
    return all;
  };
  auto const alone = points_of(ordinary::make({{"a", 1.3}}).value(), "a");
  CHECK(alone.size() == 208);
  std::vector<owned_node> others;
  for (int i = 0; i < 50; ++i) others.push_back({"other" + std::to_string(i), 0.1 * (i + 1)});
  CHECK(points_of(ordinary::make(views(others)).value().with({"a", 1.3}).value(), "a") == alone);
}

// H13.
TEST_CASE("a weight adds and removes points at the end of a node's sequence", "[ring][change]") {
  for (int points = 1; points < 400; points += 7) {
    auto const light = named_points(ordinary::make({{"n", weight_of(points)}}).value());
    auto const heavy = named_points(ordinary::make({{"n", weight_of(points + 1)}}).value());
    REQUIRE(light.size() == static_cast<std::size_t>(points));
    REQUIRE(heavy.size() == light.size() + 1);
    CHECK(std::includes(heavy.begin(), heavy.end(), light.begin(), light.end()));
    auto const last = synod::xxh3::hash("n", static_cast<std::uint64_t>(points));
    CHECK(std::find(heavy.begin(), heavy.end(), std::pair{last, std::string{"n"}}) != heavy.end());
  }
}

TEST_CASE("colliding points are all kept, and removed with their own node", "[ring][change]") {
  auto const ring = crowded::make({{"a"}, {"b"}, {"c"}}).value();
  CHECK(ring.point_count() == 480);  // on 256 places
  auto left = named_points(ring);
  std::erase_if(left, [](auto const& point) { return point.second == "b"; });
  CHECK(named_points(ring.without("b").value()) == left);
}
