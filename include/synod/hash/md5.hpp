// SPDX-License-Identifier: BSL-1.0
// MD5 (RFC 1321): what ketama lays its rings out by. Broken for cryptography, and not for that.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/hash/little_endian.hpp"

namespace synod::inline SYNOD_ABI {

/// A digest as its four 32-bit words: the 16 bytes of RFC 1321 are these, each little-endian.
using md5_digest = std::array<std::uint32_t, 4>;

namespace detail {

/// RFC 1321, section 3.4: floor(2^32 x abs(sin(i + 1))).
inline constexpr std::uint32_t md5_sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

inline constexpr int md5_turns[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

/// One block of 64 bytes into the digest.
constexpr void md5_block(md5_digest& digest, char const* block) noexcept {
  auto [a, b, c, d] = digest;
  for (std::uint32_t i = 0; i < 64; ++i) {
    std::uint32_t const round = i / 16;
    std::uint32_t mixed = 0;
    std::uint32_t word = 0;
    if (round == 0) {
      mixed = (b & c) | (~b & d);
      word = i;
    } else if (round == 1) {
      mixed = (b & d) | (c & ~d);
      word = 5 * i + 1;
    } else if (round == 2) {
      mixed = b ^ c ^ d;
      word = 3 * i + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = 7 * i;
    }
    std::uint32_t const sum = a + mixed + load32(block + 4 * (word % 16)) + md5_sines[i];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, md5_turns[round][i % 4]);
  }
  digest = {digest[0] + a, digest[1] + b, digest[2] + c, digest[3] + d};
}

}  // namespace detail

/// MD5 of the bytes. O(bytes), no allocation; also while compiling.
constexpr md5_digest md5(std::string_view bytes) noexcept {
  md5_digest digest{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  char const* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 64; left -= 64, p += 64) detail::md5_block(digest, p);

  // The end, a one bit, zeros, and the number of bits in eight bytes: one block or two.
  char last[128] = {};
  for (std::size_t i = 0; i < left; ++i) last[i] = p[i];
  last[left] = static_cast<char>(0x80);
  std::size_t const size = left < 56 ? 64 : 128;
  std::uint64_t const bits = std::uint64_t{bytes.size()} * 8;
  for (std::size_t i = 0; i < 8; ++i) last[size - 8 + i] = static_cast<char>(bits >> 8 * i);
  detail::md5_block(digest, last);
  if (size == 128) detail::md5_block(digest, last + 64);
  return digest;
}

}  // namespace synod::inline SYNOD_ABI
