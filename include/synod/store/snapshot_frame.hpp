// SPDX-License-Identifier: BSL-1.0
// What a store asks of the bytes of a snapshot before it relies on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/reflect/frame_bytes.hpp"

namespace synod::inline SYNOD_ABI {

/// `errc::ok` where the bytes are one whole frame, of whatever version: what is inside is the
/// machine's business. Errors: as of `read_frame`, and `bad_input` where bytes follow the frame
/// (place: its length). Linear.
inline error check_snapshot(std::span<std::byte const> bytes) noexcept {
  std::uint32_t version = 0;
  for (std::size_t i = 0; i < 4 && 4 + i < bytes.size(); ++i) {
    version |= std::to_integer<std::uint32_t>(bytes[4 + i]) << 8 * i;
  }
  auto const whole = read_frame(version, bytes, bytes.size());
  if (!whole) return whole.error();
  if (whole->size != bytes.size()) {
    return {errc::bad_input, "snapshot: bytes after the end", whole->size};
  }
  return {};
}

}  // namespace synod::inline SYNOD_ABI
