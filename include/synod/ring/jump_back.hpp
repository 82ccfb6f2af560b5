// SPDX-License-Identifier: BSL-1.0
// JumpBackHash (Ertl 2024, arXiv 2403.18682): jump hashing in constant time, in integers.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/random.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/bucket.hpp"
#include "synod/ring/bucket_placement.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

/// JumpBackHash splits the buckets into 0 and the ranges [2^k, 2^(k+1)). In each range named by a
/// set bit of `ranges` one bucket is proposed; the highest of them counts. Here: the proposal of
/// the highest set bit, 0 without one. The bits come from the lower or the upper half of `random`,
/// as the number of set bits is even or odd.
constexpr std::uint32_t jump_back_proposal(std::uint64_t random, std::uint32_t ranges) noexcept {
  if (ranges == 0) return 0;
  std::uint32_t const range = std::bit_floor(ranges);
  // A shift, not a choice: nobody foresees it.
  auto const half = static_cast<unsigned>(__builtin_parity(ranges)) * 32;
  auto const bits = static_cast<std::uint32_t>(random >> half);
  return range + (bits & (range - 1));
}

/// `first ? a : b`, which compilers make a branch of; here nobody foresees which way it goes.
constexpr std::uint32_t either(bool first, std::uint32_t a, std::uint32_t b) noexcept {
  return b ^ ((a ^ b) & (0u - static_cast<std::uint32_t>(first)));
}

}  // namespace detail

/// The bucket of a hash among `buckets`: with a bucket more, a hash stays or goes to the new one.
/// 1 to `max_buckets`; anything else (0, or what was negative) is a contract violation. Expected
/// constant time, no memory, no floating point.
///
/// The random numbers are those of SplitMix64 seeded with the hash, which makes good any hash that
/// is unique: so the buckets are those of `jumpBackHash` with `splitMix64_V1` in the author's
/// library hash4j. A change of any is a breaking release.
constexpr std::uint32_t jump_back_bucket(std::uint64_t hash, std::uint32_t buckets) noexcept {
  SYNOD_EXPECTS(buckets - 1 < max_buckets, "jump_back: no buckets, or more than 2^31 - 1");
  if (buckets == 1) return 0;
  splitmix64 draw{hash};
  std::uint64_t const first = draw();
  std::uint32_t const all = 0xffffffffu >> std::countl_zero(buckets - 1);
  std::uint32_t const ranges = static_cast<std::uint32_t>(first ^ (first >> 32)) & all;
  std::uint32_t const proposed = detail::jump_back_proposal(first, ranges);
  std::uint32_t const last_range = std::bit_floor(buckets - 1);
  bool const ends_early = buckets - last_range < last_range / 2;
  if (!ends_early && proposed < buckets) return proposed;

  // Beyond the end, in the last range: draw on, until one is before the end; if that is before the
  // last range too, the proposal of the next lower range stands. Where this is likely, the first
  // of these draws is made for all, and no branch goes now this way, now that.
  std::uint32_t const lower = detail::jump_back_proposal(first, ranges & (last_range - 1));
  for (;;) {
    std::uint64_t const more = draw();
    auto const low = static_cast<std::uint32_t>(more) & all;
    auto const high = static_cast<std::uint32_t>(more >> 32) & all;
    std::uint32_t const drawn = detail::either(low < buckets, low, high);
    std::uint32_t const answer = SYNOD_MUTANT(
        jump_back_keeps_the_draw, detail::either(drawn < last_range, lower, drawn), drawn);
    std::uint32_t const found = detail::either(proposed < buckets, proposed, answer);
    if (found < buckets) return found;
  }
}

namespace detail {
struct jump_back_rule {
  static constexpr std::uint32_t bucket(std::uint64_t hash, std::uint32_t buckets) noexcept {
    return jump_back_bucket(hash, buckets);
  }
  static constexpr char const* only_the_last =
      "jump_back: only the last node can go, the buckets of all others would be renumbered";
  static constexpr char const* has_no_weights = "jump_back: a weight other than 1";
};
}  // namespace detail

/// Keys on nodes by `jump_back_bucket`, in the order in which the nodes are given.
template <class Hash = xxh3, class Name = std::string_view>
using basic_jump_back = bucket_placement<detail::jump_back_rule, Hash, Name>;
using jump_back = basic_jump_back<>;
using numbered_jump_back = basic_jump_back<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
