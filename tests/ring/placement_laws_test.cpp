// SPDX-License-Identifier: BSL-1.0
// What every placement keeps: H1 to H5 of consistent hashing, whatever the algorithm.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "synod/ring/placement.hpp"
#include "tests/ring/laws.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::errc;

namespace {

template <class... P>
constexpr bool all_are_placements(std::tuple<P...> const*) {
  return (synod::placement<P> && ...);
}
static_assert(all_are_placements(static_cast<any_placements*>(nullptr)));
static_assert(!synod::placement<int>);

static_assert(synod::weighted_placement<synod::hash_ring>);
static_assert(synod::weighted_placement<synod::rendezvous>);
static_assert(!synod::weighted_placement<synod::jump>);
static_assert(!synod::weighted_placement<synod::jump_back>);
static_assert(!synod::weighted_placement<synod::anchor>);

// After a node has joined, every hash stays or goes to it; before it leaves, the same.
template <class P>
void only_to_the_new(P const& before, P const& after, decltype(P::node::name) joined,
                     std::vector<std::uint64_t> const& hashes) {
  std::size_t wrong = 0;
  for (std::uint64_t const hash : hashes) {
    auto const now = after.owner_of(hash);
    wrong += now != before.owner_of(hash) && now != joined;
  }
  CHECK(static_cast<double>(wrong) <=
        promises<P>::others_move * static_cast<double>(hashes.size()));
}

template <class P>
void changes_are_minimal(std::vector<std::uint64_t> const& hashes) {
  using name = decltype(P::node::name);
  synod::splitmix64 random{7};
  for (std::size_t count = 1; count <= 64; count += 1 + random.below(4)) {
    CAPTURE(count);
    P const now = some<P>(count);
    name const joining = name_of<name>(count + random.below(100));
    P const grown = now.with({joining}).value();
    only_to_the_new(now, grown, joining, hashes);
    CHECK(grown.size() == count + 1);
    CHECK(grown.without(joining).value() == now);
    if (count == 1) continue;
    bool const any = promises<P>::leaves == removable::any;
    name const leaving = now.nodes()[any ? random.below(count) : count - 1].name;
    only_to_the_new(now.without(leaving).value(), now, leaving, hashes);
  }
}

template <class P>
std::vector<double> expected_shares(P const& placement) {
  std::vector<double> shares;
  if constexpr (requires { placement.balance(); }) {
    for (auto const& node : placement.balance()) shares.push_back(node.share.fraction());
  } else {
    double all = 0;
    for (auto const& node : placement.nodes()) all += node.weight;
    for (auto const& node : placement.nodes()) shares.push_back(node.weight / all);
  }
  return shares;
}

// The chance that equal or worse comes by chance is 1 in 10^6 (Wilson and Hilferty's
// approximation).
template <class P>
void shares_are_as_expected(P const& placement) {
  constexpr std::size_t keys = 400'000;
  std::vector<double> found(placement.size());
  for (std::size_t key = 0; key < keys; ++key) ++found[placement.owner_index(key)];
  auto const shares = expected_shares(placement);
  double chi_squared = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    double const expected = shares[i] * keys;
    chi_squared += (found[i] - expected) * (found[i] - expected) / expected;
  }
  double const degrees = static_cast<double>(found.size() - 1);
  double const spread = 2 / (9 * degrees);
  CHECK(std::cbrt(chi_squared / degrees) < 1 - spread + 4.75 * std::sqrt(spread));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("equal nodes are equal placements with equal owners", "[ring][laws]",
                        placements) {
  auto const hashes = some_hashes(2000);
  TestType const one = some<TestType>(17);
  TestType const two = some<TestType>(17);
  CHECK(one == two);
  CHECK(owner_names(one, hashes) == owner_names(two, hashes));
  CHECK(one != some<TestType>(16));
  CHECK(one != TestType{});
  TestType const copy = one;
  CHECK(copy == one);
  CHECK(owner_names(copy, hashes) == owner_names(one, hashes));
}

TEMPLATE_LIST_TEST_CASE("an owner is a node, the first candidate and the first replica",
                        "[ring][laws]", placements) {
  for (std::size_t const count : {1u, 2u, 3u, 10u, 64u, 1000u}) {
    TestType const placement = some<TestType>(count);
    std::size_t wrong = 0;
    for (std::uint64_t const hash : some_hashes(500)) {
      std::uint32_t const index = placement.owner_index_of(hash);
      REQUIRE(index < count);
      auto const owner = placement.owner_of(hash);
      wrong += owner != placement.nodes()[index].name || placement.index_of(owner) != index;
      wrong += placement.candidates_of(hash).node() != index;
      wrong += *placement.replicas_of(hash, 1).begin() != owner;
    }
    CHECK(wrong == 0);
  }
}

// H3: envoy#20703, where maglev's table followed the order of the hosts.
TEMPLATE_LIST_TEST_CASE("the order of the nodes counts only where it is the numbering",
                        "[ring][laws]", any_placements) {
  auto nodes = some_nodes<TestType>(12);
  auto const hashes = key_hashes<TestType>(3000);
  TestType const one = made<TestType>(nodes).value();
  std::reverse(nodes.begin(), nodes.end());
  TestType const reversed = made<TestType>(nodes).value();
  CHECK((one == reversed) == promises<TestType>::any_order);
  CHECK((owner_names(one, hashes) == owner_names(reversed, hashes)) ==
        promises<TestType>::any_order);
}

// H4.
TEMPLATE_LIST_TEST_CASE("a node that joins or leaves moves only its own keys", "[ring][laws]",
                        placements) {
  changes_are_minimal<TestType>(some_hashes(3000));
}
TEMPLATE_LIST_TEST_CASE("the same with numbers for names", "[ring][laws]", numbered_placements) {
  changes_are_minimal<TestType>(some_hashes(1000));
}
TEMPLATE_LIST_TEST_CASE("the same where all collide", "[ring][laws]", crowded_placements) {
  changes_are_minimal<TestType>(key_hashes<TestType>(1000));
}

TEMPLATE_LIST_TEST_CASE("a weight moves keys only to the heavier or from the lighter node",
                        "[ring][laws]", placements) {
  if constexpr (synod::weighted_placement<TestType>) {
    TestType const now = some<TestType>(20);
    auto const changed = now.nodes()[7].name;
    auto const hashes = some_hashes(5000);
    for (double const weight : {1.01, 1.5, 10.0}) {
      only_to_the_new(now, now.reweighted(changed, weight).value(), changed, hashes);
      only_to_the_new(now.reweighted(changed, 1 / weight).value(), now, changed, hashes);
    }
    CHECK((now.reweighted(changed, 3.0).value().reweighted(changed, 1.0).value() == now) ==
          promises<TestType>::weights_return);
    CHECK(now.reweighted("nobody", 1.0).error().code == errc::unknown);
    CHECK(now.reweighted(changed, 0.0).error().code == errc::bad_input);
  }
}

TEMPLATE_LIST_TEST_CASE("nodes get their shares", "[ring][laws]", placements) {
  for (std::size_t const count : {2u, 3u, 7u, 10u, 33u, 100u, 1000u}) {
    CAPTURE(count);
    shares_are_as_expected(some<TestType>(count));
  }
  if constexpr (synod::weighted_placement<TestType>) {
    auto nodes = some_nodes<TestType>(12);
    for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].weight = 0.25 * double(i * i + 1);
    shares_are_as_expected(made<TestType>(nodes).value());
  }
}

