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
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/store/entry_table.hpp"
#include "synod/store/log_store.hpp"
#include "synod/store/snapshot_frame.hpp"

namespace synod::inline SYNOD_ABI {

/// A copy is a disk of its own. Keeps every entry until `compact`; a window of
/// steady size allocates no more. Where `sync_delay` is not zero it behaves as a disk with group
/// commit: one sync at a time, which covers everything written before it began.
///
/// Keeps one snapshot, the newest; parts of another one are staged beside it, and are lost by a
/// restart. A staged snapshot that is no whole frame fails the write that brought its last part:
/// that write and what is written after it never complete, and change nothing.
class memory_log : public completes_writes {
 public:
  memory_log() = default;
  explicit memory_log(duration sync_delay) noexcept : sync_delay_(sync_delay) {}

  result<position> bootstrap(members const& who) {
    if (who.voters.empty()) return error{errc::empty, "bootstrap: no voters"};
    if (!who.is_valid()) {
      return error{errc::duplicate, "bootstrap: a voter is named twice (its slot)",
                   who.first_repeated()};
    }
    if (life_ != life{} || entries_.last() != log_index{}) {
      return error{errc::not_empty, "bootstrap: the store is not empty"};
    }
    position const founding{{1}, {0}};
    append({founding, founding.index, kind::configuration}, who);
    entries_.append_empty(1);
    return founding;
  }

  result<recovered_log> recover() {
    if (configurations_.empty()) {
      return error{errc::empty, "recover: the store was never founded (bootstrap)"};
    }
    life_ = next(life_);
    issued_ = completed_ = syncing_ = 0;
    failure_.reset();
    staged_.clear();
    log_index const known = snapshot_ ? snapshot_->at.index : base_.index;
    return recovered_log{
        life_, in_, vote_, base_, runs_, configurations_, std::max(known, log_index{1})};
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
    if (batch.truncate_from) truncate_from(*batch.truncate_from);
    if (batch.entries) {
      SYNOD_EXPECTS(batch.entries->first.index == next(entries_.last()),
                    "memory_log: entries follow the last one");
      append(*batch.entries, batch.who);
      if (batch.entries->kind == kind::payload) {
        append_payload(batch.entries->length(), batch.skip, entries);
      } else {
        entries_.append_empty(batch.entries->length());
      }
    }
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

  std::optional<run> run_at(log_index i) const noexcept {
    if (i <= base_.index || i > entries_.last()) return std::nullopt;
    if (runs_.back().first.index <= i) return runs_.back();
    return *(first_run_after(i) - 1);
  }

  log_index fits(log_index first, log_index last, std::uint64_t bytes) const noexcept {
    return entries_.fits(first, last, bytes);
  }

  std::optional<configuration> configuration_before(log_index i) const noexcept {
    for (auto c = configurations_.rbegin(); c != configurations_.rend(); ++c) {
      if (c->at.index < i) return *c;
    }
    return std::nullopt;
  }

  std::optional<payload> read(run const& which) const noexcept {
    std::optional<run> const held = run_at(which.first.index);
    if (!held || held->first.in != which.first.in || held->kind != which.kind ||
        which.last > held->last) {
      return std::nullopt;
    }
    return payload{entries_.read(which.first.index, which.last),
                   static_cast<std::uint32_t>(which.length())};
  }

  /// Takes over the snapshot of a machine that has applied up to `info.at`, an entry of this log.
  /// At once on this disk: all that was written before it counts as on it too. Without effect where
  /// the store has a snapshot as new.
  void keep_snapshot(snapshot_info const& info, std::span<std::byte const> bytes) noexcept {
    if (snapshot_ && info.at.index <= snapshot_->at.index) return;
    SYNOD_EXPECTS(info.bytes == bytes.size(), "memory_log: a snapshot of another length");
    SYNOD_EXPECTS(holds(info.at), "memory_log: a snapshot of what is not in the log");
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
    if (snapshot_ && upto > snapshot_->at.index) upto = snapshot_->at.index;
    std::optional<run> const held = run_at(upto);
    if (!held) return;
    base_ = {upto, held->first.in};
    auto const kept =
        std::find_if(runs_.begin(), runs_.end(), [&](run const& r) { return r.last > upto; });
    runs_.erase(runs_.begin(), kept);
    if (!runs_.empty() && runs_.front().first.index <= upto) {
      runs_.front().first.index = next(upto);
    }
    while (configurations_.size() > 1 && configurations_[1].at.index <= upto) {
      configurations_.erase(configurations_.begin());
    }
    entries_.drop_through(upto);
  }

  position base() const noexcept { return base_; }
  log_index last() const noexcept { return entries_.last(); }
  ballot in() const noexcept { return in_; }
  std::optional<node_id> vote() const noexcept { return vote_; }

 private:
  using run_iterator = std::vector<run>::const_iterator;

  run_iterator first_run_after(log_index i) const noexcept {
    return std::upper_bound(runs_.begin(), runs_.end(), i,
                            [](log_index at, run const& r) { return at < r.first.index; });
  }

  bool holds(position p) const noexcept {
    std::optional<run> const held = run_at(p.index);
    return held ? held->first.in == p.in : p == base_;
  }
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
    SYNOD_EXPECTS(last.at.index > base_.index, "memory_log: a snapshot of what is compacted");
    SYNOD_EXPECTS(who.has_value(), "memory_log: a snapshot without a configuration");
    snapshot_ = snapshot_info{last.at, *who, last.total};
    std::swap(snapshot_bytes_, staged_);
    staged_.clear();
    if (holds(last.at)) {
      compact(last.at.index);
      configurations_.front() = {last.at, *who};
    } else {
      base_ = last.at;
      runs_.clear();
      configurations_.assign(1, {last.at, *who});
      entries_.restart_behind(last.at.index);
    }
  }

  void append(run const& added, std::optional<members> const& who) {
    if (added.kind == kind::configuration) configurations_.push_back({added.first, *who});
    if (!runs_.empty() && added.kind != kind::configuration &&
        runs_.back().first.in == added.first.in && runs_.back().kind == added.kind) {
      runs_.back().last = added.last;
    } else {
      runs_.push_back(added);
    }
  }

  void append_payload(std::uint64_t count, std::uint32_t skip, payload entries) {
    SYNOD_EXPECTS(entries.entries >= skip + count, "memory_log: the payload lacks entries");
    std::byte const* at = entries.bytes.data();
    for (std::uint32_t i = 0; i < skip; ++i) at += framed_bytes(framed_length(at));
    entries_.append_framed(at, count);
  }

  void truncate_from(log_index i) noexcept {
    SYNOD_EXPECTS(i > base_.index, "memory_log: truncation of a compacted entry");
    while (!runs_.empty() && runs_.back().first.index >= i) runs_.pop_back();
    if (!runs_.empty()) runs_.back().last = previous(i);
    while (!configurations_.empty() && configurations_.back().at.index >= i) {
      configurations_.pop_back();
    }
    if (i <= entries_.last()) entries_.truncate_from(i);
  }

  duration sync_delay_;
  synod::life life_;
  ballot in_;
  std::optional<node_id> vote_;
  position base_;
  std::vector<run> runs_;
  std::vector<configuration> configurations_;
  entry_table entries_;
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
