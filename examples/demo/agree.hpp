// SPDX-License-Identifier: BSL-1.0
// The second half of the demo: three nodes count together while their leader is killed twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/time.hpp"

namespace demo {

/// A leader that lost its power under load. Instants count from the start of the half.
struct leader_kill {
  std::size_t node = 0;               ///< its number, from 1
  synod::instant at;                  ///< when it was killed
  synod::instant restarted;           ///< when it came back, from its disk
  synod::instant last_answer_before;  ///< of any client
  synod::instant first_answer_after;
  std::size_t in_flight = 0;        ///< requests that it had not answered
  std::size_t unsynced_writes = 0;  ///< writes that its disk never saw

  synod::duration without_leader() const { return first_answer_after - last_answer_before; }
};

struct agree_result {
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
  synod::duration took;
  std::vector<leader_kill> kills;
  synod::duration bucket;
  std::vector<std::uint64_t> answers;  ///< per bucket

  /// Nothing lost or duplicated, all nodes equal, both kills under load, and enough was counted.
  bool passed() const;
};

inline constexpr std::uint64_t fewest_acknowledged = 20'000;

/// Runs it, and tells on the standard output how it goes.
agree_result agree();

}  // namespace demo
