// SPDX-License-Identifier: BSL-1.0
// Counting votes by slot.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/mutant.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

enum class verdict : std::uint8_t {
  pending,  ///< more votes may still decide it either way
  won,      ///< those who said yes are a quorum
  lost,     ///< not even all the others together with them would be one
};

/// The votes on one question, and its verdict as soon as it is decided.
///
/// The first vote of a voter counts; a repeated vote, a change of mind and a stranger's vote (a
/// slot the system does not have) change nothing. A verdict, once won or lost, stays: `won` needs
/// more yes votes to undo than exist, because systems are monotone. A tally belongs to one ballot
/// and one configuration; for the next, make a new one. Constant time, no allocation.
template <quorum_system System>
class tally {
 public:
  /// Of a default system; with a majority, of no voters: lost.
  constexpr tally() = default;
  constexpr explicit tally(System system) noexcept : system_(system) {}

  /// Records the vote of the member at `slot` and judges.
  constexpr verdict vote(std::size_t slot, bool yes) noexcept {
    bool const news = slot < system_.size() && !heard().contains(slot);
    if (SYNOD_MUTANT(R03, news, yes)) {
      (yes ? yes_ : no_).insert(SYNOD_MUTANT(R03, slot, std::size_t(std::countr_one(yes_.mask()))));
    }
    return now();
  }
  constexpr verdict now() const noexcept {
    if (system_.is_quorum(yes_)) return verdict::won;
    return system_.is_quorum(no_.complement(system_.size())) ? verdict::pending : verdict::lost;
  }

  constexpr voter_set yes() const noexcept { return yes_; }
  constexpr voter_set no() const noexcept { return no_; }
  constexpr voter_set heard() const noexcept { return yes_ | no_; }
  constexpr System const& system() const noexcept { return system_; }

  friend constexpr bool operator==(tally const&, tally const&) = default;

 private:
  voter_set yes_;
  voter_set no_;
  System system_{};
};

}  // namespace synod::inline SYNOD_ABI
