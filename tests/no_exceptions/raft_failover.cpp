// SPDX-License-Identifier: BSL-1.0
// Three replicas in a program without exceptions and RTTI: they elect, commit, lose their leader,
// go on, and take it back.
#include <array>
#include <cstdio>
#include <deque>
#include <optional>

#include "synod/machine.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "tests/no_exceptions/checks.hpp"

namespace {

struct my_raft : synod::raft::with<synod::option::storage<synod::memory_log>> {};
using core = synod::raft::core<my_raft>;
using network = synod::loopback<core::message>;
using synod::machine::counter;

struct client {
  std::uint64_t responses = 0;
  std::uint64_t others = 0;
  void on_answer(synod::ticket, synod::answer const& a) noexcept {
    (a.what == synod::outcome::response ? responses : others) += 1;
  }
};
using node = synod::replica<core, network::endpoint, counter, client>;

constexpr std::array<synod::node_id, 3> names{{{1}, {2}, {3}}};

network net{names};
client hears;
std::array<synod::memory_log, 3> logs;
std::array<std::optional<node>, 3> nodes;
synod::instant now;

bool start(std::size_t i) {
  auto started = node::start({.self = names[i], .seed = i}, logs[i], net.endpoint_of(names[i]),
                             counter{}, hears, now);
  if (!started) return false;
  nodes[i].emplace(std::move(started).value());
  return true;
}

void run(synod::duration span) {
  for (synod::instant const until = now + span; now < until;) {
    now = now + synod::milliseconds(5);
    for (int rounds = 0; rounds < 4; ++rounds) {
      for (std::size_t i = 0; i < 3; ++i) {
        if (nodes[i]) nodes[i]->poll(now);
        while (auto const got = net.take(names[i])) {
          if (nodes[i]) nodes[i]->receive(got->from, got->message, got->payload, now);
        }
      }
    }
  }
}

std::optional<std::size_t> leader() {
  for (std::size_t i = 0; i < 3; ++i) {
    if (nodes[i] && nodes[i]->core().observe().role == synod::raft::role::leader) return i;
  }
  return std::nullopt;
}

/// Adds 1 at the leader.
void add_one() {
  std::array<std::byte, 9> command;
  auto const size =
      synod::encode(synod::machine::counter_command{synod::machine::counter_verb::add, 1}, command);
  std::array<std::byte, synod::framed_bytes(9)> entry;
  synod::frame_entry({command.data(), *size}, entry.data());
  if (auto const at = leader()) nodes[*at]->propose({1}, {entry, 1}, now);
}

}  // namespace

int main() {
  int failed = 0;
  synod::members const who = founders(3);
  for (std::size_t i = 0; i < 3; ++i) {
    failed += check(static_cast<bool>(logs[i].bootstrap(who)), "bootstrap");
    failed += check(start(i), "start");
  }
  run(synod::seconds(5));
  failed += check(leader().has_value(), "a leader is elected");
  for (int i = 0; i < 10; ++i) add_one();
  run(synod::seconds(1));
  failed += check(hears.responses == 10 && hears.others == 0, "its entries are committed");

  std::optional<std::size_t> const first = leader();
  if (!first) return failed + 1;
  nodes[*first].reset();
  run(synod::seconds(5));
  failed += check(leader().has_value() && leader() != first, "another leader is elected");
  for (int i = 0; i < 10; ++i) add_one();
  run(synod::seconds(1));
  failed += check(hears.responses == 20 && hears.others == 0, "two of three go on");

  failed += check(start(*first), "the first leader starts again");
  run(synod::seconds(5));
  for (auto const& n : nodes) {
    failed += check(n && n->machine().value() == 20, "every node has counted to 20");
    failed += check(n && n->core().broken_invariant() == nullptr, "no invariant is broken");
  }
  return failed;
}
