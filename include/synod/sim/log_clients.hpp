// SPDX-License-Identifier: BSL-1.0
// All clients of a simulated log: those that count under sessions, those without, and one that
// reads; what waits for them at each node; and the history of what they asked and were told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/sim/client_history.hpp"
#include "synod/sim/counting_clients.hpp"
#include "synod/sim/exactly_once.hpp"
#include "synod/sim/fresh_reads.hpp"
#include "synod/sim/plain_clients.hpp"

namespace synod::inline SYNOD_ABI {

template <class Sim>
class log_clients {
 public:
  static constexpr duration patience = Sim::patience;
  static constexpr bool read = linearizable_reads<typename Sim::core>;

  /// A new run.
  void begin(Sim& s, members const& who, splitmix64& random) {
    sim_ = &s;
    who_ = who;
    reads_.begin(s.verdict());
    history_.begin(s.verdict());
    chance_ = splitmix64{random()};
    counting_.begin(who.voters.size(), splitmix64{random()}, patience);
    plain_.begin(who.voters.size(), splitmix64{random()}, patience);
    for (auto& waiting : waiting_) waiting.clear();
    for (auto& ready : ready_) ready.clear();
    read_operations_.clear();
    silent_ = false;
    answered_at_healing_ = reads_at_healing_ = 0;
    for (std::size_t n = 0; n < counting_.size(); ++n) {
      s.wake_later(counting_.wake_of(n), {patience.ns * 2 + n});
    }
    for (std::size_t n = 0; n < plain_.size(); ++n) {
      s.wake_later(plain_.wake_of(n), {patience.ns * 3 + n});
    }
    if constexpr (read) s.wake_later(the_reader, {patience.ns * 2});
  }

  void silence() {
    counting_.silence();
    plain_.silence();
    silent_ = true;
  }
  void resume() {
    counting_.resume();
    plain_.resume();
    silent_ = false;
    reads_at_healing_ = reads_.answered();
    answered_at_healing_ = counting_.answered();
    for (std::size_t n = 0; n < counting_.size(); ++n) {
      sim_->wake_later(counting_.wake_of(n), counting_.thinking());
    }
    for (std::size_t n = 0; n < plain_.size(); ++n) {
      sim_->wake_later(plain_.wake_of(n), plain_.thinking());
    }
  }
  /// Whether all were answered since they came back.
  bool content() const noexcept {
    return counting_.answered() >= answered_at_healing_ + 2 * counting_.size() &&
           (!read || reads_.answered() >= reads_at_healing_ + 2);
  }
  history_counts judge() { return history_.judge(); }

  /// A client's time has come. `leader(oldest)`: who seems to lead, in the highest ballot or in the
  /// lowest; `committed`: as far as any node knows.
  template <class Leader>
  void wake(std::uint64_t client, Leader&& leader, log_index committed) {
    if (client == the_reader) return ask_to_read(leader, committed);
    std::size_t const n = client & 0xff;
    if (plain_clients::is_one(n)) return ask_plainly(n, client);
    auto const next = counting_.due(client, history_, sim_->now());
    if (!next) return;
    duration const wait = propose_to(*next) ? counting_.time_out() : counting_.thinking();
    sim_->wake_later(counting_.wake_of(n), wait);
  }

  // What nodes answer.

  void accepted(std::size_t slot, ticket t, position first) {
    std::vector<waiter>& waiting = waiting_[slot];
    // What was accepted here before at these indices was overwritten.
    while (!waiting.empty() && waiting.back().at.index >= first.index) waiting.pop_back();
    auto const& entries = sim_->nodes()[slot].store;
    std::optional<run> const held = entries.run_at(first.index);
    if (!held || held->first.in != first.in) {
      return sim_->verdict().report("contract", "accepted names a position it has not written");
    }
    std::uint64_t const client = t.value & 0xff;
    std::uint64_t const command =
        plain_clients::is_one(client) ? plain_.command_of(t) : counting_.command_of(t);
    for (log_index i = first.index; i <= held->last; i = next(i)) {
      waiting.push_back({{i, first.in}, client, command});
    }
  }
  void refused(ticket t, std::optional<node_id> leader) {
    refused_ = true;
    std::optional<std::size_t> slot;
    if (leader) slot = who_.slot_of(*leader);
    if (plain_clients::is_one(t.value & 0xff)) {
      plain_.refused(t.value & 0xff, slot, history_);
    } else {
      counting_.refused(t, slot);
    }
  }
  void read_ready(std::size_t slot, ticket t, log_index from) {
    reads_.ready(slot, t, from);
    ready_[slot].push_back({from, read_operations_[static_cast<std::size_t>(t.value - 1)]});
  }
  void read_failed(std::size_t slot, ticket t) { reads_.failed(slot, t); }
  void leads_not(std::size_t slot) { reads_.leads_not(slot); }

