// SPDX-License-Identifier: BSL-1.0
// The whole points of a ring, in order, with room between them for more.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// Buckets are named by so many top bits of a hash: 4 to 8 points in each, on average.
constexpr unsigned bucket_bits_of(std::uint64_t points) noexcept {
  unsigned const wanted = points == 0 ? 0 : static_cast<unsigned>(std::bit_width((points - 1) / 8));
  return wanted == 0 ? 1 : wanted;
}

/// Points in order, each with the slot of its node, in two arrays. 256 buckets are a segment, whose
/// points stand together with room behind them (a sixteenth and 8), so that a point is put in or
/// taken out by moving no more than one segment's.
/// Memory: 12.75 bytes a point, and 4 a bucket.
class point_store {
 public:
  point_store() = default;

  /// Room for `count` points and their slack, none there yet; false when the memory is not to be
  /// had.
  bool allocate(std::uint64_t count) noexcept {
    bits_ = bucket_bits_of(count);
    std::size_t const room = count + count / 16 + std::size_t{least_slack} * segments();
    points_ = shared_array<std::uint64_t>::allocate(room);
    slots_ = shared_array<std::uint32_t>::allocate(room);
    starts_ = shared_array<std::uint32_t>::allocate(buckets() + segments() + 1);
    ranks_ = shared_array<std::uint32_t>::allocate(segments() + 1);
    return points_ && slots_ && starts_ && ranks_;
  }

  /// A copy with memory of its own; false when that is not to be had.
  bool copy_from(point_store const& other) noexcept {
    bits_ = other.bits_;
    points_ = other.points_.clone();
    slots_ = other.slots_.clone();
    starts_ = other.starts_.clone();
    ranks_ = other.ranks_.clone();
    return points_ && slots_ && starts_ && ranks_;
  }

  bool sole_owner() const noexcept {
    return points_.sole_owner() && slots_.sole_owner() && starts_.sole_owner() &&
           ranks_.sole_owner();
  }

  unsigned bits() const noexcept { return bits_; }
  std::size_t buckets() const noexcept { return std::size_t{1} << bits_; }
  std::size_t bucket_of(std::uint64_t hash) const noexcept {
    return static_cast<std::size_t>(hash >> (64 - bits_));
  }
  std::size_t segments() const noexcept { return ((buckets() - 1) >> segment_bits) + 1; }
  std::uint32_t size() const noexcept { return ranks_ ? ranks_[segments()] : 0; }

  /// The positions of a bucket's points in `points` and `slots`: from `first` to before `last`.
  struct range {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t size() const noexcept { return last - first; }
  };
  range bucket(std::size_t b) const noexcept { return bucket(starts(), b); }
  /// The same for who keeps the starts alone.
  static range bucket(std::uint32_t const* starts, std::size_t b) noexcept {
    return {starts[entry(b)], starts[entry(b) + 1]};
  }
  std::uint32_t const* starts() const noexcept { return starts_.data(); }
  range segment(std::size_t s) const noexcept {
    return {starts_[entry(s << segment_bits)], starts_[end_entry(s)]};
  }
  std::uint64_t const* points() const noexcept { return points_.data(); }
  std::uint32_t const* slots() const noexcept { return slots_.data(); }
  /// For who fills what was allocated.
  std::uint64_t* points() noexcept { return points_.data(); }
  std::uint32_t* slots() noexcept { return slots_.data(); }

  /// The position of point i in the order of the ring. O(log segments).
  std::uint32_t position_of(std::uint32_t i) const noexcept {
    std::uint32_t const* const ranks = ranks_.data();
    auto const s =
        static_cast<std::size_t>(std::upper_bound(ranks, ranks + segments(), i) - ranks) - 1;
    return segment(s).first + (i - ranks_[s]);
  }

  /// Position of the first point of a bucket that is at or after `hash`; the bucket's last + 1 when
  /// there is none.
  std::uint32_t lower_bound(std::size_t b, std::uint64_t hash) const noexcept {
    auto const [first, last] = bucket(b);
    std::uint64_t const* const all = points_.data();
    return static_cast<std::uint32_t>(std::lower_bound(all + first, all + last, hash) - all);
  }

  /// Whether so many more points find room in a segment.
  bool has_room(std::size_t s, std::uint32_t more) const noexcept {
    return starts_[end_entry(s) + 1] - starts_[end_entry(s)] >= more;
  }

