// SPDX-License-Identifier: BSL-1.0
// How much a `kv` may hold.
#pragma once

#include <cstdint>

#include "synod/base/result.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// The limits of a `kv`. All replicas of a group must have the same: they decide what is refused.
struct kv_limits {
  std::uint32_t max_keys = 1u << 24;
  std::uint32_t max_key_bytes = 4096;
  std::uint32_t max_value_bytes = 1u << 20;
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< of all keys and values

  friend constexpr bool operator==(kv_limits const&, kv_limits const&) = default;
};

/// `bad_option` where a limit is zero or a count of keys, or the bytes of a key and its value,
/// reach 2^31.
constexpr error check(kv_limits const& limits) noexcept {
  if (limits.max_keys == 0 || limits.max_key_bytes == 0 || limits.max_value_bytes == 0 ||
      limits.max_bytes == 0) {
    return {errc::bad_option, "kv: a limit of zero"};
  }
  if (limits.max_keys >> 31 != 0 ||
      (std::uint64_t{limits.max_key_bytes} + limits.max_value_bytes) >> 31 != 0) {
    return {errc::bad_option, "kv: a limit of 2^31 or more"};
  }
  return {};
}

}  // namespace synod::inline SYNOD_ABI::machine
