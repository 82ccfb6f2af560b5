// SPDX-License-Identifier: BSL-1.0
// The log as the cores know it: positions, runs, configurations and sizes, never payloads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/fixed_vector.hpp"
#include "synod/base/ids.hpp"

namespace synod::inline SYNOD_ABI {

/// Ballots and indices from outside must stay at or below these, so that sums never overflow and
/// a run packs into 16 bytes.
inline constexpr std::uint64_t max_ballot = (std::uint64_t{1} << 60) - 1;
inline constexpr std::uint64_t max_index = (std::uint64_t{1} << 60) - 1;

/// What an entry is. Only payload entries carry bytes.
enum class kind : std::uint8_t { payload, no_op, configuration };

/// A maximal range of entries of one ballot and one kind; never empty.
struct run {
  position first;
  log_index last;
  synod::kind kind = kind::payload;

  constexpr std::uint64_t length() const noexcept { return last.value - first.index.value + 1; }
  constexpr bool contains(log_index i) const noexcept { return first.index <= i && i <= last; }
  friend constexpr bool operator==(run const&, run const&) = default;
};

inline constexpr std::size_t max_voters = 7;

/// The voters of one configuration, in the order of their slots.
struct members {
  fixed_vector<node_id, max_voters> voters;

  /// The slot of a voter; `voters.size()` for a stranger.
  constexpr std::size_t slot_of(node_id node) const noexcept {
    std::size_t slot = 0;
    while (slot < voters.size() && voters[slot] != node) ++slot;
    return slot;
  }
  constexpr bool contains(node_id node) const noexcept { return slot_of(node) < voters.size(); }

  /// The slot of the first voter that was named before; `voters.size()`: all differ.
  constexpr std::size_t first_repeated() const noexcept {
    std::size_t slot = 0;
    while (slot < voters.size() && slot_of(voters[slot]) == slot) ++slot;
    return slot;
  }
  /// Somebody, and nobody twice.
  constexpr bool is_valid() const noexcept {
    return !voters.empty() && first_repeated() == voters.size();
  }

  friend constexpr bool operator==(members const&, members const&) = default;
};

/// A configuration and the entry that carries it. In force from the moment it is in the log.
struct configuration {
  position at;
  members who;

  friend constexpr bool operator==(configuration const&, configuration const&) = default;
};

/// What a snapshot is: the state after the entry `at`, the configuration in force there, its
/// length.
struct snapshot_info {
  position at;
  members who;
  std::uint64_t bytes = 0;

  friend constexpr bool operator==(snapshot_info const&, snapshot_info const&) = default;
};

/// A part of the snapshot `at`: `count` bytes from `offset` on, of `total`.
struct snapshot_chunk {
  position at;
  std::uint64_t offset = 0;
  std::uint32_t count = 0;
  std::uint64_t total = 0;

  constexpr bool is_last() const noexcept { return offset + count == total; }
  friend constexpr bool operator==(snapshot_chunk const&, snapshot_chunk const&) = default;
};

/// One atomic, ordered write. Truncation comes before the entries. Of the running event's payload
/// entries, [skip, skip + entries->length()) are `entries`, where their kind is payload.
///
/// With a `chunk`, the bytes of the running event's payload are staged at its offset; one of offset
/// 0 begins anew. The last chunk makes what is staged the snapshot, whose configuration is `who`:
/// entries up to `chunk->at` go, and those behind it too, unless the log holds `chunk->at`. It
/// counts as committed.
struct log_batch {
  ballot in;
  std::optional<node_id> vote;
  std::optional<log_index> truncate_from;
  std::optional<run> entries;
  std::uint32_t skip = 0;
  std::optional<members> who;
  std::optional<snapshot_chunk> chunk;

  // Neither an aggregate nor constexpr: g++ 12 would clear every byte before it sets the few in
  // use.
  log_batch() noexcept {}
};

/// What a storage holds when a node starts. `runs` and `configurations` are the newest, oldest
/// first, at least one configuration (a snapshot's counts); they refer to the storage and live
/// until it is written to. `commit` is at least the snapshot's index, where there is one.
struct recovered_log {
  synod::life life;
  ballot in;
  std::optional<node_id> vote;
  position base;  ///< the last compacted entry; {0, 0}: none
  std::span<run const> runs;
  std::span<configuration const> configurations;
  log_index commit;
};

}  // namespace synod::inline SYNOD_ABI
