// SPDX-License-Identifier: BSL-1.0
// What a durable log is to its host. A core only reads it (log_reader).
#pragma once

#include <concepts>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

/// `bootstrap(members)` founds an empty store: the configuration at position {index 1, ballot 0},
/// committed, the same on every founding node; refused unless the store is empty.
/// `recover()` raises and syncs `life`, then hands out what the store holds.
/// `write(batch, payload, id)` takes the payload over; writes reach the disk in the order issued,
/// a crash leaves a prefix. `poll(now)` gives completions, one a call, in any order;
/// `next_completion()` when to ask again, where only time is missing.
///
/// `read(run)` gives the framed entries as one piece of memory, which lives until the next write or
/// compaction. It gives nothing unless every one of them is there with this ballot, and nothing
/// where they stand in several pieces: what `fits` gives stands in one, for any limit, as long as
/// it is in the log. So whoever reads a run that may be long reads it as
/// `one_piece` (consensus/log_protocol.hpp) after `one_piece`; a message carries what `fits` gave.
template <class S>
concept log_store = log_reader<S> && std::derived_from<S, completes_writes> &&
                    requires(S& store, S const& same, members const& who, log_batch const& batch,
                             payload entries, io_id id, run const& which, instant now) {
                      { store.bootstrap(who) } -> std::same_as<result<position>>;
                      { store.recover() } -> std::same_as<result<recovered_log>>;
                      { store.write(batch, entries, id) } noexcept;
                      { store.poll(now) } noexcept -> std::same_as<std::optional<completion>>;
                      { same.next_completion() } noexcept -> std::same_as<std::optional<instant>>;
                      { same.read(which) } noexcept -> std::same_as<std::optional<payload>>;
                    };

/// A store that keeps snapshots. `keep_snapshot(info, bytes)` takes a snapshot of this node's own
/// machine over and makes it durable; `snapshot()` shows it from then on, unless a newer one has
/// come in between. `read_snapshot(chunk)` gives bytes of the snapshot at `chunk.at`, or nothing
/// where the store no longer has it; they live until the next call. `compact(upto)` forgets entries
/// that the snapshot covers; `bytes_of(first, last)` are the framed bytes of entries in the log,
/// from which the host tells how far to compact. A snapshot is a frame (reflect/frame.hpp): the
/// store checks it before it installs what it has staged, and a wrong one is a failed write.
template <class S>
concept snapshot_store =
    log_store<S> && snapshot_reader<S> &&
    requires(S& store, S const& same, snapshot_info const& info, std::span<std::byte const> bytes,
             snapshot_chunk const& part, log_index upto) {
      { store.keep_snapshot(info, bytes) } noexcept;
      {
        same.read_snapshot(part)
      } noexcept -> std::same_as<std::optional<std::span<std::byte const>>>;
      { store.compact(upto) } noexcept;
      { same.bytes_of(upto, upto) } noexcept -> std::same_as<std::uint64_t>;
    };

/// A write that did not reach the disk, and why.
struct failed_write {
  io_id which;
  error why;
};

/// A store on a disk that can fail: `failure()` is the first write that did. Nothing is written
/// after it.
template <class S>
concept fallible_store = log_store<S> && requires(S const& same) {
  { same.failure() } noexcept -> std::same_as<std::optional<failed_write>>;
};

}  // namespace synod::inline SYNOD_ABI
