// SPDX-License-Identifier: BSL-1.0
// Any k of n.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// Any k of n voters. Tolerates n - k failures. Two quorums of its own meet exactly when 2k > n,
/// which it does not ask: it is also the half of a pair, see `flexible`.
class threshold {
 public:
  /// Of nobody: no quorum.
  constexpr threshold() = default;

  /// Errors, place: the number that is wrong: `empty` (no voters), `too_large` (more than
  /// `max_members`), `bad_input` (k is 0 or beyond n).
  static constexpr result<threshold> make(std::size_t k, std::size_t n) noexcept {
    if (n == 0) return error{errc::empty, "threshold: no voters", 0};
    if (n > max_members) return error{errc::too_large, "threshold: more than 65535 voters", n};
    if (k == 0) return error{errc::bad_input, "threshold: 0 of them, which nobody would be", 0};
    if (k > n) return error{errc::bad_input, "threshold: more of them than there are", k};
    threshold made;
    made.needed_ = static_cast<std::uint16_t>(k);
    made.voters_ = static_cast<std::uint16_t>(n);
    return made;
  }

  constexpr std::size_t size() const noexcept { return voters_; }
  constexpr std::size_t votes_needed() const noexcept { return needed_; }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    return set.within(voters_).size() >= needed_;
  }

  friend constexpr bool operator==(threshold, threshold) = default;

 private:
  std::uint16_t needed_ = 1;
  std::uint16_t voters_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
