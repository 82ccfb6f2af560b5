// SPDX-License-Identifier: BSL-1.0
// Buckets numbered 0, 1, 2 ...: what the functions share that name one of them for a hash.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"

namespace synod::inline SYNOD_ABI {

/// The most buckets that `jump_bucket` and `jump_back_bucket` know: 2^31 - 1.
inline constexpr std::uint32_t max_buckets = 0x7fffffff;

namespace detail {

/// What a rule is, and for whom: `bucket(hash, n)`, with n in 1 .. max_buckets, is below n, and for
/// n + 1 it is the same or n. So the last bucket may come and go and moves nothing but its own.
template <class Rule>
concept bucket_rule = requires(std::uint64_t hash, std::uint32_t n) {
  { Rule::bucket(hash, n) } noexcept;
};

/// The i-th of the hashes that follow from one; the 0-th is itself.
constexpr std::uint64_t chained_hash(std::uint64_t hash, std::uint64_t i) noexcept {
  return i == 0 ? hash : mix(hash + i * 0xd1b54a32d192ed03);
}

/// A number below n from 64 random bits, by the high half of their product.
constexpr std::uint32_t scaled_to(std::uint64_t random, std::uint32_t n) noexcept {
  __extension__ using wide = unsigned __int128;
  return static_cast<std::uint32_t>((static_cast<wide>(random) * n) >> 64);
}

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
