// SPDX-License-Identifier: BSL-1.0
// The tunables of the transport, checked when it starts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI::adapters {

struct peer_options {
  /// Of the draws that spread the pauses between dials. Give every node another one.
  std::uint64_t seed = 0;
  /// The longest payload of a frame; at least what the core and the replica put into one message
  /// or errand, and their heads. A longer one is neither sent nor read.
  std::size_t max_frame_bytes = std::size_t{4} << 20;
  /// What may wait for one peer, besides what is being written. A message that finds no room is
  /// lost; an errand is refused at half of it.
  std::size_t max_queue_bytes = std::size_t{8} << 20;
  std::size_t max_queue_frames = 16384;
  /// Connections that have not said who they are; beyond, the oldest of them is closed.
  std::size_t max_half_open = 64;
  /// From the dial, or the accept, until both sides know each other.
  duration hello_timeout = milliseconds(2000);
  /// An idle side says that it is alive this often.
  duration keep_alive = milliseconds(500);
  /// A connection on which nothing came for so long is closed; at least twice `keep_alive`.
  duration silence = milliseconds(2500);
  /// The pause before the next dial: doubled each time between these two, then shortened by a
  /// random part of up to a half.
  duration least_pause = milliseconds(50);
  duration longest_pause = milliseconds(1000);
  /// A peer that was not met for so long since the start is told of, and one that should dial this
  /// node is dialled, to learn why it does not.
  duration unmet_after = milliseconds(3000);
};

/// `errc::ok`, or which option is out of its range.
constexpr error check(peer_options const& o) noexcept {
  auto const bad = [](char const* what) { return error{errc::bad_option, what}; };
  if (o.max_frame_bytes < 1024) return bad("peers: max_frame_bytes is less than 1024");
  if (o.max_queue_bytes / 2 < o.max_frame_bytes) {
    return bad("peers: max_queue_bytes is less than twice max_frame_bytes");
  }
  if (o.max_queue_frames < 2) return bad("peers: max_queue_frames is less than 2");
  if (o.max_half_open == 0) return bad("peers: max_half_open is zero");
  if (o.hello_timeout == duration{}) return bad("peers: hello_timeout is zero");
  if (o.keep_alive == duration{}) return bad("peers: keep_alive is zero");
  if (o.silence.ns / 2 < o.keep_alive.ns) {
    return bad("peers: silence is less than twice keep_alive");
  }
  if (o.least_pause == duration{} || o.longest_pause < o.least_pause) {
    return bad("peers: least_pause is zero, or more than longest_pause");
  }
  if (o.unmet_after == duration{}) return bad("peers: unmet_after is zero");
  if (o.longest_pause > seconds(3600) || o.hello_timeout > seconds(3600) ||
      o.silence > seconds(3600) || o.unmet_after > seconds(3600)) {
    return bad("peers: a time of more than an hour");
  }
  return {};
}

}  // namespace synod::inline SYNOD_ABI::adapters