// H5.
TEMPLATE_LIST_TEST_CASE("one node owns everything", "[ring][laws]", any_placements) {
  TestType const placement = some<TestType>(1);
  for (std::uint64_t const hash : some_hashes(100)) CHECK(placement.owner_index_of(hash) == 0);
  CHECK(placement.replicas_of(5, 3).size() == 1);
  CHECK(placement.replicas_of(5, 3).shortfall() == 2);
  CHECK(placement.without(placement.nodes()[0].name).error().code == errc::empty);
}

TEMPLATE_LIST_TEST_CASE("without nodes nobody owns anything", "[ring][laws]", any_placements) {
  using name = decltype(TestType::node::name);
  TestType const nobody;
  CHECK(nobody.empty());
  CHECK(nobody.size() == 0);
  CHECK(nobody == TestType{});
  CHECK(nobody.owner_index_of(42) == synod::no_node);
  CHECK(nobody.owner("k") == name{});
  CHECK(nobody.candidates_of(42).done());
  CHECK(nobody.replicas_of(42, 3).empty());
  CHECK(nobody.replicas_of(42, 3).shortfall() == 3);
  std::vector<std::uint32_t> out(3);
  CHECK(nobody.replicas_of(42, out) == synod::replica_count{0, 3});
  CHECK(nobody.index_of(name_of<name>(1)) == synod::no_node);
  CHECK(nobody.without(name_of<name>(1)).error().code == errc::unknown);
  CHECK(nobody.with({name_of<name>(1)}).value().owner("k") == name_of<name>(1));
}

