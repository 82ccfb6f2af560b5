// SPDX-License-Identifier: BSL-1.0
// A leader's estimate of the replicated time.
//
// Replicated time is what the log says. A leader goes on from the last it finds there and adds the
// time that has passed on its own monotonic clock since; no clock is ever compared with another
// node's, and the time in which there is no leader does not count.
#pragma once

#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI {

class replicated_clock {
 public:
  /// A batch is stamped where that moves time on by as much.
  static constexpr duration granularity = milliseconds(1);

  void take_office(instant machine, instant now) noexcept {
    base_ = stamped_ = machine;
    since_ = now;
    not_before_ = now;
  }
  /// The machine has been told another time: of an entry from before this leadership it may be one
  /// that is ahead.
  void observe(instant machine, instant now) noexcept {
    if (machine > estimate(now)) {
      base_ = machine;
      since_ = now;
    }
    if (machine > stamped_) stamped_ = machine;
  }

  instant estimate(instant now) const noexcept { return base_ + (now - since_); }
  /// By how much a stamp would move time on.
  duration ahead(instant now) const noexcept { return estimate(now) - stamped_; }
  void stamped(instant to) noexcept { stamped_ = to; }
  /// A stamp was refused: no other one is tried by itself for a while.
  void refused(instant now) noexcept { not_before_ = now + milliseconds(10); }

  /// When, on the own clock, the machine's time will have reached `deadline`; empty where a stamp
  /// that has is under way.
  std::optional<instant> due(instant deadline) const noexcept {
    if (stamped_ >= deadline) return std::nullopt;
    instant const then = since_ + (deadline - base_);
    return then > not_before_ ? then : not_before_;
  }

 private:
  instant base_;     // the time that was replicated …
  instant since_;    // … at this moment of the own clock
  instant stamped_;  // the last that was told, or is under way
  instant not_before_;
};

}  // namespace synod::inline SYNOD_ABI
