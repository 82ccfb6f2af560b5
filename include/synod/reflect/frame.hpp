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

#include "synod/hash/xxh3.hpp"
#include "synod/reflect/decode.hpp"

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
  return hash_key<xxh3>(bytes.subspan(frame_overhead), hash_key<xxh3>(bytes.first(16)));
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
  detail::byte_writer writer{bytes.data()};
  writer.put(detail::frame_letters);
  writer.put(version);
  writer.put(std::uint64_t{payload_bytes});
  writer.put(detail::frame_checksum(bytes));
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
  detail::byte_reader header{bytes};
  std::uint32_t letters = 0;
  std::uint32_t its_version = 0;
  std::uint64_t length = 0;
  std::uint64_t checksum = 0;
  header.get(letters) && header.get(its_version) && header.get(length) && header.get(checksum);
  if (letters != detail::frame_letters) {
    return error{errc::bad_input, "frame: none begins here", 0};
  }
  if (its_version != version) return error{errc::bad_input, "frame: another version", 4};
  if (length > max_payload) {
    return error{errc::too_large, "frame: a payload beyond the limit", 8};
  }
  if (length > bytes.size() - frame_overhead) {
    return error{errc::bad_input, "frame: cut short", bytes.size()};
  }
  auto const whole = bytes.first(frame_overhead + static_cast<std::size_t>(length));
  if (checksum != detail::frame_checksum(whole)) {
    return error{errc::corrupt, "frame: the checksum does not agree", 16};
  }
  return frame{whole.subspan(frame_overhead), whole.size()};
}

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
