// SPDX-License-Identifier: BSL-1.0
// The second half of the demo in one process: three nodes count together while their leader is
// killed twice.
#pragma once

#include <cstdint>

#include "examples/demo/timeline.hpp"
#include "synod/base/time.hpp"

namespace demo {

struct agree_result : timeline {
  std::uint64_t acknowledged = 0;  ///< increments of which a client got the answer
  std::uint64_t found = 0;         ///< what all machines hold; of several values the least
  std::uint64_t lost = 0;          ///< acknowledged, and not in the machine of some node
  std::uint64_t duplicated = 0;    ///< counted more than once in the machine of some node
  bool nodes_agree = false;        ///< all machines are equal
  std::uint64_t bad_answers = 0;
  std::uint64_t retries = 0;
  std::uint64_t repeated = 0;  ///< requests that stand in the log again, and were not counted again

  std::uint32_t sessions = 0;
  synod::duration sync_delay;

  /// Nothing lost or duplicated, all nodes equal, both kills under load, and enough was counted.
  bool passed() const;
};

inline constexpr std::uint64_t fewest_acknowledged = 20'000;

/// Runs it, and tells on the standard output how it goes.
agree_result agree();

}  // namespace demo
