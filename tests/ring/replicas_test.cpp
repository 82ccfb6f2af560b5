// SPDX-License-Identifier: BSL-1.0
// H14: distinct nodes in ring order, at most one turn, a shortfall instead of a loop.
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;

namespace {

using ring_walk = synod::replica_walk_of<synod::hash_ring>;

std::vector<std::string> names(ring_walk const& walk) {
  std::vector<std::string> all;
  for (auto const name : walk) all.emplace_back(name);
  return all;
}

template <class Hash>
void walks_are_the_models(std::vector<owned_node> const& nodes) {
  auto const ring = synod::basic_hash_ring<Hash>::make(views(nodes)).value();
  model<Hash> const expected{views(nodes)};
  std::vector<std::string_view> filled(nodes.size() + 5, "untouched");
  std::vector<std::uint32_t> indices(nodes.size() + 5, 77);
  std::size_t wrong = 0;
  auto const hashes = telling_hashes(ring);
  for (std::size_t at = 0; at < hashes.size(); at += 1 + hashes.size() / 100) {
    for (std::size_t const count :
         {std::size_t{0}, std::size_t{1}, std::size_t{3}, nodes.size(), nodes.size() + 5}) {
      auto const right = expected.replicas(hashes[at], count);
      auto const walk = ring.replicas_of(hashes[at], count);
      wrong += names(walk) != right;
      wrong += walk.size() != right.size() || walk.shortfall() != count - right.size();

      synod::replica_count const told{right.size(), count - right.size()};
      wrong += ring.replicas_of(hashes[at], std::span{filled}.first(count)) != told;
      wrong += ring.replicas_of(hashes[at], std::span{indices}.first(count)) != told;
      for (std::size_t i = 0; i < right.size(); ++i) {
        wrong += filled[i] != right[i] || ring.nodes()[indices[i]].name != right[i];
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(filled.back() == "untouched");
  CHECK(indices.back() == 77);
}

}  // namespace

TEST_CASE("replicas are distinct nodes in ring order, the owner first", "[ring][replicas]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const ring =
      scripted_ring::make(
          {{"a:10,20,50", weight_of(3)}, {"b:30", weight_of(1)}, {"c:40,60", weight_of(2)}})
          .value();
  CHECK(names(ring.replicas("k:10", 2)) == std::vector<std::string>{"a:10,20,50", "b:30"});
  CHECK(names(ring.replicas("k:31", 3)) ==
        std::vector<std::string>{"c:40,60", "a:10,20,50", "b:30"});
  CHECK(names(ring.replicas("k:61", 2)) == std::vector<std::string>{"a:10,20,50", "b:30"});
  CHECK(*ring.replicas("k:25", 1).begin() == ring.owner("k:25"));
}

// thanos-io/thanos#5639: fewer endpoints than replicas made a ring search for ever.
TEST_CASE("more replicas than nodes are a shortfall", "[ring][replicas]") {
  auto const ring = synod::hash_ring::make({{"a"}, {"b"}}).value();
  auto const walk = ring.replicas("k", 5);
  CHECK(walk.size() == 2);
  CHECK(walk.shortfall() == 3);
  CHECK(names(walk).size() == 2);
  CHECK(ring.replicas("k", ~std::size_t{0}).size() == 2);

  std::array<std::string_view, 5> out;
  CHECK(ring.replicas("k", out) == synod::replica_count{2, 3});
  CHECK(out[0] == ring.owner("k"));
  CHECK(out[2].empty());
}

TEST_CASE("no replicas, and replicas of no nodes", "[ring][replicas]") {
  auto const ring = synod::hash_ring::make({{"a"}, {"b"}}).value();
  CHECK(ring.replicas("k", 0).empty());
  CHECK(ring.replicas("k", 0).shortfall() == 0);
  CHECK(ring.replicas("k", std::span<std::string_view>{}) == synod::replica_count{0, 0});

  synod::hash_ring const nobody;
  CHECK(names(nobody.replicas("k", 3)).empty());
  CHECK(nobody.replicas("k", 3).shortfall() == 3);
  std::array<std::uint32_t, 3> out{};
  CHECK(nobody.replicas("k", out) == synod::replica_count{0, 3});
  CHECK(names(ring_walk{}).empty());
}

TEST_CASE("replica sets are those of the definition", "[ring][replicas][model]") {
  std::vector<owned_node> const few{{"a"}, {"b", 0.3}, {"c", 2.0}, {"d", 0.001}};
  walks_are_the_models<synod::xxh3>(few);
  walks_are_the_models<synod::colliding<8>>(few);
  walks_are_the_models<synod::colliding<1>>(few);
}

// Beyond 16 nodes a walk no longer remembers but looks back.
TEST_CASE("long walks are those of the definition", "[ring][replicas][model]") {
  for (int const count : {15, 16, 17, 18, 40}) {
    CAPTURE(count);
    std::vector<owned_node> nodes;
    for (int i = 0; i < count; ++i)
      nodes.push_back({"n" + std::to_string(i), weight_of(5 + i % 7)});
    walks_are_the_models<synod::xxh3>(nodes);
    walks_are_the_models<synod::colliding<5>>(nodes);
  }
}

TEST_CASE("a walk can be walked again, and left at any time", "[ring][replicas]") {
  auto const ring = synod::hash_ring::make({{"a"}, {"b"}, {"c"}}).value();
  auto const walk = ring.replicas("k", 3);
  CHECK(names(walk) == names(walk));
  auto at = walk.begin();
  auto const before = at++;
  CHECK(*before == *walk.begin());
  CHECK(before == walk.begin());
  CHECK(at != before);
  CHECK(ring.nodes()[at.index()].name == *at);
}

// H16: a list gains the new node at one place at most, and loses its last.
TEST_CASE("a node more is at most one insertion in every replica list", "[ring][replicas]") {
  auto const before = synod::hash_ring::make({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}).value();
  auto const after = before.with({"new"}).value();
  std::size_t wrong = 0;
  for (int key = 0; key < 5000; ++key) {
    auto old_list = names(before.replicas(key, 3));
    auto const new_list = names(after.replicas(key, 3));
    auto without_new = new_list;
    if (std::erase(without_new, "new") > 0) old_list.pop_back();
    wrong += without_new != old_list;
  }
  CHECK(wrong == 0);
}
