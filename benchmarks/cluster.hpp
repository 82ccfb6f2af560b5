// SPDX-License-Identifier: BSL-1.0
// A cluster in one process and thread, for benchmarks: memory stores, a loopback network through
// which every message is really passed, virtual time that moves only when the harness says so.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/replica.hpp"

namespace bench {

/// Reads the first and the last byte of every command.
class checksum_machine {
 public:
  std::size_t apply(synod::log_index, std::span<std::byte const> command,
                    std::span<std::byte>) noexcept {
    ++applied_;
    sum_ = (sum_ ^ (std::to_integer<std::uint64_t>(command.front()) << 8 |
                    std::to_integer<std::uint64_t>(command.back()))) *
           0x9e3779b97f4a7c15;
    return 0;
  }
  std::uint64_t fingerprint() const noexcept { return synod::mix(sum_ ^ applied_); }
  friend bool operator==(checksum_machine const&, checksum_machine const&) = default;

 private:
  std::uint64_t applied_ = 0;
  std::uint64_t sum_ = 0;
};

struct counting_handler {
  std::uint64_t applied = 0;
  std::uint64_t failed = 0;
  void on_answer(synod::ticket, synod::answer const& a) noexcept {
    ++(a.what == synod::outcome::response ? applied : failed);
  }
};

template <class Core>
class cluster {
  using message = typename Core::message;
  using node = synod::replica<Core, typename synod::loopback<message>::endpoint, checksum_machine,
                              counting_handler>;

 public:
  explicit cluster(std::size_t size) : ids_(named(size)), net_(ids_), stores_(size), heard_(size) {
    synod::members who;
    for (synod::node_id const id : ids_) who.voters.push_back(id);
    nodes_.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      (void)stores_[i].bootstrap(who).value();
      typename Core::options options;
      options.self = ids_[i];
      if constexpr (requires { options.seed; }) options.seed = i;
      // Time stands still, so nobody waits for it.
      synod::replica_options const at_once{.batch_delay = {}};
      nodes_.push_back(node::start(options, stores_[i], net_.endpoint_of(ids_[i]),
                                   checksum_machine{}, heard_[i], now_, at_once)
                           .value());
    }
  }

  /// Lets time pass until node 0 leads: it alone is ticked, so that no other campaigns.
  template <class Leads>
  void elect(Leads&& leads) {
    while (!leads(nodes_[0].core())) {
      now_ = *nodes_[0].next_deadline();
      nodes_[0].poll(now_);
      while (deliver()) {
      }
    }
  }

  void propose(synod::payload entries) { nodes_[0].propose({++tickets_}, entries, now_); }

  std::uint64_t answered() const { return heard_[0].applied; }
  std::uint64_t failed() const { return heard_[0].failed; }

  /// One round: the leader's store completes, every follower takes its messages, writes and
  /// answers, the leader hears them. False where nothing was under way.
  bool deliver() {
    nodes_[0].poll(now_);
    bool moved = false;
    for (std::size_t i = 1; i < nodes_.size(); ++i) moved |= drain(i);
    return drain(0) || moved;
  }

  /// Jumps to the leader's next deadline, whose heartbeat carries the commit to all.
  void heartbeat() {
    now_ = *nodes_[0].core().next_deadline();
    while (deliver()) {
    }
  }

  /// Forgets what every machine has applied, so that memory stays of a size.
  void compact() {
    synod::log_index upto = nodes_[0].applied();
    for (node const& n : nodes_) upto = n.applied() < upto ? n.applied() : upto;
    for (synod::memory_log& store : stores_) store.compact(upto);
  }

  bool machines_agree() const {
    for (node const& n : nodes_) {
      if (!(n.machine() == nodes_[0].machine())) return false;
    }
    return true;
  }

 private:
  static std::vector<synod::node_id> named(std::size_t size) {
    std::vector<synod::node_id> ids;
    for (std::size_t i = 0; i < size; ++i) ids.push_back({i + 1});
    return ids;
  }
  bool drain(std::size_t i) {
    bool moved = false;
    while (auto const arrived = net_.take(ids_[i])) {
      nodes_[i].receive(arrived->from, arrived->message, arrived->payload, now_);
      moved = true;
    }
    if (moved) nodes_[i].poll(now_);
    return moved;
  }

  std::vector<synod::node_id> ids_;
  synod::loopback<message> net_;
  std::vector<synod::memory_log> stores_;
  std::vector<counting_handler> heard_;
  std::vector<node> nodes_;
  synod::instant now_;
  std::uint64_t tickets_ = 0;
};

}  // namespace bench
