// SPDX-License-Identifier: BSL-1.0
// Tally and commit index against their definitions: over every monotone system of up to five
// members, on every input.
#include <set>
#include <vector>

#include "synod/quorum.hpp"
#include "tests/quorum/systems.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

// The tally of a pattern: digit i in base 3 is what member i has said (0 nothing, 1 yes, 2 no).
template <class System>
tally<System> counted(System const& system, std::size_t pattern) {
  tally<System> votes{system};
  for (std::size_t slot = 0; slot < system.size(); ++slot, pattern /= 3) {
    if (pattern % 3 != 0) votes.vote(slot, pattern % 3 == 1);
  }
  return votes;
}

// By every way in which those not heard could still vote.
template <class System>
verdict by_completions(System const& system, voter_set yes, voter_set no) {
  bool some_win = false;
  bool some_fail = false;
  every_set(system.size(), [&](voter_set all_yes) {
    if (!all_yes.includes(yes) || !(all_yes & no).empty()) return;
    (system.is_quorum(all_yes) ? some_win : some_fail) = true;
  });
  return !some_fail ? verdict::won : some_win ? verdict::pending : verdict::lost;
}

// Every pattern of votes has the verdict of its completions; and whoever votes next, the tally is
// that of the larger pattern, so that by induction no order of votes matters.
template <class System>
std::size_t wrong_tallies(System const& system) {
  std::size_t wrong = 0;
  std::size_t patterns = 1;
  for (std::size_t i = 0; i < system.size(); ++i) patterns *= 3;
  std::vector<tally<System>> tallies;
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    tallies.push_back(counted(system, pattern));
  }
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    auto const& votes = tallies[pattern];
    verdict const now = votes.now();
    wrong += now != by_completions(system, votes.yes(), votes.no());
    std::size_t digit = 1;
    for (std::size_t slot = 0; slot < system.size(); ++slot, digit *= 3) {
      bool const heard = pattern / digit % 3 != 0;
      for (bool const yes : {true, false}) {
        auto more = votes;
        verdict const then = more.vote(slot, yes);
        wrong += then != more.now();
        wrong += now != verdict::pending && then != now;
        wrong += more != (heard ? votes : tallies[pattern + digit * (yes ? 1 : 2)]);
      }
    }
  }
  return wrong;
}

// One input of every order: the values used are 0 .. top without a gap, or 1 .. top. Any other
// input is one of these with other names for its values.
std::vector<std::vector<log_index>> every_order(std::size_t n) {
  std::vector<std::vector<log_index>> all;
  every_assignment(n, n, [&](std::vector<log_index> const& has) {
    std::set<std::uint64_t> used;
    for (auto const one : has) used.insert(one.value);
    if (*used.rbegin() - *used.begin() + 1 == used.size() && *used.begin() <= 1) all.push_back(has);
  });
  return all;
}

}  // namespace

TEST_CASE("there are as many monotone predicates as Dedekind counted", "[quorum][brute]") {
  std::size_t const dedekind[] = {2, 3, 6, 20, 168, 7581};
  for (std::size_t n = 0; n <= 5; ++n) CHECK(all_monotone(n).size() == dedekind[n]);
}

TEST_CASE("the tally of every system of up to five members", "[quorum][brute][tally]") {
  for (std::size_t n = 0; n <= 5; ++n) {
    CAPTURE(n);
    std::size_t wrong = 0;
    for (auto const& system : all_monotone(n)) wrong += wrong_tallies(system);
    CHECK(wrong == 0);
  }
}

TEST_CASE("the tally of systems that are counted", "[quorum][brute][tally][lost_by_noes]") {
  for (std::size_t n = 0; n <= 7; ++n) {
    CAPTURE(n);
    CHECK(wrong_tallies(majority{n}) == 0);
    for (std::size_t k = 1; k <= n; ++k) {
      CHECK(wrong_tallies(threshold::make(k, n).value()) == 0);
    }
  }
}

TEST_CASE("the commit index of every system of up to five members", "[quorum][brute]") {
  for (std::size_t n = 1; n <= 5; ++n) {
    CAPTURE(n);
    auto const inputs = every_order(n);
    std::size_t wrong = 0;
    for (auto const& system : all_systems(n)) {
      for (auto const& has : inputs) {
        wrong += commit_index(system, has) != commit_by_definition(system, has);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("the commit index of joint systems of any two systems", "[quorum][brute][joint][Q04]") {
  std::size_t wrong = 0;
  for (std::size_t old_size = 0; old_size <= 3; ++old_size) {
    for (std::size_t new_size = 0; new_size <= 3; ++new_size) {
      for (std::size_t staying = 0; staying <= std::min(old_size, new_size); ++staying) {
        std::size_t const n = old_size + new_size - staying;
        if (n == 0) continue;
        std::vector<std::vector<log_index>> inputs;
        every_assignment(n, n > 4 ? 2 : 3, [&](auto const& has) { inputs.push_back(has); });
        for (auto const& old : all_systems(old_size)) {
          for (auto const& next : all_systems(new_size)) {
            auto const both = joint<table, table>::make(old, next, staying).value();
            for (auto const& has : inputs) {
              std::vector const of_old(has.begin(), has.begin() + std::ptrdiff_t(old_size));
              std::vector const of_new(has.end() - std::ptrdiff_t(new_size), has.end());
              auto const by_old = commit_by_definition(old, of_old);
              auto const by_new = commit_by_definition(next, of_new);
              auto const expected = old_size == 0   ? by_new
                                    : new_size == 0 ? by_old
                                                    : std::min(by_old, by_new);
              wrong += commit_index(both, has) != expected;
              wrong += commit_by_definition(both, has) != expected;
            }
          }
        }
      }
    }
  }
  CHECK(wrong == 0);
}
