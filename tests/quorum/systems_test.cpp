// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "synod/quorum.hpp"
#include "synod/quorum/fast.hpp"
#include "synod/quorum/flexible.hpp"
#include "synod/quorum/grid.hpp"
#include "tests/quorum/systems.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

static_assert(quorum_system<majority> && counting_system<majority> && !weighing_system<majority>);
static_assert(quorum_system<threshold> && counting_system<threshold>);
static_assert(quorum_system<masking> && counting_system<masking>);
static_assert(quorum_system<weighted> && weighing_system<weighted> && !counting_system<weighted>);
static_assert(quorum_system<hierarchy> && quorum_system<grid>);
static_assert(quorum_system<joint<majority, weighted>> && quorum_system<witnessed<majority>>);
static_assert(quorum_system<majority, voter_set_for<200>>);
static_assert(quorum_system<basic_weighted<200>, voter_set_for<200>>);
static_assert(quorum_pair<flexible> && quorum_pair<grid> && quorum_pair<weighted_pair>);

static_assert(std::is_trivially_copyable_v<joint<majority, majority>>);
static_assert(sizeof(joint<majority, majority>) == 16);
static_assert(sizeof(threshold) == 4 && sizeof(masking) == 6 && sizeof(grid) == 4);

// Made while compiling, asked while compiling.
static_assert(majority::make(3)->is_quorum(voter_set::of_mask(0b101)));
static_assert(threshold::make(2, 4)->is_quorum(voter_set::of_mask(0b1001)));
static_assert(weighted::make({3, 1, 1})->is_quorum(voter_set::of_mask(0b001)));
static_assert(hierarchy::make(3, 3)->is_quorum(voter_set::of_mask(0b000'011'101)));
static_assert(grid::make(2, 2)->is_quorum(voter_set::of_mask(0b0111)));
static_assert(dissemination::make(4, 1)->is_quorum(voter_set::of_mask(0b0111)));
static_assert(flexible::make(4, 3, 2)->writes().is_quorum(voter_set::of_mask(0b0011)));
static_assert(fast_quorums::make(5)->fast().votes_needed() == 4);
static_assert(joint<majority, majority>::make(majority{3}, majority{3}, 1)->size() == 5);
static_assert(witnessed<majority>::make(majority{3}, voter_set::of_mask(0b100))->size() == 3);
static_assert(!hierarchy::make({{1, 0}, {2, 0}}), "errors while compiling too");

TEST_CASE("two majorities meet, and half is not enough", "[quorum][systems][Q03]") {
  for (std::size_t n = 1; n <= 8; ++n) {
    CAPTURE(n);
    CHECK(least_in_common(majority{n}, majority{n}) >= 1);
    CHECK(resilience(majority{n}) == (n - 1) / 2);
    CHECK(is_monotone(majority{n}));
  }
  auto const half = voter_set::of_mask(0b0011);
  CHECK_FALSE(majority{4}.is_quorum(half));
  CHECK_FALSE(weighted::make({1, 1, 1, 1})->is_quorum(half));
  CHECK_FALSE(weighted::make({2, 1, 1})->is_quorum(voter_set::of_mask(0b001)));
  CHECK_FALSE(hierarchy::make(1, 4)->is_quorum(half));
  CHECK_FALSE(hierarchy::make(2, 1)->is_quorum(voter_set::of_mask(0b01)));
}

TEST_CASE("any k of n", "[quorum][systems]") {
  for (std::size_t n = 1; n <= 6; ++n) {
    for (std::size_t k = 1; k <= n; ++k) {
      auto const system = threshold::make(k, n).value();
      every_set(n, [&](voter_set set) { CHECK(system.is_quorum(set) == (set.size() >= k)); });
      CHECK(resilience(system) == n - k);
    }
  }
}

TEST_CASE("weights add up", "[quorum][systems]") {
  auto const system = weighted::make({3, 1, 1, 2}).value();  // 7: four are needed
  CHECK(system.votes_needed() == 4);
  CHECK(system.is_quorum(voter_set::of_mask(0b0011)));
  CHECK(system.is_quorum(voter_set::of_mask(0b1110)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b1010)));
  CHECK(is_monotone(system));
  CHECK(least_in_common(system, system) >= 1);
  CHECK(weighted::make({3, 1, 1, 2}, 6)->votes_needed() == 6);

  // As large as 64 bits allow: sums and halves do not overflow.
  std::uint64_t const most = ~std::uint64_t{0};
  auto const large = weighted::make({most - 2, 1, 1}).value();
  CHECK(large.is_quorum(voter_set::of_mask(0b001)));
  CHECK_FALSE(large.is_quorum(voter_set::of_mask(0b110)));
  CHECK_FALSE(weighted{}.is_quorum(voter_set::first(64)));
}

