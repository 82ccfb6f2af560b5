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
#include "synod/reflect/frame.hpp"
#include "synod/sim/contact_oracle.hpp"
#include "synod/sim/counting_clients.hpp"
#include "synod/sim/exactly_once.hpp"
#include "synod/sim/fresh_reads.hpp"
#include "synod/sim/log_oracles.hpp"
#include "synod/sim/simulation.hpp"
#include "synod/sim/snapshot_oracle.hpp"
#include "synod/store/crashable.hpp"
#include "synod/store/log_store.hpp"

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
    snapshots_.begin(s.verdict());
    reads_.begin(s.verdict());
    contact_.begin(who.voters.size(), patience, s.verdict());
    chance_ = splitmix64{random()};
    upkeep_ = draw_upkeep(chance_);
    due_.fill({});
    reading_ = true;
    reads_at_healing_ = 0;
    clients_.begin(who.voters.size(), splitmix64{random()}, patience);
    for (auto& waiting : waiting_) waiting.clear();
    applied_.fill({});
    upto_.fill({});
    state_hash_.clear();
    for (std::size_t n = 0; n < clients_.size(); ++n) {
      s.wake_later(clients_.wake_of(n), {patience.ns * 2 + n});
    }
    if constexpr (answers_reads) s.wake_later(the_reader, {patience.ns * 2});
  }

  // --- clients ---

  void wake(std::uint64_t client) {
    if (client == the_reader) return read();
    std::optional<counting_request> const next = clients_.due(client);
    if (!next) return;
    std::size_t const n = client & 0xff;
    refusal_.reset();
    bool const up = sim_->ask(next->slot, next->what, next->content);
    duration const wait = !up || refusal_ ? clients_.thinking() : clients_.time_out();
    sim_->wake_later(clients_.wake_of(n), wait);
  }
  void silence() {
    clients_.silence();
    reading_ = false;
  }
  void resume() {
    clients_.resume();
    reading_ = true;
    reads_at_healing_ = reads_.answered();
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

  void read_ready(std::size_t slot, ticket t, log_index from) { reads_.ready(slot, t, from); }
  void read_failed(std::size_t slot, ticket t, why, std::optional<node_id>) {
    reads_.failed(slot, t);
  }

  // --- oracles ---

  void started(std::size_t slot) {
    oracles_.started(slot);
    snapshots_.started(slot);
    contact_.started(slot, sim_->now());
    issued_[slot] = {};
    machines_[slot] = machine_type{};
    applied_[slot] = upto_[slot] = {};
    waiting_[slot].clear();
    due_[slot] = upkeep_.next(chance_, {});
    if constexpr (keeps_snapshots<store>) restore(slot);
    stepped(slot);
  }
  void wrote(std::size_t slot, log_batch const& batch, payload content, io_id id) {
    if (batch.chunk) {
      if (!snapshots_.wrote(slot, *batch.chunk)) return;
      if (batch.chunk->is_last()) sim_->count(fault::install);
    }
    if constexpr (requires { requires Observer::pre_vote; }) {
      if (batch.in > oracles_.log_of(slot).live().in && batch.vote == who_.voters[slot]) {
        contact_.campaigns(slot, sim_->now());
      }
    }
    if (!is_writing(slot)) contact_.wrote(slot, sim_->now());
    issued_[slot] = id;
    oracles_.wrote(slot, batch, content, id);
  }
  void settled(std::size_t slot, io_id through) {
    oracles_.settled(slot, through);
    if (through.life == issued_[slot].life) contact_.wrote(slot, sim_->now());
  }
  void crashed(std::size_t slot, std::size_t kept) {
    if (snapshots_.is_coming(slot)) sim_->count(fault::torn_install);
    oracles_.crashed(slot, kept);
    reads_.crashed(slot);
  }
  void heard(std::size_t slot, std::size_t from, typename core::message const& m) {
    contact_.heard(slot, from, sim_->now());
    if constexpr (simulator::on_snapshots) {
      std::optional<snapshot_chunk> const part = core::chunk_of(m);
      if (part && !snapshots_.follows(slot, *part)) sim_->count(fault::stray_part);
    }
  }
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
    if constexpr (fallible_store<store>) {
      if (auto const f = sim_->nodes()[slot].store.failure()) {
        snapshots_.report(slot, std::string("cannot install what came: ") + f->why.what);
      }
    }
    log_observation const now = Observer::observe(c);
    if (now.leads && !oracles_.last_seen(slot).leads) contact_.took_office(slot, sim_->now());
    oracles_.observed(slot, now);
    if (!now.leads) reads_.leads_not(slot);
    if (now.leads) {
      if constexpr (requires { requires Observer::check_quorum; }) {
        contact_.leads(slot, sim_->now(), is_writing(slot));
      }
      for (std::size_t other = 0; other < who_.voters.size(); ++other) {
        if (auto const p = Observer::progress(c, other)) oracles_.believed(slot, other, *p);
      }
    }
    if (applied_[slot] < upto_[slot]) apply(slot);
    if constexpr (keeps_snapshots<store>) keep_up(slot);
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
    return committed() >= goal &&
           clients_.answered() >= answered_at_healing_ + 2 * clients_.size() &&
           (!answers_reads || reads_.answered() >= reads_at_healing_ + 2);
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

  // How a run takes snapshots.
  struct upkeep {
    std::uint64_t every = 0;  // entries, on average; 0: never
    std::uint64_t keep = 0;   // at most so many entries behind a snapshot stay
    bool considerate = true;  // none while a follower gets one

    log_index next(splitmix64& random, log_index at) const noexcept {
      return {at.value + 1 + (every == 0 ? goal * goal : random.below(2 * every))};
    }
  };
  static upkeep draw_upkeep(splitmix64& random) noexcept {
    upkeep u;
    u.every = random.below(5) == 0 ? 0 : 2 + random.below(30);
    u.keep = random.below(8);
    u.considerate = random.below(4) != 0;
    return u;
  }

  static constexpr bool answers_reads = linearizable_reads<core>;
  static constexpr std::uint64_t the_reader = ~std::uint64_t{0};

  // Somebody asks from which index on a read is fresh: mostly who seems to lead.
  void read() {
    if constexpr (answers_reads) {
      sim_->wake_later(the_reader, {patience.ns / 16 + chance_.below(patience.ns)});
      if (!reading_) return;
      std::optional<std::size_t> const first = leader();
      std::size_t const slot = first && chance_.below(4) != 0
                                   ? *first
                                   : static_cast<std::size_t>(chance_.below(who_.voters.size()));
      if (!sim_->nodes()[slot].up) return;
      sim_->ask(slot, read_index{reads_.ask(slot, oracles_.committed())});
    }
  }

  bool is_writing(std::size_t slot) const {
    auto const& n = sim_->nodes()[slot];
    return issued_[slot] != io_id{} && n.known_durable.life == issued_[slot].life &&
           n.known_durable.sequence < issued_[slot].sequence;
  }

  // Takes a snapshot when it is time, and drops what it covers, but for some entries.
  void keep_up(std::size_t slot) {
    if (applied_[slot] < due_[slot]) return;
    core const& c = sim_->nodes()[slot].core;
    if constexpr (requires { c.sends_snapshot(); }) {
      if (upkeep_.considerate && c.sends_snapshot()) return;
    }
    store& disk = sim_->store_of(slot);
    due_[slot] = upkeep_.next(chance_, applied_[slot]);
    std::optional<run> const held = disk.run_at(applied_[slot]);
    if (!held) return;
    snapshots_.saved(slot, applied_[slot], machines_[slot].fingerprint());
    saved_.resize(frame_overhead);
    machines_[slot].save(saved_);
    std::size_t const size = *seal_frame(1, saved_.size() - frame_overhead, saved_);
    disk.keep_snapshot({{applied_[slot], held->first.in}, who_, size}, saved_);
    std::uint64_t const kept = chance_.below(upkeep_.keep + 1);
    if (applied_[slot].value <= kept) return;
    disk.compact({applied_[slot].value - kept});
    sim_->count(fault::compaction);
  }

  // Where the store has a snapshot of more than the machine knows, the machine is made of it.
  void restore(std::size_t slot) {
    store const& disk = sim_->nodes()[slot].store;
    std::optional<snapshot_info> const newest = disk.snapshot();
    if (!newest || newest->at.index <= applied_[slot]) return;
    auto const bytes = disk.read_snapshot(
        {newest->at, 0, static_cast<std::uint32_t>(newest->bytes), newest->bytes});
    auto const whole = bytes ? read_frame(1, *bytes, bytes->size()) : error{errc::unknown, ""};
    auto made = whole ? machine_type{}.restored(whole->payload) : whole.error();
    if (!made) return snapshots_.report(slot, "has a snapshot that cannot be read");
    machines_[slot] = *std::move(made);
    applied_[slot] = newest->at.index;
    upto_[slot] = std::max(upto_[slot], applied_[slot]);
    snapshots_.restored(slot, applied_[slot], machines_[slot].fingerprint());
    oracles_.restored(slot, applied_[slot]);
    once_.applied(applied_[slot], {}, machines_[slot].inner().value());
    // What was waited for at these entries was skipped: the clients will ask again.
    std::erase_if(waiting_[slot], [&](waiter const& w) { return w.at.index <= newest->at.index; });
  }

  // What is decided and not yet applied, read from the store, as a replica would.
  void apply(std::size_t slot) {
    auto const& entries = sim_->nodes()[slot].store;
    if constexpr (keeps_snapshots<store>) {
      if (entries.base().index > applied_[slot]) restore(slot);
    }
    while (applied_[slot] < upto_[slot]) {
      log_index const first = next(applied_[slot]);
      std::optional<run> held = entries.run_at(first);
      if (!held) return sim_->verdict().report("O-SMS", "a decided entry is not in the store");
      held->first.index = first;
      held->last = std::min(held->last, upto_[slot]);
      held = one_piece(entries, *held);
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
    position const base = held.base();
    bool same = !held.run_at(next(ghost.last())) && base.index <= ghost.last() &&
                (base.index == log_index{} || ghost.at(base.index).in == base.in);
    for (log_index i = next(base.index); same && i <= ghost.last();) {
      std::optional<run> const which = held.run_at(i);
      same = which && which->first.index == i;
      while (same && i <= which->last) {
        run const piece = one_piece(held, {{i, which->first.in}, which->last, which->kind});
        std::optional<payload> const content = held.read(piece);
        same = content.has_value();
        if (!same) break;
        payload_reader reader{*content};
        for (; same && i <= piece.last; i = next(i)) {
          ghost_entry const& e = ghost.at(i);
          same = e.in == which->first.in &&
                 (which->kind != kind::payload || e.content == ghost_hash(reader.next()));
        }
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
  snapshot_oracle snapshots_;
  fresh_reads reads_;
  contact_oracle contact_;
  splitmix64 chance_;
  upkeep upkeep_;
  std::array<log_index, max_voters> due_{};  // when the next snapshot is taken
  std::array<io_id, max_voters> issued_{};   // the last write
  std::vector<std::byte> saved_;
  bool reading_ = true;
  std::array<machine_type, max_voters> machines_;
  std::array<std::vector<waiter>, max_voters> waiting_;  // by index
  std::array<log_index, max_voters> applied_{};
  std::array<log_index, max_voters> upto_{};
  std::vector<std::uint64_t> state_hash_;  // after every 64th entry
  std::optional<ticket> refusal_;          // of the request that is being asked
  std::uint64_t answered_at_healing_ = 0;
  std::uint64_t reads_at_healing_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
