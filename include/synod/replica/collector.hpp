// SPDX-License-Identifier: BSL-1.0
// Commands that go to the log together.
//
// A disk takes milliseconds to make a write durable, however much is in it. So a leader has one
// batch under way, and what comes meanwhile is collected for the next. When a batch is committed,
// its clients ask again within microseconds; a next batch that left without them would split the
// clients into two groups that wait for each other. So it waits until as many commands are there
// as were just answered, besides those that waited already, but not for long: a quarter of the time
// that the last batch took, so that a slow disk waits for clients that are further away.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/time.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/options.hpp"

namespace synod::inline SYNOD_ABI {

/// Proposals that go to the core as one, and their entries, one after another.
struct command_batch {
  std::span<asked_entries const> of;
  payload entries;
};

/// Proposals are counted, not their entries: a proposal is a client that waits.
class collector {
 public:
  explicit collector(replica_options const& o) noexcept
      : most_(o.max_waiting_bytes), delay_(o.batch_delay) {}

  bool empty() const noexcept { return of_.empty(); }
  /// Whether accepted entries are not yet applied, and the last of them.
  bool under_way() const noexcept { return under_way_; }
  log_index last() const noexcept { return last_; }

  /// Whether what is asked now need not be collected: nothing is under way, and nobody is waited
  /// for.
  bool passes(instant now) const noexcept {
    return !under_way_ && of_.empty() && (expected_ <= 1 || now >= until_);
  }
  /// Collects a proposal. False, and without effect, where that would be too much.
  bool add(asker const& who, payload entries) {
    std::size_t const bytes = entries.bytes.size();
    if (most_ - bytes_.size() < bytes || most_ < bytes) return false;
    bytes_.append(entries.bytes.data(), bytes);
    asked_entries& added = of_.extend();
    added.who = who;
    added.entries = entries.entries;
    added.bytes = bytes;
    return true;
  }

  /// Whether what is collected is to be proposed now.
  bool ready(instant now) const noexcept {
    return !under_way_ && !of_.empty() && (of_.size() >= expected_ || now >= until_);
  }
  /// When it will be at the latest, where only time is missing.
  std::optional<instant> due() const noexcept {
    if (under_way_ || of_.empty()) return std::nullopt;
    return until_;
  }

  /// The oldest proposals, of at most `limit` bytes together, but at least one. They live until
  /// something is collected.
  command_batch front(std::size_t limit) const noexcept {
    command_batch batch;
    std::size_t n = 0;
    std::size_t bytes = 0;
    while (n < of_.size() && (n == 0 || bytes + of_[n].bytes <= limit)) {
      bytes += of_[n].bytes;
      batch.entries.entries += of_[n].entries;
      ++n;
    }
    batch.of = {of_.data(), n};
    batch.entries.bytes = {bytes_.data(), bytes};
    return batch;
  }
  /// Forgets what `front` gave.
  void drop(command_batch const& batch) noexcept {
    bytes_.drop_front(batch.entries.bytes.size());
    of_.drop_front(batch.of.size());
  }

  /// So many proposals have their places in the log, up to `last`.
  void accepted(std::size_t proposals, log_index last, instant now) noexcept {
    if (!under_way_) began_ = now;
    under_way_ = true;
    last_ = last;
    asked_ += proposals;
  }
  /// Everything up to `upto` is applied, and whoever asked for it was answered.
  void applied(log_index upto, instant now) noexcept {
    if (!under_way_ || upto < last_) return;
    under_way_ = false;
    expected_ = asked_ + of_.size();
    duration const part{(now - began_).ns / patience};
    until_ = now + std::min(delay_, std::max(least_wait, part));
    asked_ = 0;
  }
  /// What is under way is no longer this node's to wait for.
  void give_up() noexcept {
    under_way_ = false;
    expected_ = asked_ = 0;
  }

  /// `each(who)`, which may change them.
  template <class Each>
  void for_each(Each&& each) {
    for (std::size_t i = 0; i < of_.size(); ++i) each(of_[i].who);
  }
  void clear() noexcept {
    bytes_.clear();
    of_.clear();
  }

 private:
  // Of the time from the proposal of a batch to its last answer, this part is waited at most; but
  // so much is given to clients in any case: they take it to come back on a loaded machine.
  static constexpr std::uint64_t patience = 4;
  static constexpr duration least_wait = milliseconds(1);

  window<std::byte> bytes_;
  window<asked_entries> of_;
  std::size_t most_;
  duration delay_;
  std::size_t asked_ = 0;     // proposals under way
  std::size_t expected_ = 0;  // proposals that are waited for, until `until_`
  instant until_;
  instant began_;   // what is under way
  log_index last_;  // of what is under way
  bool under_way_ = false;
};

}  // namespace synod::inline SYNOD_ABI
