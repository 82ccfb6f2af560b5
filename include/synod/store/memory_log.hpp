// SPDX-License-Identifier: BSL-1.0
// A log store in memory: for tests, benchmarks and programs that need no disk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
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

namespace synod::inline SYNOD_ABI {

/// A copy is a disk of its own. Keeps every entry until `compact`; a window of
/// steady size allocates no more. Where `sync_delay` is not zero it behaves as a disk with group
/// commit: one sync at a time, which covers everything written before it began.
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
    return recovered_log{
        life_, in_, vote_, base_, runs_, configurations_, std::max(base_.index, log_index{1})};
  }

  void write(log_batch const& batch, payload entries, io_id id) noexcept {
    SYNOD_EXPECTS(id.life == life_ && id.sequence == issued_ + 1,
                  "memory_log: writes come in order, of the life that was handed out");
    issued_ = id.sequence;
    in_ = batch.in;
    vote_ = batch.vote;
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
      if (issued_ == completed_) return std::nullopt;
      syncing_ = issued_;
      sync_due_ = now + sync_delay_;
    }
    if (sync_due_ > now) return std::nullopt;
    return complete({life_, ++completed_});
  }

  /// When the running sync ends; at once where one is to begin, which `poll` does; empty where
  /// nothing waits.
  std::optional<instant> next_completion() const noexcept {
    if (issued_ == completed_) return std::nullopt;
    return syncing_ == completed_ ? instant{} : sync_due_;
  }

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

  /// Forgets the entries up to `upto`, which every machine has applied and every node holds:
  /// nobody can be brought up to date from before it.
  void compact(log_index upto) noexcept {
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
  // Writes of this life: completed_ <= syncing_ <= issued_.
  std::uint64_t issued_ = 0;
  std::uint64_t syncing_ = 0;
  std::uint64_t completed_ = 0;
  instant sync_due_;
};

static_assert(log_store<memory_log>);

}  // namespace synod::inline SYNOD_ABI
