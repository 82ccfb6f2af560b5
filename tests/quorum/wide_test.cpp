// SPDX-License-Identifier: BSL-1.0
// More than 64 members: the same answers, in sets of more words.
#include <array>
#include <random>
#include <vector>

#include "synod/quorum.hpp"
#include "synod/quorum/grid.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

using set = voter_set_for<200>;
static_assert(set::max_slots == 256);
static_assert(sizeof(voter_set_for<64>) == 8 && sizeof(voter_set_for<65>) == 16);
static_assert(sizeof(voter_set_for<1>) == 8);
static_assert(sizeof(tally<majority, set>) == 2 * 32 + 8);

// A tally by counting what every voter said first.
template <class System, class Judge>
void replay(std::size_t n, std::uint64_t seed, tally<System, set> votes, Judge judge) {
  std::mt19937_64 random{seed};
  std::vector<int> said(n);
  std::uint64_t wrong = 0;
  for (int i = 0; i < 1'000; ++i) {
    std::size_t const slot = random() % (n + 3);
    bool const yes = random() % 2 == 0;
    if (slot < n && said[slot] == 0) said[slot] = yes ? 1 : 2;
    wrong += votes.vote(slot, yes) != judge(said);
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a set of several words", "[quorum][wide]") {
  set one;
  one.insert(0);
  one.insert(64);
  one.insert(199);
  CHECK(one.size() == 3);
  CHECK(one.contains(64));
  CHECK_FALSE(one.contains(63));
  CHECK_FALSE(one.contains(256));
  CHECK(one.within(64) == set::of_mask(1));
  CHECK(one.within(65).size() == 2);
  CHECK(one.within(1'000) == one);
  CHECK(one.dropping(64).contains(0));
  CHECK(one.dropping(64).contains(135));
  CHECK(one.dropping(199) == set::of_mask(1));
  CHECK(one.dropping(63).contains(1));
  CHECK(one.dropping(300).empty());
  CHECK(one.complement(200).size() == 197);
  CHECK((one | set::first(200)) == set::first(200));
  CHECK(set::first(256).size() == 256);
  CHECK(set::first(200).includes(one));
  CHECK(one.includes(set::first(1)));
  CHECK_FALSE(one.includes(set::first(2)));
  CHECK(one.without(set::first(100)).size() == 1);
}

TEST_CASE("a tally of many voters", "[quorum][wide][tally]") {
  for (std::size_t const n : {65u, 100u, 128u, 200u}) {
    replay(n, n, tally<majority, set>{majority{n}}, [n](std::vector<int> const& said) {
      std::size_t yes = 0;
      std::size_t no = 0;
      for (int const one : said) yes += one == 1, no += one == 2;
      return 2 * yes > n ? verdict::won : 2 * (n - no) <= n ? verdict::lost : verdict::pending;
    });
  }
}

TEST_CASE("a tally of many weights", "[quorum][wide][tally]") {
  std::vector<std::uint64_t> weights(150);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 1 + i % 7;
  auto const system = basic_weighted<150>::make(weights).value();
  replay(150, 5, tally<basic_weighted<150>, set>{system}, [&](std::vector<int> const& said) {
    std::uint64_t yes = 0;
    std::uint64_t possible = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
      yes += said[i] == 1 ? weights[i] : 0;
      possible += said[i] != 2 ? weights[i] : 0;
    }
    std::uint64_t const all = system.votes_in_all();
    return 2 * yes > all ? verdict::won : 2 * possible <= all ? verdict::lost : verdict::pending;
  });
}

TEST_CASE("a named tally of many", "[quorum][wide][tally]") {
  std::array<node_id, 100> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {1000 - i};
  auto votes = named_tally<majority, 100>::make(majority{100}, names).value();
  for (std::size_t i = 0; i < 50; ++i) CHECK(votes.vote(names[2 * i], true) == verdict::pending);
  CHECK(votes.vote(names[0], true) == verdict::pending);
  CHECK(votes.vote(names[99], true) == verdict::won);
}

TEST_CASE("a set that is too narrow holds no members beyond it, and wins nothing wrongly",
          "[quorum][wide]") {
  CHECK_FALSE(majority{128}.is_quorum(voter_set::first(64)));
  CHECK(majority{127}.is_quorum(voter_set::first(64)));  // 64 of 127
  CHECK_FALSE(grid::make(2, 65)->is_quorum(voter_set::first(64)));
  CHECK_FALSE(grid::make(65, 1)->is_quorum(voter_set::first(64)));
  CHECK(grid::make(65, 1)->reads().is_quorum(voter_set::first(1)));
}
