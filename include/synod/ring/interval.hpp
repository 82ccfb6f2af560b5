// SPDX-License-Identifier: BSL-1.0
// Parts of the hash space, measured exactly.
#pragma once

#include <compare>
#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// A share of the hash space, exact: so many of the 2^64 hashes. Shares add up without rounding.
struct ring_share {
  __extension__ using count = unsigned __int128;  // the whole is one more than 64 bits hold

  count hashes = 0;

  static constexpr ring_share whole() noexcept { return {count{1} << 64}; }
  /// Of the whole, 0 to 1, to the nearest double.
  constexpr double fraction() const noexcept { return static_cast<double>(hashes) * 0x1p-64; }

  constexpr ring_share& operator+=(ring_share other) noexcept {
    hashes += other.hashes;
    return *this;
  }
  friend constexpr ring_share operator+(ring_share a, ring_share b) noexcept { return a += b; }
  friend constexpr auto operator<=>(ring_share, ring_share) = default;
};

/// The hashes from `first` to `last`, both included. Never empty; never wraps: what crosses zero is
/// two intervals.
struct hash_interval {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  constexpr bool contains(std::uint64_t hash) const noexcept {
    return first <= hash && hash <= last;
  }
  constexpr ring_share share() const noexcept { return {ring_share::count{last - first} + 1}; }

  friend constexpr bool operator==(hash_interval, hash_interval) = default;
};

}  // namespace synod::inline SYNOD_ABI
