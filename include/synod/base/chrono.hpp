// SPDX-License-Identifier: BSL-1.0
// Conversions between synod's instants and durations and std::chrono, in a header of their own.
#pragma once

#include <chrono>

#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI {

/// Negative spans give zero.
template <class Rep, class Period>
constexpr duration from_chrono(std::chrono::duration<Rep, Period> span) {
  auto const ns = std::chrono::duration_cast<std::chrono::nanoseconds>(span).count();
  return {ns < 0 ? std::uint64_t{0} : static_cast<std::uint64_t>(ns)};
}

inline instant from_chrono(std::chrono::steady_clock::time_point at) {
  return instant{} + from_chrono(at.time_since_epoch());
}

constexpr std::chrono::nanoseconds to_chrono(duration span) {
  return std::chrono::nanoseconds{static_cast<std::chrono::nanoseconds::rep>(span.ns)};
}

inline std::chrono::steady_clock::time_point to_chrono(instant at) {
  return std::chrono::steady_clock::time_point{
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(to_chrono(duration{at.ns}))};
}

}  // namespace synod::inline SYNOD_ABI
