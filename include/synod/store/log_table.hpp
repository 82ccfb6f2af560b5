// SPDX-License-Identifier: BSL-1.0
// A log in memory: what stores answer from, whatever they keep it on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/store/entry_table.hpp"

namespace synod::inline SYNOD_ABI {

/// Runs, configurations and entries behind `base()`. Look-ups of runs are O(log runs), of
/// configurations O(configurations), of the newest O(1). Entries are kept in chunks of so many
/// bytes (`entry_table`).
class log_table {
 public:
  explicit log_table(std::size_t chunk_bytes = entry_table::usual_chunk_bytes) noexcept
      : entries_(chunk_bytes) {}
  /// Behind an entry that is compacted; `before` is the last configuration at or below it.
  log_table(position base, std::optional<configuration> const& before,
            std::size_t chunk_bytes = entry_table::usual_chunk_bytes)
      : base_(base), entries_(chunk_bytes) {
    entries_.restart_behind(base.index);
    if (before) configurations_.push_back(*before);
  }

  position base() const noexcept { return base_; }
  log_index last() const noexcept { return entries_.last(); }
  std::span<run const> runs() const noexcept { return runs_; }
  /// Those in the log, and before them the last one at or below the base.
  std::span<configuration const> configurations() const noexcept { return configurations_; }

  bool holds(position p) const noexcept {
    std::optional<run> const held = run_at(p.index);
    return held ? held->first.in == p.in : p == base_;
  }

  std::optional<run> run_at(log_index i) const noexcept {
    if (i <= base_.index || i > last()) return std::nullopt;
    if (runs_.back().first.index <= i) return runs_.back();
    auto const after =
        std::upper_bound(runs_.begin(), runs_.end(), i,
                         [](log_index at, run const& r) { return at < r.first.index; });
    return *(after - 1);
  }
  log_index fits(log_index first, log_index last, std::uint64_t bytes) const noexcept {
    return entries_.fits(first, last, bytes);
  }
  std::uint64_t bytes_of(log_index first, log_index last) const noexcept {
    return entries_.bytes_of(first, last);
  }
  /// What is allocated for entries.
  std::uint64_t memory_bytes() const noexcept { return entries_.memory_bytes(); }
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
    auto const count = static_cast<std::uint32_t>(which.length());
    if (which.kind != kind::payload) return payload{{}, count};
    auto const bytes = entries_.read(which.first.index, which.last);
    return bytes ? std::optional(payload{*bytes, count}) : std::nullopt;
  }

  /// Appends a run that follows the last entry: entries [skip, skip + its length) of the payload,
  /// where it is one of payloads; `who`, where it is a configuration.
  void append(run const& added, std::optional<members> const& who, std::uint32_t skip,
              payload entries) {
    SYNOD_EXPECTS(added.first.index == next(last()), "log: entries follow the last one");
    append_run(added, who);
    if (added.kind != kind::payload) return entries_.append_empty(added.length());
    SYNOD_EXPECTS(entries.entries >= skip + added.length(), "log: the payload lacks entries");
    std::byte const* at = entries.bytes.data();
    for (std::uint32_t i = 0; i < skip; ++i) at += framed_bytes(framed_length(at));
    entries_.append_framed(at, added.length());
  }

  /// Drops i, above the base, and what is behind it.
  void truncate_from(log_index i) noexcept {
    SYNOD_EXPECTS(i > base_.index, "log: truncation of a compacted entry");
    while (!runs_.empty() && runs_.back().first.index >= i) runs_.pop_back();
    if (!runs_.empty()) runs_.back().last = std::min(runs_.back().last, previous(i));
    while (!configurations_.empty() && configurations_.back().at.index >= i) {
      configurations_.pop_back();
    }
    if (i <= last()) entries_.truncate_from(i);
  }

  /// Forgets the entries up to `upto`; without effect where it is not in the log.
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

  /// The log of a node that got a snapshot at `at`, above the base: entries up to it go, and those
  /// behind it too unless `at` is in the log.
  void install(position at, members const& who) {
    SYNOD_EXPECTS(at.index > base_.index, "log: a snapshot of what is compacted");
    if (holds(at)) {
      compact(at.index);
      configurations_.front() = {at, who};
    } else {
      base_ = at;
      runs_.clear();
      configurations_.assign(1, {at, who});
      entries_.restart_behind(at.index);
    }
  }

 private:
  void append_run(run const& added, std::optional<members> const& who) {
    if (added.kind == kind::configuration) {
      SYNOD_EXPECTS(who.has_value(), "log: a configuration without members");
      configurations_.push_back({added.first, *who});
    }
    if (!runs_.empty() && added.kind != kind::configuration &&
        runs_.back().first.in == added.first.in && runs_.back().kind == added.kind) {
      runs_.back().last = added.last;
    } else {
      runs_.push_back(added);
    }
  }

  position base_;
  std::vector<run> runs_;
  std::vector<configuration> configurations_;
  entry_table entries_;
};

static_assert(log_reader<log_table>);

}  // namespace synod::inline SYNOD_ABI
