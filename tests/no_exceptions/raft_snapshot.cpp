// SPDX-License-Identifier: BSL-1.0
// A follower that was away is brought up to date by a snapshot in parts, and a read is confirmed,
// in a program without exceptions and RTTI; no step of a core allocates.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>

#include "synod/raft.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/no_exceptions/checks.hpp"
#include "tests/support/counted_allocations.hpp"

namespace {

struct my_raft : synod::raft::with<synod::option::storage<synod::memory_log>> {};
using core = synod::raft::core<my_raft>;

struct envelope {
  synod::node_id from, to;
  synod::sealed<core::message> message;
};

/// What is on its way.
struct {
  std::array<envelope, 256> ring{};
  std::size_t first = 0;
  std::size_t last = 0;
} net;
std::size_t in_stores = 0;
std::size_t in_steps = 0;

struct node {
  synod::node_id self;
  synod::memory_log log;
  core raft;
  synod::payload at_hand;
  bool away = false;
  std::uint64_t ready = 0;

  void write(synod::log_batch const& batch, synod::io_id id) noexcept {
    std::size_t const before = synod::test::allocations;
    log.write(batch, at_hand, id);
    in_stores += synod::test::allocations - before;
  }
  void send(synod::node_id to, synod::sealed<core::message> const& m) noexcept {
    net.ring[net.last++ % net.ring.size()] = {self, to, m};
  }
  void decided(synod::log_index) noexcept {}
  void stopped(synod::error why) noexcept { std::printf("stopped: %s\n", why.what); }
  synod::memory_log const& storage() noexcept { return log; }
  void accepted(synod::ticket, synod::position) noexcept {}
  void refused(synod::ticket, synod::why, std::optional<synod::node_id>) noexcept {}
  void read_ready(synod::ticket, synod::log_index from) noexcept { ready = from.value; }
  void read_failed(synod::ticket, synod::why, std::optional<synod::node_id>) noexcept {}

  template <class Event>
  void step(Event const& event, synod::instant now, synod::payload with = {}) {
    at_hand = with;
    std::size_t const before = synod::test::allocations - in_stores;
    raft.step(event, now, *this);
    in_steps += synod::test::allocations - in_stores - before;
    at_hand = {};
  }
  void sync(synod::instant now) {
    while (auto const done = log.poll(now)) step(synod::persisted{*done}, now);
  }
};

std::array<node, 3> cluster;

// What waits for a disk goes to the end of the queue.
void settle(synod::instant now) {
  for (int rounds = 0; rounds < 20'000 && net.first != net.last; ++rounds) {
    for (node& n : cluster) n.sync(now);
    envelope const e = net.ring[net.first++ % net.ring.size()];
    node& from = cluster[e.from.value - 1];
    node& to = cluster[e.to.value - 1];
    core::message const* const open = e.message.open(from.raft.durable_upto());
    if (open == nullptr) {
      net.ring[net.last++ % net.ring.size()] = e;
      continue;
    }
    if (from.away || to.away) continue;
    synod::payload with;
    if (auto const which = core::payload_of(*open)) {
      auto const entries = from.log.read(*which);
      if (!entries) continue;
      with = *entries;
    }
    if (auto const part = core::chunk_of(*open)) {
      auto const bytes = from.log.read_snapshot(*part);
      if (!bytes) continue;
      with.bytes = *bytes;
    }
    to.step(synod::received<core::message>{e.from, *open, with.entries, with.bytes.size()}, now,
            with);
  }
}

}  // namespace

int main() {
  int failed = 0;
  synod::members const who = founders(3);
  for (node& n : cluster) {
    n.self = who.voters[static_cast<std::size_t>(&n - cluster.data())];
    failed += check(static_cast<bool>(n.log.bootstrap(who)), "bootstrap");
    auto started = core::start({.self = n.self, .seed = n.self.value, .max_message_bytes = 64},
                               n.log.recover().value(), {});
    if (!started) return 1;
    n.raft = *started;
  }
  node& leader = cluster[0];
  node& away = cluster[2];
  away.away = true;
  synod::instant now = *leader.raft.next_deadline();
  leader.step(synod::tick{}, now);
  settle(now);
  failed += check(leader.raft.leads(), "two of three elect a leader");

  std::array<std::byte, synod::framed_bytes(1)> entry{};
  std::byte const content{42};
  synod::frame_entry({&content, 1}, entry.data());
  for (int i = 0; i < 10; ++i) {
    leader.step(synod::propose{{1}, 1, entry.size()}, now, {entry, 1});
    settle(now);
  }
  synod::log_index const all = leader.raft.commit();
  failed += check(all == synod::log_index{12}, "the entries are committed");

  std::array<std::byte, 1024> state{};
  failed += check(static_cast<bool>(synod::seal_frame(1, 1000, state)), "a frame");
  leader.log.keep_snapshot({{all, leader.raft.observe().term}, who, state.size()}, state);
  leader.log.compact(all);
  away.away = false;
  for (int i = 0; i < 4; ++i) {
    now = *leader.raft.next_deadline();
    leader.step(synod::tick{}, now);
    settle(now);
  }
  failed += check(leader.raft.leads(), "it is still the leader");
  failed += check(away.log.snapshot() == leader.log.snapshot(), "the snapshot has come");
  failed += check(away.raft.commit() == all, "and counts as committed");
  failed += check(!leader.raft.sends_snapshot(), "nothing more of it is sent");

  leader.step(synod::read_index{{7}}, now);
  failed += check(leader.ready == 0, "a read waits for a quorum");
  settle(now);
  failed += check(leader.ready == all.value, "a read is confirmed");
  std::printf("%zu allocations in steps\n", in_steps);
  failed += check(in_steps == 0, "no step allocates");
  return failed;
}
