// SPDX-License-Identifier: BSL-1.0
// Pauses between dials: exponential, capped, spread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// Each pause is drawn from (half of p, p], where p begins at `least` and doubles up to `longest`:
/// nodes that lost the same peer together do not all come back together.
class redial_pause {
 public:
  redial_pause() = default;
  redial_pause(duration least, duration longest, std::uint64_t seed) noexcept
      : least_(least), longest_(longest), next_(least), draw_(seed) {}

  duration next() noexcept {
    duration const whole = next_;
    next_ = {std::min(2 * whole.ns, longest_.ns)};
    return {whole.ns - draw_.below(whole.ns / 2 + 1)};
  }
  /// The other side was reached: the next pause is a short one.
  void reset() noexcept { next_ = least_; }
  /// The other side is there and refuses: the next pause is a long one.
  void lengthen() noexcept { next_ = longest_; }

 private:
  duration least_;
  duration longest_;
  duration next_;
  splitmix64 draw_;
};

}  // namespace synod::inline SYNOD_ABI::adapters