TEST_CASE("a weighted majority of equal votes is the majority", "[quorum][systems]") {
  std::array<std::uint64_t, 7> const votes{5, 5, 5, 5, 5, 5, 5};
  for (std::size_t n = 1; n <= votes.size(); ++n) {
    auto const system = weighted::make(std::span{votes}.first(n)).value();
    every_set(n, [&](voter_set s) { CHECK(system.is_quorum(s) == majority{n}.is_quorum(s)); });
  }
}

TEST_CASE("Gifford's read quorums meet write quorums, and these each other", "[quorum][systems]") {
  auto const pair = weighted_pair::make({2, 1, 1}, 2, 3).value();  // his second example
  CHECK(least_in_common(pair.reads(), pair.writes()) >= 1);
  CHECK(least_in_common(pair.writes(), pair.writes()) >= 1);
  CHECK(least_in_common(pair.reads(), pair.reads()) == 0);
  CHECK(weighted_pair::make({2, 1, 1}, 1, 3).error() == error{errc::bad_input, "", 2});
  CHECK(weighted_pair::make({2, 1, 1}, 3, 2).error() == error{errc::bad_input, "", 3});
  CHECK(weighted_pair::make({2, 1, 1}, 5, 3).error() == error{errc::bad_input, "", 5});
}

TEST_CASE("flexible pairs meet across, and only what meets is made", "[quorum][systems]") {
  for (std::size_t n = 1; n <= 6; ++n) {
    for (std::size_t reads = 1; reads <= n; ++reads) {
      for (std::size_t writes = 1; writes <= n; ++writes) {
        auto const pair = flexible::make(n, reads, writes);
        bool const meet = least_in_common(threshold::make(reads, n).value(),
                                          threshold::make(writes, n).value()) > 0;
        CHECK(static_cast<bool>(pair) == meet);
        if (!pair) CHECK(pair.error() == error{errc::bad_input, "", n - writes + 1});
      }
    }
  }
}

TEST_CASE("a grid is a row and a column; rows meet columns", "[quorum][systems]") {
  auto const nine = grid::make(3, 3).value();
  CHECK(minimal_quorums(nine).size() == 9);
  for (auto const quorum : minimal_quorums(nine)) CHECK(quorum.size() == 5);
  CHECK(resilience(nine) == 2);
  CHECK(least_in_common(nine, nine) >= 1);
  CHECK(least_in_common(nine.reads(), nine.writes()) == 1);
  CHECK(least_in_common(nine.reads(), nine.reads()) == 0);
  CHECK(least_in_common(nine.writes(), nine.writes()) == 0);
  for (std::size_t rows = 1; rows <= 3; ++rows) {
    for (std::size_t columns = 1; columns <= 4; ++columns) {
      auto const system = grid::make(rows, columns).value();
      std::size_t wrong = 0;
      every_set(system.size(), [&](voter_set set) {
        bool row = false;
        bool column = false;
        for (std::size_t r = 0; r < rows; ++r) {
          bool all = true;
          for (std::size_t c = 0; c < columns; ++c) all = all && set.contains(r * columns + c);
          row = row || all;
        }
        for (std::size_t c = 0; c < columns; ++c) {
          bool all = true;
          for (std::size_t r = 0; r < rows; ++r) all = all && set.contains(r * columns + c);
          column = column || all;
        }
        wrong += system.is_quorum(set) != (row && column);
        wrong += system.reads().is_quorum(set) != row;
        wrong += system.writes().is_quorum(set) != column;
      });
      CHECK(wrong == 0);
      CHECK(is_monotone(system));
    }
  }
  auto const wide = grid::make(8, 8).value();
  CHECK(wide.is_quorum(voter_set::of_mask(0xff01010101010101)));
  CHECK_FALSE(wide.is_quorum(voter_set::of_mask(0x7f01010101010101)));
}

TEST_CASE("three groups of three need four of nine", "[quorum][systems]") {
  auto const system = hierarchy::make(3, 3).value();
  auto const quorums = minimal_quorums(system);
  CHECK(quorums.size() == 27);
  for (auto const quorum : quorums) CHECK(quorum.size() == 4);
  CHECK(resilience(system) == 3);
  CHECK(least_in_common(system, system) >= 1);
  CHECK(is_monotone(system));
  // A whole group and one more of each other.
  CHECK(system.is_quorum(voter_set::of_mask(0b110'011'000)));
}

