// SPDX-License-Identifier: BSL-1.0
// The numbers of the field as types of their own: a node is not an index, a ballot is not a life.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// A 64-bit number that mixes with no other kind of number. Ordered; no arithmetic but `next` and
/// `previous`.
template <class Tag>
struct strong {
  std::uint64_t value = 0;

  friend constexpr bool operator==(strong, strong) = default;
  // Written out: g++ 12 makes three instructions of a comparison that is rewritten from <=>.
  friend constexpr bool operator<(strong a, strong b) noexcept { return a.value < b.value; }
  friend constexpr bool operator>(strong a, strong b) noexcept { return a.value > b.value; }
  friend constexpr bool operator<=(strong a, strong b) noexcept { return a.value <= b.value; }
  friend constexpr bool operator>=(strong a, strong b) noexcept { return a.value >= b.value; }
};

/// A participant, for all time: a wiped disk is a new node.
using node_id = strong<struct node_tag>;
/// A slot of the log. 0 is "before the first entry".
using log_index = strong<struct index_tag>;
/// What orders leaderships: Raft's term, Paxos's ballot, Zab's epoch. 0 is no leader's.
using ballot = strong<struct ballot_tag>;
/// One start of a node on its disk; raised and synced by the storage before the node starts.
using life = strong<struct life_tag>;
/// A client's question to a host: named by the host, unique while it waits, never on the wire.
using ticket = strong<struct ticket_tag>;

template <class Tag>
constexpr strong<Tag> next(strong<Tag> n) noexcept {
  return {n.value + 1};
}

template <class Tag>
constexpr strong<Tag> previous(strong<Tag> n) noexcept {
  return {n.value - 1};
}

/// Where an entry stands and whose it is. Two logs that agree in a position agree in everything
/// before it (the log matching property, Raft, section 5.3).
struct position {
  log_index index;
  ballot in;

  friend constexpr bool operator==(position, position) = default;
};

/// The name of one write of one life of a node; never reused.
struct io_id {
  synod::life life;
  std::uint64_t sequence = 0;

  friend constexpr bool operator==(io_id, io_id) = default;
};

}  // namespace synod::inline SYNOD_ABI
