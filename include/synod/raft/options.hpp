// SPDX-License-Identifier: BSL-1.0
// The tunables of a Raft node, checked when it starts.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI::raft {

struct options {
  /// Who this node is, for all time.
  node_id self;
  /// Of the draws that spread election time-outs. Give every node another one.
  std::uint64_t seed = 0;
  /// A follower that hears of no leader for a time drawn from [this, twice this) campaigns
  /// (Raft, section 5.2). At least twice the heartbeat; ten times is usual.
  duration election_timeout = milliseconds(1000);
  /// A leader speaks to every follower at least this often. Not zero.
  duration heartbeat = milliseconds(100);
  /// Framed payload bytes in one message, and so in one proposal. Not zero.
  std::uint64_t max_message_bytes = std::uint64_t{1} << 20;
  /// Entries sent to one follower ahead of its acknowledgements. Not zero.
  std::uint32_t max_in_flight = 8192;
  /// Entries a leader holds that are not yet committed; beyond, proposals are refused. Not zero.
  std::uint32_t max_uncommitted = 65536;

  friend constexpr bool operator==(options const&, options const&) = default;
};

/// `errc::ok`, or which option is out of its range.
constexpr error check(options const& o) noexcept {
  auto const bad = [](char const* what) { return error{errc::bad_option, what}; };
  if (o.heartbeat == duration{}) return bad("raft: heartbeat is zero");
  if (o.election_timeout.ns / 2 < o.heartbeat.ns) {
    return bad("raft: election_timeout is less than twice the heartbeat");
  }
  if (o.election_timeout > seconds(std::uint64_t{1} << 32)) {
    return bad("raft: election_timeout is more than 2^32 seconds");
  }
  if (o.max_message_bytes == 0) return bad("raft: max_message_bytes is zero");
  if (o.max_in_flight == 0) return bad("raft: max_in_flight is zero");
  if (o.max_uncommitted == 0) return bad("raft: max_uncommitted is zero");
  return {};
}

}  // namespace synod::inline SYNOD_ABI::raft
