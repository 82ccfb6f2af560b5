// SPDX-License-Identifier: BSL-1.0
// The node: Raft on a RocksDB log and TCP connections to the others, driven by one loop.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "examples/server/clients.hpp"
#include "examples/server/failure.hpp"
#include "examples/server/log.hpp"
#include "examples/server/node.hpp"
#include "examples/server/options.hpp"
#include "synod/adapters/asio/asio_transport.hpp"
#include "synod/adapters/rocksdb/rocksdb_log.hpp"
#include "synod/base/chrono.hpp"
#include "synod/machine/kv.hpp"
#include "synod/machine/sessions.hpp"
#include "synod/raft.hpp"
#include "synod/raft/description.hpp"
#include "synod/replica.hpp"
#include "synod/replica/stall_watch.hpp"

namespace synod_server {

/// Raft on a RocksDB log.
struct raft_config : synod::raft::with<synod::option::storage<synod::adapters::rocksdb_log>> {};
using raft_core = synod::raft::core<raft_config>;

class raft_node;

/// What the transport tells the node, and what becomes of it.
class peer_events {
 public:
  explicit peer_events(raft_node& of) noexcept : node_(of) {}

  void on_message(synod::node_id from, raft_core::message const& m,
                  synod::payload entries) noexcept;
  void on_errand(synod::node_id from, synod::errand const& what,
                 std::span<std::byte const> bytes) noexcept;
  void on_connected(synod::node_id peer, synod::life in) noexcept;
  void on_disconnected(synod::node_id peer, synod::adapters::parting how,
                       std::string_view reason) noexcept;
  void on_unreachable(synod::node_id peer, std::string_view reason) noexcept;
  void on_unmet(std::span<synod::node_id const> peers) noexcept;
  void on_refused(std::string_view where, std::string_view reason) noexcept;
  std::optional<std::uint64_t> incarnation_of(synod::node_id peer) noexcept;
  bool record_incarnation(synod::node_id peer, std::uint64_t incarnation) noexcept;

 private:
  raft_node& node_;
  repeated_event refused_said_;
  std::set<synod::node_id> at_rest_;  // said goodbye, and have not come back
};

class raft_node final : public node {
 public:
  /// Opens the data directory, or founds it. Throws `failure`.
  raft_node(boost::asio::io_context& loop, server_options const& options, clients& handler,
            event_log& out);
  ~raft_node() override;

  /// Listens for the other nodes and takes part. `stopped` is called when the node cannot go on.
  /// Throws `failure`.
  void start(std::string clients_at, std::function<void(failure)> stopped);
  /// Answers what still waits; nothing more happens.
  void abandon();

  void propose(synod::ticket as, std::span<std::byte const> command) noexcept override;
  void query(synod::ticket as, std::span<std::byte const> question) noexcept override;
  bool has_leader() const noexcept override;
  bool take_snapshot() override;
  void after_requests() noexcept override;
  node_status status() const override;

 private:
  friend class peer_events;
  using core = raft_core;
  using transport = synod::adapters::asio_transport<core::message, peer_events>;
  using machine = synod::machine::sessions<synod::machine::kv>;

  // The transport says hello with the life of the node, which the replica's start gives.
  class endpoint {
   public:
    explicit endpoint(std::optional<transport>& to) noexcept : to_(&to) {}
    bool send(synod::node_id to, core::message const& m, synod::payload entries) noexcept {
      return *to_ && (*to_)->sender().send(to, m, entries);
    }
    bool send(synod::node_id to, synod::errand const& what,
              std::span<std::byte const> bytes) noexcept {
      return *to_ && (*to_)->sender().send(to, what, bytes);
    }

   private:
    std::optional<transport>* to_;
  };
  using replica = synod::replica<core, endpoint, machine, clients>;

  static synod::instant now() { return synod::from_chrono(clock::now()); }
  synod::adapters::rocksdb_log open_store();
  void found_or_compare();
  void wake() noexcept;
  void poll() noexcept;
  void arm() noexcept;
  void tell_changes() noexcept;
  char const* role_name() const noexcept;

  boost::asio::io_context& loop_;
  server_options const& options_;
  clients& clients_;
  event_log& log_;
  std::random_device random_;
  std::string problem_;
  std::string clients_at_;
  std::atomic<bool> woken_{false};
  synod::adapters::rocksdb_log store_;
  peer_events events_{*this};
  std::optional<transport> transport_;
  std::optional<replica> replica_;
  boost::asio::steady_timer timer_;
  std::optional<synod::instant> armed_;
  synod::stall_watch stalls_;
  std::function<void(failure)> stopped_;
  std::vector<std::byte> framed_;

  struct seen {
    synod::ballot term;
    synod::raft::role role = synod::raft::role::follower;
    std::optional<synod::node_id> leader;
    std::uint64_t taken = 0;
    std::uint64_t installed = 0;
    friend bool operator==(seen const&, seen const&) = default;
  } seen_;
  repeated_event campaign_said_;
  bool ended_ = false;
};

}  // namespace synod_server
