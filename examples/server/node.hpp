// SPDX-License-Identifier: BSL-1.0
// What the side of the clients asks of the node behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synod/base/ids.hpp"

namespace synod_server {

/// A moment of a node, as INFO and SYNOD STATUS tell it.
struct node_status {
  std::string cluster;
  std::uint64_t id = 0;
  std::string role;            ///< leader, follower, candidate, pre_candidate, stopped
  std::uint64_t leader = 0;    ///< 0: none is known
  std::string leader_clients;  ///< where the leader listens for clients; empty: not known
  std::uint64_t term = 0;
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
  std::uint64_t last_index = 0;
  std::uint64_t snapshot_index = 0;
  std::uint64_t snapshot_bytes = 0;
  std::uint64_t snapshots_taken = 0;
  std::uint64_t log_entries = 0;
  std::uint64_t commands_applied = 0;
  std::uint64_t batches = 0;
  std::uint64_t syncs = 0;
  std::uint64_t rocksdb_memory = 0;
  std::uint64_t keys = 0;
  std::uint64_t key_bytes = 0;
  std::uint64_t sessions = 0;
  std::uint64_t replicated_ms = 0;

  struct peer {
    std::uint64_t id = 0;
    std::string where;
    bool connected = false;
  };
  std::vector<peer> peers;
};

/// A node of the cluster. Whatever is asked is answered once, by `on_answer` of the clients it was
/// made with, perhaps before the call returns.
class node {
 public:
  virtual ~node() = default;

  /// A command, in the log's form, taken over.
  virtual void propose(synod::ticket as, std::span<std::byte const> command) noexcept = 0;
  /// A question to the key-value store.
  virtual void query(synod::ticket as, std::span<std::byte const> question) noexcept = 0;
  /// Whether a leader is known: otherwise asking is in vain.
  virtual bool has_leader() const noexcept = 0;
  /// Begins to take a snapshot; false: there is nothing new, or one is under way.
  virtual bool take_snapshot() = 0;
  /// After a turn in which clients asked or were answered.
  virtual void after_requests() noexcept = 0;
  virtual node_status status() const = 0;
};

}  // namespace synod_server
