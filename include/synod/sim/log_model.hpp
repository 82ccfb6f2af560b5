// SPDX-License-Identifier: BSL-1.0
// What every log protocol brings to the simulator: counting clients, a machine on every node, and
// the oracles of logs.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/machine/counter.hpp"
#include "synod/machine/sessions.hpp"
#include "synod/sim/counting_clients.hpp"
#include "synod/sim/exactly_once.hpp"
#include "synod/sim/log_oracles.hpp"
#include "synod/sim/simulation.hpp"

namespace synod::inline SYNOD_ABI {

/// `Observer` is what one protocol adds, all static: `core`, `store`, `patience`;
/// `options(self, seed, random&)`, where the generator is the same for every node of a run;
/// `observe(core)` gives a log_observation, `testimony(from, to, message)` a log_testimony,
/// `progress(core, slot)` an optional log_progress; `describe(message)`, `describe(core)`; and, if
/// it makes sense, `entries_in(message)` and `trim(message&, count)`.
template <class Observer>
class log_model {
 public:
  using core = typename Observer::core;
  using store = typename Observer::store;
  using simulator = sim<log_model>;
  using machine_type = machine::sessions<machine::counter>;
  static constexpr duration patience = Observer::patience;
  /// A run is over when so many entries are committed (and all clients were answered after the
  /// healing).
  static constexpr std::uint64_t goal = 100;

  store found(members const& who) const {
    store made;
    (void)made.bootstrap(who);
    return made;
  }
  typename core::options options_of(node_id self, std::uint64_t seed) const {
    splitmix64 random = tuning_;
    return Observer::options(self, seed, random);
  }
  void begin(simulator& s, members const& who, splitmix64 random) {
    sim_ = &s;
    who_ = who;
    tuning_ = splitmix64{random()};
    oracles_.begin(who, s.verdict());
    once_.begin(s.verdict());
    clients_.begin(who.voters.size(), splitmix64{random()}, patience);
    for (auto& waiting : waiting_) waiting.clear();
    applied_.fill({});
    upto_.fill({});
    state_hash_.clear();
    for (std::size_t n = 0; n < clients_.size(); ++n) {
      s.wake_later(clients_.wake_of(n), {patience.ns * 2 + n});
    }
  }

  // --- clients ---

  void wake(std::uint64_t client) {
    std::optional<counting_request> const next = clients_.due(client);
    if (!next) return;
    std::size_t const n = client & 0xff;
    refusal_.reset();
    bool const up = sim_->ask(next->slot, next->what, next->content);
    duration const wait = !up || refusal_ ? clients_.thinking() : clients_.time_out();
    sim_->wake_later(clients_.wake_of(n), wait);
  }
  void silence() { clients_.silence(); }
  void resume() {
    clients_.resume();
    answered_at_healing_ = clients_.answered();
    for (std::size_t n = 0; n < clients_.size(); ++n) {
      sim_->wake_later(clients_.wake_of(n), clients_.thinking());
    }
  }

  void accepted(std::size_t slot, ticket t, position first) {
    std::vector<waiter>& waiting = waiting_[slot];
    // What was accepted here before at these indices was overwritten.
    while (!waiting.empty() && waiting.back().at.index >= first.index) waiting.pop_back();
    auto const& entries = sim_->nodes()[slot].store;
    std::optional<run> const held = entries.run_at(first.index);
    if (!held || held->first.in != first.in) {
      return sim_->verdict().report("contract", "accepted names a position it has not written");
    }
    for (log_index i = first.index; i <= held->last; i = next(i)) {
      waiting.push_back({{i, first.in}, t.value & 0xff, clients_.command_of(t)});
    }
  }
  void refused(std::size_t, ticket t, why, std::optional<node_id> leader) {
    refusal_ = t;
    std::optional<std::size_t> slot;
    if (leader) slot = who_.slot_of(*leader);
    clients_.refused(t, slot);
  }

  // --- oracles ---

