// SPDX-License-Identifier: BSL-1.0
// The bytes of entries as they travel and rest: each entry a 32-bit little-endian length and its
// content, one after another. Cores never see them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// So many framed entries. Refers to its bytes: of an event, they live while its step runs; of a
/// storage, until it is written to.
struct payload {
  std::span<std::byte const> bytes;
  std::uint32_t entries = 0;
};

inline constexpr std::size_t entry_header_bytes = 4;

/// Bytes that an entry of `content` bytes takes in a payload.
constexpr std::size_t framed_bytes(std::size_t content) noexcept {
  return entry_header_bytes + content;
}

/// Writes one entry to `out`, which holds at least framed_bytes(content.size()); returns its size.
inline std::size_t frame_entry(std::span<std::byte const> content, std::byte* out) noexcept {
  auto const length = static_cast<std::uint32_t>(content.size());
  out[0] = static_cast<std::byte>(length);
  out[1] = static_cast<std::byte>(length >> 8);
  out[2] = static_cast<std::byte>(length >> 16);
  out[3] = static_cast<std::byte>(length >> 24);
  if (length != 0) std::memcpy(out + entry_header_bytes, content.data(), length);
  return framed_bytes(length);
}

/// The length field of the entry at `at`.
inline std::uint32_t framed_length(std::byte const* at) noexcept {
  return std::to_integer<std::uint32_t>(at[0]) | std::to_integer<std::uint32_t>(at[1]) << 8 |
         std::to_integer<std::uint32_t>(at[2]) << 16 | std::to_integer<std::uint32_t>(at[3]) << 24;
}

/// Walks the entries of a well-formed payload.
class payload_reader {
 public:
  explicit payload_reader(payload const& p) noexcept : at_(p.bytes.data()), left_(p.entries) {}

  bool done() const noexcept { return left_ == 0; }
  /// The content of the next entry.
  std::span<std::byte const> next() noexcept {
    std::uint32_t const length = framed_length(at_);
    std::span<std::byte const> const content{at_ + entry_header_bytes, length};
    at_ += framed_bytes(length);
    --left_;
    return content;
  }

 private:
  std::byte const* at_;
  std::uint32_t left_;
};

/// The payload in bytes from outside: empty unless they are exactly whole entries.
inline std::optional<payload> parse_payload(std::span<std::byte const> bytes) noexcept {
  std::uint32_t entries = 0;
  std::size_t at = 0;
  while (at != bytes.size()) {
    if (bytes.size() - at < entry_header_bytes) return std::nullopt;
    std::size_t const length = framed_length(bytes.data() + at);
    if (bytes.size() - at - entry_header_bytes < length) return std::nullopt;
    at += framed_bytes(length);
    ++entries;
  }
  return payload{bytes, entries};
}

}  // namespace synod::inline SYNOD_ABI
