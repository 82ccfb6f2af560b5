// SPDX-License-Identifier: BSL-1.0
// The thinned ring: against its definition, and as even as it is said to be.
#include "synod/ring/thinned_ring.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/movement.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::errc;
using synod::thinned_ring;

namespace {

static_assert(synod::weighted_placement<thinned_ring>);
static_assert(synod::weighted_placement<synod::numbered_thinned_ring>);
static_assert(!synod::interval_placement<thinned_ring>);

// Whether a key sees a point, as it is laid down.
bool sees(std::uint64_t hash, std::uint64_t point, unsigned one_in) {
  std::uint64_t const drawn = synod::mix(hash + 0x9e3779b97f4a7c15);
  std::uint64_t const mark = synod::mix(point);
  auto const part = [](std::uint64_t from, int number) { return from >> 16 * number & 0xffff; };
  std::uint64_t x = (part(mark, 2) ^ part(drawn, 0)) * (part(drawn, 1) | 1);
  x = (x + part(mark, 3) * (part(drawn, 2) | 1)) & 0xffff;
  x = (x ^ x >> 8) * (part(drawn, 3) | 1) & 0xffff;
  return x < 65536 / one_in;
}

// The points in ring order from a hash on, those seen first: the owners of them.
template <class Hash>
std::vector<std::string> in_order(model<Hash> const& ring, std::uint64_t hash, unsigned one_in) {
  std::vector<std::string> seen;
  std::vector<std::string> others;
  std::size_t const start = ring.at(hash);
  for (std::size_t i = 0; i < ring.points.size(); ++i) {
    auto const& [point, name, number] = ring.points[(start + i) % ring.points.size()];
    (sees(hash, point, one_in) ? seen : others).push_back(name);
  }
  seen.insert(seen.end(), others.begin(), others.end());
  return seen;
}

std::vector<owned_node> equal_nodes(int count) {
  std::vector<owned_node> nodes;
  for (int i = 0; i < count; ++i) nodes.push_back({"node-" + std::to_string(i)});
  return nodes;
}

std::vector<std::uint64_t> random_hashes(std::size_t count) {
  synod::splitmix64 random{3};
  std::vector<std::uint64_t> all{0, 1, ~std::uint64_t{0}};
  while (all.size() < count) all.push_back(random());
  return all;
}

template <class Hash, unsigned OneIn>
void places_as_defined(std::vector<owned_node> const& nodes) {
  auto const ring =
      synod::basic_thinned_ring<Hash, std::string_view, OneIn>::make(views(nodes)).value();
  model<Hash> const by_definition{views(nodes)};
  for (std::uint64_t const hash : random_hashes(60)) {
    auto const order = in_order(by_definition, hash, OneIn);
    CAPTURE(hash);
    REQUIRE(ring.owner_of(hash) == order.front());
    std::vector<std::string> walked;
    for (auto at = ring.candidates_of(hash); !at.done(); at.advance()) {
      walked.emplace_back(ring.nodes()[at.node()].name);
    }
    REQUIRE(walked == order);
  }
}

}  // namespace

TEST_CASE("a key belongs to the first point that it sees",
          "[ring][thinned][model][thinned_without_wrap]") {
  std::vector<owned_node> const nodes{{"a"}, {"b", 0.5}, {"c", 2.0}, {"d", 0.001}};
  places_as_defined<synod::xxh3, 128>(nodes);
  places_as_defined<synod::xxh3, 2>(nodes);
  places_as_defined<synod::xxh64, 16>(nodes);
  places_as_defined<synod::colliding<8>, 32>(nodes);
  places_as_defined<synod::xxh3, 1024>(nodes);
  places_as_defined<synod::xxh3, 128>({{"alone", 0.001}});
  places_as_defined<synod::xxh3, 1024>({{"a", 0.01}, {"b", 0.01}, {"c", 0.01}});
}

// Golden values: a change of any of them is a breaking release.
TEST_CASE("thinned owners are fixed for all time", "[ring][thinned][golden]") {
  auto const ring = thinned_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  std::string owners;
  for (int key = 0; key < 40; ++key) owners += ring.owner(key);
  CHECK(owners == "bbcaaabbaabbbabaabcabcbbcbbbbabcbbbabbba");
}

