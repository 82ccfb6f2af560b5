// SPDX-License-Identifier: BSL-1.0
// Frames: bytes with a length, a version and a checksum around them.
//
// | offset | bytes | field, little-endian                                                |
// |--------|-------|---------------------------------------------------------------------|
// | 0      | 4     | the letters "SYN1"                                                  |
// | 4      | 4     | version of what is inside; its meaning is the user's                |
// | 8      | 8     | n, the length of the payload                                        |
// | 16     | 8     | XXH3-64 of the payload, seeded with the XXH3-64 of bytes 0 to 15    |
// | 24     | n     | payload                                                             |
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/xxhash.hpp"

namespace synod::inline SYNOD_ABI {

/// What surrounds a payload.
inline constexpr std::size_t frame_overhead = 24;

/// A frame that was read: its payload, where it is, and how many bytes the whole frame took.
struct frame {
  std::span<std::byte const> payload;
  std::size_t size = 0;
};

namespace detail {

inline constexpr std::uint32_t frame_letters = 0x314e5953;  // "SYN1", least byte first

// `bytes` begin with a header and end with the payload.
inline std::uint64_t frame_checksum(std::span<std::byte const> bytes) noexcept {
  return XXH3_64bits_withSeed(bytes.data() + frame_overhead, bytes.size() - frame_overhead,
                              XXH3_64bits(bytes.data(), 16));
}

// A little-endian number of so many bytes.
inline void put_number(std::byte* to, std::uint64_t value, unsigned bytes) noexcept {
  for (unsigned i = 0; i < bytes; ++i) to[i] = static_cast<std::byte>(value >> 8 * i);
}
inline std::uint64_t number_at(std::byte const* from, unsigned bytes) noexcept {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value |= static_cast<std::uint64_t>(from[i]) << 8 * i;
  return value;
}

}  // namespace detail

/// Makes a frame of a payload that already stands at offset `frame_overhead` of `out`: writes what
/// belongs before it and returns the size of the frame. Linear in the payload.
/// Error: `too_large` (`out` ends before the payload; place: the bytes needed).
inline result<std::size_t> seal_frame(std::uint32_t version, std::size_t payload_bytes,
                                      std::span<std::byte> out) noexcept {
  if (out.size() < frame_overhead || out.size() - frame_overhead < payload_bytes) {
    return error{errc::too_large, "frame: not enough room", frame_overhead + payload_bytes};
  }
  auto const bytes = out.first(frame_overhead + payload_bytes);
  detail::put_number(bytes.data(), detail::frame_letters, 4);
  detail::put_number(bytes.data() + 4, version, 4);
  detail::put_number(bytes.data() + 8, payload_bytes, 8);
  detail::put_number(bytes.data() + 16, detail::frame_checksum(bytes), 8);
  return bytes.size();
}

/// Reads the frame at the front of `bytes`; more may follow it. A payload longer than `max_payload`
/// is refused by its header alone, so that nobody waits or makes room for it. Linear.
///
/// Errors, with the offset: `bad_input` (cut short, place: the bytes there are; no frame begins
/// here; another version), `too_large` (the length is beyond the limit), `corrupt` (the checksum
/// does not agree: header or payload were changed).
inline result<frame> read_frame(std::uint32_t version, std::span<std::byte const> bytes,
                                std::uint64_t max_payload) noexcept {
  if (bytes.size() < frame_overhead) {
    return error{errc::bad_input, "frame: cut short", bytes.size()};
  }
  if (detail::number_at(bytes.data(), 4) != detail::frame_letters) {
    return error{errc::bad_input, "frame: none begins here", 0};
  }
  if (detail::number_at(bytes.data() + 4, 4) != version) {
    return error{errc::bad_input, "frame: another version", 4};
  }
  std::uint64_t const length = detail::number_at(bytes.data() + 8, 8);
  if (length > max_payload) {
    return error{errc::too_large, "frame: a payload beyond the limit", 8};
  }
  if (length > bytes.size() - frame_overhead) {
    return error{errc::bad_input, "frame: cut short", bytes.size()};
  }
  auto const whole = bytes.first(frame_overhead + static_cast<std::size_t>(length));
  if (detail::number_at(bytes.data() + 16, 8) != detail::frame_checksum(whole)) {
    return error{errc::corrupt, "frame: the checksum does not agree", 16};
  }
  return frame{whole.subspan(frame_overhead), whole.size()};
}

}  // namespace synod::inline SYNOD_ABI