// ZooKeeper, hierarchical quorums: "Groups that have zero weight are discarded and not considered
// when forming quorums."
TEST_CASE("groups without weight and members without a group do not count",
          "[quorum][systems][weightless_groups_count]") {
  auto const system = hierarchy::make({{7, 1}, {7, 1}, {9, 0}, {9, 0}, {}, {7, 1}, {4, 2}}).value();
  CHECK(system.groups() == 2);
  CHECK(system.is_quorum(voter_set::of_mask(0b1000011)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b0111111)));  // all but one of two groups
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b0011100)));
  // One group of weight is decided by that group alone.
  auto const one = hierarchy::make({{1, 1}, {2, 0}, {3, 0}}).value();
  CHECK(one.groups() == 1);
  CHECK(one.is_quorum(voter_set::of_mask(0b001)));
  CHECK_FALSE(one.is_quorum(voter_set::of_mask(0b110)));
}

TEST_CASE("Byzantine quorums meet in enough honest voters",
          "[quorum][systems][masking_by_plain_intersection]") {
  auto const sizes = [](auto const& system) { return system.value().votes_needed(); };
  CHECK(sizes(dissemination::make(4, 1)) == 3);
  CHECK(sizes(masking::make(5, 1)) == 4);
  CHECK(sizes(dissemination::make(7, 2)) == 5);
  CHECK(sizes(masking::make(9, 2)) == 7);
  CHECK(sizes(opaque::make(5, 1)) == 4);
  for (std::size_t n = 1; n <= 11; ++n) {
    for (std::size_t b = 0; b <= n; ++b) {
      CAPTURE(n, b);
      auto const one = dissemination::make(n, b);
      auto const two = masking::make(n, b);
      auto const three = opaque::make(n, b);
      // With equal voters any two quorums of q meet in 2q - n at least.
      auto const live_and_safe = [&](auto const& system, std::size_t common) {
        std::size_t const q = system->votes_needed();
        CHECK(q + b <= n);
        CHECK(2 * q >= n + common);
        CHECK(2 * (q - 1) < n + common);  // one fewer would not do
      };
      CHECK(static_cast<bool>(one) == (n >= 3 * b + 1));
      CHECK(static_cast<bool>(two) == (n >= 4 * b + 1));
      CHECK(static_cast<bool>(three) == (n >= 5 * b));
      if (one) live_and_safe(one, b + 1);
      if (two) live_and_safe(two, 2 * b + 1);
      if (three) {
        // In common without the liars, against the liars and the outdated of the other quorum.
        std::size_t const q = three->votes_needed();
        CHECK(q + b <= n);
        CHECK(2 * q - n - b >= b + (n - q));
      }
    }
  }
  CHECK(least_in_common(masking::make(9, 2).value(), masking::make(9, 2).value()) == 5);
  CHECK(least_in_common(dissemination::make(7, 2).value(), dissemination::make(7, 2).value()) == 3);
}

TEST_CASE("fast quorums have Lamport's sizes", "[quorum][systems]") {
  struct row {
    std::size_t n, classic, fast, equal;
  };
  for (auto const& [n, classic, fast, equal] :
       {row{3, 2, 3, 3}, row{4, 3, 3, 3}, row{5, 3, 4, 4}, row{6, 4, 5, 5}, row{7, 4, 6, 5},
        row{8, 5, 6, 6}, row{9, 5, 7, 7}, row{11, 6, 9, 8}}) {
    CAPTURE(n);
    CHECK(fast_quorums::make(n)->classic().votes_needed() == classic);
    CHECK(fast_quorums::make(n)->fast().votes_needed() == fast);
    CHECK(fast_quorums::make_equal(n)->classic().votes_needed() == equal);
    CHECK(fast_quorums::make_equal(n)->fast().votes_needed() == equal);
  }
}

TEST_CASE("a classic quorum meets any two fast ones together", "[quorum][systems][fast_met_once]") {
  for (std::size_t n = 1; n <= 5; ++n) {
    for (std::size_t q = 1; q <= n; ++q) {
      for (std::size_t f = 1; f <= n; ++f) {
        CAPTURE(n, q, f);
        auto const classic = quorums_of(threshold::make(q, n).value());
        auto const fast = quorums_of(threshold::make(f, n).value());
        bool safe = true;
        for (auto const one : classic) {
          for (auto const other : classic) safe = safe && !(one & other).empty();
          for (auto const a : fast) {
            for (auto const b : fast) safe = safe && !(one & a & b).empty();
          }
        }
        CHECK(static_cast<bool>(fast_quorums::make(n, q, f)) == safe);
      }
    }
  }
}

