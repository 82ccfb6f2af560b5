// SPDX-License-Identifier: BSL-1.0
// Values in frames (frame_bytes.hpp).
#pragma once

#include "synod/reflect/decode.hpp"
#include "synod/reflect/frame_bytes.hpp"

namespace synod::inline SYNOD_ABI {

/// Encodes a value into a frame at the front of `out` and returns the size of the frame. Errors: as
/// of `encode` and `seal_frame`.
template <reflected T>
result<std::size_t> encode_frame(std::uint32_t version, T const& value,
                                 std::span<std::byte> out) noexcept {
  std::size_t const size = encoded_size(value);
  if (out.size() < frame_overhead || out.size() - frame_overhead < size) {
    return error{errc::too_large, "frame: not enough room", frame_overhead + size};
  }
  auto const written = encode(value, out.subspan(frame_overhead));
  return written ? seal_frame(version, size, out) : written;
}

/// The value of a frame that `bytes` are, from the first to the last. Errors: as of `read_frame`
/// and `decode`, and `bad_input` where bytes follow the frame; the place is an offset into `bytes`.
template <reflected T>
result<T> decode_frame(std::uint32_t version, std::span<std::byte const> bytes,
                       std::uint64_t max_payload) {
  auto const whole = read_frame(version, bytes, max_payload);
  if (!whole) return whole.error();
  if (whole->size != bytes.size()) {
    return error{errc::bad_input, "frame: bytes after the end", whole->size};
  }
  auto value = decode<T>(whole->payload);
  if (value) return value;
  error inside = value.error();
  inside.place += frame_overhead;
  return inside;
}

}  // namespace synod::inline SYNOD_ABI
