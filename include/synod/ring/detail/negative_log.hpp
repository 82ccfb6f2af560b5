// SPDX-License-Identifier: BSL-1.0
// A logarithm that is the same everywhere: in integers, neither libm's nor at the mercy of fused
// multiplications.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::detail {

__extension__ using wide_uint = unsigned __int128;

/// 2 atanh(z) in units of 2^-58, for z in units of 2^-64, by the first terms of its series.
constexpr std::uint64_t twice_atanh(std::uint64_t z, unsigned terms) noexcept {
  auto const times = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>((static_cast<wide_uint>(a) * b) >> 64);
  };
  std::uint64_t const square = times(z, z);
  std::uint64_t sum = 0;  // z^2 / 3 + z^4 / 5 + ..., from the far end
  for (unsigned i = terms; i > 0; --i) {
    sum = times(square, sum + ~std::uint64_t{0} / (2 * i + 1));
  }
  return (z + times(z, sum)) >> 5;
}

/// -ln(c / 32) for c from 16 to 32, in units of 2^-58.
inline constexpr auto logs_of_32nds = [] {
  std::array<std::uint64_t, 17> logs{};
  for (std::uint64_t c = 16; c <= 32; ++c) {
    wide_uint const part = static_cast<wide_uint>(32 - c) << 64;
    logs[c - 16] = twice_atanh(static_cast<std::uint64_t>(part / (32 + c)), 24);
  }
  return logs;
}();

/// -ln(1 - (t + 1/2) / 2^53) in units of 2^-58, for t below 2^53: t is a random number's distance
/// from the top, the argument lies strictly between 0 and 1, and the answer between 0 and 38.
/// Correct to 2^-52; it grows with every t, and is at least 32 t.
constexpr std::uint64_t negative_log(std::uint64_t t) noexcept {
  std::uint64_t const u = (std::uint64_t{1} << 54) - (2 * t + 1);  // in units of 2^-54
  auto const width = static_cast<unsigned>(std::bit_width(u));
  // u = x 2^width with x in [1/2, 1), and x just below c / 32: -ln x = -ln c/32 + 2 atanh(...).
  std::uint64_t const c = (width > 5 ? u >> (width - 5) : u << (5 - width)) + 1;
  std::uint64_t const whole = c << width;
  std::uint64_t const z =
      static_cast<std::uint64_t>((static_cast<wide_uint>(whole - 32 * u) << 64) / (whole + 32 * u));
  return (54 - width) * logs_of_32nds[0] + logs_of_32nds[c - 16] + twice_atanh(z, 6);
}

}  // namespace synod::inline SYNOD_ABI::detail
