// SPDX-License-Identifier: BSL-1.0
// A hash that collides on purpose, so that tests meet in every run what users meet once in years.
#pragma once

#include <cstdint>
#include <string_view>

#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"

namespace synod::inline SYNOD_ABI {

/// The low `Bits` bits of another policy, for tests only. With 8 bits three nodes of the usual 160
/// points collide hundreds of times, and all of them crowd at the low end of the hash space.
template <unsigned Bits = 8, hash_policy Of = xxh3>
struct colliding {
  static_assert(Bits >= 1 && Bits < 64, "colliding: 1 to 63 bits");

  static constexpr std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    return Of::hash(bytes, seed) & ((std::uint64_t{1} << Bits) - 1);
  }
};

static_assert(hash_policy<colliding<>>);

}  // namespace synod::inline SYNOD_ABI
