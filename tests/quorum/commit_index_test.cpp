// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "synod/base/time.hpp"
#include "synod/quorum.hpp"
#include "synod/quorum/grid.hpp"
#include "tests/quorum/systems.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using synod::test::commit_by_definition;
using synod::test::every_assignment;

namespace {

struct chair_and_one {
  constexpr std::size_t size() const noexcept { return 3; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return set.contains(0) && (set.contains(1) || set.contains(2));
  }
  constexpr bool operator==(chair_and_one const&) const = default;
};

constexpr std::array<log_index, 3> three{{{5}, {9}, {7}}};
static_assert(commit_index(majority{3}, three) == log_index{7});
static_assert(commit_index(chair_and_one{}, three) == log_index{5});
static_assert(commit_index(weighted::make({3, 1, 1}).value(), three) == log_index{5});
static_assert(commit_index(joint<majority, majority>::make(majority{2}, majority{2}, 1).value(),
                           three) == log_index{5});

// Inputs that a selection could find hard: in order, all equal, up and down, few values, random.
std::vector<std::vector<log_index>> inputs_of(std::size_t n, std::mt19937_64& random) {
  std::vector<std::vector<log_index>> all(5, std::vector<log_index>(n));
  for (std::size_t i = 0; i < n; ++i) {
    all[0][i] = {i};
    all[1][i] = {n - i};
    all[2][i] = {7};
    all[3][i] = {std::min(i, n - i)};
    all[4][i] = {std::max(i, n - i)};
  }
  for (int i = 0; i < 40; ++i) {
    std::vector<log_index> has(n);
    std::uint64_t const values = 1 + random() % (2 * n);
    for (auto& index : has) index = {random() % values};
    all.push_back(has);
    for (auto& index : has) index = {random() >> (random() % 64)};
    all.push_back(has);
  }
  return all;
}

log_index kth_greatest(std::vector<log_index> has, std::size_t k) {
  std::sort(has.begin(), has.end(), std::greater<>{});
  return has[k - 1];
}

}  // namespace

