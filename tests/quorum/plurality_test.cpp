// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <optional>
#include <type_traits>
#include <vector>

#include "synod/quorum/plurality.hpp"
#include "tests/support/catch.hpp"

using synod::errc;
using synod::error;
using synod::plurality;
using synod::race;
using synod::standing;
using synod::ties;

namespace {

constexpr std::size_t abstain = plurality<>::abstain;

// Plain voting in one line, while compiling.
static_assert(plurality<>::of(3, {0, 2, 2, abstain, 1})->now() == standing{race::elected, 2});
static_assert(plurality<>::of(2, {0, 1, 1, 1, 0})->votes(1) == 3);
static_assert(std::is_trivially_copyable_v<plurality<>>);

// Who has the most when all have voted: nobody where two have, or the first of them.
std::optional<std::size_t> by_definition(std::vector<std::size_t> const& papers,
                                         std::vector<std::uint64_t> const& weights,
                                         std::size_t candidates, ties rule) {
  std::vector<std::uint64_t> sums(candidates);
  for (std::size_t i = 0; i < papers.size(); ++i) {
    if (papers[i] != abstain) sums[papers[i]] += weights[i];
  }
  std::size_t best = 0;
  for (std::size_t c = 1; c < candidates; ++c) {
    if (sums[c] > sums[best]) best = c;
  }
  if (rule == ties::elect_first) return best;
  std::size_t equals = 0;
  for (auto const sum : sums) equals += sum == sums[best];
  return equals == 1 && sums[best] > 0 ? std::optional{best} : std::nullopt;
}

// Calls f for every way to fill in the papers that are still out.
template <class F>
void every_completion(std::vector<std::size_t> papers, std::size_t candidates, F f) {
  constexpr std::size_t out = ~std::size_t{0} - 1;
  for (auto& paper : papers) {
    if (paper != out) continue;
    for (std::size_t c = 0; c <= candidates; ++c) {
      paper = c < candidates ? c : abstain;
      every_completion(papers, candidates, f);
    }
    return;
  }
  f(papers);
}

}  // namespace

// Every pattern of papers of up to four voters on up to three candidates: elected exactly when
// every completion elects the same, tied exactly when all have voted and nobody is elected.
TEST_CASE("elected as soon as nothing can change it", "[quorum][plurality][ties_elect]") {
  constexpr std::size_t out = ~std::size_t{0} - 1;
  std::size_t wrong = 0;
  std::size_t early = 0;
  for (auto const& weights : {std::vector<std::uint64_t>{1, 1, 1, 1}, {3, 1, 1, 2}, {2, 2, 1}}) {
    for (std::size_t candidates = 1; candidates <= 3; ++candidates) {
      for (auto const rule : {ties::elect_nobody, ties::elect_first}) {
        std::size_t patterns = 1;
        for (std::size_t i = 0; i < weights.size(); ++i) patterns *= candidates + 2;
        for (std::size_t code = 0; code < patterns; ++code) {
          auto count = plurality<>::make(candidates, weights, rule).value();
          std::vector<std::size_t> papers;
          for (std::size_t i = 0, rest = code; i < weights.size(); ++i, rest /= candidates + 2) {
            std::size_t const choice = rest % (candidates + 2);
            papers.push_back(choice < candidates ? choice : choice == candidates ? abstain : out);
            if (papers.back() != out) count.vote(i, papers.back());
          }
          bool all_same = true;
          bool first = true;
          std::optional<std::size_t> winner;
          every_completion(papers, candidates, [&](auto const& filled) {
            auto const who = by_definition(filled, weights, candidates, rule);
            all_same = all_same && (first || who == winner);
            winner = who;
            first = false;
          });
          bool const complete = count.votes_out() == 0;
          standing const expected = all_same && winner ? standing{race::elected, *winner}
                                    : complete         ? standing{race::tied, 0}
                                                       : standing{race::open, 0};
          wrong += count.now() != expected;
          early += !complete && expected.state == race::elected;
        }
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(early > 100);
}

TEST_CASE("who leads is not elected while the votes out can overtake",
          "[quorum][plurality][votes_out_forgotten]") {
  auto count = plurality<>::make(2, 5).value();
  CHECK(count.vote(0, 1).state == race::open);
  CHECK(count.vote(1, 1).state == race::open);
  CHECK(count.vote(2, abstain).state == race::open);  // two to two is a tie
  CHECK(count.vote(3, abstain) == standing{race::elected, 1});
}

TEST_CASE("the first vote of a voter counts", "[quorum][plurality]") {
  auto count = plurality<>::make(3, 4).value();
  count.vote(0, 1);
  auto const before = count;
  count.vote(0, 1);
  count.vote(0, 2);
  count.vote(0, abstain);
  count.vote(4, 1);   // a stranger
  count.vote(64, 1);  // one beyond the room
  count.vote(~std::size_t{0}, 1);
  count.vote(1, 3);  // no candidate: the voter may vote again
  CHECK(count == before);
  CHECK(count.vote(1, 1).state == race::open);
  CHECK(count.vote(2, 1) == standing{race::elected, 1});
  CHECK(count.vote(3, 2) == standing{race::elected, 1});
  CHECK(count.votes(1) == 3);
  CHECK(count.votes(2) == 1);
}

TEST_CASE("nobody is elected by nobody", "[quorum][plurality]") {
  CHECK(plurality<>{}.now().state == race::tied);
  CHECK(plurality<>::of(1, {abstain, abstain})->now().state == race::tied);
  CHECK(plurality<>::of(3, {abstain}, ties::elect_first)->now() == standing{race::elected, 0});
}

TEST_CASE("elections that cannot be held are refused", "[quorum][plurality]") {
  using small = plurality<2, 3>;
  CHECK(small::make(0, 1).error() == error{errc::empty, "", 0});
  CHECK(small::make(1, std::size_t{0}).error() == error{errc::empty, "", 0});
  CHECK(small::make(3, 1).error() == error{errc::too_large, "", 3});
  CHECK(small::make(2, 4).error() == error{errc::too_large, "", 4});
  std::array<std::uint64_t, 2> const nothing{1, 0};
  CHECK(small::make(2, nothing).error() == error{errc::bad_input, "", 1});
  std::array<std::uint64_t, 2> const vast{1, ~std::uint64_t{0}};
  CHECK(small::make(2, vast).error() == error{errc::too_large, "", 1});
  CHECK(small::of(2, {0, 2}).error() == error{errc::unknown, "", 1});
}
