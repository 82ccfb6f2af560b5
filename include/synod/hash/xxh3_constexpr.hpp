// SPDX-License-Identifier: BSL-1.0
// XXH3 (64 bits, with a seed) for constant expressions, written from xxHash's specification ("XXH3
// Algorithm Description"). At run time xxHash itself is several times faster: use the policy of
// xxh3.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/hash/little_endian.hpp"
#include "synod/hash/xxh64_constexpr.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// The default secret of the specification, by which all below is keyed.
inline constexpr std::size_t xxh3_secret_size = 192;
inline constexpr char xxh3_secret[] =
    "\xb8\xfe\x6c\x39\x23\xa4\x4b\xbe\x7c\x01\x81\x2c\xf7\x21\xad\x1c"
    "\xde\xd4\x6d\xe9\x83\x90\x97\xdb\x72\x40\xa4\xa4\xb7\xb3\x67\x1f"
    "\xcb\x79\xe6\x4e\xcc\xc0\xe5\x78\x82\x5a\xd0\x7d\xcc\xff\x72\x21"
    "\xb8\x08\x46\x74\xf7\x43\x24\x8e\xe0\x35\x90\xe6\x81\x3a\x26\x4c"
    "\x3c\x28\x52\xbb\x91\xc3\x00\xcb\x88\xd0\x65\x8b\x1b\x53\x2e\xa3"
    "\x71\x64\x48\x97\xa2\x0d\xf9\x4e\x38\x19\xef\x46\xa9\xde\xac\xd8"
    "\xa8\xfa\x76\x3f\xe3\x9c\x34\x3f\xf9\xdc\xbb\xc7\xc7\x0b\x4f\x1d"
    "\x8a\x51\xe0\x4b\xcd\xb4\x59\x31\xc8\x9f\x7e\xc9\xd9\x78\x73\x64"
    "\xea\xc5\xac\x83\x34\xd3\xeb\xc3\xc5\x81\xa0\xff\xfa\x13\x63\xeb"
    "\x17\x0d\xdd\x51\xb7\xf0\xda\x49\xd3\x16\x55\x26\x29\xd4\x68\x9e"
    "\x2b\x16\xbe\x58\x7d\x47\xa1\xfc\x8f\xf8\xb8\xd1\x7a\xd0\x31\xce"
    "\x45\xcb\x3a\x8f\x95\x16\x04\x28\xaf\xd7\xfb\xca\xbb\x4b\x40\x7e";
static_assert(sizeof xxh3_secret == xxh3_secret_size + 1);

/// Eight bytes of the secret, from the so-many-th on.
constexpr std::uint64_t xxh3_key(std::size_t at) noexcept { return load64(xxh3_secret + at); }

constexpr std::uint64_t xxh3_avalanche(std::uint64_t h) noexcept {
  h = (h ^ h >> 37) * 0x165667919e3779f9;
  return h ^ h >> 32;
}

constexpr std::uint64_t xxh3_1_to_3(char const* p, std::size_t size, std::uint64_t seed) noexcept {
  constexpr std::uint64_t key = load32(xxh3_secret) ^ load32(xxh3_secret + 4);
  std::uint32_t const input = load8(p) << 16 | load8(p + (size >> 1)) << 24 | load8(p + size - 1) |
                              static_cast<std::uint32_t>(size) << 8;
  return xxh64_avalanche(input ^ (key + seed));
}

constexpr std::uint64_t xxh3_4_to_8(char const* p, std::size_t size, std::uint64_t seed) noexcept {
  constexpr std::uint64_t key = xxh3_key(8) ^ xxh3_key(16);
  constexpr std::uint64_t prime = 0x9fb21c651e98df25;
  auto const low = static_cast<std::uint32_t>(seed);
  std::uint32_t const swapped = low << 24 | (low & 0xff00) << 8 | (low >> 8 & 0xff00) | low >> 24;
  seed ^= std::uint64_t{swapped} << 32;
  std::uint64_t const input = load32(p + size - 4) | std::uint64_t{load32(p)} << 32;
  std::uint64_t h = input ^ (key - seed);
  h = (h ^ std::rotl(h, 49) ^ std::rotl(h, 24)) * prime;
  h = (h ^ ((h >> 35) + size)) * prime;
  return h ^ h >> 28;
}

constexpr std::uint64_t xxh3_9_to_16(char const* p, std::size_t size, std::uint64_t seed) noexcept {
  constexpr std::uint64_t first_key = xxh3_key(24) ^ xxh3_key(32);
  constexpr std::uint64_t last_key = xxh3_key(40) ^ xxh3_key(48);
  std::uint64_t const first = load64(p) ^ (first_key + seed);
  std::uint64_t const last = load64(p + size - 8) ^ (last_key - seed);
  return xxh3_avalanche(size + __builtin_bswap64(first) + last + multiply_and_fold(first, last));
}