// A comparison network is right for all inputs when it is right for all inputs of zeros and ones
// (Knuth, TAOCP 3, 5.3.4, the zero-one principle); small values show ties as well.
TEST_CASE("the commit index is the definition's, for every assignment", "[quorum][commit_index]") {
  std::array<std::uint64_t, 10> const tops{1, 9, 9, 8, 7, 6, 5, 4, 3, 2};
  for (std::size_t n = 1; n <= 9; ++n) {
    std::uint64_t wrong = 0;
    every_assignment(n, tops[n], [&](std::vector<log_index> const& has) {
      wrong += commit_index(majority{n}, has) != commit_by_definition(majority{n}, has);
    });
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("the commit index of even numbers needs one more than half",
          "[quorum][commit_index][R11]") {
  for (std::size_t n = 2; n <= 12; n += 2) {
    std::vector<log_index> half(n, log_index{4});
    std::fill(half.begin(), half.begin() + static_cast<std::ptrdiff_t>(n / 2), log_index{9});
    CHECK(commit_index(majority{n}, half) == log_index{4});
  }
}

TEST_CASE("the commit index of many voters, with large indices", "[quorum][commit_index]") {
  std::mt19937_64 random{1};
  std::uint64_t wrong = 0;
  for (std::size_t n = 1; n <= 130; ++n) {
    for (auto const& has : inputs_of(n, random)) {
      wrong += commit_index(majority{n}, has) != kth_greatest(has, n / 2 + 1);
      std::size_t const k = 1 + random() % n;
      wrong += commit_index(threshold::make(k, n).value(), has) != kth_greatest(has, k);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the commit index of weights, also of more than 64 members", "[quorum][commit_index]") {
  std::mt19937_64 random{2};
  std::uint64_t wrong = 0;
  for (std::size_t const n : {1u, 2u, 3u, 5u, 8u, 13u, 64u, 65u, 130u, 200u}) {
    for (auto const& has : inputs_of(n, random)) {
      std::vector<std::uint64_t> votes(n);
      for (auto& one : votes) one = 1 + random() % 9;
      auto const system = basic_weighted<200>::make(votes).value();
      // By definition: from the greatest down until the votes suffice.
      std::vector<std::size_t> order(n);
      for (std::size_t i = 0; i < n; ++i) order[i] = i;
      std::sort(order.begin(), order.end(), [&](auto a, auto b) { return has[a] > has[b]; });
      std::uint64_t sum = 0;
      log_index expected;
      for (auto const slot : order) {
        sum += votes[slot];
        expected = has[slot];
        if (sum >= system.votes_needed()) break;
      }
      wrong += commit_index<voter_set_for<200>>(system, has) != expected;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the commit index of any monotone system", "[quorum][commit_index]") {
  std::uint64_t wrong = 0;
  every_assignment(3, 6, [&](std::vector<log_index> const& has) {
    wrong += commit_index(chair_and_one{}, has) != commit_by_definition(chair_and_one{}, has);
  });
  CHECK(wrong == 0);
}

TEST_CASE("the commit index of grids, groups, witnesses and joints of them",
          "[quorum][commit_index]") {
  auto const lattice = grid::make(3, 3).value();
  auto const groups = hierarchy::make(3, 3).value();
  auto const held = witnessed<majority>::make(majority{5}, voter_set::of_mask(0b10110)).value();
  auto const mixed = joint<witnessed<majority>, hierarchy>::make(held, groups, 4).value();
  auto const votes = weighted::make({5, 1, 2, 2, 1}).value();
  auto const weights = joint<weighted, majority>::make(votes, majority{4}, 2).value();
  std::mt19937_64 random{3};
  std::uint64_t wrong = 0;
  auto const agrees = [&](auto const& system) {
    for (auto const& has : inputs_of(system.size(), random)) {
      wrong += commit_index(system, has) != commit_by_definition(system, has);
    }
  };
  for (int i = 0; i < 20; ++i) {
    agrees(lattice);
    agrees(groups);
    agrees(held);
    agrees(mixed);
    agrees(weights);
    agrees(votes);
  }
  CHECK(wrong == 0);
}

TEST_CASE("sixty-four members of any system, and more with a wider set", "[quorum][commit_index]") {
  std::mt19937_64 random{4};
  std::uint64_t wrong = 0;
  auto const eight = grid::make(8, 8).value();
  auto const wide = grid::make(3, 40).value();
  using set = voter_set_for<120>;
  for (int round = 0; round < 4; ++round) {
    for (auto const& has : inputs_of(64, random)) {
      wrong += commit_index(eight, has) != commit_by_definition(eight, has);
    }
    for (auto const& has : inputs_of(120, random)) {
      log_index row;
      for (std::size_t r = 0; r < 3; ++r) {
        log_index least = has[r * 40];
        for (std::size_t c = 0; c < 40; ++c) least = std::min(least, has[r * 40 + c]);
        row = std::max(row, least);
      }
      log_index column;
      for (std::size_t c = 0; c < 40; ++c) {
        column = std::max(column, std::min({has[c], has[40 + c], has[80 + c]}));
      }
      wrong += commit_index<set>(wide, has) != std::min(row, column);
      auto const half = majority{80};
      auto const both = joint<majority, majority, set>::make(half, half, 40).value();
      std::vector const old(has.begin(), has.begin() + 80);
      std::vector const next(has.begin() + 40, has.end());
      wrong +=
          commit_index<set>(both, has) != std::min(kth_greatest(old, 41), kth_greatest(next, 41));
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the commit index of nobody is before the first entry", "[quorum][commit_index]") {
  CHECK(commit_index(majority{}, {}) == log_index{0});
  CHECK(commit_index(joint<majority, majority>{}, {}) == log_index{0});
  CHECK(commit_index(hierarchy{}, {}) == log_index{0});
  CHECK(commit_index(weighted{}, {}) == log_index{0});
}

// What a leader asks besides: of five members, itself the first.
TEST_CASE("ReadIndex: a read is served once a quorum has answered a later round",
          "[quorum][commit_index]") {
  using round = strong<struct round_tag>;
  std::array<round, 5> answered{{{9}, {7}, {4}, {8}, {2}}};  // the latest heartbeat of each
  round const read_asked_in{7};
  CHECK(commit_index(majority{5}, answered) >= read_asked_in);
  answered[1] = {6};
  CHECK(commit_index(majority{5}, answered) < read_asked_in);
}

TEST_CASE("a lease lasts from when the last heartbeat that a quorum answered was sent",
          "[quorum][commit_index]") {
  instant const now{1'000};
  std::array<instant, 5> const sent{{now, {900}, {950}, {0}, {100}}};
  CHECK(commit_index(majority{5}, sent) + nanoseconds(200) == instant{1'100});
  // While the group changes, of both halves.
  auto const both = joint<majority, majority>::make(majority{3}, majority{3}, 1).value();
  CHECK(commit_index(both, sent) == instant{100});
}

TEST_CASE("check-quorum: a leader not heard by a quorum for a time-out steps down",
          "[quorum][commit_index]") {
  std::vector<instant> const heard{{5'000}, {1'000}, {4'000}};
  instant const now{5'000};
  CHECK(now - commit_index(majority{3}, heard) == nanoseconds(1'000));
}

TEST_CASE("any integers will do, signed ones too", "[quorum][commit_index]") {
  std::array<int, 3> const below_zero{-3, -9, -5};
  CHECK(commit_index(majority{3}, below_zero) == -5);
  CHECK(commit_index(majority{}, std::array<int, 0>{}) == std::numeric_limits<int>::min());
  auto const joined = joint<majority, majority>::make(majority{}, majority{3}, 0).value();
  CHECK(commit_index(joined, below_zero) == -5);
  std::vector<std::int8_t> many(101, std::int8_t{-128});
  for (std::size_t i = 0; i < 51; ++i) many[i] = 127;
  CHECK(commit_index(majority{101}, many) == 127);
  many[0] = -128;
  CHECK(commit_index(majority{101}, many) == -128);
}
