// SPDX-License-Identifier: BSL-1.0
// Counting votes by slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "synod/base/mutant.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

enum class verdict : std::uint8_t {
  pending,  ///< more votes may still decide it either way
  won,      ///< those who said yes are a quorum
  lost,     ///< not even all the others together with them would be one
};

namespace detail {

// How many said yes and no, kept where only the number counts, so that judging counts no bits. In
// one word: the compiler would keep two in a vector register.
struct vote_counts {
  std::uint32_t both = 0;

  constexpr std::size_t yes() const noexcept { return both & 0xffff; }
  constexpr std::size_t no() const noexcept { return both >> 16; }
  constexpr void add(bool news, bool vote) noexcept {
    both += static_cast<std::uint32_t>(news) << 16 * !vote;
  }
  friend constexpr bool operator==(vote_counts, vote_counts) = default;
};
struct no_counts {
  constexpr void add(bool, bool) noexcept {}
  friend constexpr bool operator==(no_counts, no_counts) = default;
};

}  // namespace detail

/// The votes on one question, and its verdict as soon as it is decided, for any monotone system.
///
/// The first vote of a voter counts; a repeated vote, a change of mind and a stranger's vote (a
/// slot the system does not have) change nothing. A verdict, once won or lost, stays, whatever is
/// voted after it: `won` needs more yes votes to undo than exist, because systems are monotone. A
/// tally belongs to one ballot and one configuration; for the next, make a new one. Learners are
/// no members of a system, and so strangers here.
///
/// Holds two sets and the system; no allocation. Up to 64 members by default; for n of them
/// `tally<System, voter_set_for<n>>`, 16 bytes for every 64. A vote takes constant time where only
/// the number counts (`counting_system`), else two questions to the system.
template <class System, class Set = voter_set>
  requires quorum_system<System, Set>
class tally {
 public:
  /// Of a default system; with a majority, of no voters: lost.
  constexpr tally() = default;
  /// The set must have room for all members.
  constexpr explicit tally(System const& system) noexcept : system_(system) {
    SYNOD_EXPECTS(system.size() <= Set::max_slots, "tally: more members than its set has room for");
  }

  /// Records the vote of the member at `slot` and judges.
  constexpr verdict vote(std::size_t slot, bool yes) noexcept {
    // Without a branch, since nothing here can be predicted; and so that the next vote waits for
    // one instruction of this one.
    bool const member = slot < SYNOD_MUTANT(strangers_vote, system_.size(), Set::max_slots);
    std::size_t const word = Set::max_slots == 64 || !member ? 0 : slot / 64;
    std::uint64_t const bit = std::uint64_t{member} << slot % 64;
    std::uint64_t const news =
        bit & ~SYNOD_MUTANT(second_thoughts_count, heard_, yes ? yes_ : no()).word(word);
    heard_.insert_in_word(word, bit);
    yes_.insert_in_word(word, news & -std::uint64_t{yes});
    counts_.add(SYNOD_MUTANT(R03, news != 0, yes), yes);
    return now();
  }

  constexpr verdict now() const noexcept {
    std::size_t const n = system_.size();
    bool won = false;
    bool lost = false;
    if constexpr (counting_system<System>) {
      std::size_t const needed = system_.votes_needed();
      won = counts_.yes() >= needed;
      lost = SYNOD_MUTANT(lost_by_noes, n < needed + counts_.no(), counts_.no() >= needed);
    } else {
      won = system_.is_quorum(yes_);
      lost = SYNOD_MUTANT(lost_by_noes, !system_.is_quorum(no().complement(n)),
                          system_.is_quorum(no()));
    }
    return static_cast<verdict>(int{won} | int{lost && !won} << 1);  // again no branch
  }

  constexpr Set const& yes() const noexcept { return yes_; }
  constexpr Set no() const noexcept { return heard_.without(yes_); }
  constexpr Set const& heard() const noexcept { return heard_; }
  constexpr System const& system() const noexcept { return system_; }

  friend constexpr bool operator==(tally const&, tally const&) = default;

 private:
  Set yes_;
  Set heard_;
  // Only where the number alone counts.
  [[no_unique_address]] std::conditional_t<counting_system<System>, detail::vote_counts,
                                           detail::no_counts> counts_;
  System system_{};
};

}  // namespace synod::inline SYNOD_ABI
