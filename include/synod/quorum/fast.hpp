// SPDX-License-Identifier: BSL-1.0
// Classic and fast quorums (Fast Paxos, Lamport 2006).
#pragma once

#include <cstddef>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/threshold.hpp"

namespace synod::inline SYNOD_ABI {

/// Two sizes over n voters: `classic()` decides what a leader proposes, `fast()` what clients
/// propose without one. Two classic quorums meet, and a classic one meets any two fast ones
/// together, so that a leader who asks a classic quorum sees which value a fast one may have
/// chosen: 2q > n and q + 2f > 2n (Lamport, Fast Paxos, Distributed Computing 19(2), 2006).
/// Classic rounds tolerate n - q failures, fast ones n - f.
class fast_quorums {
 public:
  constexpr fast_quorums() = default;

  /// Majorities, and the smallest fast quorums beside them. Errors: `empty` (no voters),
  /// `too_large` (more than `max_members`; place: how many).
  static constexpr result<fast_quorums> make(std::size_t n) noexcept {
    std::size_t const classic = n / 2 + 1;
    return make(n, classic, (2 * n - classic) / 2 + 1);
  }
  /// One size for both: more than two thirds. Errors: the same.
  static constexpr result<fast_quorums> make_equal(std::size_t n) noexcept {
    std::size_t const both = n / 3 * 2 + n % 3 * 2 / 3 + 1;
    return make(n, both, both);
  }
  /// Errors: those of `threshold` for either size; `bad_input` where two classic quorums can miss
  /// each other, or a classic one what two fast ones share (place: the least `classic`, or `fast`,
  /// that cannot).
  static constexpr result<fast_quorums> make(std::size_t n, std::size_t classic,
                                             std::size_t fast) noexcept {
    auto const slow = threshold::make(classic, n);
    if (!slow) return slow.error();
    auto const quick = threshold::make(fast, n);
    if (!quick) return quick.error();
    if (2 * classic <= n) {
      return error{errc::bad_input, "fast: two classic quorums may miss each other", n / 2 + 1};
    }
    if (SYNOD_MUTANT(fast_met_once, classic + 2 * fast <= 2 * n, classic + fast <= n)) {
      return error{errc::bad_input, "fast: a classic quorum may miss what two fast ones share",
                   (2 * n - classic) / 2 + 1};
    }
    fast_quorums made;
    made.classic_ = *slow;
    made.fast_ = *quick;
    return made;
  }

  constexpr threshold classic() const noexcept { return classic_; }
  constexpr threshold fast() const noexcept { return fast_; }

  friend constexpr bool operator==(fast_quorums, fast_quorums) = default;

 private:
  threshold classic_;
  threshold fast_;
};

}  // namespace synod::inline SYNOD_ABI
