// SPDX-License-Identifier: BSL-1.0
// How points come into their order: all at once by their top bits, or one after the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/point_store.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// Brings points into order without comparing them with more than their neighbours: by their top
/// bits into segments, there by the next bits into buckets, and the few of a bucket by counting who
/// is smaller. O(n) for hashes worth the name; buckets that are crowded are sorted, so that nothing
/// is worse than O(n log n).
class radix_layout {
 public:
  /// Lays points out in a store that was allocated for as many. Those of slot 0 come first, then
  /// those of slot 1 and so on; slot s has `count_of(s)` of them. Equal points stay in order of
  /// their slots. False when the memory is not to be had: of the largest segment, 16 bytes a point.
  template <class CountOf>
  static bool lay_out(point_store& store, std::uint64_t const* points, std::uint64_t count,
                      CountOf count_of) noexcept {
    radix_layout layout{store};
    layout.ends_ = shared_array<std::uint32_t>::allocate(store.segments());
    if (!layout.ends_) return false;
    std::uint32_t const largest = layout.count_segments(points, count);
    layout.scratch_ = shared_array<ring_point>::allocate(largest);
    if (!layout.scratch_) return false;

    store.begin_segments(layout.ends_.data());
    for (std::size_t s = 0; s < store.segments(); ++s) layout.ends_[s] = store.segment(s).first;
    std::uint64_t next = 0;
    for (std::uint32_t slot = 0; next < count; ++slot) {
      layout.scatter(points + next, count_of(slot), slot);
      next += count_of(slot);
    }
    for (std::size_t s = 0; s < store.segments(); ++s) layout.sort_segment(s);
    store.count_ranks();
    return true;
  }

 private:
  static constexpr unsigned in_segment = 1u << point_store::segment_bits;
  static constexpr std::uint32_t few = 24;

  explicit radix_layout(point_store& store) noexcept : store_(store) {}

  std::size_t segment_of(std::uint64_t point) const noexcept {
    return store_.bucket_of(point) >> point_store::segment_bits;
  }

  std::uint32_t count_segments(std::uint64_t const* points, std::uint64_t count) noexcept {
    std::fill(ends_.data(), ends_.data() + store_.segments(), 0u);
    for (std::uint64_t i = 0; i < count; ++i) ++ends_[segment_of(points[i])];
    return *std::max_element(ends_.data(), ends_.data() + store_.segments());
  }

  void scatter(std::uint64_t const* points, std::uint64_t count, std::uint32_t slot) noexcept {
    std::uint64_t* const to = store_.points();
    std::uint32_t* const slots = store_.slots();
    std::uint32_t* const ends = ends_.data();
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint32_t const at = ends[segment_of(points[i])]++;
      to[at] = points[i];
      slots[at] = slot;
    }
  }

  void sort_segment(std::size_t s) noexcept {
    std::size_t const first_bucket = s << point_store::segment_bits;
    auto const buckets =
        static_cast<unsigned>(std::min<std::size_t>(in_segment, store_.buckets() - first_bucket));
    std::uint32_t const begin = store_.segment(s).first;
    std::uint32_t const count = ends_[s] - begin;
    std::uint64_t const* const points = store_.points() + begin;
    std::uint32_t const* const slots = store_.slots() + begin;

    std::uint32_t ends[in_segment] = {};
    for (std::uint32_t i = 0; i < count; ++i) ++ends[store_.bucket_of(points[i]) - first_bucket];
    std::uint32_t next = 0;
    for (unsigned b = 0; b < buckets; ++b) next += std::exchange(ends[b], next);
    for (std::uint32_t i = 0; i < count; ++i) {
      scratch_[ends[store_.bucket_of(points[i]) - first_bucket]++] = {points[i], slots[i]};
    }
    std::uint32_t first = 0;
    for (unsigned b = 0; b < buckets; ++b) {
      sort_bucket(scratch_.data() + first, ends[b] - first, begin + first);
      store_.end_bucket(first_bucket + b, begin + ends[b]);
      first = ends[b];
    }
  }

  // Writes a bucket's points in order. They come in order of their slots.
  void sort_bucket(ring_point* from, std::uint32_t count, std::uint32_t at) noexcept {
    std::uint64_t* const points = store_.points() + at;
    std::uint32_t* const slots = store_.slots() + at;
    std::uint32_t place[few];
    if (count <= few) {  // each pair once; no branch depends on the points
      for (std::uint32_t i = 0; i < count; ++i) {
        std::uint32_t before = 0;
        for (std::uint32_t j = 0; j < i; ++j) {
          bool const smaller = from[i].point < from[j].point;
          place[j] += smaller;
          before += !smaller;
        }
        place[i] = before;
      }
      for (std::uint32_t i = 0; i < count; ++i) {
        points[place[i]] = from[i].point;
        slots[place[i]] = from[i].node;
      }
    } else {
      std::sort(from, from + count);
      for (std::uint32_t i = 0; i < count; ++i) {
        points[i] = from[i].point;
        slots[i] = from[i].node;
      }
    }
  }

  point_store& store_;
  shared_array<std::uint32_t> ends_;  // of each segment: its size, then where its next point goes
  shared_array<ring_point> scratch_;
};

/// Lays out points that come in order. O(points + buckets).
class ordered_layout {
 public:
  /// Into a store that was allocated for as many points.
  explicit ordered_layout(point_store& store) noexcept : store_(store) {}

  /// The point's node is its slot.
  void append(ring_point next) noexcept {
    for (std::size_t const b = store_.bucket_of(next.point); bucket_ <= b;) begin_bucket();
    store_.points()[at_] = next.point;
    store_.slots()[at_++] = next.node;
  }
  void finish() noexcept {
    while (bucket_ <= store_.buckets()) begin_bucket();
    store_.count_ranks();
  }

 private:
  // Begins bucket_, or what is behind the last one.
  void begin_bucket() noexcept {
    std::size_t const s = bucket_ >> point_store::segment_bits;
    bool const first = bucket_ == s << point_store::segment_bits;
    if (bucket_ > 0) store_.end_bucket(bucket_ - 1, at_);
    if (first || bucket_ == store_.buckets()) {
      if (bucket_ > 0) at_ = segment_begin_ + point_store::with_slack(at_ - segment_begin_);
      segment_begin_ = at_;
      store_.begin_segment(first ? s : s + 1, at_);
    }
    ++bucket_;
  }

  point_store& store_;
  std::size_t bucket_ = 0;  // the next to begin
  std::uint32_t at_ = 0;    // where the next point goes
  std::uint32_t segment_begin_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
