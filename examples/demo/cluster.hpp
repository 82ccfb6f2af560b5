// SPDX-License-Identifier: BSL-1.0
// Three machines in one process, each with a disk and, while it is up, a replica.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "examples/demo/clients.hpp"
#include "examples/demo/ledger.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "synod/store/crashable.hpp"

namespace demo {

class cluster {
 public:
  static constexpr std::size_t size = 3;
  static constexpr std::array<synod::node_id, size> nodes{{{1}, {2}, {3}}};

  using disk = synod::crashable<synod::memory_log>;
  struct configuration : synod::raft::with<synod::option::storage<disk>> {};
  using core = synod::raft::core<configuration>;
  using network = synod::loopback<core::message>;
  using machine = synod::machine::sessions<ledger>;
  using replica = synod::replica<core, network::endpoint, machine, clients>;

  /// Founds the cluster and starts every node. A sync of a disk takes so long.
  cluster(synod::duration sync_delay, clients& heard, synod::instant now) : clients_(heard) {
    synod::members who;
    for (synod::node_id const id : nodes) who.voters.push_back(id);
    for (std::size_t i = 0; i < size; ++i) {
      disks_[i] = disk{synod::memory_log{sync_delay}};
      (void)disks_[i].bootstrap(who).value();
      start(i, now);
    }
  }
  cluster(cluster const&) = delete;
  cluster& operator=(cluster const&) = delete;

  bool is_up(std::size_t i) const noexcept { return up_[i].has_value(); }
  replica const& operator[](std::size_t i) const noexcept { return *up_[i]; }
  disk const& disk_of(std::size_t i) const noexcept { return disks_[i]; }

  /// The node that leads in the highest term.
  std::optional<std::size_t> leader() const noexcept {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < size; ++i) {
      if (!up_[i] || up_[i]->core().observe().role != synod::raft::role::leader) continue;
      if (!found || term_of(i) > term_of(*found)) found = i;
    }
    return found;
  }
  synod::ballot term_of(std::size_t i) const noexcept { return up_[i]->core().observe().term; }

  /// False where the node is down: nobody answers there.
  bool propose(synod::node_id to, synod::ticket as, synod::payload entries, synod::instant now) {
    std::size_t const i = place_of(to);
    if (!up_[i]) return false;
    up_[i]->propose(as, entries, now);
    return true;
  }

  /// Every node takes its completed writes, then its messages, also those that were sent just now.
  /// True where a message moved: then more may follow at once.
  bool turn(synod::instant now) {
    for (auto& node : up_) {
      if (node) node->poll(now);
    }
    bool moved = false;
    for (std::size_t i = 0; i < size; ++i) {
      while (auto const m = up_[i] ? net_.take(nodes[i]) : std::nullopt) {
        up_[i]->receive(m->from, m->message, m->payload, now);
        moved = true;
      }
    }
    return moved;
  }

  /// When some node has to be polled next.
  synod::instant next_deadline() const noexcept {
    synod::instant first{~std::uint64_t{0}};
    for (auto const& node : up_) {
      if (!node) continue;
      if (auto const due = node->next_deadline(); due && *due < first) first = *due;
    }
    return first;
  }

  /// The machine loses power: the process is gone, and with it what its disk had not yet synced;
  /// its cable is dead. Gives how many writes were lost.
  std::size_t kill(std::size_t i) {
    up_[i].reset();
    net_.set_connected(nodes[i], false);
    std::size_t const unsynced = disks_[i].outstanding();
    disks_[i].crash(0);
    return unsynced;
  }

  /// Starts a node on what its disk holds, with an empty machine.
  void start(std::size_t i, synod::instant now) {
    net_.set_connected(nodes[i], true);
    synod::raft::options chosen;
    chosen.self = nodes[i];
    chosen.seed = i;
    chosen.election_timeout = synod::milliseconds(300);
    chosen.heartbeat = synod::milliseconds(50);
    auto const net = net_.endpoint_of(nodes[i]);
    up_[i] = replica::start(chosen, disks_[i], net, machine{}, clients_, now).value();
  }

 private:
  static std::size_t place_of(synod::node_id node) noexcept { return node.value - 1; }

  clients& clients_;
  network net_{nodes};
  std::array<disk, size> disks_;
  std::array<std::optional<replica>, size> up_;
};

}  // namespace demo