TEST_CASE("shares come out as expected", "[ring][thinned][balance]") {
  std::vector<owned_node> nodes = equal_nodes(20);
  nodes.push_back({"heavy", 5.0});
  nodes.push_back({"light", 0.2});
  auto const ring = thinned_ring::make(views(nodes)).value();
  constexpr int keys = 400'000;
  std::vector<double> count(ring.size());
  for (int key = 0; key < keys; ++key) count[ring.owner_index(key)] += 1;
  double sum = 0;
  double chi_square = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    double const expected = keys * ring.balance()[i].share.fraction();
    chi_square += (count[i] - expected) * (count[i] - expected) / expected;
    sum += ring.balance()[i].share.fraction();
  }
  CHECK(sum == Catch::Approx(1.0).epsilon(1e-12));
  CHECK(chi_square < 21 + 5 * std::sqrt(2 * 21.0));  // 21 degrees of freedom
  // And not the shares of the ring it is made of, from which they differ by 8 %.
  auto const plain = synod::hash_ring::make(views(nodes)).value();
  double plainly = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    double const expected = keys * plain.balance()[i].share.fraction();
    plainly += (count[i] - expected) * (count[i] - expected) / expected;
  }
  CHECK(plainly > 20 * chi_square);
}

TEST_CASE("shares spread as theory says, and stay within a fiftieth", "[ring][thinned][balance]") {
  for (int const count : {10, 100, 1000}) {
    auto const ring = thinned_ring::make(views(equal_nodes(count))).value();
    double squares = 0;
    double most = 0;
    for (auto const& node : ring.balance()) {
      double const relative = node.share.fraction() * count;
      squares += (relative - 1) * (relative - 1);
      most = std::max(most, relative);
    }
    CAPTURE(count);
    CHECK(most <= 1.02);
    if (count < 1000) continue;
    CHECK(std::sqrt(squares / count) == Catch::Approx(1 / std::sqrt(160.0 * 255)).epsilon(0.1));
  }
}

TEST_CASE("a change moves only keys to or from the node that changes",
          "[ring][thinned][property]") {
  synod::splitmix64 random{9};
  auto const hashes = random_hashes(4000);
  for (int round = 0; round < 12; ++round) {
    std::vector<owned_node> nodes;
    for (std::size_t i = 0; i <= 1 + random.below(12); ++i) {
      nodes.push_back({"n" + std::to_string(i), 0.05 + double(random.below(300)) / 100});
    }
    auto const ring = thinned_ring::make(views(nodes)).value();
    auto const to_new = [](std::uint64_t, std::string_view, std::string_view to) {
      REQUIRE(to == "new");
    };
    auto const from_first = [](std::uint64_t, std::string_view from, std::string_view) {
      REQUIRE(from == "n0");
    };
    auto const grown = ring.with({"new", 1.0}).value();
    CHECK(movement(ring, grown, hashes, to_new).moved > 0);
    CHECK(grown.without("new").value() == ring);
    CHECK(movement(ring, ring.without("n0").value(), hashes, from_first).moved > 0);
    auto const lighter = ring.reweighted("n0", 0.01).value();
    movement(ring, lighter, hashes, from_first);
    movement(lighter, ring, hashes,
             [](std::uint64_t, std::string_view, std::string_view to) { REQUIRE(to == "n0"); });
    std::reverse(nodes.begin(), nodes.end());
    auto const other_order = thinned_ring::make(views(nodes)).value();
    CHECK(other_order == ring);
    CHECK(movement(ring, other_order, hashes).moved == 0);
  }
}