TEMPLATE_LIST_TEST_CASE("bad nodes are refused with their place", "[ring][laws]", placements) {
  auto const refused = [](auto const& answer, errc code, std::uint64_t place) {
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == code);
    CHECK(answer.error().place == place);
  };
  using nodes = std::vector<typename TestType::node>;
  auto const make = [](nodes const& list) { return made<TestType>(list); };
  refused(make({}), errc::empty, 0);
  refused(make({{"a"}, {""}}), errc::bad_input, 1);
  refused(make({{"a"}, {"b"}, {"c"}, {"b"}}), errc::duplicate, 3);
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (double const weight :
       {0.0, -0.0, -1.0, infinite, -infinite, std::numeric_limits<double>::quiet_NaN()}) {
    refused(make({{"a"}, {"b", weight}}), errc::bad_input, 1);
  }
  TestType const three = some<TestType>(3);
  refused(three.with({name_of<std::string_view>(1)}), errc::duplicate, 0);
  refused(three.with({""}), errc::bad_input, 0);
  refused(three.with({"x", 0.0}), errc::bad_input, 0);
  refused(three.without("nobody"), errc::unknown, 0);
  refused(three.without(""), errc::unknown, 0);
  CHECK(three == some<TestType>(3));
}

// Huge weights are weights, points or an error; never a crash, nor a node without a name.
TEMPLATE_LIST_TEST_CASE("weights of any size have an answer", "[ring][laws]", placements) {
  for (double const weight : {std::numeric_limits<double>::denorm_min(), 1e-300, 2.0, 1e9, 1e300,
                              std::numeric_limits<double>::max()}) {
    CAPTURE(weight);
    auto const answer = made<TestType>({{"a"}, {"b", weight}});
    if (!answer) {
      bool const has_weights = synod::weighted_placement<TestType>;
      CHECK(answer.error().code == (has_weights ? errc::too_large : errc::bad_input));
      CHECK(answer.error().place == 1);
      continue;
    }
    if (weight < 1e-200 && answer->size() == 2) CHECK(answer->owner("some key") == "a");
    CHECK(answer->owner_index_of(12345) < 2);
  }
}

TEMPLATE_LIST_TEST_CASE("keys are text, bytes and integers", "[ring][laws]", placements) {
  TestType const placement = some<TestType>(9);
  CHECK(placement.owner("key") == placement.owner(std::string{"key"}));
  CHECK(placement.owner(7) == placement.owner(std::uint64_t{7}));
  CHECK(placement.owner(7) == placement.owner_of(TestType::hash_of(7)));
  CHECK(placement.nodes()[placement.owner_index("key")].name == placement.owner("key"));
}
