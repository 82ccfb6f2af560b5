// SPDX-License-Identifier: BSL-1.0
// What a process of a simulated cluster takes for the time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI {

/// A clock that never goes back: it runs at a rate of its own, may stand still, and may jump
/// forward. Integers only, so that it shows the same everywhere.
class sim_clock {
 public:
  /// The rate of virtual time.
  static constexpr std::uint64_t true_rate = 1024;

  sim_clock() = default;
  /// Shows `shows` at virtual time `now`, and runs at `own` where nobody interferes.
  sim_clock(instant now, instant shows, std::uint64_t own) noexcept
      : since_(now), shows_(shows), own_(own), rate_(own) {}

  instant at(instant now) const noexcept {
    return shows_ + duration{(now - since_).ns * rate_ / true_rate};
  }
  /// The first virtual time at which it shows `shown` or more; empty where it stands before that.
  std::optional<instant> when(instant shown) const noexcept {
    if (shown <= shows_) return since_;
    if (rate_ == 0) return std::nullopt;
    std::uint64_t const span = std::min((shown - shows_).ns, furthest);
    return since_ + duration{(span * true_rate + rate_ - 1) / rate_};
  }

  /// From now on it runs at this rate; 0: it stands still.
  void run_at(instant now, std::uint64_t rate) noexcept {
    shows_ = at(now);
    since_ = now;
    rate_ = rate;
  }
  void run_at_own_rate(instant now) noexcept { run_at(now, own_); }
  void jump(instant now, duration ahead) noexcept {
    run_at(now, rate_);
    shows_ = shows_ + ahead;
  }

 private:
  static constexpr std::uint64_t furthest = std::uint64_t{1} << 50;  // about 13 days

  instant since_;  // virtual
  instant shows_;  // then
  std::uint64_t own_ = true_rate;
  std::uint64_t rate_ = true_rate;
};

}  // namespace synod::inline SYNOD_ABI
