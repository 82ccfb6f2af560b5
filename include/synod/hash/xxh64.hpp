// SPDX-License-Identifier: BSL-1.0
// XXH64: the hash that other systems' rings and Maglev tables are laid out by.
#pragma once

#include <cstdint>
#include <string_view>

#include "synod/hash/policy.hpp"
#include "synod/hash/xxh64_constexpr.hpp"
#include "synod/hash/xxhash.hpp"

namespace synod::inline SYNOD_ABI {

/// XXH64 of xxHash. Also while compiling.
struct xxh64 {
  static constexpr std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    if (__builtin_is_constant_evaluated()) return detail::constexpr_xxh64(bytes, seed);
    return XXH64(bytes.data(), bytes.size(), seed);
  }
};

static_assert(hash_policy<xxh64>);

}  // namespace synod::inline SYNOD_ABI