TEST_CASE("joint: both halves, each among its own", "[quorum][systems][joint][Q04]") {
  using two = joint<majority, majority>;
  auto const system = two::make(majority{3}, majority{3}, 1).value();  // {1,2,3} and {3,4,5}
  CHECK(system.size() == 5);
  CHECK(system.is_quorum(voter_set::of_mask(0b01110)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b11001)));  // a majority of the union
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b00111)));
  CHECK(least_in_common(system, majority{3}) >= 1);  // the old system: slots 0 to 2
  CHECK(is_monotone(system));
  for (std::size_t n = 1; n <= 5; ++n) {
    auto const left = two::make(majority{n}, majority{}, 0).value();
    auto const right = two::make(majority{}, majority{n}, 0).value();
    auto const same = two::make(majority{n}, majority{n}, n).value();
    every_set(n, [&](voter_set set) {
      CHECK(left.is_quorum(set) == majority{n}.is_quorum(set));
      CHECK(right.is_quorum(set) == majority{n}.is_quorum(set));
      CHECK(same.is_quorum(set) == majority{n}.is_quorum(set));
    });
  }
  CHECK_FALSE(two{}.is_quorum(voter_set::first(64)));
  CHECK(tally{two{}}.now() == verdict::lost);
}

TEST_CASE("joint systems nest", "[quorum][systems][joint]") {
  using inner = joint<majority, weighted>;
  auto const half = inner::make(majority{2}, weighted::make({2, 1}).value(), 1).value();
  auto const system = joint<inner, majority>::make(half, majority{3}, 2).value();
  CHECK(system.size() == 4);
  every_set(4, [&](voter_set set) {
    bool const a = set.contains(0) && set.contains(1);
    bool const b = set.contains(1);
    bool const c = set.dropping(1).size() >= 2;
    CHECK(system.is_quorum(set) == (a && b && c));
  });
}

TEST_CASE("a half that is joint and empty is neutral too", "[quorum][systems][joint]") {
  using inner = joint<majority, majority>;
  auto const system = joint<inner, majority>::make(inner{}, majority{3}, 0).value();
  std::vector<log_index> const has{{4}, {9}, {6}};
  CHECK(commit_index(system, has) == log_index{6});
  CHECK(system.is_quorum(voter_set::of_mask(0b011)));
  auto const other_way = joint<majority, inner>::make(majority{3}, inner{}, 0).value();
  CHECK(commit_index(other_way, has) == log_index{6});
  CHECK(commit_index(joint<inner, inner>{}, {}) == log_index{0});
}

TEST_CASE("names come in the order of a joint system's slots", "[quorum][systems][joint]") {
  std::array<int, 4> const old{4, 1, 3, 2};
  std::array<int, 3> const next{7, 3, 1};
  std::array<int, 8> all{};
  auto const order = joint_order<int>(old, next, all).value();
  CHECK(order.size == 5);
  CHECK(order.staying == 2);
  CHECK(std::vector(all.begin(), all.begin() + 5) == std::vector{4, 2, 1, 3, 7});
  std::array<int, 2> const twice{5, 5};
  CHECK(joint_order<int>(twice, next, all).error() == error{errc::duplicate, "", 1});
  CHECK(joint_order<int>(old, twice, all).error() == error{errc::duplicate, "", 5});
  CHECK(joint_order<int>(old, next, std::span{all}.first(4)).error() ==
        error{errc::too_large, "", 5});
}

TEST_CASE("witnesses vote and do not hold", "[quorum][systems][witnesses_are_enough]") {
  auto const system = witnessed<majority>::make(majority{3}, voter_set::of_mask(0b110)).value();
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b110)));
  CHECK(system.is_quorum(voter_set::of_mask(0b101)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b001)));
  CHECK(is_monotone(system));
  auto const twice = witnessed<majority>::make(majority{5}, voter_set::of_mask(0b00011), 2).value();
  CHECK_FALSE(twice.is_quorum(voter_set::of_mask(0b00111)));
  CHECK(twice.is_quorum(voter_set::of_mask(0b01101)));
  CHECK(least_in_common(twice, majority{5}) >= 1);
}