  // What becomes of processes and machines.

  void crashed(std::size_t slot) {
    reads_.crashed(slot);
    waiting_[slot].clear();
    ready_[slot].clear();
  }
  /// A machine has applied the entry at this position, and says so.
  void applied(std::size_t slot, position at, std::span<std::byte const> response,
               exactly_once& once) {
    std::vector<waiter>& waiting = waiting_[slot];
    if (waiting.empty()) return;
    std::size_t done = 0;
    while (done < waiting.size() && waiting[done].at.index <= at.index) {
      waiter const w = waiting[done++];
      // Where another entry was decided it is lost, and its client will ask again.
      if (w.at == at) answer(w, response, once);
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(done));
  }
  /// A machine skipped all up to here: who waits there will ask again.
  void skipped(std::size_t slot, log_index upto) {
    std::erase_if(waiting_[slot], [&](waiter const& w) { return w.at.index <= upto; });
  }
  /// A machine that has applied so much counts so much: reads that may see it are answered.
  void shows(std::size_t slot, log_index applied, std::int64_t count) {
    if (ready_[slot].empty()) return;
    std::erase_if(ready_[slot], [&](ready_read const& r) {
      if (r.from > applied) return false;
      history_.answered(r.operation, count, sim_->now());
      return true;
    });
  }

 private:
  static constexpr std::uint64_t the_reader = ~std::uint64_t{0};

  struct waiter {
    position at;
    std::uint64_t client = 0;
    std::uint64_t command = 0;
  };
  struct ready_read {
    log_index from;
    std::size_t operation = 0;
  };

  // Mostly of who seems to lead; often of who only believes so still.
  template <class Leader>
  void ask_to_read(Leader&& leader, log_index committed) {
    if constexpr (read) {
      sim_->wake_later(the_reader, {patience.ns / 16 + chance_.below(patience.ns / 2)});
      if (silent_) return;
      std::uint64_t const whom = chance_.below(4);
      std::optional<std::size_t> const known = leader(whom == 1);
      std::size_t const slot =
          known && whom != 0 ? *known : static_cast<std::size_t>(chance_.below(who_.voters.size()));
      if (!sim_->nodes()[slot].up) return;
      read_operations_.push_back(history_.asked(the_reader, 0, sim_->now()));
      sim_->ask(slot, read_index{reads_.ask(slot, committed)});
    }
  }
  void ask_plainly(std::size_t number, std::uint64_t wake) {
    auto const next = plain_.due(wake, history_, sim_->now());
    if (!next) return;
    bool const taken = propose_to(*next);
    if (!taken && !refused_) plain_.refused(number, std::nullopt, history_);
    std::uint64_t const again = plain_.wake_of(number - plain_clients::first);
    sim_->wake_later(again, taken ? plain_.time_out() : plain_.thinking());
  }
  // False where it was refused, or nobody is there.
  bool propose_to(counting_request const& r) {
    refused_ = false;
    return sim_->ask(r.slot, r.what, r.content) && !refused_;
  }

  void answer(waiter const& w, std::span<std::byte const> response, exactly_once& once) {
    if (plain_clients::is_one(w.client)) {
      if (plain_.answer(w.client, w.command, response, history_, sim_->now())) {
        sim_->wake_later(plain_.wake_of(w.client - plain_clients::first), plain_.thinking());
      }
    } else if (counting_.answer(w.client, w.command, response, once, history_, sim_->now())) {
      sim_->wake_later(counting_.wake_of(w.client), counting_.thinking());
    }
  }

  Sim* sim_ = nullptr;
  members who_;
  splitmix64 chance_;
  counting_clients counting_;
  plain_clients plain_;
  fresh_reads reads_;
  client_history history_;
  std::array<std::vector<waiter>, max_voters> waiting_;  // by index
  std::array<std::vector<ready_read>, max_voters> ready_;
  std::vector<std::size_t> read_operations_;  // by ticket
  bool silent_ = false;
  bool refused_ = false;  // what is being asked
  std::uint64_t answered_at_healing_ = 0;
  std::uint64_t reads_at_healing_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
