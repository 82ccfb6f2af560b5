// SPDX-License-Identifier: BSL-1.0
// A log store in memory: for tests, benchmarks and programs that need no disk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/store/entry_table.hpp"
#include "synod/store/log_store.hpp"
#include "synod/store/log_table.hpp"
#include "synod/store/snapshot_frame.hpp"

namespace synod::inline SYNOD_ABI {

/// A copy is a disk of its own. Keeps every entry until `compact`, in chunks of memory
/// (`entry_table`); a log of steady size allocates no more. Where `sync_delay` is not zero it
/// behaves as a disk with group commit: one sync at a time, which covers everything written before
/// it began.
///
/// Keeps one snapshot, the newest; parts of another one are staged beside it, and are lost by a
/// restart. A staged snapshot that is no whole frame fails the write that brought its last part:
/// that write and what is written after it never complete, and change nothing.
class memory_log : public completes_writes {
 public:
  memory_log() = default;
  explicit memory_log(duration sync_delay,
                      std::size_t chunk_bytes = entry_table::usual_chunk_bytes) noexcept
      : sync_delay_(sync_delay), log_(chunk_bytes) {}

  result<position> bootstrap(members const& who) {
    if (who.voters.empty()) return error{errc::empty, "bootstrap: no voters"};
    if (!who.is_valid()) {
      return error{errc::duplicate, "bootstrap: a voter is named twice (its slot)",
                   who.first_repeated()};
    }
    if (life_ != life{} || last() != log_index{}) {
      return error{errc::not_empty, "bootstrap: the store is not empty"};
    }
    position const founding{{1}, {0}};
    log_.append({founding, founding.index, kind::configuration}, who, 0, {});
    return founding;
  }

  result<recovered_log> recover() {
    if (log_.configurations().empty()) {
      return error{errc::empty, "recover: the store was never founded (bootstrap)"};
    }
    life_ = next(life_);
    issued_ = completed_ = syncing_ = 0;
    failure_.reset();
    staged_.clear();
    log_index const known = snapshot_ ? snapshot_->at.index : base().index;
    return recovered_log{life_,
                         in_,
                         vote_,
                         base(),
                         log_.runs(),
                         log_.configurations(),
                         std::max(known, log_index{1})};
  }

  void write(log_batch const& batch, payload entries, io_id id) noexcept {
    SYNOD_EXPECTS(id.life == life_ && id.sequence == issued_ + 1,
                  "memory_log: writes come in order, of the life that was handed out");
    issued_ = id.sequence;
    if (failure_) return;
    if (batch.chunk && !stage(*batch.chunk, entries.bytes)) {
      failure_ = {id, check_snapshot(staged_)};
      return;
    }
    in_ = batch.in;
    vote_ = batch.vote;
    if (batch.chunk && batch.chunk->is_last()) install(*batch.chunk, batch.who);
    if (batch.truncate_from) log_.truncate_from(*batch.truncate_from);
    if (batch.entries) log_.append(*batch.entries, batch.who, batch.skip, entries);
  }

  std::optional<completion> poll(instant now) noexcept {
    if (syncing_ == completed_) {
      if (completable() == completed_) return std::nullopt;
      syncing_ = completable();
      sync_due_ = now + sync_delay_;
    }
    if (sync_due_ > now) return std::nullopt;
    return complete({life_, ++completed_});
  }

  /// When the running sync ends; at once where one is to begin, which `poll` does; empty where
  /// nothing waits.
  std::optional<instant> next_completion() const noexcept {
    if (completable() == completed_) return std::nullopt;
    return syncing_ == completed_ ? instant{} : sync_due_;
  }

  /// The write that brought a wrong snapshot. Nothing is written after it.
  std::optional<failed_write> failure() const noexcept { return failure_; }

  /// Writes that are not yet reported as durable.
  std::uint64_t outstanding() const noexcept { return issued_ - completed_; }

