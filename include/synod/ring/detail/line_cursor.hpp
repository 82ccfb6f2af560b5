// SPDX-License-Identifier: BSL-1.0
// The nodes that own what follows a hash, in the order of the ring.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/line.hpp"
#include "synod/ring/detail/point_store.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// The owners of the points from one on, once round the ring. Reads along the lines, where the
/// owners stand side by side; the whole points only where a line has not all of its bucket.
class line_cursor {
 public:
  line_cursor() = default;
  /// Begins at point `at` of bucket `bucket`. `lines` is null where they are wide, `indices` where
  /// a slot's number is its node's index.
  line_cursor(point_store const& store, narrow_line const* lines, std::uint32_t const* indices,
              std::size_t bucket, std::uint32_t at) noexcept
      : lines_(lines),
        starts_(store.starts()),
        slots_(store.slots()),
        indices_(indices),
        bucket_(static_cast<std::uint32_t>(bucket)),
        at_(at),
        mask_(static_cast<std::uint32_t>(store.buckets() - 1)),
        left_(mask_ + 2) {
    if (lines_ != nullptr && at_ < narrow_line::room) {
      take(lines_[bucket_].owners[at_]);
    } else {
      find_point();
    }
  }

  bool done() const noexcept { return left_ == 0; }
  std::uint32_t node() const noexcept { return node_; }
  void advance() noexcept {
    if (lines_ != nullptr && at_ < narrow_line::room) [[likely]] {
      if (is_beyond()) {  // what was shown is the first point of the next bucket that has one
        do {
          bucket_ = (bucket_ + 1) & mask_;
          if (--left_ == 0) return;
        } while (lines_[bucket_].suffixes[0] == greatest_suffix);
        at_ = 0;
      }
      if (++at_ < narrow_line::room) return take(lines_[bucket_].owners[at_]);
    } else {
      ++at_;
    }
    find_point();
  }

 private:
  void take(std::uint32_t slot) noexcept { node_ = indices_ == nullptr ? slot : indices_[slot]; }

  // Behind the points of a line stands the owner of the next one.
  bool is_beyond() const noexcept { return lines_[bucket_].suffixes[at_] == greatest_suffix; }

  // Point at_ of the bucket, or the first one beyond it.
  [[gnu::noinline]] void find_point() noexcept {
    for (;;) {
      auto const [first, last] = point_store::bucket(starts_, bucket_);
      if (at_ < last - first) return take(slots_[first + at_]);
      bucket_ = (bucket_ + 1) & mask_;
      at_ = 0;
      if (--left_ == 0) return;
    }
  }

  narrow_line const* lines_ = nullptr;
  std::uint32_t const* starts_ = nullptr;
  std::uint32_t const* slots_ = nullptr;
  std::uint32_t const* indices_ = nullptr;
  std::uint32_t bucket_ = 0;
  std::uint32_t at_ = 0;
  std::uint32_t mask_ = 0;
  std::uint32_t node_ = 0;
  std::uint32_t left_ = 0;  // buckets to come, the first one twice
};

}  // namespace synod::inline SYNOD_ABI::detail
