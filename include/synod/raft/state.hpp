// SPDX-License-Identifier: BSL-1.0
// The state of a Raft node: figure 2 of the paper, and what durability adds to it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/fixed_vector.hpp"
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

enum class role : std::uint8_t { follower, pre_candidate, candidate, leader };

/// Reads that wait until a quorum has confirmed the leader. Each raised `round`, the latest one to
/// confirm, by one. All are given the index of the youngest, which is no less fresh.
struct pending_reads {
  fixed_vector<ticket, 8> waiting;  ///< oldest first
  log_index at;
  std::uint64_t round = 0;

  friend bool operator==(pending_reads const&, pending_reads const&) = default;
};

/// What a follower has of a snapshot that the leader of its term sends; nothing: no `total`.
struct incoming_snapshot {
  position at;
  std::uint64_t total = 0;
  std::uint64_t received = 0;

  friend bool operator==(incoming_snapshot const&, incoming_snapshot const&) = default;
};

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
  durable_log<4> on_disk;
  configuration in_force;  ///< the last one in the log, committed or not

  // Volatile.
  raft::role role = role::follower;
  std::optional<node_id> leader;
  log_index commit;
  duration patience;                         ///< without a leader, until it campaigns
  std::optional<instant> deadline;           ///< empty: not started, or stopped
  incoming_snapshot incoming;                ///< of a follower
  tally<System> votes;                       ///< of a candidate, or of one to be
  log_index term_start;                      ///< of a leader: its first entry
  std::array<progress, max_voters> peers{};  ///< of a leader, by slot
  std::array<instant, max_voters> heard{};   ///< of a leader: the last reply; its own disk's too
  pending_reads reads;                       ///< of a leader

  std::size_t voters() const noexcept {
    std::size_t const n = in_force.who.voters.size();
    if (n > max_voters) __builtin_unreachable();  // spares what is made of more
    return n;
  }
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