  std::optional<run> run_at(log_index i) const noexcept { return log_.run_at(i); }
  log_index fits(log_index first, log_index last, std::uint64_t bytes) const noexcept {
    return log_.fits(first, last, bytes);
  }
  std::uint64_t bytes_of(log_index first, log_index last) const noexcept {
    return log_.bytes_of(first, last);
  }
  /// What is allocated for entries.
  std::uint64_t memory_bytes() const noexcept { return log_.memory_bytes(); }
  std::optional<configuration> configuration_before(log_index i) const noexcept {
    return log_.configuration_before(i);
  }
  std::optional<payload> read(run const& which) const noexcept { return log_.read(which); }

  /// Takes over the snapshot of a machine that has applied up to `info.at`, an entry of this log.
  /// At once on this disk: all that was written before it counts as on it too. Without effect where
  /// the store has a snapshot as new.
  void keep_snapshot(snapshot_info const& info, std::span<std::byte const> bytes) noexcept {
    if (snapshot_ && info.at.index <= snapshot_->at.index) return;
    SYNOD_EXPECTS(info.bytes == bytes.size(), "memory_log: a snapshot of another length");
    SYNOD_EXPECTS(log_.holds(info.at), "memory_log: a snapshot of what is not in the log");
    snapshot_ = info;
    snapshot_bytes_.assign(bytes.begin(), bytes.end());
  }
  std::optional<snapshot_info> snapshot() const noexcept { return snapshot_; }
  std::optional<std::span<std::byte const>> read_snapshot(
      snapshot_chunk const& part) const noexcept {
    if (!snapshot_ || snapshot_->at != part.at || snapshot_->bytes != part.total ||
        part.offset > part.total || part.count > part.total - part.offset) {
      return std::nullopt;
    }
    return std::span{snapshot_bytes_}.subspan(static_cast<std::size_t>(part.offset), part.count);
  }

  /// Forgets the entries up to `upto`, but none that the snapshot does not cover. Without any
  /// snapshot all of them: every machine has applied them then and every node holds them, since
  /// nobody can be brought up to date from before them.
  void compact(log_index upto) noexcept {
    log_index const covered = snapshot_ ? std::min(upto, snapshot_->at.index) : upto;
    log_.compact(SYNOD_MUTANT(R24, covered, upto));
  }

  position base() const noexcept { return log_.base(); }
  log_index last() const noexcept { return log_.last(); }
  ballot in() const noexcept { return in_; }
  std::optional<node_id> vote() const noexcept { return vote_; }

 private:
  std::uint64_t completable() const noexcept {
    return failure_ ? failure_->which.sequence - 1 : issued_;
  }

  /// False: the last part has come, and what is staged is no snapshot.
  bool stage(snapshot_chunk const& part, std::span<std::byte const> bytes) {
    if (part.offset == 0) staged_.clear();
    SYNOD_EXPECTS(bytes.size() == part.count, "memory_log: a part of another length");
    SYNOD_EXPECTS(staged_.size() == part.offset,
                  "memory_log: parts of a snapshot follow each other");
    staged_.insert(staged_.end(), bytes.begin(), bytes.end());
    return !part.is_last() || check_snapshot(staged_).code == errc::ok;
  }
  void install(snapshot_chunk const& last, std::optional<members> const& who) {
    SYNOD_EXPECTS(who.has_value(), "memory_log: a snapshot without a configuration");
    snapshot_ = snapshot_info{last.at, *who, last.total};
    std::swap(snapshot_bytes_, staged_);
    staged_.clear();
    log_.install(last.at, *who);
  }

  duration sync_delay_;
  synod::life life_;
  ballot in_;
  std::optional<node_id> vote_;
  log_table log_;
  std::optional<snapshot_info> snapshot_;
  std::vector<std::byte> snapshot_bytes_;
  std::vector<std::byte> staged_;  // of the snapshot that is coming in, from its first byte on
  std::optional<failed_write> failure_;
  // Writes of this life: completed_ <= syncing_ <= issued_.
  std::uint64_t issued_ = 0;
  std::uint64_t syncing_ = 0;
  std::uint64_t completed_ = 0;
  instant sync_due_;
};

static_assert(snapshot_store<memory_log> && fallible_store<memory_log>);

}  // namespace synod::inline SYNOD_ABI
