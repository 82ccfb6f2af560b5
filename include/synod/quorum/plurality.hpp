// SPDX-License-Identifier: BSL-1.0
// Counting votes for one of several candidates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// What becomes of candidates with the same number of votes when all have voted.
enum class ties : std::uint8_t {
  elect_nobody,
  elect_first,  ///< the one with the lowest number
};

enum class race : std::uint8_t {
  open,     ///< the votes still out may decide it
  elected,  ///< nothing still out can change who it is
  tied,     ///< all have voted, and nobody is elected
};

/// How an election stands.
struct standing {
  race state = race::open;
  std::size_t candidate = 0;  ///< who is elected; meaningless in the other states

  friend constexpr bool operator==(standing const&, standing const&) = default;
};

/// The votes of up to `Voters` voters on up to `Candidates` candidates, and who is elected as soon
/// as the leader cannot be overtaken (or, with `elect_nobody`, caught up with) by the votes still
/// out. Nobody needs a majority: the most votes win, `votes(c)` is the sum of those who voted for
/// c. Candidates and voters are numbers from 0.
///
/// The first vote of a voter counts, an abstention is one; repeated votes, changes of mind,
/// strangers' votes and votes for who is no candidate change nothing. All abstained: tied, or the
/// first candidate. No allocation; linear in the candidates.
template <std::size_t Candidates = 8, std::size_t Voters = 64>
class plurality {
  static_assert(Candidates > 0 && Voters > 0 && Voters <= max_members, "plurality: who votes?");

 public:
  /// In place of a candidate: a vote for nobody.
  static constexpr std::size_t abstain = ~std::size_t{0};

  /// Of no voters on no candidates: tied.
  constexpr plurality() = default;

  /// Voters of one vote each. Errors: `empty` (no candidates, or no voters), `too_large` (more than
  /// there is room for; place: how many).
  static constexpr result<plurality> make(std::size_t candidates, std::size_t voters,
                                          ties rule = ties::elect_nobody) noexcept {
    if (error const wrong = check(candidates, voters); wrong.code != errc::ok) return wrong;
    plurality made;
    for (std::size_t voter = 0; voter < voters; ++voter) made.weights_[voter] = 1;
    made.out_ = voters;
    made.candidates_ = candidates;
    made.rule_ = rule;
    return made;
  }
  /// Voters of several votes each. Errors: the same; `bad_input` (a voter without a vote; place:
  /// which), `too_large` (the sum of all votes leaves 64 bits; place: the voter that does it).
  static constexpr result<plurality> make(std::size_t candidates,
                                          std::span<std::uint64_t const> weights,
                                          ties rule = ties::elect_nobody) noexcept {
    if (error const wrong = check(candidates, weights.size()); wrong.code != errc::ok) return wrong;
    plurality made;
    for (std::size_t voter = 0; voter < weights.size(); ++voter) {
      if (weights[voter] == 0)
        return error{errc::bad_input, "plurality: a voter has no vote", voter};
      if (weights[voter] > ~made.out_) {
        return error{errc::too_large, "plurality: the sum of all votes overflows", voter};
      }
      made.weights_[voter] = weights[voter];
      made.out_ += weights[voter];
    }
    made.candidates_ = candidates;
    made.rule_ = rule;
    return made;
  }
  /// Everybody has voted, voter i for `papers[i]`: `of(3, {0, 2, 2, plurality<>::abstain})`.
  /// Errors: those of `make`; `unknown` (a vote for who is no candidate; place: whose).
  static constexpr result<plurality> of(std::size_t candidates, std::span<std::size_t const> papers,
                                        ties rule = ties::elect_nobody) noexcept {
    auto made = make(candidates, papers.size(), rule);
    if (!made) return made;
    for (std::size_t voter = 0; voter < papers.size(); ++voter) {
      if (papers[voter] != abstain && papers[voter] >= candidates) {
        return error{errc::unknown, "plurality: a vote for who is no candidate", voter};
      }
      made->vote(voter, papers[voter]);
    }
    return made;
  }
  static constexpr result<plurality> of(std::size_t candidates,
                                        std::initializer_list<std::size_t> papers,
                                        ties rule = ties::elect_nobody) noexcept {
    return of(candidates, std::span<std::size_t const>{papers}, rule);
  }

  /// Records the vote of a voter and judges.
  constexpr standing vote(std::size_t voter, std::size_t candidate) noexcept {
    if (voter < Voters && (candidate < candidates_ || candidate == abstain)) {
      // Who has voted has no votes left; a stranger never had any.
      std::uint64_t const weight = weights_[voter];
      if (candidate != abstain) votes_[candidate] += weight;
      out_ -= weight;
      weights_[voter] = 0;
    }
    return now();
  }

  constexpr standing now() const noexcept {
    std::size_t leader = 0;
    for (std::size_t c = 1; c < candidates_; ++c) {
      if (votes_[c] > votes_[leader]) leader = c;
    }
    bool const first_wins = rule_ == ties::elect_first && candidates_ > 0;
    for (std::size_t c = 0; c < candidates_; ++c) {
      if (c == leader) continue;
      // As many as it can still get; where equal is not enough for it, one more is needed.
      std::uint64_t const at_most = votes_[c] + SYNOD_MUTANT(votes_out_forgotten, out_, 0);
      bool const loses_ties = SYNOD_MUTANT(ties_elect, first_wins && leader < c, true);
      if (at_most > votes_[leader] || (at_most == votes_[leader] && !loses_ties)) {
        return {out_ == 0 ? race::tied : race::open, 0};
      }
    }
    // The only candidate of all is elected by one vote.
    if (candidates_ == 0 || (!first_wins && votes_[leader] == 0)) {
      return {out_ == 0 ? race::tied : race::open, 0};
    }
    return {race::elected, leader};
  }

  constexpr std::size_t candidates() const noexcept { return candidates_; }
  /// Of a candidate.
  constexpr std::uint64_t votes(std::size_t candidate) const noexcept { return votes_[candidate]; }
  /// Of all who have not voted.
  constexpr std::uint64_t votes_out() const noexcept { return out_; }

  friend constexpr bool operator==(plurality const&, plurality const&) = default;

 private:
  // `ok`, or what is wrong.
  static constexpr error check(std::size_t candidates, std::size_t voters) noexcept {
    if (candidates == 0) return {errc::empty, "plurality: no candidates", 0};
    if (voters == 0) return {errc::empty, "plurality: no voters", 0};
    if (candidates > Candidates) {
      return {errc::too_large, "plurality: more candidates than there is room for", candidates};
    }
    if (voters > Voters) {
      return {errc::too_large, "plurality: more voters than there is room for", voters};
    }
    return {};
  }

  std::array<std::uint64_t, Candidates> votes_{};
  std::array<std::uint64_t, Voters> weights_{};  // of those who have not voted
  std::uint64_t out_ = 0;
  std::size_t candidates_ = 0;
  ties rule_ = ties::elect_nobody;
};

}  // namespace synod::inline SYNOD_ABI
