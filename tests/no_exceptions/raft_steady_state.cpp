// SPDX-License-Identifier: BSL-1.0
// Nothing allocates once it runs: not a core, ever; and a whole replica with its store and its
// network not once they have grown to what they need.
#include <array>
#include <cstdio>
#include <optional>

#include "synod/machine.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "tests/no_exceptions/checks.hpp"
#include "tests/support/counted_allocations.hpp"

namespace {

struct my_raft : synod::raft::with<synod::option::storage<synod::memory_log>> {};

/// A core that counts what its own steps allocate, its host's effects apart.
struct watched : synod::raft::core<my_raft> {
  using base = synod::raft::core<my_raft>;

  watched() = default;
  watched(base const& b) : base(b) {}
  static synod::result<watched> start(options const& o, recovered const& held,
                                      synod::instant now) noexcept {
    auto const started = base::start(o, held, now);
    if (!started) return started.error();
    return watched(*started);
  }

  template <class Event, class Host>
  void step(Event const& event, synod::instant now, Host& host) noexcept {
    struct {
      Host& to;
      std::size_t in_effects = 0;

      void count(std::size_t before) noexcept { in_effects += synod::test::allocations - before; }
      void write(synod::log_batch const& b, synod::io_id id) noexcept {
        std::size_t const before = synod::test::allocations;
        to.write(b, id);
        count(before);
      }
      void send(synod::node_id who, synod::sealed<message> const& m) noexcept {
        std::size_t const before = synod::test::allocations;
        to.send(who, m);
        count(before);
      }
      void decided(synod::log_index upto) noexcept { to.decided(upto); }
      void stopped(synod::error why) noexcept { to.stopped(why); }
      synod::memory_log const& storage() noexcept { return to.storage(); }
      void accepted(synod::ticket as, synod::position at) noexcept {
        std::size_t const before = synod::test::allocations;
        to.accepted(as, at);
        count(before);
      }
      void refused(synod::ticket as, synod::why w, std::optional<synod::node_id> l) noexcept {
        to.refused(as, w, l);
      }
    } between{host};
    std::size_t const before = synod::test::allocations;
    base::step(event, now, between);
    in_steps += synod::test::allocations - before - between.in_effects;
    ++steps;
  }
  static inline std::size_t in_steps = 0;
  static inline std::size_t steps = 0;
};

using network = synod::loopback<watched::message>;

struct client {
  std::uint64_t responses = 0;
  void on_answer(synod::ticket, synod::answer const& a) noexcept {
    responses += a.what == synod::outcome::response ? 1 : 0;
  }
};
using node = synod::replica<watched, network::endpoint, synod::machine::counter, client>;

constexpr std::array<synod::node_id, 3> names{{{1}, {2}, {3}}};

}  // namespace

int main() {
  int failed = 0;
  network net{names};
  client hears;
  std::array<synod::memory_log, 3> logs{synod::memory_log{synod::microseconds(50)},
                                        synod::memory_log{synod::microseconds(50)},
                                        synod::memory_log{synod::microseconds(50)}};
  std::array<std::optional<node>, 3> nodes;
  synod::instant now;
  synod::members const who = founders(3);
  for (std::size_t i = 0; i < 3; ++i) {
    failed += check(static_cast<bool>(logs[i].bootstrap(who)), "bootstrap");
    synod::replica_options without_snapshots;  // whoever saves a machine allocates
    without_snapshots.snapshot_entries = without_snapshots.snapshot_bytes = std::uint64_t{1} << 60;
    auto started = node::start({.self = names[i], .seed = i}, logs[i], net.endpoint_of(names[i]),
                               {}, hears, now, without_snapshots);
    if (!started) return 1;
    nodes[i].emplace(std::move(started).value());
  }

  std::array<std::byte, 64> entry{};
  synod::frame_entry(std::array<std::byte, 60>{}, entry.data());
  std::uint64_t proposed = 0;
  auto const run = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      now = now + synod::microseconds(100);
      for (std::size_t i = 0; i < 3; ++i) {
        node& n = *nodes[i];
        if (n.core().observe().role == synod::raft::role::leader) {
          for (int k = 0; k < 8; ++k) n.propose({++proposed}, {entry, 1}, now);
        }
        n.poll(now);
        while (auto const got = net.take(names[i])) {
          n.receive(got->from, got->message, got->payload, now);
        }
      }
      // What all have applied is forgotten, or the logs would grow for ever.
      if (round % 64 == 0) {
        synod::log_index all = nodes[0]->applied();
        for (auto const& n : nodes) all = n->applied() < all ? n->applied() : all;
        for (auto& log : logs) log.compact(all);
      }
    }
  };

  run(60'000);  // six seconds: an election, and all queues as long as they get
  std::size_t const before = synod::test::allocations;
  std::uint64_t const answered = hears.responses;
  run(50'000);
  std::printf("%llu entries, %zu steps, %zu allocations in steady state, %zu in steps ever\n",
              static_cast<unsigned long long>(hears.responses - answered), watched::steps,
              synod::test::allocations - before, watched::in_steps);
  failed += check(hears.responses - answered > 50'000, "entries are committed");
  failed += check(synod::test::allocations == before, "no allocation in steady state");
  failed += check(watched::steps > 50'000, "the cores are stepped");
  failed += check(watched::in_steps == 0, "no step allocates");
  return failed;
}
