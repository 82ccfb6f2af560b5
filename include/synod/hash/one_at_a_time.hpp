// SPDX-License-Identifier: BSL-1.0
// One-at-a-time (Bob Jenkins, 1997): libmemcached's default hash of keys.
#pragma once

#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// As libmemcached computes it where char is signed: bytes from 0x80 on count as negative numbers.
/// For ASCII it is the published function.
constexpr std::uint32_t one_at_a_time(std::string_view bytes) noexcept {
  std::uint32_t h = 0;
  for (char const c : bytes) {
    h += static_cast<std::uint32_t>(static_cast<signed char>(c));
    h += h << 10;
    h ^= h >> 6;
  }
  h += h << 3;
  h ^= h >> 11;
  h += h << 15;
  return h;
}

}  // namespace synod::inline SYNOD_ABI
