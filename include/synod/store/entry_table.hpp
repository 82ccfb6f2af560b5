// SPDX-License-Identifier: BSL-1.0
// The framed bytes of consecutive entries, in chunks of memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/store/entry_chunk.hpp"

namespace synod::inline SYNOD_ABI {

/// Entries [first, last] of a log, their bytes framed one after another. Entries without a payload
/// take none.
///
/// An entry stands in one chunk; one that is too large for a chunk has one of its own. What is
/// there is never copied by what is appended. Memory follows what is held: at most twice the
/// framed bytes and 4 more for each entry, and four chunks, two of which are spare. A table of
/// steady size allocates no more.
class entry_table {
 public:
  static constexpr std::size_t usual_chunk_bytes = std::size_t{1} << 20;

  /// A chunk takes so many bytes: framed entries and 4 for each of them. At least 16.
  explicit entry_table(std::size_t chunk_bytes = usual_chunk_bytes) noexcept
      : chunk_bytes_(std::max<std::size_t>(chunk_bytes, 16) & ~std::size_t{3}) {}

  log_index last() const noexcept { return newest_.last(); }

  /// Appends the next n entries of a framed payload from `at`; gives what follows them.
  std::byte const* append_framed(std::byte const* at, std::uint64_t n) {
    for (;;) {
      at = newest_.append_framed(at, n);
      if (n == 0) return at;
      begin_chunk(framed_bytes(framed_length(at)));
    }
  }
  /// Appends n entries that carry nothing.
  void append_empty(std::uint64_t n) {
    for (;;) {
      newest_.append_empty(n);
      if (n == 0) return;
      begin_chunk(0);
    }
  }
  /// Drops i and everything behind it; i is above the last dropped one.
  void truncate_from(log_index i) noexcept {
    log_index const kept = previous(i);
    while (kept <= newest_.before() && !older_.empty()) {
      keep_spare(newest_);
      newest_ = std::move(older_.back());
      older_.truncate(older_.size() - 1);
    }
    if (kept < newest_.last()) newest_.keep_through(kept);
    give_back_if_empty();
  }
  /// Drops everything up to i, which is in the table.
  void drop_through(log_index i) noexcept {
    while (!older_.empty() && older_.front().last() <= i) {
      keep_spare(older_.front());
      older_.drop_front(1);
    }
    if (!older_.empty() || i == newest_.before()) return;
    newest_.drop_through(i);
    give_back_if_empty();
  }

  /// Drops everything; the next entry is the one behind i.
  void restart_behind(log_index i) noexcept {
    keep_spare(newest_);
    for (std::size_t k = 0; k < older_.size(); ++k) keep_spare(older_[k]);
    older_.clear();
    newest_.begin_behind(i, 0);
  }

  /// Framed bytes of [first, last], which are in the table. O(log chunks).
  std::uint64_t bytes_of(log_index first, log_index last) const noexcept {
    return holding(last).end_of(last) - holding(first).end_of(previous(first));
  }
  /// The bytes of [first, last], which are in the table; empty unless one chunk holds them all.
  /// O(log chunks), of the newest O(1).
  std::optional<std::span<std::byte const>> read(log_index first, log_index last) const noexcept {
    entry_chunk const& chunk = holding(first);
    if (last > chunk.last()) return std::nullopt;
    return chunk.read(first, last);
  }
  /// The last index of [first, last], which are in the table, up to which the framed bytes are at
  /// most `limit` and stand in one chunk; never below `first`. O(log n), of the newest O(1) where
  /// all fit.
  log_index fits(log_index first, log_index last, std::uint64_t limit) const noexcept {
    entry_chunk const& chunk = holding(first);
    return chunk.fits(first, std::min(last, chunk.last()), limit);
  }

  /// What it has allocated for entries, in use and spare.
  std::uint64_t memory_bytes() const noexcept {
    std::uint64_t sum = newest_.capacity();
    for (std::size_t k = 0; k < older_.size(); ++k) sum += older_[k].capacity();
    for (entry_chunk const& spare : spares_) sum += spare.capacity();
    return sum;
  }

 private:
  entry_chunk const& holding(log_index i) const noexcept {
    return i > newest_.before() ? newest_ : older_holding(i);
  }
  [[gnu::noinline]] entry_chunk const& older_holding(log_index i) const noexcept {
    entry_chunk const* const begin = older_.data();
    return *(std::partition_point(begin, begin + older_.size(),
                                  [i](entry_chunk const& c) { return c.before() < i; }) -
             1);
  }

  // The next entry is of so many framed bytes.
  [[gnu::noinline]] void begin_chunk(std::size_t bytes) {
    SYNOD_EXPECTS(bytes <= std::numeric_limits<std::uint32_t>::max(),
                  "log: an entry of 4 GiB or more");
    log_index const before = newest_.last();
    std::uint64_t const offset = newest_.end();
    if (newest_.empty()) {
      keep_spare(newest_);
    } else {
      older_.extend() = std::move(newest_);
    }
    newest_ = room_for(bytes);
    newest_.begin_behind(before, offset);
  }
  entry_chunk room_for(std::size_t bytes) {
    std::size_t const least = entry_chunk::capacity_for(bytes);
    if (least > chunk_bytes_) return entry_chunk(least);
    for (entry_chunk& spare : spares_) {
      if (spare.capacity() != 0) return std::move(spare);
    }
    return entry_chunk(chunk_bytes_);
  }
  // Takes its memory away.
  void keep_spare(entry_chunk& gone) noexcept {
    entry_chunk freed = std::move(gone);
    if (freed.capacity() != chunk_bytes_) return;
    for (entry_chunk& spare : spares_) {
      if (spare.capacity() == 0) {
        spare = std::move(freed);
        return;
      }
    }
  }
  // Only a chunk of the usual size waits for entries.
  void give_back_if_empty() noexcept {
    if (!newest_.empty() || newest_.capacity() <= chunk_bytes_) return;
    log_index const before = newest_.before();
    std::uint64_t const offset = newest_.end();
    newest_ = {};
    newest_.begin_behind(before, offset);
  }

  entry_chunk newest_;
  window<entry_chunk> older_;          // oldest first; none is empty
  std::array<entry_chunk, 2> spares_;  // of the usual size, or without memory
  std::size_t chunk_bytes_;
};

}  // namespace synod::inline SYNOD_ABI
