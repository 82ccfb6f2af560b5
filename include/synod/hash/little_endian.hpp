// SPDX-License-Identifier: BSL-1.0
// Numbers read from bytes, and multiplied, where the compiler evaluates: what the constexpr hashes
// are made of.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::detail {

// A constant expression is paid for by the call and by the statement (clang's -fconstexpr-steps),
// so a number is one expression.

/// The byte at p.
constexpr std::uint32_t load8(char const* p) noexcept { return static_cast<unsigned char>(*p); }

/// The little-endian number in the four, or eight, bytes from p on.
constexpr std::uint32_t load32(char const* p) noexcept {
  using byte = unsigned char;
  return static_cast<std::uint32_t>(byte(p[0]) | byte(p[1]) << 8 | byte(p[2]) << 16) |
         std::uint32_t{byte(p[3])} << 24;
}
constexpr std::uint64_t load64(char const* p) noexcept {
  using byte = unsigned char;
  return std::uint64_t{byte(p[0])} | std::uint64_t{byte(p[1])} << 8 |
         std::uint64_t{byte(p[2])} << 16 | std::uint64_t{byte(p[3])} << 24 |
         std::uint64_t{byte(p[4])} << 32 | std::uint64_t{byte(p[5])} << 40 |
         std::uint64_t{byte(p[6])} << 48 | std::uint64_t{byte(p[7])} << 56;
}

/// The halves of the 128-bit product, one upon the other.
constexpr std::uint64_t multiply_and_fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  wide const product = wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace synod::inline SYNOD_ABI::detail
