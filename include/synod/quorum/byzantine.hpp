// SPDX-License-Identifier: BSL-1.0
// Quorums that meet in enough voters although some of them lie (Malkhi & Reiter 1998).
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// What liars can do, and so in how many voters two quorums must meet.
enum class byzantine : std::uint8_t {
  dissemination,  ///< values are signed: one honest voter in common is enough
  masking,        ///< values are not signed: the honest ones in common outnumber the liars
  opaque,         ///< and the reader does not even know how many liars there may be
};

/// The smallest quorums of equal voters that stay right with up to b liars among n, and live
/// without those b. With values that prove themselves (`dissemination`) two quorums meet in b + 1:
/// n >= 3b + 1, ceil((n + b + 1) / 2) of them. With plain values (`masking`) they meet in 2b + 1:
/// n >= 4b + 1, ceil((n + 2b + 1) / 2). With `opaque` ones the honest up-to-date voters of a quorum
/// outnumber the liars and the outdated together: n >= 5b, ceil((2n + 2b) / 3). Malkhi & Reiter,
/// Byzantine Quorum Systems, Distributed Computing 11, 1998.
template <byzantine Kind>
class byzantine_system {
 public:
  /// Of nobody: no quorum.
  constexpr byzantine_system() = default;

  /// Errors: `empty` (no voters), `too_large` (more than `max_members`, place: how many),
  /// `bad_input` (too few voters for so many liars; place: how many it takes).
  static constexpr result<byzantine_system> make(std::size_t n, std::size_t b) noexcept {
    if (n == 0) return error{errc::empty, "byzantine: no voters", 0};
    if (n > max_members) return error{errc::too_large, "byzantine: more than 65535 voters", n};
    std::size_t const least = b > n ? n + 1 : least_voters(b);
    if (n < least) return error{errc::bad_input, "byzantine: too few voters for the liars", least};
    byzantine_system made;
    made.voters_ = static_cast<std::uint16_t>(n);
    made.liars_ = static_cast<std::uint16_t>(b);
    made.needed_ = static_cast<std::uint16_t>(quorum_size(n, b));
    return made;
  }

  constexpr std::size_t size() const noexcept { return voters_; }
  constexpr std::size_t liars() const noexcept { return liars_; }
  constexpr std::size_t votes_needed() const noexcept { return needed_; }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    return set.within(voters_).size() >= needed_;
  }

  friend constexpr bool operator==(byzantine_system, byzantine_system) = default;

 private:
  static constexpr std::size_t least_voters(std::size_t b) noexcept {
    if constexpr (Kind == byzantine::dissemination) return 3 * b + 1;
    if constexpr (Kind == byzantine::masking) return 4 * b + 1;
    return b == 0 ? 1 : 5 * b;
  }
  // Rounded up: floor((x + 2) / 2) is ceil((x + 1) / 2).
  static constexpr std::size_t quorum_size(std::size_t n, std::size_t b) noexcept {
    if constexpr (Kind == byzantine::dissemination) return (n + b + 2) / 2;
    if constexpr (Kind == byzantine::masking) {
      return (n + SYNOD_MUTANT(masking_by_plain_intersection, 2 * b, b) + 2) / 2;
    }
    return (2 * n + 2 * b + 2) / 3;
  }

  std::uint16_t voters_ = 0;
  std::uint16_t liars_ = 0;
  std::uint16_t needed_ = 1;
};

using dissemination = byzantine_system<byzantine::dissemination>;
using masking = byzantine_system<byzantine::masking>;
using opaque = byzantine_system<byzantine::opaque>;

}  // namespace synod::inline SYNOD_ABI