/// Sixteen bytes under sixteen bytes of the secret.
constexpr std::uint64_t xxh3_mix(char const* p, std::size_t key, std::uint64_t seed) noexcept {
  return multiply_and_fold(load64(p) ^ (xxh3_key(key) + seed),
                           load64(p + 8) ^ (xxh3_key(key + 8) - seed));
}

constexpr std::uint64_t xxh3_17_to_128(char const* p, std::size_t size,
                                       std::uint64_t seed) noexcept {
  std::uint64_t h = size * xxh_prime_1;
  for (std::size_t i = 0; i <= (size - 1) / 32; ++i) {  // from both ends inwards
    h += xxh3_mix(p + 16 * i, 32 * i, seed);
    h += xxh3_mix(p + size - 16 * (i + 1), 32 * i + 16, seed);
  }
  return xxh3_avalanche(h);
}

constexpr std::uint64_t xxh3_129_to_240(char const* p, std::size_t size,
                                        std::uint64_t seed) noexcept {
  std::uint64_t h = size * xxh_prime_1;
  for (std::size_t i = 0; i < 8; ++i) h += xxh3_mix(p + 16 * i, 16 * i, seed);
  h = xxh3_avalanche(h);
  for (std::size_t i = 8; i < size / 16; ++i) {
    h += xxh3_mix(p + 16 * i, 16 * (i - 8) + 3, seed);
  }
  return xxh3_avalanche(h + xxh3_mix(p + size - 16, 136 - 17, seed));
}

/// Eight lanes over stripes of 64 bytes, for whatever is longer than 240 bytes.
class xxh3_lanes {
 public:
  explicit constexpr xxh3_lanes(std::uint64_t seed) noexcept {
    for (std::size_t i = 0; i < xxh3_secret_size; i += 8) {
      std::uint64_t const key = i % 16 == 0 ? xxh3_key(i) + seed : xxh3_key(i) - seed;
      for (std::size_t byte = 0; byte < 8; ++byte) {
        secret_[i + byte] = static_cast<char>(key >> 8 * byte);
      }
    }
  }

  constexpr std::uint64_t hash(char const* p, std::size_t size) noexcept {
    std::size_t const blocks = (size - 1) / block;
    for (std::size_t i = 0; i < blocks; ++i) {
      take_stripes(p + block * i, stripes_a_block);
      scramble();
    }
    take_stripes(p + block * blocks, (size - 1 - block * blocks) / stripe);
    take(p + size - stripe, xxh3_secret_size - stripe - 7);
    return merge(size * xxh_prime_1);
  }

 private:
  static constexpr std::size_t stripe = 64;
  static constexpr std::size_t stripes_a_block = (xxh3_secret_size - stripe) / 8;
  static constexpr std::size_t block = stripe * stripes_a_block;

  constexpr std::uint64_t key(std::size_t at) const noexcept { return load64(secret_ + at); }

  constexpr void take(char const* p, std::size_t keys) noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
      std::uint64_t const input = load64(p + 8 * i);
      std::uint64_t const keyed = input ^ key(keys + 8 * i);
      lanes_[i ^ 1] += input;
      lanes_[i] += (keyed & 0xffffffff) * (keyed >> 32);
    }
  }
  constexpr void take_stripes(char const* p, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) take(p + stripe * i, 8 * i);
  }
  constexpr void scramble() noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
      std::uint64_t const mixed = lanes_[i] ^ lanes_[i] >> 47;
      lanes_[i] = (mixed ^ key(xxh3_secret_size - stripe + 8 * i)) * 0x9e3779b1;
    }
  }
  constexpr std::uint64_t merge(std::uint64_t h) const noexcept {
    for (std::size_t i = 0; i < 8; i += 2) {
      h += multiply_and_fold(lanes_[i] ^ key(11 + 8 * i), lanes_[i + 1] ^ key(11 + 8 * i + 8));
    }
    return xxh3_avalanche(h);
  }

  char secret_[xxh3_secret_size] = {};
  std::uint64_t lanes_[8] = {0xc2b2ae3d,  xxh_prime_1, xxh_prime_2, xxh_prime_3,
                             xxh_prime_4, 0x85ebca77,  xxh_prime_5, 0x9e3779b1};
};

/// XXH3_64bits_withSeed of the bytes. O(bytes).
constexpr std::uint64_t constexpr_xxh3(std::string_view bytes, std::uint64_t seed) noexcept {
  char const* const p = bytes.data();
  std::size_t const size = bytes.size();
  if (size > 240) return xxh3_lanes{seed}.hash(p, size);
  if (size > 128) return xxh3_129_to_240(p, size, seed);
  if (size > 16) return xxh3_17_to_128(p, size, seed);
  if (size > 8) return xxh3_9_to_16(p, size, seed);
  if (size > 3) return xxh3_4_to_8(p, size, seed);
  if (size > 0) return xxh3_1_to_3(p, size, seed);
  return xxh64_avalanche(seed ^ xxh3_key(56) ^ xxh3_key(64));
}

}  // namespace synod::inline SYNOD_ABI::detail