  /// Puts a point at a position within bucket b, or at its end. There is room. The ranks of later
  /// segments are wrong until `count_ranks`.
  void insert(std::size_t b, std::uint32_t at, std::uint64_t point, std::uint32_t slot) noexcept {
    std::uint32_t const end = starts_[end_entry(b >> segment_bits)];
    std::copy_backward(points_.data() + at, points_.data() + end, points_.data() + end + 1);
    std::copy_backward(slots_.data() + at, slots_.data() + end, slots_.data() + end + 1);
    points_[at] = point;
    slots_[at] = slot;
    for (std::size_t e = entry(b) + 1; e <= end_entry(b >> segment_bits); ++e) ++starts_[e];
  }
  /// Takes the point at a position out of bucket b.
  void erase(std::size_t b, std::uint32_t at) noexcept {
    std::uint32_t const end = starts_[end_entry(b >> segment_bits)];
    std::copy(points_.data() + at + 1, points_.data() + end, points_.data() + at);
    std::copy(slots_.data() + at + 1, slots_.data() + end, slots_.data() + at);
    for (std::size_t e = entry(b) + 1; e <= end_entry(b >> segment_bits); ++e) --starts_[e];
  }
  void count_ranks() noexcept {
    std::uint32_t count = 0;
    for (std::size_t s = 0; s < segments(); ++s) {
      ranks_[s] = count;
      count += segment(s).size();
    }
    ranks_[segments()] = count;
  }

  /// Lays out segments of these sizes: sets where each begins. Their buckets' starts are still to
  /// be set.
  void begin_segments(std::uint32_t const* sizes) noexcept {
    std::uint32_t at = 0;
    for (std::size_t s = 0; s < segments(); ++s) {
      starts_[entry(s << segment_bits)] = at;
      at += with_slack(sizes[s]);
    }
    starts_[end_entry(segments() - 1) + 1] = at;
  }
  /// Where the next bucket after b, or the room behind the segment's last, begins.
  void end_bucket(std::size_t b, std::uint32_t at) noexcept { starts_[entry(b) + 1] = at; }
  void begin_segment(std::size_t s, std::uint32_t at) noexcept {
    starts_[s == segments() ? end_entry(s - 1) + 1 : entry(s << segment_bits)] = at;
  }
  static std::uint32_t with_slack(std::uint32_t points) noexcept {
    return points + points / 16 + least_slack;
  }

  static constexpr unsigned segment_bits = 8;

 private:
  static constexpr std::uint32_t least_slack = 8;

  // starts_ has for each segment where its buckets start and, one entry more, where the last ends.
  static std::size_t entry(std::size_t b) noexcept { return b + (b >> segment_bits); }
  std::size_t end_entry(std::size_t s) const noexcept {
    std::size_t const last = ((s + 1) << segment_bits) - 1;
    return entry(std::min(last, buckets() - 1)) + 1;
  }

  shared_array<std::uint64_t> points_;
  shared_array<std::uint32_t> slots_;
  shared_array<std::uint32_t> starts_;
  shared_array<std::uint32_t> ranks_;  // of each segment's first point; last, the number of points
  unsigned bits_ = 1;
};

/// A walk over the points in order, from any on to the last.
class stored_points {
 public:
  stored_points() = default;
  explicit stored_points(point_store const& store) noexcept
      : store_(&store), segments_(store.segments()) {
    if (store.size() > 0) enter(0);
  }

  bool done() const noexcept { return at_ == last_; }
  std::uint32_t position() const noexcept { return at_; }
  std::uint64_t point() const noexcept { return store_->points()[at_]; }
  std::uint32_t slot() const noexcept { return store_->slots()[at_]; }
  void advance() noexcept {
    if (++at_ == last_) enter(segment_ + 1);
  }

 private:
  void enter(std::size_t segment) noexcept {
    for (segment_ = segment; segment_ < segments_; ++segment_) {
      auto const [first, last] = store_->segment(segment_);
      at_ = first;
      last_ = last;
      if (first != last) return;
    }
    at_ = last_ = 0;
  }

  point_store const* store_ = nullptr;
  std::size_t segments_ = 0;
  std::size_t segment_ = 0;
  std::uint32_t at_ = 0;
  std::uint32_t last_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
