// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <type_traits>
#include <vector>

#include "synod/quorum.hpp"
#include "tests/support/catch.hpp"

using synod::majority;
using synod::node_id;
using synod::tally;
using synod::verdict;
using synod::voter_set;

namespace {

// Not a majority, not even symmetric: slot 0 together with slot 1 or slot 2.
struct chair_and_one {
  constexpr std::size_t size() const noexcept { return 3; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return set.contains(0) && (set.contains(1) || set.contains(2));
  }
  constexpr bool operator==(chair_and_one const&) const = default;
};

// Models nothing: a system must be comparable, and must not throw.
struct incomparable {
  std::size_t size() const noexcept { return 1; }
  bool is_quorum(voter_set) const noexcept { return false; }
};
struct throwing {
  std::size_t size() const { return 1; }
  bool is_quorum(voter_set) const { return false; }
  constexpr bool operator==(throwing const&) const = default;
};

static_assert(synod::quorum_system<majority>);
static_assert(synod::quorum_system<chair_and_one>);
static_assert(!synod::quorum_system<incomparable>);
static_assert(!synod::quorum_system<throwing>);
static_assert(!synod::quorum_system<int>);

static_assert(std::regular<tally<majority>>);
static_assert(std::is_trivially_copyable_v<tally<majority>>);
static_assert(sizeof(voter_set) == 8);
static_assert(sizeof(majority) == 2);
static_assert(sizeof(tally<majority>) <= 24);
static_assert(!std::is_convertible_v<std::size_t, majority>, "a number is not a quorum system");

constexpr verdict after_two_of_three() {
  tally votes{majority{3}};
  votes.vote(0, true);
  return votes.vote(2, true);
}
static_assert(after_two_of_three() == verdict::won, "votes are counted while compiling too");

enum class ballot_paper : unsigned { unheard, yes, no };

// W4 by enumerating every way in which the voters not heard could still vote.
template <class System>
verdict by_completions(System const& system, std::vector<ballot_paper> const& papers) {
  bool some_win = false;
  bool some_fail = false;
  std::size_t const n = papers.size();
  for (std::uint64_t rest = 0; rest < std::uint64_t{1} << n; ++rest) {
    voter_set yes;
    bool consistent = true;
    for (std::size_t slot = 0; slot < n; ++slot) {
      bool const says_yes = (rest >> slot & 1) != 0;
      if (papers[slot] == ballot_paper::yes && !says_yes) consistent = false;
      if (papers[slot] == ballot_paper::no && says_yes) consistent = false;
      if (says_yes) yes.insert(slot);
    }
    if (!consistent) continue;
    (system.is_quorum(yes) ? some_win : some_fail) = true;
  }
  return !some_fail ? verdict::won : some_win ? verdict::pending : verdict::lost;
}

template <class System>
void agrees_with_completions(System const& system) {
  std::size_t const n = system.size();
  std::size_t count = 1;
  for (std::size_t i = 0; i < n; ++i) count *= 3;
  bool all_agree = true;
  for (std::size_t code = 0; code < count; ++code) {
    std::vector<ballot_paper> papers;
    for (std::size_t i = 0, left = code; i < n; ++i, left /= 3) {
      papers.push_back(static_cast<ballot_paper>(left % 3));
    }
    tally forwards{system};
    tally backwards{system};
    for (std::size_t i = 0; i < n; ++i) {
      if (papers[i] != ballot_paper::unheard) forwards.vote(i, papers[i] == ballot_paper::yes);
      std::size_t const j = n - 1 - i;
      if (papers[j] != ballot_paper::unheard) backwards.vote(j, papers[j] == ballot_paper::yes);
    }
    all_agree =
        all_agree && forwards.now() == by_completions(system, papers) && forwards == backwards;
  }
  CHECK(all_agree);
}

}  // namespace

TEST_CASE("a tally says what every completion of the votes would say", "[quorum][tally]") {
  for (std::size_t n = 1; n <= 7; ++n) {
    CAPTURE(n);
    agrees_with_completions(majority{n});
  }
  agrees_with_completions(chair_and_one{});
}

