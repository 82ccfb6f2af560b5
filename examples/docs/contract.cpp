// The snippets of docs/contract.md: three Raft cores driven by hand, without `replica`.
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include "synod/raft.hpp"
#include "synod/store/memory_log.hpp"

// begin policies
struct my_wire {
  struct message {
    std::uint16_t version = 0;
    synod::raft::fields body;
  };
  static message make(synod::raft::fields const& f) noexcept { return {1, f}; }
  static synod::raft::fields const* read(message const& m) noexcept {
    return m.version == 1 ? &m.body : nullptr;  // null: nothing that a core of ours can have sent
  }
};

struct my_raft : synod::raft::with<synod::option::storage<synod::memory_log>,
                                   synod::option::message<my_wire>> {};
using core = synod::raft::core<my_raft>;
// end policies

struct packet {
  synod::node_id from, to;
  core::message what;
  std::vector<std::byte> bytes;
  std::uint32_t entries = 0;
};
std::deque<packet> network;

struct node {
  struct held_message {
    synod::node_id to;
    synod::sealed<core::message> what;
  };

  synod::node_id self;
  synod::memory_log log;
  core raft;
  synod::payload at_hand;  // of the event that is being stepped
  std::deque<held_message> held;
  synod::log_index committed;
  std::optional<synod::node_id> leader;

  // begin host
  void write(synod::log_batch const& batch, synod::io_id id) noexcept {
    log.write(batch, at_hand, id);
  }
  void send(synod::node_id to, synod::sealed<core::message> const& what) noexcept {
    held.push_back({to, what});
  }
  void decided(synod::log_index upto) noexcept { committed = upto; }
  void stopped(synod::error why) noexcept { std::cerr << why.what << '\n'; }
  synod::memory_log const& storage() noexcept { return log; }
  void accepted(synod::ticket, synod::position first) noexcept {
    std::cout << "node " << self.value << " has put it at index " << first.index.value << '\n';
  }
  void refused(synod::ticket, synod::why, std::optional<synod::node_id> who) noexcept {
    leader = who;
  }
  // end host

  // begin start
  bool start(synod::members const& founders, synod::instant now) {
    if (!log.bootstrap(founders)) return false;  // once in the life of a disk
    auto const recovered = log.recover();        // at every start
    if (!recovered) return false;
    auto started = core::start({.self = self, .seed = self.value}, *recovered, now);
    if (!started) return false;
    raft = *started;
    return true;
  }
  // end start

  // begin step
  template <class Event>
  void step(Event const& event, synod::instant now, synod::payload entries = {}) {
    at_hand = entries;
    raft.step(event, now, *this);
    at_hand = {};
  }
  // end step

  // begin durable
  void sync(synod::instant now) {
    while (auto const done = log.poll(now)) step(synod::persisted{*done}, now);
    while (!held.empty()) {  // oldest first
      core::message const* const open = held.front().what.open(raft.durable_upto());
      if (open == nullptr) return;  // its write is not on disk yet
      transmit(held.front().to, *open);
      held.pop_front();
    }
  }
  // end durable

  // begin payload
  void transmit(synod::node_id to, core::message const& what) {
    packet p{self, to, what, {}, 0};
    if (std::optional<synod::run> const which = core::payload_of(what)) {
      std::optional<synod::payload> const entries = log.read(*which);
      if (!entries) return;  // truncated since: as if lost
      p.bytes.assign(entries->bytes.begin(), entries->bytes.end());
      p.entries = entries->entries;
    }
    network.push_back(std::move(p));
  }
  // end payload
};

int main() {
  synod::members founders;
  std::array<node, 3> nodes;
  for (std::size_t i = 0; i < 3; ++i) founders.voters.push_back(nodes[i].self = {i + 1});
  synod::instant now;
  for (node& n : nodes) {
    if (!n.start(founders, now)) return 1;
  }

  // begin loop
  auto const turn = [&] {
    now = now + synod::milliseconds(1);
    for (node& n : nodes) {
      if (auto const due = n.raft.next_deadline(); due && *due <= now) n.step(synod::tick{}, now);
      n.sync(now);
    }
    for (; !network.empty(); network.pop_front()) {
      packet const& p = network.front();
      node& to = nodes[p.to.value - 1];
      to.step(synod::received<core::message>{p.from, p.what, p.entries}, now, {p.bytes, p.entries});
    }
  };
  // end loop
  auto const leads = [](node const& n) {
    return n.raft.observe().role == synod::raft::role::leader;
  };
  while (!leads(nodes[0]) && !leads(nodes[1]) && !leads(nodes[2])) turn();
  node& first = leads(nodes[0]) ? nodes[0] : leads(nodes[1]) ? nodes[1] : nodes[2];

  // begin propose
  std::array<std::byte, 5> const command{};
  std::array<std::byte, synod::framed_bytes(5)> framed{};
  synod::frame_entry(command, framed.data());
  first.step(synod::propose{.as = {1}, .count = 1, .bytes = framed.size()}, now, {framed, 1});
  // end propose

  synod::log_index const index = first.log.last();
  while (nodes[0].committed < index || nodes[1].committed < index || nodes[2].committed < index) {
    turn();
  }
  std::cout << "committed on all three\n";
}
