// SPDX-License-Identifier: BSL-1.0
// Two sizes instead of one majority (Flexible Paxos).
#pragma once

#include <cstddef>

#include "synod/base/result.hpp"
#include "synod/quorum/threshold.hpp"

namespace synod::inline SYNOD_ABI {

/// Any `reads` of n voters for phase 1, any `writes` of them for phase 2. Only the two phases must
/// meet, reads + writes > n, not each with itself (Howard, Malkhi, Spiegelman, Flexible Paxos,
/// 2016): small writes make deciding cheap, and leading, which is rare, dear. Writing tolerates
/// n - writes failures, a new leader n - reads.
class flexible {
 public:
  constexpr flexible() = default;

  /// Errors: those of `threshold` for either size; `bad_input` where a read can miss a write
  /// (place: the least `reads` that cannot).
  static constexpr result<flexible> make(std::size_t n, std::size_t reads,
                                         std::size_t writes) noexcept {
    auto const phase1 = threshold::make(reads, n);
    if (!phase1) return phase1.error();
    auto const phase2 = threshold::make(writes, n);
    if (!phase2) return phase2.error();
    if (reads + writes <= n) {
      return error{errc::bad_input, "flexible: reads + writes must be more than all voters",
                   n - writes + 1};
    }
    flexible made;
    made.reads_ = *phase1;
    made.writes_ = *phase2;
    return made;
  }

  constexpr threshold reads() const noexcept { return reads_; }
  constexpr threshold writes() const noexcept { return writes_; }

  friend constexpr bool operator==(flexible, flexible) = default;

 private:
  threshold reads_;
  threshold writes_;
};

}  // namespace synod::inline SYNOD_ABI
