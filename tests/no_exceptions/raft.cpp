// SPDX-License-Identifier: BSL-1.0
// Three Raft cores driven by hand, in a program without exceptions and RTTI: a leader is elected,
// an entry is committed everywhere, and a message leaves only once its write is on disk.
#include <array>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <optional>

#include "synod/raft.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/no_exceptions/checks.hpp"

namespace {

struct my_raft : synod::raft::with<synod::option::storage<synod::memory_log>> {};
using node = synod::raft::core<my_raft>;

struct envelope {
  synod::node_id from, to;
  synod::sealed<node::message> message;
};

struct machine {
  synod::node_id self;
  synod::memory_log log;
  node core;
  std::deque<envelope> held;
  synod::log_index committed;
  std::optional<synod::position> accepted_at;
  bool refused_any = false;
  synod::payload at_hand;  // the payload of the event that is being stepped

  void write(synod::log_batch const& batch, synod::io_id id) noexcept {
    log.write(batch, at_hand, id);
  }
  void send(synod::node_id to, synod::sealed<node::message> const& m) noexcept {
    held.push_back({self, to, m});
  }
  void decided(synod::log_index upto) noexcept { committed = upto; }
  void stopped(synod::error why) noexcept { std::printf("stopped: %s\n", why.what); }
  synod::memory_log const& storage() noexcept { return log; }
  void accepted(synod::ticket, synod::position at) noexcept { accepted_at = at; }
  void refused(synod::ticket, synod::why, std::optional<synod::node_id>) noexcept {
    refused_any = true;
  }
};

std::array<machine, 3> cluster;
constexpr synod::instant start{};

void persist(machine& m, synod::instant now) {
  while (auto const done = m.log.poll(now)) m.core.step(synod::persisted{*done}, now, m);
}

// Delivers until nobody has anything to say.
bool settle(synod::instant now) {
  for (int rounds = 0; rounds < 100; ++rounds) {
    bool quiet = true;
    for (machine& from : cluster) {
      persist(from, now);
      while (!from.held.empty()) {
        quiet = false;
        envelope const e = from.held.front();
        node::message const* const open = e.message.open(from.core.durable_upto());
        if (open == nullptr) return false;  // all is on disk, and still it does not open
        from.held.pop_front();
        machine& to = cluster[e.to.value - 1];
        auto const run = node::payload_of(*open);
        auto const entries = run ? from.log.read(*run) : std::optional<synod::payload>();
        to.at_hand = entries.value_or(synod::payload{});
        to.core.step(synod::received<node::message>{e.from, *open, to.at_hand.entries}, now, to);
        to.at_hand = {};
      }
    }
    if (quiet) return true;
  }
  return false;
}

}  // namespace

int main() {
  int failed = 0;
  synod::members const who = founders(3);
  for (machine& m : cluster) {
    m.self = who.voters[static_cast<std::size_t>(&m - cluster.data())];
    failed += check(static_cast<bool>(m.log.bootstrap(who)), "bootstrap");
    node::options options{.self = m.self, .seed = m.self.value};
    auto const recovered = m.log.recover();
    auto started = node::start(options, recovered.value(), start);
    failed += check(static_cast<bool>(started), "start");
    m.core = started.value();
    options.heartbeat = {};
    failed += check(
        node::start(options, recovered.value(), start).error().code == synod::errc::bad_option,
        "a bad option is a result, not an exception");
  }

  machine& leader = cluster[0];
  synod::instant const now = *leader.core.next_deadline();
  leader.core.step(synod::tick{}, now, leader);
  failed += check(settle(now), "the election settles");

  std::array<std::byte, synod::framed_bytes(1)> bytes{};
  std::byte const content{42};
  synod::frame_entry({&content, 1}, bytes.data());
  leader.at_hand = {bytes, 1};
  leader.core.step(synod::propose{{7}, 1, bytes.size()}, now, leader);
  leader.at_hand = {};
  failed += check(leader.accepted_at && !leader.refused_any, "the leader accepts");
  failed += check(settle(now), "replication settles");
  synod::instant const later = *leader.core.next_deadline();
  leader.core.step(synod::tick{}, later, leader);
  failed += check(settle(later), "the heartbeat settles");

  for (machine const& m : cluster) {
    failed += check(leader.accepted_at && m.committed == leader.accepted_at->index,
                    "the entry is committed on every node");
    failed += check(m.core.broken_invariant() == nullptr, "no invariant is broken");
  }
  return failed;
}
