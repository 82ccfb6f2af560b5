// SPDX-License-Identifier: BSL-1.0
// One piece of memory for framed entries, which never moves while they are in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

/// Consecutive entries behind `before()`. Their bytes stand one after another from the front of the
/// memory on, and where each ends from its back towards them: 4 bytes an entry, and 4 once. Full
/// where the two would meet. Without memory there is room for nothing.
///
/// A copy of an empty one has no memory.
class entry_chunk {
 public:
  /// The least capacity that takes one entry of so many framed bytes.
  static constexpr std::size_t capacity_for(std::size_t bytes) noexcept {
    return round_up(bytes) + 2 * sizeof(std::uint32_t);
  }

  entry_chunk() noexcept = default;
  /// Of so many bytes, rounded up to a multiple of 4; at least 4.
  explicit entry_chunk(std::size_t capacity)
      : words_(std::make_unique_for_overwrite<std::uint32_t[]>(round_up(capacity) /
                                                               sizeof(std::uint32_t))),
        top_(words_.get() + round_up(capacity) / sizeof(std::uint32_t) - 1) {
    *top_ = 0;
    begin_behind({}, 0);
  }
  entry_chunk(entry_chunk const& other) : before_(other.before_), offset_(other.offset_) {
    if (other.empty()) return;
    entry_chunk same(other.capacity());
    std::copy_n(other.front(), other.used(), same.back_);
    std::copy(other.end_, other.top_, same.top_ - (other.top_ - other.end_));
    same.back_ += other.used();
    same.end_ -= other.top_ - other.end_;
    same.before_ = before_;
    same.offset_ = offset_;
    swap(same);
  }
  entry_chunk(entry_chunk&& other) noexcept { swap(other); }
  entry_chunk& operator=(entry_chunk other) noexcept {
    swap(other);
    return *this;
  }
  ~entry_chunk() = default;

  /// Drops everything: the next entry is the one behind `before`, and `offset` bytes came before.
  void begin_behind(log_index before, std::uint64_t offset) noexcept {
    before_ = before;
    offset_ = offset;
    back_ = front();
    end_ = top_;
  }

  std::size_t capacity() const noexcept {
    return words_ ? static_cast<std::size_t>(top_ + 1 - words_.get()) * sizeof(std::uint32_t) : 0;
  }
  log_index before() const noexcept { return before_; }
  log_index last() const noexcept {
    return {before_.value + static_cast<std::uint64_t>(top_ - end_)};
  }
  bool empty() const noexcept { return end_ == top_; }

  /// Where entry i ends, counted from the first byte the table ever held; i is `before()` or in it.
  std::uint64_t end_of(log_index i) const noexcept { return offset_ + end_at(i); }
  std::uint64_t end() const noexcept { return offset_ + used(); }
  /// The bytes of [first, last], which are in it.
  std::span<std::byte const> read(log_index first, log_index last) const noexcept {
    std::uint32_t const begin = end_at(previous(first));
    return {front() + begin, end_at(last) - begin};
  }
  /// The last index of [first, last], which are in it, up to which the bytes are at most `limit`;
  /// never below `first`. O(log n), O(1) where all fit.
  log_index fits(log_index first, log_index last, std::uint64_t limit) const noexcept {
    std::uint32_t const begin = end_at(previous(first));
    if (end_at(last) - begin <= limit) return last;
    std::uint64_t low = first.value;
    std::uint64_t high = last.value;  // the first that is too long is in (low, high]
    while (high - low > 1) {
      std::uint64_t const middle = low + (high - low) / 2;
      (end_at({middle}) - begin <= limit ? low : high) = middle;
    }
    return {low};
  }

  /// Appends of the `n` framed entries at `at` as many as there is room for, and takes them off n;
  /// gives what follows them.
  std::byte const* append_framed(std::byte const* at, std::uint64_t& n) noexcept {
    std::byte const* const begin = at;
    std::byte* back = back_;
    std::uint32_t* end = end_;
    for (; n != 0; --n) {
      std::size_t const bytes = framed_bytes(framed_length(at));
      if (room(back, end) < bytes + sizeof(std::uint32_t)) break;
      at += bytes;
      back += bytes;
      *--end = static_cast<std::uint32_t>(back - front());
    }
    std::copy(begin, at, back_);
    back_ = back;
    end_ = end;
    return at;
  }
  /// The same of n entries that carry nothing.
  void append_empty(std::uint64_t& n) noexcept {
    auto const end = static_cast<std::uint32_t>(used());
    for (; n != 0 && room(back_, end_) >= sizeof(std::uint32_t); --n) *--end_ = end;
  }
  /// Drops what is behind i, which is `before()` or in it.
  void keep_through(log_index i) noexcept {
    end_ = slot(i);
    back_ = front() + *end_;
  }
  /// Drops everything up to i, which is in it, and moves the rest to the front if that is little
  /// beside what is dropped: then each byte that is ever appended pays for less than one moved.
  void drop_through(log_index i) noexcept {
    std::uint32_t const cut = end_at(i);
    auto const dropped = cut + 4 * (i.value - before_.value);
    auto const kept = used() - cut + 4 * (last().value - i.value);
    if (dropped < 8 * kept) return;
    std::uint32_t* const from = slot(i);
    std::copy(front() + cut, back_, front());
    back_ -= cut;
    std::ptrdiff_t const n = from - end_;
    for (std::ptrdiff_t k = 1; k <= n; ++k) top_[-k] = from[-k] - cut;
    end_ = top_ - n;
    offset_ += cut;
    before_ = i;
  }

 private:
  static constexpr std::size_t round_up(std::size_t bytes) noexcept {
    return (bytes + 3) & ~std::size_t{3};
  }

  std::byte* front() const noexcept { return reinterpret_cast<std::byte*>(words_.get()); }
  std::uint32_t* slot(log_index i) const noexcept { return top_ - (i.value - before_.value); }
  std::uint32_t end_at(log_index i) const noexcept { return *slot(i); }
  std::size_t used() const noexcept { return static_cast<std::size_t>(back_ - front()); }
  static std::size_t room(std::byte const* back, std::uint32_t const* end) noexcept {
    return static_cast<std::size_t>(reinterpret_cast<std::byte const*>(end) - back);
  }
  void swap(entry_chunk& other) noexcept {
    std::swap(words_, other.words_);
    std::swap(top_, other.top_);
    std::swap(end_, other.end_);
    std::swap(back_, other.back_);
    std::swap(before_, other.before_);
    std::swap(offset_, other.offset_);
  }

  std::unique_ptr<std::uint32_t[]> words_;
  std::uint32_t* top_ = nullptr;  // 0: where the first entry begins; ends stand below it
  std::uint32_t* end_ = nullptr;  // the end of the last entry
  std::byte* back_ = nullptr;     // behind its bytes
  log_index before_;
  std::uint64_t offset_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
