// SPDX-License-Identifier: BSL-1.0
// XXH3, 64 bits: the hash of synod's rings.
#pragma once

#include <cstdint>
#include <string_view>

#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3_constexpr.hpp"
#include "synod/hash/xxhash.hpp"

namespace synod::inline SYNOD_ABI {

/// XXH3_64bits_withSeed of xxHash (output frozen since its release 0.8.0; seed 0 is the function
/// without a seed). The fastest of the policies, most of all for short keys. Also while compiling.
struct xxh3 {
  static constexpr std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    if (__builtin_is_constant_evaluated()) return detail::constexpr_xxh3(bytes, seed);
    if (seed == 0) return XXH3_64bits(bytes.data(), bytes.size());  // keys: shorter
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
  }
};

static_assert(hash_policy<xxh3>);

}  // namespace synod::inline SYNOD_ABI
