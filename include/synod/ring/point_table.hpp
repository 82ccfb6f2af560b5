// SPDX-License-Identifier: BSL-1.0
// The points of a ring in order, and how the first one at or after a hash is found.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/shared_array.hpp"

namespace synod::inline SYNOD_ABI {

/// A virtual node: its place in the hash space, and the index of the node it belongs to. Points are
/// in total order; equal places are ordered by node.
struct ring_point {
  std::uint64_t point = 0;
  std::uint32_t node = 0;

  friend constexpr auto operator<=>(ring_point const&, ring_point const&) = default;
};

namespace detail {

/// The owners of the points from one on, once round the ring.
class point_cursor {
 public:
  constexpr point_cursor() = default;
  constexpr point_cursor(ring_point const* points, std::uint32_t size, std::uint32_t at) noexcept
      : points_(points), size_(size), at_(at), left_(size) {}

  constexpr bool done() const noexcept { return left_ == 0; }
  constexpr std::uint32_t node() const noexcept { return points_[at_].node; }
  constexpr void advance() noexcept {
    at_ = at_ + 1 == size_ ? 0 : at_ + 1;
    --left_;
  }

 private:
  ring_point const* points_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t at_ = 0;
  std::uint32_t left_ = 0;  // points not yet passed
};

/// Sorted points under a table of buckets: the hash's top bits name a bucket, the bucket the first
/// point in it. There is at least one bucket a point, so what is looked for is nearly always one of
/// the first `window` points there; these are counted without a branch that depends on the hash,
/// and anything longer is searched by halves.
/// Memory: 16 bytes a point and 4 to 8 bytes of buckets.
class point_table {
 public:
  point_table() = default;

  /// Room for `count` points (at least one), to be written through `unsorted()` and then `seal`ed;
  /// false when the memory is not to be had.
  bool allocate(std::size_t count) noexcept {
    bucket_bits_ = static_cast<unsigned>(std::bit_width(count));
    points_ = shared_array<ring_point>::allocate(count, window);
    starts_ = shared_array<std::uint32_t>::allocate((std::size_t{1} << bucket_bits_) + 1);
    return points_ && starts_;
  }
  ring_point* unsorted() noexcept { return points_.data(); }

  /// Sorts the points and lays the buckets over them. O(n log n).
  void seal() noexcept {
    std::sort(points_.data(), points_.data() + size());
    // Past the end stands the first point's node, for whatever wraps; no hash is above its place.
    ring_point const again{~std::uint64_t{0}, points_[0].node};
    for (unsigned i = 0; i < window; ++i) points_[size() + i] = again;
    std::size_t bucket = 0;
    for (std::uint32_t i = 0; i < size(); ++i) {
      while (bucket <= bucket_of(points_[i].point)) starts_[bucket++] = i;
    }
    while (bucket <= std::size_t{1} << bucket_bits_) starts_[bucket++] = size();
  }

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(points_.size()); }
  ring_point const& operator[](std::size_t i) const noexcept { return points_[i]; }

  /// Index of the first point at or after `hash`; `size()`, where the first point's node stands
  /// once more, when there is none. The table is not empty. Expected O(1), at worst O(log n).
  std::uint32_t find(std::uint64_t hash) const noexcept {
    std::size_t const bucket = bucket_of(hash);
    std::uint32_t const start = starts_[bucket];
    ring_point const* const first = points_.data() + start;
    unsigned below = 0;
    for (unsigned i = 0; i < window; ++i) below += first[i].point < hash ? 1u : 0u;
    return below < window ? start + below : find_beyond(start + window, bucket, hash);
  }

  /// The points from the first one at or after `hash` on.
  point_cursor cursor_from(std::uint64_t hash) const noexcept {
    if (size() == 0) return {};
    return {points_.data(), size(), find(hash) % size()};
  }

  /// The part of the hash space that point i owns: what lies between the point before and itself.
  ring_share share(std::size_t i) const noexcept {
    if (i > 0) return {points_[i].point - points_[i - 1].point};
    return {ring_share::whole().hashes - (points_[size() - 1].point - points_[0].point)};
  }

 private:
  static constexpr unsigned window = 3;

  std::size_t bucket_of(std::uint64_t hash) const noexcept {
    return static_cast<std::size_t>(hash >> (64 - bucket_bits_));
  }

  [[gnu::noinline]] std::uint32_t find_beyond(std::uint32_t from, std::size_t bucket,
                                              std::uint64_t hash) const noexcept {
    ring_point const* const end = points_.data() + starts_[bucket + 1];
    auto const before = [](ring_point const& p, std::uint64_t h) { return p.point < h; };
    // What the window counted lies below the hash, so it all stands in the bucket: from <= end.
    auto const found = std::lower_bound(points_.data() + from, end, hash, before);
    return static_cast<std::uint32_t>(found - points_.data());
  }

  shared_array<ring_point> points_;
  shared_array<std::uint32_t> starts_;
  unsigned bucket_bits_ = 1;
};

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
