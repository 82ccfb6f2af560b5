// SPDX-License-Identifier: BSL-1.0
// What every log protocol brings to the simulator: clients that count, a machine on every node, and
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
#include "synod/sim/contact_oracle.hpp"
#include "synod/sim/exactly_once.hpp"
#include "synod/sim/full_check.hpp"
#include "synod/sim/log_clients.hpp"
#include "synod/sim/log_oracles.hpp"
#include "synod/sim/simulation.hpp"
#include "synod/sim/snapshot_oracle.hpp"
#include "synod/sim/upkeep.hpp"
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
    contact_.begin(who.voters.size(), patience, s.verdict());
    chance_ = splitmix64{random()};
    upkeep_ = log_upkeep::draw(chance_);
    due_.fill({});
    applied_.fill({});
    upto_.fill({});
    state_hash_.clear();
    clients_.begin(s, who, random);
  }

  // --- clients ---

  void wake(std::uint64_t client) {
    clients_.wake(client, [this](bool oldest) { return leading(oldest); }, oracles_.committed());
  }
  void silence() { clients_.silence(); }
  void resume() { clients_.resume(); }
  void accepted(std::size_t slot, ticket t, position first) { clients_.accepted(slot, t, first); }
  void refused(std::size_t, ticket t, why, std::optional<node_id> leader) {
    clients_.refused(t, leader);
  }
  void read_ready(std::size_t slot, ticket t, log_index from) {
    clients_.read_ready(slot, t, from);
  }
  void read_failed(std::size_t slot, ticket t, why, std::optional<node_id>) {
    clients_.read_failed(slot, t);
  }

  // --- oracles ---

  void started(std::size_t slot) {
    oracles_.started(slot);
    snapshots_.started(slot);
    contact_.started(slot, sim_->now_at(slot));
    issued_[slot] = {};
    machines_[slot] = machine_type{};
    applied_[slot] = upto_[slot] = {};
    due_[slot] = upkeep_.next_after({}, chance_);
    if constexpr (keeps_snapshots<store>) {
      restore(slot);
      if (sim_->nodes()[slot].store.base().index > applied_[slot]) {
        sim_->verdict().report("O-REC", "n" + std::to_string(slot + 1) + " has a log that begins " +
                                            "behind what its snapshot covers");
      }
    }
    stepped(slot);
  }
  void wrote(std::size_t slot, log_batch const& batch, payload content, io_id id) {
    if (batch.chunk) {
      if (!took_part(slot, *batch.chunk)) return;
    }
    if constexpr (requires { requires Observer::pre_vote; }) {
      if (batch.in > oracles_.log_of(slot).live().in && batch.vote == who_.voters[slot]) {
        contact_.campaigns(slot, sim_->now_at(slot));
      }
    }
    if (!is_writing(slot)) contact_.wrote(slot, sim_->now_at(slot));
    issued_[slot] = id;
    oracles_.wrote(slot, batch, content, id);
  }
  void settled(std::size_t slot, io_id through) {
    oracles_.settled(slot, through);
    if (through.life == issued_[slot].life) contact_.wrote(slot, sim_->now_at(slot));
  }
  void crashed(std::size_t slot, std::size_t kept) {
    if (snapshots_.is_coming(slot)) sim_->count(fault::torn_install);
    oracles_.crashed(slot, kept);
    clients_.crashed(slot);
  }
  void heard(std::size_t slot, std::size_t from, typename core::message const& m) {
    contact_.heard(slot, from, sim_->now_at(slot));
    heard_[slot] = from;
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
    if (now.leads && !oracles_.last_seen(slot).leads)
      contact_.took_office(slot, sim_->now_at(slot));
    oracles_.observed(slot, now);
    if (!now.leads) clients_.leads_not(slot);
    if (now.leads) {
      if constexpr (requires { requires Observer::check_quorum; }) {
        contact_.leads(slot, sim_->now_at(slot), is_writing(slot));
      }
      for (std::size_t other = 0; other < who_.voters.size(); ++other) {
        if (auto const p = Observer::progress(c, other)) oracles_.believed(slot, other, *p);
      }
    }
    if (applied_[slot] < upto_[slot]) apply(slot);
    clients_.shows(slot, applied_[slot], machines_[slot].inner().value());
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

  /// The run is over.
  history_counts ended() { return clients_.judge(); }

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
  bool done() const { return committed() >= goal && clients_.content(); }
  std::uint64_t committed() const { return oracles_.committed().value; }
  std::uint64_t elections() const { return oracles_.elections(); }
  /// Of several that believe to lead, the one of the highest ballot.
  std::optional<std::size_t> leader() const { return leading(false); }

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
  // Of several that believe to lead, the one of the highest ballot, or of the lowest.
  std::optional<std::size_t> leading(bool oldest) const {
    std::optional<std::size_t> best;
    for (std::size_t slot = 0; slot < who_.voters.size(); ++slot) {
      log_observation const& seen = oracles_.last_seen(slot);
      if (sim_->nodes()[slot].up && seen.leads &&
          (!best || (oracles_.last_seen(*best).in < seen.in) != oldest)) {
        best = slot;
      }
    }
    return best;
  }

  // A node writes a part of a snapshot, which it has just heard. False where it must not.
  bool took_part(std::size_t slot, snapshot_chunk const& part) {
    if (snapshots_.is_coming(slot) && part_from_[slot] != heard_[slot]) {
      sim_->count(fault::other_sender);
    }
    part_from_[slot] = heard_[slot];
    if (!snapshots_.wrote(slot, part)) return false;
    if (part.is_last()) {
      sim_->count(fault::install);
      if (snapshots_.installed(slot) > 3) sim_->count(fault::long_install);
    }
    return true;
  }

  bool is_writing(std::size_t slot) const {
    auto const& n = sim_->nodes()[slot];
    return issued_[slot] != io_id{} && n.known_durable.life == issued_[slot].life &&
           n.known_durable.sequence < issued_[slot].sequence;
  }

  // Takes a snapshot when it is time, and drops what it covers, but for some entries.
  void keep_up(std::size_t slot) {
    store& disk = sim_->store_of(slot);
    // No entry that the snapshot does not cover goes, whatever is asked for.
    if (upkeep_.greedy && disk.snapshot() && chance_.below(32) == 0) disk.compact(upto_[slot]);
    if (applied_[slot] < due_[slot]) return;
    core const& c = sim_->nodes()[slot].core;
    if constexpr (requires { c.sends_snapshot(); }) {
      if (upkeep_.considerate && c.sends_snapshot()) return;
    }
    due_[slot] = upkeep_.next_after(applied_[slot], chance_);
    std::optional<run> const held = disk.run_at(applied_[slot]);
    if (!held) return;
    snapshots_.saved(slot, applied_[slot], machines_[slot].fingerprint());
    upkeep_.save(machines_[slot], applied_[slot], saved_);
    disk.keep_snapshot({{applied_[slot], held->first.in}, who_, saved_.size()}, saved_);
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
    result<machine_type> made = error{errc::unknown, ""};
    if (bytes) made = upkeep_.restore<machine_type>(*bytes, newest->at.index);
    if (!made) return snapshots_.report(slot, "has a snapshot that cannot be read");
    machines_[slot] = *std::move(made);
    applied_[slot] = newest->at.index;
    upto_[slot] = std::max(upto_[slot], applied_[slot]);
    snapshots_.restored(slot, applied_[slot], machines_[slot].fingerprint());
    oracles_.restored(slot, applied_[slot]);
    once_.applied(applied_[slot], {}, machines_[slot].inner().value());
    clients_.skipped(slot, newest->at.index);
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
      clients_.applied(slot, {i, which.first.in}, {out.data(), size}, once_);
    }
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

  // What a store holds against what its writes said.
  template <class Log>
  void compare(std::size_t slot, char const* where, Log const& held, ghost_state const& ghost) {
    if (!holds_what_was_written(held, ghost)) {
      sim_->verdict().report("O-LMATCH", "n" + std::to_string(slot + 1) + ": its " + where +
                                             " is not what its writes said (full check)");
    }
  }

  simulator* sim_ = nullptr;
  members who_;
  splitmix64 tuning_;
  log_oracles oracles_;
  exactly_once once_;
  log_clients<simulator> clients_;
  snapshot_oracle snapshots_;
  contact_oracle contact_;
  splitmix64 chance_;
  log_upkeep upkeep_;
  std::array<log_index, max_voters> due_{};          // when the next snapshot is taken
  std::array<io_id, max_voters> issued_{};           // the last write
  std::array<std::size_t, max_voters> heard_{};      // of whom last
  std::array<std::size_t, max_voters> part_from_{};  // who sent the last part that was taken
  std::vector<std::byte> saved_;
  std::array<machine_type, max_voters> machines_;
  std::array<log_index, max_voters> applied_{};
  std::array<log_index, max_voters> upto_{};
  std::vector<std::uint64_t> state_hash_;  // after every 64th entry
};

}  // namespace synod::inline SYNOD_ABI