  void started(std::size_t slot) {
    oracles_.started(slot);
    machines_[slot] = machine_type{};
    applied_[slot] = upto_[slot] = {};
    waiting_[slot].clear();
    stepped(slot);
  }
  void wrote(std::size_t slot, log_batch const& batch, payload content, io_id id) {
    oracles_.wrote(slot, batch, content, id);
  }
  void settled(std::size_t slot, io_id through) { oracles_.settled(slot, through); }
  void crashed(std::size_t slot, std::size_t kept) { oracles_.crashed(slot, kept); }
  void said(std::size_t slot, std::size_t to, typename core::message const& m) {
    oracles_.said(slot, to, Observer::testimony(who_.voters[slot], who_.voters[to], m));
  }
  void decided(std::size_t slot, log_index upto) {
    log_observation const now = Observer::observe(sim_->nodes()[slot].core);
    if (upto <= upto_[slot]) {
      sim_->verdict().report("O-MONO", "a decision that is no news");
    }
    upto_[slot] = upto;
    oracles_.decided(slot, upto, now.in);
  }
  void stepped(std::size_t slot) {
    core const& c = sim_->nodes()[slot].core;
    log_observation const now = Observer::observe(c);
    oracles_.observed(slot, now);
    if (now.leads) {
      for (std::size_t other = 0; other < who_.voters.size(); ++other) {
        if (auto const p = Observer::progress(c, other)) oracles_.believed(slot, other, *p);
      }
    }
    if (applied_[slot] < upto_[slot]) apply(slot);
  }

  void check_all() {
    std::uint64_t up = 0;
    for (std::size_t slot = 0; slot < who_.voters.size(); ++slot) {
      auto const& n = sim_->nodes()[slot];
      compare(slot, "memory", n.store.live(), oracles_.log_of(slot).live());
      compare(slot, "disk", n.store.image(), oracles_.log_of(slot).disk());
      if (!n.up) continue;
      up |= std::uint64_t{1} << slot;
      log_observation const now = Observer::observe(n.core);
      if (now.last != oracles_.log_of(slot).live().last()) {
        sim_->verdict().report("O-LMATCH", "a core and its store have logs of different length");
      }
      for (std::size_t other = 0; other < slot; ++other) {
        if (sim_->nodes()[other].up && applied_[other] == applied_[slot] &&
            machines_[other].fingerprint() != machines_[slot].fingerprint()) {
          sim_->verdict().report("O-SMS", "two machines differ after the same entry (full check)");
        }
      }
    }
    oracles_.check_all(up);
  }

  /// One leader, and everybody has everything, committed: without a single proposal.
  bool converged() const {
    std::optional<std::size_t> const first = leader();
    if (!first) return false;
    log_observation const& best = oracles_.last_seen(*first);
    for (std::size_t slot = 0; slot < who_.voters.size(); ++slot) {
      log_observation const& other = oracles_.last_seen(slot);
      if (!sim_->nodes()[slot].up || other.in != best.in || other.last != best.last ||
          other.commit != best.last || applied_[slot] != best.last) {
        return false;
      }
    }
    return true;
  }
  bool done() const {
    return committed() >= goal && clients_.answered() >= answered_at_healing_ + 2 * clients_.size();
  }
  std::uint64_t committed() const { return oracles_.committed().value; }
  std::uint64_t elections() const { return oracles_.elections(); }
  /// Of several that believe to lead, the one of the highest ballot.
  std::optional<std::size_t> leader() const {
    std::optional<std::size_t> best;
    for (std::size_t slot = 0; slot < who_.voters.size(); ++slot) {
      log_observation const& seen = oracles_.last_seen(slot);
      if (sim_->nodes()[slot].up && seen.leads &&
          (!best || oracles_.last_seen(*best).in < seen.in)) {
        best = slot;
      }
    }
    return best;
  }

  static std::uint32_t entries_in(typename core::message const& m)
    requires requires { Observer::entries_in(m); }
  {
    return Observer::entries_in(m);
  }
  static void trim(typename core::message& m, std::uint32_t count)
    requires requires { Observer::trim(m, count); }
  {
    Observer::trim(m, count);
  }

  // --- for people ---

  static std::string describe(typename core::message const& m) { return Observer::describe(m); }
  static std::string describe_decision(log_index upto) {
    return "up to entry " + std::to_string(upto.value);
  }
  std::string describe_node(std::size_t slot) const {
    return Observer::describe(sim_->nodes()[slot].core);
  }

