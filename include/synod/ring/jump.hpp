// SPDX-License-Identifier: BSL-1.0
// Jump consistent hashing (Lamping & Veach 2014, arXiv 1406.2294).
#pragma once

#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/bucket.hpp"
#include "synod/ring/bucket_placement.hpp"

namespace synod::inline SYNOD_ABI {

/// The bucket of a hash among `buckets`, by the function of the paper, to the bit: with a bucket
/// more, a hash stays or goes to the new one. 1 to `max_buckets`; anything else (0, or what was
/// negative) is a contract violation. O(log buckets), no memory.
///
/// The quotient and the product are rounded to double one by one, in the order of the paper;
/// nothing is added to the product, so there is nothing for a compiler to fuse.
constexpr std::uint32_t jump_bucket(std::uint64_t hash, std::uint32_t buckets) noexcept {
  SYNOD_EXPECTS(buckets - 1 < max_buckets, "jump: no buckets, or more than 2^31 - 1");
  std::uint32_t bucket = 0;
  double next = 0;
  do {
    bucket = static_cast<std::uint32_t>(next);
    hash = hash * 2862933555777941757u + 1;
    double part = 0x1p31 / static_cast<double>((hash >> 33) + 1);
#if defined(__FAST_MATH__)  // which would multiply first and divide then
    if (!__builtin_is_constant_evaluated()) __asm__("" : "+m"(part));
#endif
    next = static_cast<double>(bucket + 1) * part;
  } while (SYNOD_MUTANT(jump_goes_too_far, next < buckets, next < buckets + 1.0));
  return bucket;
}

namespace detail {
struct jump_rule {
  static constexpr std::uint32_t bucket(std::uint64_t hash, std::uint32_t buckets) noexcept {
    return jump_bucket(hash, buckets);
  }
  static constexpr char const* only_the_last =
      "jump: only the last node can go, the buckets of all others would be renumbered";
  static constexpr char const* has_no_weights = "jump: a weight other than 1";
};
}  // namespace detail

/// Keys on nodes by `jump_bucket`, in the order in which the nodes are given.
template <class Hash = xxh3, class Name = std::string_view>
using basic_jump = bucket_placement<detail::jump_rule, Hash, Name>;
using jump = basic_jump<>;
using numbered_jump = basic_jump<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
