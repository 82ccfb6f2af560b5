// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "synod/quorum.hpp"
#include "tests/support/catch.hpp"

using synod::commit_index;
using synod::log_index;
using synod::majority;
using synod::voter_set;

namespace {

// The definition: the largest i such that more than half have i or more.
log_index by_definition(std::vector<log_index> const& acknowledged) {
  log_index best;
  for (log_index const i : acknowledged) {
    auto const holders = std::count_if(acknowledged.begin(), acknowledged.end(),
                                       [i](log_index has) { return has >= i; });
    if (2 * static_cast<std::size_t>(holders) > acknowledged.size()) best = std::max(best, i);
  }
  return best;
}

// Every assignment of 0 .. top to n voters.
template <class Check>
void every_assignment(std::size_t n, std::uint64_t top, Check check) {
  std::vector<log_index> acknowledged(n);
  for (;;) {
    check(acknowledged);
    std::size_t i = 0;
    while (i < n && acknowledged[i].value == top) acknowledged[i++] = {};
    if (i == n) return;
    ++acknowledged[i].value;
  }
}

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

}  // namespace

// A comparison network is right for all inputs when it is right for all inputs of zeros and ones
// (Knuth, TAOCP 3, 5.3.4, the zero-one principle); small values show ties as well.
TEST_CASE("the commit index is the definition's, for every assignment", "[quorum][commit_index]") {
  std::array<std::uint64_t, 10> const tops{1, 9, 9, 8, 7, 6, 5, 4, 3, 2};
  for (std::size_t n = 1; n <= 9; ++n) {
    std::uint64_t wrong = 0;
    every_assignment(n, tops[n], [&](std::vector<log_index> const& acknowledged) {
      wrong += commit_index(majority{n}, acknowledged) != by_definition(acknowledged);
    });
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("the commit index of even numbers needs one more than half", "[quorum][commit_index]") {
  std::vector<log_index> const two_of_four{{9}, {9}, {4}, {4}};
  CHECK(commit_index(majority{4}, two_of_four) == log_index{4});
  std::vector<log_index> const three_of_six{{9}, {9}, {9}, {4}, {4}, {4}};
  CHECK(commit_index(majority{6}, three_of_six) == log_index{4});
}

TEST_CASE("the commit index of many voters, with large indices", "[quorum][commit_index]") {
  std::mt19937_64 random{1};
  std::uint64_t wrong = 0;
  for (std::size_t n = 1; n <= 64; ++n) {
    for (int round = 0; round < 50; ++round) {
      std::vector<log_index> acknowledged(n);
      for (auto& index : acknowledged) index = {random() >> (random() % 64)};
      auto descending = acknowledged;
      std::sort(descending.begin(), descending.end(), std::greater<>{});
      wrong += commit_index(majority{n}, acknowledged) != descending[n / 2];
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the commit index of any monotone system", "[quorum][commit_index]") {
  std::uint64_t wrong = 0;
  every_assignment(3, 6, [&](std::vector<log_index> const& has) {
    auto const expected = std::min(has[0], std::max(has[1], has[2]));
    wrong += commit_index(chair_and_one{}, has) != expected;
  });
  CHECK(wrong == 0);
}

TEST_CASE("the commit index of nobody is before the first entry", "[quorum][commit_index]") {
  CHECK(commit_index(majority{}, {}) == log_index{0});
}
