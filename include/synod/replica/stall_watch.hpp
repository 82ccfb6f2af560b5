// SPDX-License-Identifier: BSL-1.0
// A host whose loop stood still reads first, and lets time pass then.
#pragma once

#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI {

/// A loop stands still when its process is stopped, its machine is paused, or one of its handlers
/// takes long. What its peers said meanwhile waits in its sockets. A core that is told the time
/// before it is given that believes that nobody spoke: a leader gives up its office, a follower
/// campaigns against one that works. So the host marks each turn of its loop, and lets time pass
/// (by `replica::poll`, or by stepping its core with `tick`) only where `lets_pass`. Has no clock
/// of its own.
class stall_watch {
 public:
  /// A turn that begins more than `longest` after the one before shows that the loop stood still;
  /// then time stops for `reading`, in which the host reads. A quarter of an election time-out is
  /// long enough for the first: less than that deceives no core.
  constexpr stall_watch(instant now, duration longest, duration reading) noexcept
      : longest_(longest), reading_(reading), last_(now) {}

  /// A turn of the loop.
  constexpr void turn(instant now) noexcept {
    if (!until_ && now - last_ > longest_) until_ = now + reading_;
    last_ = now;
  }
  /// Whether the core may be told the time. After a stall it may at `reads_until`, however long
  /// the turns take: a loop that is always slow goes on.
  constexpr bool lets_pass(instant now) noexcept {
    turn(now);
    if (until_ && now < *until_) return false;
    until_.reset();
    return true;
  }
  /// When to poll again, while time does not pass.
  constexpr std::optional<instant> reads_until() const noexcept { return until_; }

 private:
  duration longest_;
  duration reading_;
  instant last_;
  std::optional<instant> until_;
};

}  // namespace synod::inline SYNOD_ABI
