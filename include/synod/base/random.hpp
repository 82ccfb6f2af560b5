// SPDX-License-Identifier: BSL-1.0
// A seeded generator that draws the same numbers on every platform. Not for cryptography.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// One step of the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a bijection that
/// spreads every bit of its input.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// SplitMix64: 8 bytes of state, every seed is a good one.
class splitmix64 {
 public:
  constexpr splitmix64() = default;
  constexpr explicit splitmix64(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t operator()() noexcept { return mix(state_ += 0x9e3779b97f4a7c15); }

  /// A number below `bound` (> 0), by the high half of a 128-bit product: the bias is below
  /// bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    __extension__ using wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<wide>((*this)()) * bound) >> 64);
  }

  friend constexpr bool operator==(splitmix64, splitmix64) = default;

 private:
  std::uint64_t state_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
