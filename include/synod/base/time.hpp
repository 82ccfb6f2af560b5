// SPDX-License-Identifier: BSL-1.0
// Time as the cores see it: nanoseconds that the host passes in. No clock is ever read here.
// Conversions to and from <chrono>, which costs a unit 290 ms, are in synod/base/chrono.hpp.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// A span of time in nanoseconds, never negative.
struct duration {
  std::uint64_t ns = 0;

  friend constexpr auto operator<=>(duration, duration) = default;
};

/// A moment of the host's monotonic clock, in nanoseconds since a start of its choice.
struct instant {
  std::uint64_t ns = 0;

  friend constexpr auto operator<=>(instant, instant) = default;
  /// Saturates: "never" stays never.
  friend constexpr instant operator+(instant at, duration span) noexcept {
    std::uint64_t const room = std::numeric_limits<std::uint64_t>::max() - at.ns;
    return {span.ns > room ? std::numeric_limits<std::uint64_t>::max() : at.ns + span.ns};
  }
  /// Zero where `earlier` is not earlier: clocks that step back give no negative span.
  friend constexpr duration operator-(instant later, instant earlier) noexcept {
    return {later.ns > earlier.ns ? later.ns - earlier.ns : 0};
  }
};

constexpr duration nanoseconds(std::uint64_t n) noexcept { return {n}; }
constexpr duration microseconds(std::uint64_t n) noexcept { return {n * 1'000}; }
constexpr duration milliseconds(std::uint64_t n) noexcept { return {n * 1'000'000}; }
constexpr duration seconds(std::uint64_t n) noexcept { return {n * 1'000'000'000}; }

}  // namespace synod::inline SYNOD_ABI
