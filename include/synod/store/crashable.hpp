// SPDX-License-Identifier: BSL-1.0
// A store that can lose power: what is on disk, beside what the process believes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

template <class Store>
concept keeps_snapshots =
    requires(Store& store, snapshot_info const& info, std::span<std::byte const> bytes) {
      store.keep_snapshot(info, bytes);
    };

/// Any copyable in-memory store (`recover()`, `write(batch, payload, id)`, `poll(now)`), kept
/// twice: `live()`, with every write issued, and `image()`, with those that are on disk. Between
/// the two stands a journal of writes on their way. Writes reach the disk in the order issued, so
/// a crash leaves a prefix of them.
///
/// A snapshot that is kept and a compaction stand in the journal too, in their order: the live
/// store shows them at once, and a crash may lose them.
///
/// Reads as the live store does, and so can be a core's storage itself. Costs twice the memory and
/// twice the writes of the store; allocates nothing once the journal has reached its size. Running
/// out of memory in `write` ends the program.
template <class Store, class Batch = log_batch>
class crashable : public completes_writes {
 public:
  crashable() = default;
  /// Both begin as this store, all of it on disk.
  explicit crashable(Store const& begin) : live_(begin), image_(begin) {}

  Store const& live() const noexcept { return live_; }
  Store const& image() const noexcept { return image_; }
  /// Writes (and snapshots kept, and compactions) issued and not yet on disk.
  std::size_t outstanding() const noexcept { return journal_.size() - head_; }

  template <class Who>
  auto bootstrap(Who const& who) {
    (void)image_.bootstrap(who);
    return live_.bootstrap(who);
  }

  /// A start of the process, after `crash` or at the very first. Without a crash before it: an
  /// orderly end, which left everything on disk.
  auto recover() {
    settle(outstanding());
    (void)image_.recover();
    return live_.recover();
  }

  void write(Batch const& batch, payload entries, io_id id) noexcept {
    live_.write(batch, entries, id);
    journal_.push_back({batch, id, entries.bytes.size(), entries.entries});
    bytes_.insert(bytes_.end(), entries.bytes.begin(), entries.bytes.end());
  }

  void keep_snapshot(snapshot_info const& info, std::span<std::byte const> bytes) noexcept
    requires keeps_snapshots<Store>
  {
    live_.keep_snapshot(info, bytes);
    add({info, {}}, bytes);
  }
  void compact(log_index upto) noexcept
    requires keeps_snapshots<Store>
  {
    live_.compact(upto);
    add({std::nullopt, upto}, {});
  }

  /// The oldest n writes reach the disk.
  void settle(std::size_t n) noexcept {
    for (n = std::min(n, outstanding()); n != 0; --n) {
      pending const& oldest = journal_[head_];
      payload const content{{bytes_.data() + bytes_head_, oldest.bytes}, oldest.entries};
      if (is_write(oldest)) {
        image_.write(oldest.batch, content, oldest.id);
        while (image_.poll(instant{std::numeric_limits<std::uint64_t>::max()})) {
        }
      } else if constexpr (keeps_snapshots<Store>) {
        upkeep const what = upkeep_.front();
        upkeep_.erase(upkeep_.begin());
        what.kept ? image_.keep_snapshot(*what.kept, content.bytes) : image_.compact(what.upto);
      }
      bytes_head_ += oldest.bytes;
      ++head_;
    }
    drop_settled();
  }
  /// This write and all before it reach the disk; what was kept or compacted right behind it
  /// waits for the next one. Without effect where it already has, or was lost.
  void settle_through(io_id id) noexcept {
    for (std::size_t n = 0; n < outstanding(); ++n) {
      if (journal_[head_ + n].id == id) return settle(n + 1);
    }
  }

  /// The power fails: of what is outstanding the oldest `keep` reach the disk, the others never do,
  /// and the process finds what the disk holds. Tells how many of the former are writes. Then
  /// `recover`.
  std::size_t crash(std::size_t keep) {
    auto const begin = journal_.begin() + static_cast<std::ptrdiff_t>(head_);
    auto const end = begin + static_cast<std::ptrdiff_t>(std::min(keep, outstanding()));
    auto const writes = static_cast<std::size_t>(std::count_if(begin, end, is_write));
    settle(keep);
    journal_.clear();
    upkeep_.clear();
    bytes_.clear();
    head_ = bytes_head_ = 0;
    live_ = image_;
    return writes;
  }

  /// What the live store reports as durable, which settles it.
  std::optional<completion> poll(instant now) noexcept {
    std::optional<completion> const done = live_.poll(now);
    if (done) settle_through(done->id());
    return done;
  }
  /// The same, unsettled: for hosts with a disk of their own making, which settle a write when
  /// they let its completion be known.
  std::optional<completion> collect(instant now) noexcept { return live_.poll(now); }

  auto next_completion() const noexcept
    requires requires(Store const& store) { store.next_completion(); }
  {
    return live_.next_completion();
  }
  auto run_at(log_index i) const noexcept
    requires requires(Store const& store) { store.run_at(i); }
  {
    return live_.run_at(i);
  }
  auto fits(log_index first, log_index last, std::uint64_t bytes) const noexcept
    requires requires(Store const& store) { store.fits(first, last, bytes); }
  {
    return live_.fits(first, last, bytes);
  }
  auto bytes_of(log_index first, log_index last) const noexcept
    requires requires(Store const& store) { store.bytes_of(first, last); }
  {
    return live_.bytes_of(first, last);
  }
  auto base() const noexcept
    requires requires(Store const& store) { store.base(); }
  {
    return live_.base();
  }
  auto configuration_before(log_index i) const noexcept
    requires requires(Store const& store) { store.configuration_before(i); }
  {
    return live_.configuration_before(i);
  }
  auto snapshot() const noexcept
    requires keeps_snapshots<Store>
  {
    return live_.snapshot();
  }
  auto read_snapshot(snapshot_chunk const& part) const noexcept
    requires keeps_snapshots<Store>
  {
    return live_.read_snapshot(part);
  }
  auto failure() const noexcept
    requires requires(Store const& store) { store.failure(); }
  {
    return live_.failure();
  }
  auto read(run const& which) const noexcept
    requires requires(Store const& store) { store.read(which); }
  {
    return live_.read(which);
  }

 private:
  struct pending {
    Batch batch;
    io_id id;
    std::size_t bytes = 0;
    std::uint32_t entries = 0;
  };
  // What stands in the journal beside the writes, under no name of a write.
  struct upkeep {
    std::optional<snapshot_info> kept;
    log_index upto;
  };

  static bool is_write(pending const& p) noexcept { return p.id != io_id{}; }

  void add(upkeep const& what, std::span<std::byte const> bytes) {
    upkeep_.push_back(what);
    journal_.push_back({Batch{}, io_id{}, bytes.size(), 0});
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  // Forgets the settled front once it is at least half of the journal: amortised O(1).
  void drop_settled() noexcept {
    if (head_ * 2 < journal_.size()) return;
    journal_.erase(journal_.begin(), journal_.begin() + static_cast<std::ptrdiff_t>(head_));
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(bytes_head_));
    head_ = bytes_head_ = 0;
  }

  Store live_;
  Store image_;
  std::vector<pending> journal_;  // from head_ on: outstanding, oldest first
  std::vector<upkeep> upkeep_;    // of those in the journal that are no writes
  std::vector<std::byte> bytes_;  // from bytes_head_ on: their payloads, one after another
  std::size_t head_ = 0;
  std::size_t bytes_head_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