TEST_CASE("a voter is counted once", "[quorum][tally][R03]") {
  tally votes{majority{3}};
  CHECK(votes.vote(1, true) == verdict::pending);
  CHECK(votes.vote(1, true) == verdict::pending);
  CHECK(votes.yes().size() == 1);

  tally against{majority{3}};
  CHECK(against.vote(1, false) == verdict::pending);
  CHECK(against.vote(1, false) == verdict::pending);
}

TEST_CASE("a change of mind changes nothing", "[quorum][tally][second_thoughts_count]") {
  tally votes{majority{3}};
  votes.vote(0, false);
  CHECK(votes.vote(0, true) == verdict::pending);
  CHECK(votes.vote(1, true) == verdict::pending);
  CHECK(votes.no() == voter_set::of_mask(0b001));
  CHECK(votes.yes() == voter_set::of_mask(0b010));

  tally other_way{majority{3}};
  other_way.vote(0, true);
  other_way.vote(0, false);
  CHECK(other_way.vote(1, false) == verdict::pending);
  CHECK(other_way.vote(2, true) == verdict::won);
}

TEST_CASE("a stranger's vote changes nothing", "[quorum][tally][strangers_vote]") {
  tally votes{majority{3}};
  auto const before = votes;
  for (std::size_t const stranger :
       {std::size_t{3}, std::size_t{63}, std::size_t{64}, ~std::size_t{0}}) {
    CHECK(votes.vote(stranger, true) == verdict::pending);
    CHECK(votes.vote(stranger, false) == verdict::pending);
  }
  CHECK(votes == before);
}

TEST_CASE("a verdict stays", "[quorum][tally]") {
  tally won{majority{3}};
  won.vote(0, true);
  won.vote(1, true);
  CHECK(won.vote(2, false) == verdict::won);

  tally lost{majority{3}};
  lost.vote(0, false);
  lost.vote(1, false);
  CHECK(lost.vote(2, true) == verdict::lost);
}

TEST_CASE("nobody asked, nothing granted: an empty majority has lost", "[quorum][tally]") {
  CHECK(tally<majority>{}.now() == verdict::lost);
  CHECK(tally{majority{0}}.vote(0, true) == verdict::lost);
  CHECK_FALSE(majority{}.is_quorum(voter_set::first(64)));
}

TEST_CASE("64 voters are counted in the same two words", "[quorum][tally]") {
  tally votes{majority{64}};
  for (std::size_t slot = 0; slot < 32; ++slot) CHECK(votes.vote(slot, true) == verdict::pending);
  CHECK(votes.vote(63, true) == verdict::won);
}

TEST_CASE("a named tally counts nodes by name", "[quorum][tally]") {
  constexpr std::array members{node_id{7}, node_id{40}, node_id{3}};
  auto votes = synod::named_tally<majority>::make(majority{3}, members).value();
  CHECK(votes.vote({40}, true) == verdict::pending);
  CHECK(votes.vote({40}, true) == verdict::pending);
  CHECK(votes.vote({8}, true) == verdict::pending);
  CHECK(votes.vote({0}, true) == verdict::pending);  // the name of no slot that is unused
  CHECK(votes.by_slot().yes() == voter_set::of_mask(0b010));
  CHECK(votes.vote({3}, false) == verdict::pending);
  CHECK(votes.vote({7}, true) == verdict::won);
}

TEST_CASE("a named tally refuses lists that cannot be counted", "[quorum][tally]") {
  using small = synod::named_tally<majority, 2>;
  std::array const three{node_id{1}, node_id{2}, node_id{3}};
  std::array const twice{node_id{1}, node_id{1}};
  CHECK(small::make(majority{3}, three).error() == synod::error{synod::errc::too_large, "", 3});
  CHECK(small::make(majority{2}, twice).error() == synod::error{synod::errc::duplicate, "", 1});
  CHECK(synod::named_tally<majority>::make(majority{2}, three).error() ==
        synod::error{synod::errc::bad_option, "", 3});
}
