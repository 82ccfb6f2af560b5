// SPDX-License-Identifier: BSL-1.0
// The state of a Raft node: figure 2 of the paper, and what durability adds to it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/durable_log.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/progress.hpp"
#include "synod/consensus/run_list.hpp"
#include "synod/quorum/tally.hpp"
#include "synod/raft/options.hpp"

namespace synod::inline SYNOD_ABI::raft {

enum class role : std::uint8_t { follower, candidate, leader };

/// Invariants: commit <= log.last; on_disk.last <= log.last; of a leader, for every peer
/// match < next <= log.last + 1, and term_start <= log.last.
template <quorum_system System>
struct state {
  raft::options options;
  splitmix64 random;

  // Persistent: what storage was told, in the order of `writes`.
  write_ledger writes;
  ballot term;
  std::optional<node_id> vote;
  std::uint64_t term_write = 0;  ///< the write that carried `term`; 0: from before this life
  run_list<16> log;
  durable_log<> on_disk;
  configuration in_force;  ///< the last one in the log, committed or not

  // Volatile.
  raft::role role = role::follower;
  std::optional<node_id> leader;
  log_index commit;
  duration patience;                         ///< without a leader, until it campaigns
  std::optional<instant> deadline;           ///< empty: not started, or stopped
  tally<System> votes;                       ///< of a candidate
  log_index term_start;                      ///< of a leader: its first entry
  std::array<progress, max_voters> peers{};  ///< of a leader, by slot

  std::size_t voters() const noexcept { return in_force.who.voters.size(); }
  std::size_t own_slot() const noexcept { return in_force.who.slot_of(options.self); }
  bool is_voter() const noexcept { return own_slot() < voters(); }
  System quorum() const noexcept { return System{voters()}; }

  /// Whether a message of this term breaks no promise if it leaves now.
  bool term_is_durable() const noexcept {
    return writes.upto().covers({writes.latest().life, term_write});
  }

  friend bool operator==(state const&, state const&) = default;
};

}  // namespace synod::inline SYNOD_ABI::raft
