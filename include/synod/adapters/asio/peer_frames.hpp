// SPDX-License-Identifier: BSL-1.0
// The frames between nodes. Each is a frame of the codec (reflect/frame.hpp) whose payload begins
// with one byte, its kind:
//
// | kind | name    | then, by the codec    | then                                             |
// |------|---------|-----------------------|--------------------------------------------------|
// | 1    | hello   | peer_hello            |                                                  |
// | 2    | ready   |                       |                                                  |
// | 3    | refusal | peer_refusal          |                                                  |
// | 4    | alive   |                       |                                                  |
// | 5    | message | entries: u32, Message | the framed entries, or, where entries is 0, any  |
// | 6    | errand  | errand                | what belongs to it                               |
//
// All of this is a pure function over bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "synod/adapters/asio/byte_buffer.hpp"
#include "synod/adapters/asio/peer_hello.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/reflect/frame.hpp"
#include "synod/replica/description.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// The version in the head of the frames: of their own layout. It never changes, so that two
/// versions of the protocol can tell each other so.
inline constexpr std::uint32_t peer_frame_version = 1;
/// The longest payload of a frame before both sides know each other.
inline constexpr std::size_t max_hello_bytes = 256;

enum class frame_kind : std::uint8_t { hello = 1, ready, refusal, alive, message, errand };

/// What stands at the front of received bytes. `size` 0: not whole yet; `needed` tells how many
/// bytes the frame takes in all, as far as can be told.
struct scanned_frame {
  std::size_t size = 0;
  std::size_t needed = 0;
  frame_kind kind = frame_kind::hello;
  std::span<std::byte const> body;  ///< behind the kind
};

/// Offset of a body in its frame.
inline constexpr std::size_t frame_body_offset = frame_overhead + 1;

/// Reads the frame at the front of `bytes`. Constant while the frame is not whole, then linear.
/// Errors, with the offset: as of `read_frame`, told as soon as the bytes show it, and `bad_input`
/// (a kind that does not exist).
inline result<scanned_frame> scan_frame(std::span<std::byte const> bytes,
                                        std::uint64_t max_payload) noexcept {
  std::byte head[8];
  synod::detail::byte_writer front{head};
  front.put(synod::detail::frame_letters);
  front.put(peer_frame_version);
  for (std::size_t i = 0; i < bytes.size() && i < sizeof head; ++i) {
    if (bytes[i] != head[i]) {
      return error{errc::bad_input, i < 4 ? "frame: none begins here" : "frame: of another version",
                   i};
    }
  }
  scanned_frame found;
  found.needed = frame_overhead;
  if (bytes.size() < frame_overhead) return found;

  auto const whole = read_frame(peer_frame_version, bytes, max_payload);
  // With a whole head, the only error at the end of the bytes is that they end.
  if (!whole && whole.error().place != bytes.size()) return whole.error();
  if (!whole) {
    std::uint64_t length = 0;
    synod::detail::byte_reader{bytes.subspan(8, 8)}.get(length);
    found.needed += static_cast<std::size_t>(length);
    return found;
  }
  if (whole->payload.empty()) {
    return error{errc::bad_input, "frame: without a kind", frame_overhead};
  }
  auto const kind = std::to_integer<std::uint8_t>(whole->payload.front());
  if (kind == 0 || kind > static_cast<std::uint8_t>(frame_kind::errand)) {
    return error{errc::bad_input, "frame: of a kind that does not exist", frame_overhead};
  }
  found.size = found.needed = whole->size;
  found.kind = static_cast<frame_kind>(kind);
  found.body = whole->payload.subspan(1);
  return found;
}

/// Bytes of a frame of these values and so many bytes behind them.
template <reflected... Values>
std::size_t peer_frame_bytes(std::size_t tail, Values const&... values) noexcept {
  return frame_body_offset + (std::size_t{0} + ... + encoded_size(values)) + tail;
}

/// Appends a frame: the values by the codec, then `tail` as it is, which is copied once.
template <reflected... Values>
void append_frame(byte_buffer& out, frame_kind kind, std::span<std::byte const> tail,
                  Values const&... values) {
  std::size_t const size = peer_frame_bytes(tail.size(), values...);
  std::span<std::byte> const frame = out.room(size).first(size);
  synod::detail::byte_writer writer{frame.data() + frame_overhead};
  writer.put(static_cast<std::uint8_t>(kind));
  (writer.put(values), ...);
  if (!tail.empty()) {
    std::memcpy(frame.data() + (size - tail.size()), tail.data(), tail.size());
  }
  (void)seal_frame(peer_frame_version, size - frame_overhead, frame);
  out.append(size);
}

/// A message as it arrived; the payload refers to the bytes.
template <class Message>
struct incoming_message {
  Message message;
  synod::payload entries;
};

/// An errand as it arrived; `bytes` refers to what it was read from.
struct incoming_errand {
  errand what;
  std::span<std::byte const> bytes;
};

/// Errors, the place an offset into the body: as of `decode`, and `bad_input` where the bytes
/// behind the message are not as many framed entries as it says.
template <reflected Message>
result<incoming_message<Message>> read_message(std::span<std::byte const> body) {
  synod::detail::byte_reader reader{body};
  incoming_message<Message> in;
  if (!reader.get(in.entries.entries) || !reader.get(in.message)) return reader.error();
  in.entries.bytes = body.subspan(reader.at());
  if (in.entries.entries != 0) {
    auto const parsed = parse_payload(in.entries.bytes);
    if (!parsed || parsed->entries != in.entries.entries) {
      return error{errc::bad_input, "message: not as many entries as it says", reader.at()};
    }
  }
  return in;
}

/// Errors: as of `decode`. The bytes behind an errand are for who takes it to judge.
inline result<incoming_errand> read_errand(std::span<std::byte const> body) {
  synod::detail::byte_reader reader{body};
  incoming_errand in;
  if (!reader.get(in.what)) return reader.error();
  in.bytes = body.subspan(reader.at());
  return in;
}

}  // namespace synod::inline SYNOD_ABI::adapters
