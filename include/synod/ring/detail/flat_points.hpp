// SPDX-License-Identifier: BSL-1.0
// Points in order, side by side, and how the first one at or after a hash is found.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// Places and owners of points in two arrays, for who reads many in a row. The top bits of a hash
/// name a bucket, which has four to eight points on average. Written once, then shared by copies.
/// Memory: 12.5 to 13 bytes a point.
class flat_points {
 public:
  flat_points() = default;

  /// Takes over points in their order. False when the memory is not to be had. O(points).
  bool lay_out(ring_point const* points, std::uint32_t count) noexcept {
    bits_ = std::max(1u, static_cast<unsigned>(std::bit_width(count / 8)));
    places_ = shared_array<std::uint64_t>::allocate(count);
    owners_ = shared_array<std::uint32_t>::allocate(count);
    starts_ = shared_array<std::uint32_t>::allocate((std::size_t{1} << bits_) + 1);
    if (!places_ || !owners_ || !starts_) return false;
    std::size_t bucket = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      places_[i] = points[i].point;
      owners_[i] = points[i].node;
      while (bucket <= bucket_of(places_[i])) starts_[bucket++] = i;
    }
    while (bucket < starts_.size()) starts_[bucket++] = count;
    return true;
  }

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(places_.size()); }
  std::uint64_t const* places() const noexcept { return places_.data(); }
  std::uint32_t const* owners() const noexcept { return owners_.data(); }
  ring_point operator[](std::size_t i) const noexcept { return {places_[i], owners_[i]}; }

  /// Number of the first point at or after `hash`, beyond the last one that of the first. There are
  /// points. Expected O(1), at worst O(log points).
  std::uint32_t find(std::uint64_t hash) const noexcept {
    std::size_t const bucket = bucket_of(hash);
    std::uint64_t const* at = places_.data() + starts_[bucket];
    std::uint64_t const* const end = places_.data() + starts_[bucket + 1];
    if (end - at > few) {
      at = std::lower_bound(at, end, hash);
    } else {
      while (at != end && *at < hash) ++at;
    }
    auto const found = static_cast<std::uint32_t>(at - places_.data());
    return found == size() ? 0 : found;
  }

  /// Begins to fetch what `find` will read first.
  void prefetch(std::uint64_t hash) const noexcept {
    __builtin_prefetch(starts_.data() + bucket_of(hash));
  }

  /// What point i owns: from behind the point before it up to itself.
  ring_share share(std::uint32_t i) const noexcept {
    if (i > 0) return {places_[i] - places_[i - 1]};
    return {ring_share::whole().hashes - (places_[size() - 1] - places_[0])};
  }

 private:
  static constexpr std::ptrdiff_t few = 16;

  std::size_t bucket_of(std::uint64_t hash) const noexcept {
    return static_cast<std::size_t>(hash >> (64 - bits_));
  }

  shared_array<std::uint64_t> places_;
  shared_array<std::uint32_t> owners_;
  shared_array<std::uint32_t> starts_;
  unsigned bits_ = 1;
};

}  // namespace synod::inline SYNOD_ABI::detail