 private:
  struct waiter {
    position at;
    std::uint64_t client = 0;
    std::uint64_t command = 0;
  };

  // What is decided and not yet applied, read from the store, as a replica would.
  void apply(std::size_t slot) {
    auto const& entries = sim_->nodes()[slot].store;
    while (applied_[slot] < upto_[slot]) {
      log_index const first = next(applied_[slot]);
      std::optional<run> held = entries.run_at(first);
      if (!held) return sim_->verdict().report("O-SMS", "a decided entry is not in the store");
      held->first.index = first;
      held->last = std::min(held->last, upto_[slot]);
      std::optional<payload> const there = entries.read(*held);
      if (!there) return sim_->verdict().report("O-SMS", "a decided entry cannot be read");
      apply(slot, *held, *there);
    }
  }
  void apply(std::size_t slot, run const& which, payload const& content) {
    payload_reader reader{content};
    std::array<std::byte, 128> out;
    for (log_index i = which.first.index; i <= which.last; i = next(i)) {
      std::span<std::byte const> command;
      std::size_t size = 0;
      if (which.kind == kind::payload) {
        command = reader.next();
        size = machines_[slot].apply(i, command, out);
        oracles_.applied(slot, i, ghost_hash(command));
      } else {
        oracles_.applied(slot, i, oracles_.log_of(slot).live().at(i).content);
      }
      applied_[slot] = i;
      once_.applied(i, command, machines_[slot].inner().value());
      if (i.value % 64 == 0) compare_state(slot, i);
      if (!waiting_[slot].empty()) answer(slot, {i, which.first.in}, {out.data(), size});
    }
  }

  void answer(std::size_t slot, position at, std::span<std::byte const> response) {
    std::vector<waiter>& waiting = waiting_[slot];
    std::size_t done = 0;
    while (done < waiting.size() && waiting[done].at.index <= at.index) {
      waiter const w = waiting[done++];
      if (w.at != at) continue;  // another entry was decided there: lost, the client will retry
      if (clients_.answer(w.client, w.command, response, once_)) {
        sim_->wake_later(clients_.wake_of(w.client), clients_.thinking());
      }
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(done));
  }

  // O-SMS: equal states at equal indices, whoever comes there first.
  void compare_state(std::size_t slot, log_index i) {
    std::uint64_t const hash = machines_[slot].fingerprint();
    std::size_t const at = static_cast<std::size_t>(i.value / 64 - 1);
    if (at == state_hash_.size()) state_hash_.push_back(hash);
    if (state_hash_[at] != hash) {
      sim_->verdict().report("O-SMS", "two machines differ after entry " + std::to_string(i.value));
    }
  }

  // The full check: what a store holds against what its writes said, byte for byte.
  template <class Log>
  void compare(std::size_t slot, char const* where, Log const& held, ghost_state const& ghost) {
    bool same = !held.run_at(next(ghost.last()));
    for (log_index i{1}; same && i <= ghost.last();) {
      std::optional<run> const which = held.run_at(i);
      std::optional<payload> const content = which ? held.read(*which) : std::nullopt;
      if (!content || which->first.index != i) {
        same = false;
        break;
      }
      payload_reader reader{*content};
      for (; same && i <= which->last; i = next(i)) {
        ghost_entry const& e = ghost.at(i);
        same = e.in == which->first.in &&
               (which->kind != kind::payload || e.content == ghost_hash(reader.next()));
      }
    }
    if (!same) {
      sim_->verdict().report("O-LMATCH", "n" + std::to_string(slot + 1) + ": its " + where +
                                             " is not what its writes said (full check)");
    }
  }

  simulator* sim_ = nullptr;
  members who_;
  splitmix64 tuning_;
  log_oracles oracles_;
  exactly_once once_;
  counting_clients clients_;
  std::array<machine_type, max_voters> machines_;
  std::array<std::vector<waiter>, max_voters> waiting_;  // by index
  std::array<log_index, max_voters> applied_{};
  std::array<log_index, max_voters> upto_{};
  std::vector<std::uint64_t> state_hash_;  // after every 64th entry
  std::optional<ticket> refusal_;          // of the request that is being asked
  std::uint64_t answered_at_healing_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
