// SPDX-License-Identifier: BSL-1.0
// The plain majority.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// More than half of n voters: floor(n/2) + 1 of them. Tolerates floor((n-1)/2) failures, so an
/// even n tolerates no more than the odd one below it.
///
/// A majority of no voters has no quorum at all: nobody can grant what nobody was asked. (Raft
/// libraries that let an empty configuration win use it as the neutral half of a joint one; here
/// that is the joint system's own rule.)
class majority {
 public:
  constexpr majority() = default;
  /// At most 64 voters.
  constexpr explicit majority(std::size_t voters) noexcept
      : voters_(static_cast<std::uint8_t>(voters)) {
    SYNOD_EXPECTS(voters <= voter_set::max_slots, "majority: more than 64 voters");
  }

  constexpr std::size_t size() const noexcept { return voters_; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return 2 * (set & voter_set::first(voters_)).size() > voters_;
  }

  friend constexpr bool operator==(majority, majority) = default;

 private:
  std::uint8_t voters_ = 0;
};

static_assert(quorum_system<majority>);

}  // namespace synod::inline SYNOD_ABI
