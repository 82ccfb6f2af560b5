// SPDX-License-Identifier: BSL-1.0
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::ring_share;

namespace {

static_assert(synod::hash_interval{0, ~std::uint64_t{0}}.share() == ring_share::whole());
static_assert(synod::hash_interval{5, 5}.share() == ring_share{1});
static_assert(synod::hash_interval{5, 7}.contains(5) && synod::hash_interval{5, 7}.contains(7));
static_assert(!synod::hash_interval{5, 7}.contains(8) && !synod::hash_interval{5, 7}.contains(4));
static_assert(ring_share::whole().fraction() == 1.0);
static_assert(ring_share{}.fraction() == 0.0);
static_assert(ring_share{1} < ring_share{2});

template <class Hash>
void shares_are_the_models(std::vector<owned_node> const& nodes) {
  auto const ring = synod::basic_hash_ring<Hash>::make(views(nodes)).value();
  auto expected = model<Hash>{views(nodes)}.shares();
  ring_share all;
  for (auto const& node : ring.balance()) {
    CAPTURE(node.name);
    CHECK((node.share == expected[std::string{node.name}]));
    all += node.share;
  }
  CHECK((all == ring_share::whole()));
}

}  // namespace

TEST_CASE("shares are exact", "[ring][balance][model]") {
  std::vector<owned_node> const nodes{{"a"}, {"b", 0.5}, {"c", 2.0}, {"d", 0.001}};
  shares_are_the_models<synod::xxh3>(nodes);
  shares_are_the_models<synod::xxh64>(nodes);
  shares_are_the_models<synod::colliding<8>>(nodes);
  shares_are_the_models<synod::colliding<1>>(nodes);  // some nodes own nothing at all
  shares_are_the_models<synod::xxh3>({{"alone", 0.001}});
  shares_are_the_models<synod::colliding<1>>({{"alone"}});
}

TEST_CASE("a share is what a node gets of many keys", "[ring][balance]") {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  constexpr int keys = 200'000;
  std::vector<int> count(ring.size());
  for (int key = 0; key < keys; ++key) ++count[ring.owner_index(key)];
  for (std::size_t i = 0; i < ring.size(); ++i) {
    double const share = ring.balance()[i].share.fraction();
    double const deviation = std::sqrt(share * (1 - share) / keys);
    CHECK(std::abs(double(count[i]) / keys - share) < 5 * deviation);
  }
}

// H17: relative standard deviation of a share is about 1 / sqrt(points).
TEST_CASE("shares of equal nodes spread as theory says", "[ring][balance]") {
  std::vector<owned_node> nodes;
  for (int i = 0; i < 1000; ++i) nodes.push_back({"node-" + std::to_string(i)});
  auto const ring = synod::hash_ring::make(views(nodes)).value();
  double squares = 0;
  for (auto const& node : ring.balance()) {
    double const off = node.share.fraction() * 1000 - 1;
    squares += off * off;
  }
  double const deviation = std::sqrt(squares / 1000);
  CHECK(deviation > 0.9 / std::sqrt(160.0));
  CHECK(deviation < 1.1 / std::sqrt(160.0));
}