TEST_CASE("replica sets are distinct, begin with the owner, and take in one node at most",
          "[ring][thinned][replicas]") {
  auto const ring = thinned_ring::make(views(equal_nodes(8))).value();
  auto const grown = ring.with({"new"}).value();
  for (std::uint64_t const hash : random_hashes(500)) {
    std::array<std::string_view, 4> before;
    std::array<std::string_view, 4> after;
    CHECK(ring.replicas_of(hash, before) == synod::replica_count{4, 0});
    CHECK(grown.replicas_of(hash, after) == synod::replica_count{4, 0});
    CHECK(before[0] == ring.owner_of(hash));
    std::vector<std::string_view> expected(before.begin(), before.end());
    auto const at = std::find(after.begin(), after.end(), "new");
    if (at != after.end()) {
      expected.insert(expected.begin() + (at - after.begin()), "new");
      expected.pop_back();
    }
    CHECK(std::equal(after.begin(), after.end(), expected.begin()));
    std::sort(before.begin(), before.end());
    CHECK(std::adjacent_find(before.begin(), before.end()) == before.end());
  }
  auto const all = ring.replicas("k", 20);
  CHECK(all.size() == 8);
  CHECK(all.shortfall() == 12);
  std::size_t walked = 0;
  for (auto const name : all) walked += name.empty() ? 0 : 1;
  CHECK(walked == 8);
}

TEST_CASE("replicas of a thinned ring stand in distinct zones", "[ring][thinned][replicas]") {
  auto const ring =
      thinned_ring::make({{"a", 1, "x"}, {"b", 1, "x"}, {"c", 1, "y"}, {"d", 1, "z"}}).value();
  for (int key = 0; key < 50; ++key) {
    std::array<std::uint32_t, 4> found;
    CHECK(ring.replicas(key, found, synod::spread::zones) == synod::replica_count{3, 1});
    CHECK(ring.nodes()[found[0]].zone != ring.nodes()[found[1]].zone);
    CHECK(ring.nodes()[found[1]].zone != ring.nodes()[found[2]].zone);
    CHECK(ring.nodes()[found[0]].zone != ring.nodes()[found[2]].zone);
  }
}

TEST_CASE("a walk over a thinned ring lasts as long as any copy of the ring",
          "[ring][thinned][replicas]") {
  thinned_ring kept;
  auto const walk = [&kept] {
    auto const ring = thinned_ring::make({{"a"}, {"b"}, {"c"}}).value();
    kept = ring;
    return synod::replica_walk_of<thinned_ring>{ring.replicas("k", 3)};
  }();
  std::vector<std::string_view> names;
  for (auto const name : walk) names.push_back(name);
  std::vector<std::string_view> expected;
  for (auto const name : kept.replicas("k", 3)) expected.push_back(name);
  CHECK(names == expected);
  CHECK(names.size() == 3);
}

TEST_CASE("bad nodes are refused by a thinned ring", "[ring][thinned]") {
  auto const ring = thinned_ring::make({{"a"}, {"b"}}).value();
  CHECK(thinned_ring::make({}).error() == synod::error{errc::empty, "", 0});
  CHECK(thinned_ring::make({{"a"}, {""}}).error() == synod::error{errc::bad_input, "", 1});
  CHECK(thinned_ring::make({{"a", -1.0}}).error() == synod::error{errc::bad_input, "", 0});
  CHECK(thinned_ring::make({{"a"}, {"b"}, {"a"}}).error() == synod::error{errc::duplicate, "", 2});
  CHECK(thinned_ring::make({{"a"}, {"b", 1e9}}).error() == synod::error{errc::too_large, "", 1});
  CHECK(ring.with({"a"}).error() == synod::error{errc::duplicate, "", 0});
  CHECK(ring.without("c").error().code == errc::unknown);
  CHECK(ring.without("a").value().without("b").error().code == errc::empty);
  CHECK(ring.reweighted("c", 1).error().code == errc::unknown);
  CHECK(ring.reweighted("a", 0).error() == synod::error{errc::bad_input, "", 0});
  thinned_ring const none;
  CHECK(none.owner("k").empty());
  CHECK(none.owner_index("k") == synod::no_node);
  CHECK(none.replicas("k", 3).shortfall() == 3);
  CHECK(none.with({"a"}).value() == thinned_ring::make({{"a"}}).value());
}

TEST_CASE("nodes with ids are thinned alike", "[ring][thinned]") {
  using synod::node_id;
  auto const ring = synod::numbered_thinned_ring::make({{node_id{1}}, {node_id{2}}}).value();
  auto const after = ring.with({node_id{3}}).value();
  CHECK(after.without(node_id{3}).value() == ring);
  movement(ring, after, random_hashes(500),
           [](std::uint64_t, node_id, node_id to) { CHECK(to == node_id{3}); });
}
