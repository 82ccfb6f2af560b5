// SPDX-License-Identifier: BSL-1.0
// Rendezvous hashing: its logarithm, its owners by the definition, and ties.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring/rendezvous.hpp"
#include "tests/ring/laws.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::rendezvous;
using synod::detail::negative_log;

namespace {

constexpr std::uint64_t top = (std::uint64_t{1} << 53) - 1;
constexpr double unit = 0x1p-58;

static_assert(negative_log(0) == 16);  // u = 1 - 2^-54
static_assert(negative_log(top / 2) < negative_log(top / 2 + 1));

std::vector<synod::ring_node> weighted(std::size_t count) {
  auto nodes = some_nodes<rendezvous>(count);
  for (std::size_t i = 0; i < count; ++i) nodes[i].weight = 0.3 + 0.37 * double(i % 7);
  return nodes;
}

// The definition: every node's product with its own logarithm, sorted.
template <class Hash>
std::vector<std::string> by_definition(std::vector<synod::ring_node> const& nodes,
                                       std::uint64_t hash) {
  struct entry {
    double weighted;
    std::uint64_t plain;
    std::string name;
  };
  std::vector<entry> all;
  for (auto const& node : nodes) {
    std::uint64_t const plain = synod::mix(hash ^ Hash::hash(node.name, 0)) >> 11;
    double const factor = 1 / node.weight;
    all.push_back(
        {static_cast<double>(negative_log(plain)) * factor, plain, std::string{node.name}});
  }
  std::sort(all.begin(), all.end(), [](entry const& a, entry const& b) {
    if (a.weighted != b.weighted) return a.weighted < b.weighted;
    return a.plain != b.plain ? a.plain < b.plain : a.name < b.name;
  });
  std::vector<std::string> names;
  for (auto const& one : all) names.push_back(one.name);
  return names;
}

template <class Hash>
void orders_are_by_definition(std::vector<synod::ring_node> const& nodes, std::size_t keys) {
  auto const placement = synod::basic_rendezvous<Hash>::make(nodes).value();
  std::size_t wrong = 0;
  for (std::size_t key = 0; key < keys; ++key) {
    std::uint64_t const hash = placement.hash_of(key);
    auto const right = by_definition<Hash>(nodes, hash);
    wrong += placement.owner_of(hash) != right.front();
    std::vector<std::string> found;
    for (auto at = placement.candidates_of(hash); !at.done(); at.advance()) {
      found.emplace_back(placement.nodes()[at.node()].name);
    }
    wrong += found != right;
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("the logarithm is one", "[ring][rendezvous]") {
  synod::splitmix64 random{3};
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::uint64_t const distance = (random() >> 11) >> (i % 50);
    std::uint64_t const t = i % 2 == 0 ? distance : top - distance;
    // Of the two forms the one whose argument is exact in double.
    double const exact = t <= top / 2 ? -std::log1p(-(static_cast<double>(t) + 0.5) * 0x1p-53)
                                      : -std::log((static_cast<double>(top - t) + 0.5) * 0x1p-53);
    double const ours = static_cast<double>(negative_log(t)) * unit;
    worst = std::max(worst, std::abs(ours - exact) / (0x1p-52 + exact * 0x1p-51));
  }
  CHECK(worst < 1);
  CHECK(static_cast<double>(negative_log(top)) * unit == Approx(54 * std::log(2.0)).epsilon(1e-12));
}

TEST_CASE("the logarithm grows with every step and is at least linear", "[ring][rendezvous]") {
  std::size_t wrong = 0;
  auto const check = [&](std::uint64_t t) {
    wrong += negative_log(t) < 32 * t;
    if (t < top) wrong += negative_log(t + 1) <= negative_log(t);
  };
  synod::splitmix64 random{5};
  for (int i = 0; i < 100'000; ++i) check((random() >> 11) >> (i % 50));
  // Where the tables change hands: u near c / 32 x 2^-k.
  for (std::uint64_t k = 0; k < 49; ++k) {
    for (std::uint64_t c = 16; c <= 32; ++c) {
      std::uint64_t const border = top + 1 - ((c << 48) >> k);
      for (std::uint64_t step = 0; step < 5; ++step) {
        if (border + 2 >= step && border + 2 - step <= top) check(border + 2 - step);
      }
    }
  }
  CHECK(wrong == 0);
}

// Frozen: a change is a breaking release.
TEST_CASE("golden logarithms and owners", "[ring][rendezvous][golden]") {
  CHECK(negative_log(1) == 48);
  CHECK(negative_log(top / 3) == 116867360626410678);
  CHECK(negative_log(top) == 10788447919389740675u);
  auto const nodes = rendezvous::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  CHECK(nodes.owner("user:42") == "c");
  CHECK(nodes.owner("user:43") == "b");
  CHECK(nodes.owner(7) == "b");
  std::uint64_t all = 0xcbf29ce484222325;
  for (int i = 0; i < 100'000; ++i) {
    auto const owner = nodes.owner("key-" + std::to_string(i));
    all = (all ^ static_cast<unsigned char>(owner.front())) * 0x100000001b3;
  }
  CHECK(all == 0x8b9766aa679e0c5e);
}

TEST_CASE("owners and orders are by definition", "[ring][rendezvous][model]") {
  for (std::size_t const count : {1u, 2u, 3u, 4u, 5u, 8u, 9u, 40u}) {
    CAPTURE(count);
    orders_are_by_definition<synod::xxh3>(some_nodes<rendezvous>(count), 300);
    orders_are_by_definition<synod::xxh3>(weighted(count), 300);
    orders_are_by_definition<synod::colliding<3>>(some_nodes<rendezvous>(count), 300);
    orders_are_by_definition<synod::colliding<3>>(weighted(count), 300);
  }
}

// clohfink/RendezvousHash#1: what decided a tie was which node came first into a list.
TEST_CASE("equal scores go to the smaller name", "[ring][rendezvous][rendezvous_tie_by_position]") {
  using one_hash = synod::basic_rendezvous<synod::colliding<1>>;
  std::vector<synod::ring_node> const nodes{{"d"}, {"a"}, {"c"}, {"b"}, {"e"}};
  auto const placement = one_hash::make(nodes).value();
  std::size_t wrong = 0;
  for (std::uint64_t hash = 0; hash < 2; ++hash) {
    auto const right = by_definition<synod::colliding<1>>(nodes, hash);
    wrong += placement.owner_of(hash) != right.front();
  }
  CHECK(wrong == 0);
  auto const reversed = one_hash::make({{"e"}, {"b"}, {"c"}, {"a"}, {"d"}}).value();
  CHECK(owner_names(reversed, {0, 1}) == owner_names(placement, {0, 1}));
}

// A u of 0 or 1 has no logarithm to speak of: the ends of the range are never reached.
TEST_CASE("the nearest and the farthest draw have finite scores", "[ring][rendezvous]") {
  CHECK(negative_log(0) > 0);
  CHECK(negative_log(top) < ~std::uint64_t{0} / 2 + ~std::uint64_t{0} / 4);
}

TEST_CASE("adding a first weight moves nothing else", "[ring][rendezvous]") {
  auto const equal = some<rendezvous>(30);
  auto const mixed = equal.with({"heavy", 3.0}).value();
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(20'000)) {
    auto const now = mixed.owner_of(hash);
    wrong += now != "heavy" && now != equal.owner_of(hash);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a key called like a node belongs to it", "[ring][rendezvous]") {
  auto const nodes = some<rendezvous>(50);
  for (auto const& node : nodes.nodes()) CHECK(nodes.owner(node.name) == node.name);
}
