// SPDX-License-Identifier: BSL-1.0
// The plain majority.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// More than half of n voters: floor(n/2) + 1 of them. Tolerates floor((n-1)/2) failures, so an
/// even n tolerates no more than the odd one below it. Any two quorums meet.
///
/// A majority of no voters has no quorum at all: nobody can grant what nobody was asked. (Raft
/// libraries that let an empty configuration win use it as the neutral half of a joint one; here
/// that is the joint system's own rule.)
class majority {
 public:
  constexpr majority() = default;
  /// At most `max_members` voters.
  constexpr explicit majority(std::size_t voters) noexcept
      : voters_(static_cast<std::uint16_t>(voters)) {
    SYNOD_EXPECTS(voters <= max_members, "majority: more than 65535 voters");
  }
  /// For a number from outside. Errors, place: the number: `empty` (no voters), `too_large` (more
  /// than `max_members`).
  static constexpr result<majority> make(std::size_t voters) noexcept {
    if (voters == 0) return error{errc::empty, "majority: no voters", 0};
    if (voters > max_members) {
      return error{errc::too_large, "majority: more than 65535 voters", voters};
    }
    return majority{voters};
  }

  constexpr std::size_t size() const noexcept { return voters_; }
  constexpr std::size_t votes_needed() const noexcept {
    return SYNOD_MUTANT(Q03, voters_ / 2u + 1u, (voters_ + 1u) / 2u);
  }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    return set.within(voters_).size() >= votes_needed();
  }

  friend constexpr bool operator==(majority, majority) = default;

 private:
  std::uint16_t voters_ = 0;
};

static_assert(quorum_system<majority> && counting_system<majority>);

}  // namespace synod::inline SYNOD_ABI
