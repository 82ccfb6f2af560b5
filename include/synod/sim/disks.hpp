// SPDX-License-Identifier: BSL-1.0
// The disks of a simulated cluster: how long a write takes, and whether it succeeds.
#pragma once

#include <cstdint>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/sim/faults.hpp"

namespace synod::inline SYNOD_ABI {

/// Completions on their way to a core, in a pool. Every write has a duration of its own, so that
/// reports overtake each other; the writes themselves do not.
class sim_disks {
 public:
  void begin(std::uint64_t seed) {
    random_ = splitmix64{seed};
    pool_.clear();
    free_.clear();
  }

  duration span(fault_mix const& mix, bool slow) noexcept {
    std::uint64_t const usual = mix.sync_least.ns + random_.below(mix.sync_spread.ns + 1);
    return {slow ? 8 * usual : usual};
  }
  bool fails(fault_mix const& mix) noexcept {
    return mix.failing != 0 && random_.below(fault_mix::certain) < mix.failing;
  }

  std::uint32_t add(completion const& done) {
    if (free_.empty()) {
      pool_.push_back(done);
      return static_cast<std::uint32_t>(pool_.size() - 1);
    }
    std::uint32_t const at = free_.back();
    free_.pop_back();
    pool_[at] = done;
    return at;
  }
  completion take(std::uint32_t at) {
    free_.push_back(at);
    return pool_[at];
  }

 private:
  splitmix64 random_;
  std::vector<completion> pool_;
  std::vector<std::uint32_t> free_;
};

}  // namespace synod::inline SYNOD_ABI
