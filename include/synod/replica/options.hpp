// SPDX-License-Identifier: BSL-1.0
// The tunables of a replica, checked when it starts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI {

struct replica_options {
  /// Framed bytes of one proposal to the core; where the core has a `max_message_bytes` of its own,
  /// the smaller one counts. A longer proposal of a client is refused as too large. Not zero.
  std::size_t max_batch_bytes = std::size_t{1} << 20;
  /// Bytes of commands and questions that wait in this replica, and of those that are with a
  /// leader. Beyond, they are refused as full. At least max_batch_bytes.
  std::size_t max_waiting_bytes = std::size_t{16} << 20;
  /// When a batch is committed, a leader waits for those that were just answered to come back: a
  /// quarter of the time which that batch took, or 1 ms where that is longer, but at most so long.
  /// At most a second; zero: not at all.
  duration batch_delay = milliseconds(5);
  /// How long one waits for a leader's answer to what was handed on to it. Not zero.
  duration answer_timeout = seconds(5);
  /// Longest response or answer of the machine: room that is kept. Not zero.
  std::size_t max_response_bytes = std::size_t{64} << 10;
  /// A snapshot is taken once so many entries, or so many bytes of commands, were applied since the
  /// last one; but not before those bytes are half as many as the last one has. Neither is zero.
  std::uint64_t snapshot_entries = 100'000;
  std::uint64_t snapshot_bytes = std::uint64_t{16} << 20;
  /// Entries that stay in the log behind a snapshot, for followers that are a little late: so many,
  /// and of so many bytes, at most.
  std::uint64_t keep_entries = 10'000;
  std::uint64_t keep_bytes = std::uint64_t{16} << 20;
  /// Of machines that keep time: how far their time may be behind when they are asked something
  /// while they wait for a moment to come. Not zero.
  duration time_resolution = milliseconds(100);

  friend constexpr bool operator==(replica_options const&, replica_options const&) = default;
};

/// `errc::ok`, or which option is out of its range.
constexpr error check(replica_options const& o) noexcept {
  auto const bad = [](char const* what) { return error{errc::bad_option, what}; };
  if (o.max_batch_bytes == 0) return bad("replica: max_batch_bytes is zero");
  if (o.max_waiting_bytes < o.max_batch_bytes) {
    return bad("replica: max_waiting_bytes is less than max_batch_bytes");
  }
  if (o.batch_delay > seconds(1)) return bad("replica: batch_delay is more than a second");
  if (o.answer_timeout == duration{}) return bad("replica: answer_timeout is zero");
  if (o.max_response_bytes == 0) return bad("replica: max_response_bytes is zero");
  if (o.snapshot_entries == 0) return bad("replica: snapshot_entries is zero");
  if (o.snapshot_bytes == 0) return bad("replica: snapshot_bytes is zero");
  if (o.time_resolution == duration{}) return bad("replica: time_resolution is zero");
  return {};
}

}  // namespace synod::inline SYNOD_ABI
