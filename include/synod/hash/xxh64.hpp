// SPDX-License-Identifier: BSL-1.0
// XXH64: the hash that other systems' rings and Maglev tables are laid out by.
#pragma once

#include <cstdint>
#include <string_view>

#include "synod/hash/policy.hpp"
#include "synod/hash/xxhash.hpp"

namespace synod::inline SYNOD_ABI {

/// XXH64 of xxHash.
struct xxh64 {
  static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    return XXH64(bytes.data(), bytes.size(), seed);
  }
};

static_assert(hash_policy<xxh64>);

}  // namespace synod::inline SYNOD_ABI