TEST_CASE("what cannot be a system is refused, with the place", "[quorum][systems]") {
  CHECK(majority::make(0).error() == error{errc::empty, "", 0});
  CHECK(majority::make(65536).error() == error{errc::too_large, "", 65536});
  CHECK(majority::make(65535)->size() == 65535);
  CHECK(threshold::make(1, 0).error() == error{errc::empty, "", 0});
  CHECK(threshold::make(0, 3).error() == error{errc::bad_input, "", 0});
  CHECK(threshold::make(4, 3).error() == error{errc::bad_input, "", 4});
  CHECK(threshold::make(3, 65536).error() == error{errc::too_large, "", 65536});
  CHECK(weighted::make(std::span<std::uint64_t const>{}).error() == error{errc::empty, "", 0});
  CHECK(weighted::make({1, 0, 2}).error() == error{errc::bad_input, "", 1});
  CHECK(weighted::make({1, ~std::uint64_t{0}, 2}).error() == error{errc::too_large, "", 1});
  CHECK(weighted::make({1, 2}, 0).error() == error{errc::bad_input, "", 0});
  CHECK(weighted::make({1, 2}, 4).error() == error{errc::bad_input, "", 4});
  CHECK(basic_weighted<2>::make({1, 2, 3}).error() == error{errc::too_large, "", 3});
  CHECK(flexible::make(0, 1, 1).error() == error{errc::empty, "", 0});
  CHECK(flexible::make(3, 4, 1).error() == error{errc::bad_input, "", 4});
  CHECK(grid::make(0, 3).error() == error{errc::empty, "", 0});
  CHECK(grid::make(3, 0).error() == error{errc::empty, "", 0});
  CHECK(grid::make(256, 256).error() == error{errc::too_large, "", 256});
  CHECK(grid::make(~std::size_t{0}, 2).error() == error{errc::too_large, "", ~std::size_t{0}});
  CHECK(hierarchy::make(std::span<grouped const>{}).error() == error{errc::empty, "", 0});
  CHECK(hierarchy::make(0, 3).error() == error{errc::empty, "", 0});
  CHECK(hierarchy::make(13, 5).error() == error{errc::too_large, "", 13});
  CHECK(hierarchy::make({{1, 0}, {grouped::nowhere, 5}}).error() == error{errc::empty, "", 0});
  CHECK(hierarchy::make({{1, 1}, {1, ~std::uint64_t{0}}}).error() == error{errc::too_large, "", 1});
  CHECK(dissemination::make(0, 0).error() == error{errc::empty, "", 0});
  CHECK(dissemination::make(3, 1).error() == error{errc::bad_input, "", 4});
  CHECK(masking::make(4, 1).error() == error{errc::bad_input, "", 5});
  CHECK(opaque::make(4, 1).error() == error{errc::bad_input, "", 5});
  CHECK_FALSE(masking::make(3, ~std::size_t{0}));
  CHECK(fast_quorums::make(0).error() == error{errc::empty, "", 0});
  CHECK(fast_quorums::make_equal(0).error() == error{errc::empty, "", 0});
  CHECK(fast_quorums::make(~std::size_t{0}).error().code == errc::too_large);
  CHECK(fast_quorums::make(5, 2, 5).error() == error{errc::bad_input, "", 3});
  CHECK(fast_quorums::make(5, 3, 3).error() == error{errc::bad_input, "", 4});
  using two = joint<majority, majority>;
  CHECK(two::make(majority{}, majority{}, 0).error() == error{errc::empty, "", 0});
  CHECK(two::make(majority{2}, majority{3}, 3).error() == error{errc::bad_input, "", 3});
  CHECK(two::make(majority{40}, majority{40}, 15).error() == error{errc::too_large, "", 65});
  using held = witnessed<majority>;
  CHECK(held::make(majority{}, {}).error() == error{errc::empty, "", 0});
  CHECK(held::make(majority{65}, {}).error() == error{errc::too_large, "", 65});
  CHECK(held::make(majority{3}, voter_set::of_mask(0b1000)).error() == error{errc::unknown, "", 3});
  CHECK(held::make(majority{3}, voter_set::first(3)).error() == error{errc::bad_input, "", 1});
  CHECK(held::make(majority{3}, {}, 4).error() == error{errc::bad_input, "", 4});
  CHECK(held::make(majority{3}, {}, 0).error() == error{errc::bad_input, "", 0});
}

TEST_CASE("a system of nobody has no quorum", "[quorum][systems]") {
  auto const all = voter_set::first(64);
  CHECK_FALSE(majority{}.is_quorum(all));
  CHECK_FALSE(threshold{}.is_quorum(all));
  CHECK_FALSE(weighted{}.is_quorum(all));
  CHECK_FALSE(grid{}.is_quorum(all));
  CHECK_FALSE(grid{}.reads().is_quorum(all));
  CHECK_FALSE(grid{}.writes().is_quorum(all));
  CHECK_FALSE(hierarchy{}.is_quorum(all));
  CHECK_FALSE(masking{}.is_quorum(all));
  CHECK_FALSE(witnessed<majority>{}.is_quorum(all));
  CHECK_FALSE(joint<majority, majority>{}.is_quorum(all));
}
