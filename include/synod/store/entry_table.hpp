// SPDX-License-Identifier: BSL-1.0
// The framed bytes of consecutive entries, in one contiguous piece of memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

/// Entries [first, last] of a log, their bytes framed one after another. Entries without a
/// payload take none.
class entry_table {
 public:
  log_index last() const noexcept { return {before_.value + ends_.size()}; }

  /// Appends the next n entries of a framed payload from `at`; gives what follows them.
  std::byte const* append_framed(std::byte const* at, std::uint64_t n) {
    std::byte const* const begin = at;
    std::uint64_t const start = end_of(last());
    for (std::uint64_t i = 0; i < n; ++i) {
      at += framed_bytes(framed_length(at));
      ends_.push_back(start + static_cast<std::uint64_t>(at - begin));
    }
    bytes_.append(begin, static_cast<std::size_t>(at - begin));
    return at;
  }
  /// Appends n entries that carry nothing.
  void append_empty(std::uint64_t n) {
    std::uint64_t const end = end_of(last());
    for (std::uint64_t i = 0; i < n; ++i) ends_.push_back(end);
  }
  /// Drops i and everything behind it; i is above the last dropped one.
  void truncate_from(log_index i) noexcept {
    ends_.truncate(static_cast<std::size_t>(i.value - before_.value - 1));
    bytes_.truncate(static_cast<std::size_t>(end_of(last()) - base_bytes_));
  }
  /// Drops everything up to i.
  void drop_through(log_index i) noexcept {
    std::uint64_t const end = end_of(i);
    bytes_.drop_front(static_cast<std::size_t>(end - base_bytes_));
    ends_.drop_front(static_cast<std::size_t>(i.value - before_.value));
    base_bytes_ = end;
    before_ = i;
  }

  /// Drops everything; the next entry is the one behind i.
  void restart_behind(log_index i) noexcept {
    bytes_.clear();
    ends_.clear();
    base_bytes_ = 0;
    before_ = i;
  }

  /// Framed bytes of [first, last].
  std::uint64_t bytes_of(log_index first, log_index last) const noexcept {
    return end_of(last) - end_of(previous(first));
  }
  std::span<std::byte const> read(log_index first, log_index last) const noexcept {
    std::uint64_t const begin = end_of(previous(first));
    return {bytes_.data() + (begin - base_bytes_), static_cast<std::size_t>(end_of(last) - begin)};
  }
  /// The last index of [first, last] up to which the framed bytes are at most `limit`; never
  /// below `first`. O(log n), O(1) where all fit.
  log_index fits(log_index first, log_index last, std::uint64_t limit) const noexcept {
    if (bytes_of(first, last) <= limit) return last;
    std::uint64_t const most = end_of(previous(first)) + limit;
    std::uint64_t const* const begin = ends_.data() + (first.value - before_.value - 1);
    std::uint64_t const* const end = begin + (last.value - first.value + 1);
    auto const fitting = static_cast<std::uint64_t>(std::upper_bound(begin, end, most) - begin);
    return {first.value + (fitting == 0 ? 0 : fitting - 1)};
  }

 private:
  /// Where entry i ends, counted from the first byte the table ever held.
  std::uint64_t end_of(log_index i) const noexcept {
    return i == before_ ? base_bytes_
                        : ends_[static_cast<std::size_t>(i.value - before_.value - 1)];
  }

  window<std::byte> bytes_;
  window<std::uint64_t> ends_;
  std::uint64_t base_bytes_ = 0;  // what was dropped at the front
  log_index before_;              // the index before the first entry
};

}  // namespace synod::inline SYNOD_ABI
