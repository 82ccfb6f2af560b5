// SPDX-License-Identifier: BSL-1.0
// XXH64 for constant expressions, written from xxHash's specification ("XXH64 Algorithm
// Description"). At run time xxHash itself is several times faster: use the policy of xxh64.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/hash/little_endian.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// The primes of both 64-bit hashes, numbered as in the specification.
inline constexpr std::uint64_t xxh_prime_1 = 0x9e3779b185ebca87;
inline constexpr std::uint64_t xxh_prime_2 = 0xc2b2ae3d27d4eb4f;
inline constexpr std::uint64_t xxh_prime_3 = 0x165667b19e3779f9;
inline constexpr std::uint64_t xxh_prime_4 = 0x85ebca77c2b2ae63;
inline constexpr std::uint64_t xxh_prime_5 = 0x27d4eb2f165667c5;

constexpr std::uint64_t xxh64_round(std::uint64_t lane, std::uint64_t input) noexcept {
  return std::rotl(lane + input * xxh_prime_2, 31) * xxh_prime_1;
}

/// The final mix: every bit of the result depends on every bit of h.
constexpr std::uint64_t xxh64_avalanche(std::uint64_t h) noexcept {
  h = (h ^ h >> 33) * xxh_prime_2;
  h = (h ^ h >> 29) * xxh_prime_3;
  return h ^ h >> 32;
}

/// The four lanes over all whole stripes of 32 bytes, merged.
constexpr std::uint64_t xxh64_stripes(char const*& p, char const* end,
                                      std::uint64_t seed) noexcept {
  std::uint64_t lanes[4] = {seed + xxh_prime_1 + xxh_prime_2, seed + xxh_prime_2, seed,
                            seed - xxh_prime_1};
  for (; end - p >= 32; p += 32) {
    for (std::size_t i = 0; i < 4; ++i) lanes[i] = xxh64_round(lanes[i], load64(p + 8 * i));
  }
  std::uint64_t h = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                    std::rotl(lanes[3], 18);
  for (std::uint64_t const lane : lanes) {
    h = (h ^ xxh64_round(0, lane)) * xxh_prime_1 + xxh_prime_4;
  }
  return h;
}

/// XXH64 of the bytes. O(bytes).
constexpr std::uint64_t constexpr_xxh64(std::string_view bytes, std::uint64_t seed) noexcept {
  char const* p = bytes.data();
  char const* const end = p + bytes.size();
  std::uint64_t h = bytes.size() < 32 ? seed + xxh_prime_5 : xxh64_stripes(p, end, seed);
  h += bytes.size();
  for (; end - p >= 8; p += 8) {
    h = std::rotl(h ^ xxh64_round(0, load64(p)), 27) * xxh_prime_1 + xxh_prime_4;
  }
  if (end - p >= 4) {
    h = std::rotl(h ^ load32(p) * xxh_prime_1, 23) * xxh_prime_2 + xxh_prime_3;
    p += 4;
  }
  for (; p != end; ++p) h = std::rotl(h ^ load8(p) * xxh_prime_5, 11) * xxh_prime_1;
  return xxh64_avalanche(h);
}

}  // namespace synod::inline SYNOD_ABI::detail
