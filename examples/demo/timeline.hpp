// SPDX-License-Identifier: BSL-1.0
// What happened when: answers, and leaders that were killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/time.hpp"

namespace demo {

/// An answer, and how long its client had waited for it, with all attempts.
struct timed_answer {
  synod::instant at;
  synod::duration waited;
};

/// A leader that was killed under load. Instants count from the start of the half.
struct leader_kill {
  std::size_t node = 0;               ///< its number, from 1
  synod::instant at;                  ///< when it was killed
  synod::instant restarted;           ///< when it came back, from its disk
  synod::instant last_answer_before;  ///< of any client
  synod::instant first_answer_after;
  std::size_t in_flight = 0;        ///< requests that it had not answered
  std::size_t unsynced_writes = 0;  ///< writes that its disk never saw, where that is known

  synod::duration without_leader() const { return first_answer_after - last_answer_before; }
};

/// What a chart of the report shows.
struct timeline {
  synod::duration took;
  synod::duration bucket;
  std::vector<std::uint64_t> answers;  ///< per bucket
  std::vector<leader_kill> kills;
};

}  // namespace demo
