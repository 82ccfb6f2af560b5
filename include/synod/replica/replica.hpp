// SPDX-License-Identifier: BSL-1.0
// A running node: a core, its store, a transport and a machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/replica/answer.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/collector.hpp"
#include "synod/replica/counters.hpp"
#include "synod/replica/engine.hpp"
#include "synod/replica/errand.hpp"
#include "synod/replica/errands.hpp"
#include "synod/replica/executor.hpp"
#include "synod/replica/options.hpp"
#include "synod/replica/parts.hpp"
#include "synod/replica/reads.hpp"
#include "synod/replica/stamps.hpp"

namespace synod::inline SYNOD_ABI {

/// Single-threaded; driven by any loop: `receive` what arrives, `propose` and `query` what clients
/// ask, and `poll` when `next_deadline` is due or the store may have completed a write. Entries are
/// applied in order, once; what a node promises leaves only when it is durable. Refers to the store
/// and the handler. Steady work allocates nothing once its queues have grown to what they need.
///
/// What it does beyond that depends on its parts: it collects commands into batches where the core
/// tells whether it leads, answers questions where core and machine do, takes and installs
/// snapshots where store and machine do, moves the machine's time on where the machine keeps one,
/// and hands on to the leader what only a leader can do where the transport carries errands.
template <log_protocol Core, class Transport, state_machine Machine, answer_handler Handler>
class replica {
  using engine_type = engine<Core, Transport, Machine, Handler>;

 public:
  using core_type = Core;
  using store_type = typename Core::storage;
  using message = typename Core::message;

  static constexpr bool collects = tells_office<Core>;
  static constexpr bool answers_questions = linearizable_reads<Core> && queryable<Machine>;
  static constexpr bool takes_snapshots = engine_type::executor_type::takes_snapshots;
  static constexpr bool moves_time = collects && keeps_time<Machine>;
  static constexpr bool hands_on = carries_errands<Transport>;

  /// Recovers the store and starts on it. The machine is in its initial state: the snapshot of the
  /// store is restored into it, where there is one, and committed entries are applied from there
  /// on. Errors: those of the options, of the store, of the core, of the snapshot; bad_recovered
  /// for a store whose first entries are compacted and in no snapshot.
  static result<replica> start(typename Core::options const& options, store_type& store,
                               Transport net, Machine initial, Handler& handler, instant now,
                               replica_options const& chosen = {}) {
    if (error const bad = check(chosen); bad.code != errc::ok) return bad;
    result<recovered_log> const held = store.recover();
    if (!held) return held.error();
    typename engine_type::executor_type executor(std::move(initial), chosen);
    if constexpr (takes_snapshots) {
      if (error const bad = executor.restore(store); bad.code != errc::ok) return bad;
    }
    if (held->base.index > executor.applied()) {
      return error{errc::bad_recovered, "replica: the store lacks the first entries (up to)",
                   held->base.index.value};
    }
    result<Core> core = Core::start(options, *held, now);
    if (!core) return core.error();
    replica started({std::move(core).value(), store, std::move(net), std::move(executor), handler},
                    chosen, held->life);
    if (!started.runs()) return started.stopped();
    if constexpr (requires { options.max_message_bytes; }) {
      if (options.max_message_bytes < started.max_batch_bytes_) {
        started.max_batch_bytes_ = static_cast<std::size_t>(options.max_message_bytes);
      }
    }
    return started;
  }

  /// Appends entries, framed one after another; the answers come by `on_answer(as, ...)`.
  void propose(ticket as, payload entries, instant now) noexcept {
    detail::turn const in(busy_);
    propose_for(asker::client(as), entries, now);
    settle(now);
  }

  /// Asks the machine a question; the answer shows everything that was answered before the call,
  /// by any node.
  void query(ticket as, std::span<std::byte const> question, instant now) noexcept
    requires answers_questions
  {
    detail::turn const in(busy_);
    query_for(asker::client(as), question);
    settle(now);
  }

  /// A message arrived. `beside` are the bytes that came with it: framed entries, or a part of a
  /// snapshot.
  void receive(node_id from, message const& m, payload beside, instant now) noexcept {
    detail::turn const in(busy_);
    if (!runs()) return;
    if constexpr (hands_on) desk_.heard(from);
    step(received<message>{from, m, beside.entries, beside.bytes.size()}, {{}, beside}, now);
    settle(now);
  }

  /// An errand arrived. One that is malformed is dropped: it ends when its time is up.
  void receive(node_id from, errand const& what, std::span<std::byte const> bytes,
               instant now) noexcept
    requires hands_on
  {
    detail::turn const in(busy_);
    desk_.heard(from);
    switch (what.what) {
      case errand::verb::propose:
        if (auto const entries = parse_payload(bytes);
            entries && entries->entries != 0 && entries->entries == what.entries) {
          ++counters_.errands_served;
          propose_for(asker::node(from, what.number), *entries, now);
        }
        break;
      case errand::verb::query:
        if constexpr (answers_questions) {
          ++counters_.errands_served;
          query_for(asker::node(from, what.number), bytes);
        }
        break;
      case errand::verb::answer: desk_.answered(from, what, bytes, to_client()); break;
    }
    settle(now);
  }

  /// The connection to a node is gone, and with it what was on its way there or back: its errands
  /// are answered to nobody, and what was handed on to it ends.
  void disconnected(node_id gone, instant now) noexcept
    requires hands_on
  {
    detail::turn const in(busy_);
    auto const forget = [&](asker& who) { who.forget(gone); };
    engine_.executor.waiting().for_each(forget);
    if constexpr (collects) collector_.for_each(forget);
    if constexpr (answers_questions) reads_.forget(gone);
    desk_.lost(gone, to_client());
    settle(now);
  }

  /// Takes completed writes to the core, sends what waited for them, and lets time pass: the last
  /// not where the host has yet to read what arrived while its loop stood still (`stall_watch`).
  void poll(instant now, bool time_passes = true) noexcept {
    detail::turn const in(busy_);
    if (!runs()) return;
    subject const nothing;
    counters_.syncs += engine_.complete_writes(now, sink{*this, nothing, now}) ? 1 : 0;
    if (auto const due = core().next_deadline(); time_passes && due && *due <= now) {
      step(tick{}, nothing, now);
    }
    if constexpr (hands_on) {
      if (time_passes) desk_.expire(now, to_client());
    }
    if constexpr (takes_snapshots) engine_.executor.compact(engine_.store());
    settle(now);
  }

  /// A write of the store failed: the node stops.
  void fail(io_id which, instant now) noexcept {
    detail::turn const in(busy_);
    if (!runs()) return;
    step(write_failed{which}, {}, now);
    settle(now);
  }

  /// Takes a snapshot now, whatever the limits say. False: nothing was applied since the last one,
  /// or one is on its way to disk.
  bool take_snapshot(instant) noexcept
    requires takes_snapshots
  {
    detail::turn const in(busy_);
    return runs() && take_snapshot_now();
  }

  /// An orderly end: what waits is answered, with `unknown` where it is in the log, refused where
  /// it is not. A replica that is destroyed without it answers nobody, as a process that is killed.
  void abandon() noexcept {
    detail::turn const in(busy_);
    end_all();
  }

  /// When to poll next at the latest, where nothing else happens; empty: never.
  std::optional<instant> next_deadline() const noexcept {
    if (!runs()) return std::nullopt;
    std::optional<instant> due = core().next_deadline();
    auto const or_at = [&](std::optional<instant> other) {
      if (other && (!due || *other < *due)) due = other;
    };
    or_at(engine_.store().next_completion());
    if constexpr (collects) or_at(collector_.due());
    if constexpr (moves_time) or_at(time_due());
    if constexpr (hands_on) or_at(desk_.next_deadline());
    return due;
  }

  Core const& core() const noexcept { return engine_.core(); }
  Machine const& machine() const noexcept { return engine_.executor.machine(); }
  log_index applied() const noexcept { return engine_.executor.applied(); }
  /// Why the node stopped; errc::ok while it runs.
  error const& stopped() const noexcept { return engine_.stopped(); }
  replica_counters counters() const noexcept {
    replica_counters all = counters_;
    all.applied = engine_.executor.commands();
    all.snapshots_installed = engine_.executor.snapshots_installed();
    return all;
  }

 private:
  /// What one step of the core is about: whose entries, and what stands in front of them.
  struct subject {
    std::span<asked_entries const> of;
    payload entries;
    std::uint32_t stamps = 0;
    std::size_t stamp_bytes = 0;
  };
  /// Where the core says what became of it.
  struct sink {
    replica& self;
    subject const& about;
    instant now;

    void accepted(position first) noexcept { self.accepted(about, first, now); }
    void refused(why reason, std::optional<node_id> leader) noexcept {
      self.turn_away(about, reason, leader, now);
    }
    void read_ready(ticket round, log_index index) noexcept {
      if constexpr (answers_questions) self.reads_.ready(round, index);
    }
    void read_failed(ticket round, why reason, std::optional<node_id> leader) noexcept {
      if constexpr (answers_questions) self.reads_.failed(round, reason, leader);
    }
  };

  replica(engine_type made, replica_options const& o, life of)
      : engine_(std::move(made)),
        max_batch_bytes_(o.max_batch_bytes),
        time_resolution_(o.time_resolution),
        collector_(detail::make_part<decltype(collector_)>(o)),
        reads_(detail::make_part<decltype(reads_)>(o)),
        desk_(detail::make_part<decltype(desk_)>(of, o)) {}

  bool runs() const noexcept { return engine_.runs(); }

  template <class Event>
  void step(Event const& event, subject const& about, instant now) noexcept {
    engine_.step(event, about.entries, now, sink{*this, about, now});
  }

  /// What follows from a call, until nothing more does.
  void settle(instant now) noexcept {
    for (bool more = true; more && runs();) {
      more = false;
      if constexpr (collects) {
        if (core().leads() != leads_) change_office(now);
        if constexpr (moves_time) {
          if (leads_) stamps_.clock.observe(machine().now(), now);
        }
        collector_.applied(applied(), now);
        if (collector_.ready(now) || time_is_due(now)) {
          flush(now);
          more = true;
        }
      }
      if constexpr (answers_questions) more |= serve_questions(now);
      if constexpr (takes_snapshots) {
        if (engine_.snapshot_is_due()) take_snapshot_now();
      }
    }
    if (!runs()) end_all();
  }

  void change_office(instant now) noexcept {
    leads_ = core().leads();
    collector_.give_up();
    if constexpr (moves_time) {
      if (leads_) stamps_.clock.take_office(machine().now(), now);
    }
    if constexpr (answers_questions) {
      if (!leads_) reads_.ask_again();
    }
  }

  // --- commands ---

  void propose_for(asker const& who, payload entries, instant now) noexcept {
    if (!runs()) return refuse(who, why::stopped);
    if (entries.bytes.size() > max_batch_bytes_) return refuse(who, why::too_large);
    if constexpr (collects) {
      if (!collector_.passes(now)) {
        if (!collector_.add(who, entries)) refuse(who, why::full);
        return;
      }
    }
    asked_entries const one{who, entries.entries, entries.bytes.size()};
    launch({{&one, 1}, entries}, now);
  }

  /// Proposes everything that is collected; or, where nothing is, a stamp.
  void flush(instant now) noexcept
    requires collects
  {
    if (collector_.empty()) return launch({}, now);
    while (!collector_.empty()) {
      command_batch const batch = collector_.front(max_batch_bytes_);
      launch(batch, now);
      collector_.drop(batch);
    }
  }

  /// Proposes a batch, with a stamp in front where it moves time on; or a stamp alone.
  void launch(command_batch const& batch, instant now) noexcept {
    if constexpr (moves_time) {
      if (leads_ && (batch.of.empty() || stamps_.clock.ahead(now) >= stamps_.clock.granularity)) {
        return launch_stamped(batch, now);
      }
    }
    propose_to_core({batch.of, batch.entries}, now);
  }
  void launch_stamped(command_batch const& batch, instant now) noexcept
    requires moves_time
  {
    std::size_t const size = stamps_.template make<Machine>(now);
    if (!batch.of.empty() && size + batch.entries.bytes.size() <= max_batch_bytes_) {
      return propose_to_core({batch.of, stamps_.before(batch.entries), 1, size}, now);
    }
    propose_to_core({{}, stamps_.alone(), 1, size}, now);
    if (!batch.of.empty()) propose_to_core({batch.of, batch.entries}, now);
  }
  void propose_to_core(subject const& about, instant now) noexcept {
    step(synod::propose{{}, about.entries.entries, about.entries.bytes.size()}, about, now);
  }

  void accepted(subject const& about, position first, instant now) noexcept {
    ++counters_.batches;
    counters_.stamps += about.stamps;
    counters_.commands += about.entries.entries - about.stamps;
    first.index.value += about.stamps;
    for (asked_entries const& each : about.of) {
      engine_.executor.waiting().add(each.who, first, each.entries);
      first.index.value += each.entries;
    }
    if constexpr (collects) collector_.accepted(about.of.size(), previous(first.index), now);
    if constexpr (moves_time) {
      if (about.stamps != 0) stamps_.accepted();
    }
  }

  /// The core has refused: each proposal is handed on to the leader, or whoever asked is told.
  void turn_away(subject const& about, why reason, std::optional<node_id> leader,
                 instant now) noexcept {
    if constexpr (moves_time) {
      if (about.stamps != 0) stamps_.clock.refused(now);
    }
    std::size_t at = about.stamp_bytes;
    for (asked_entries const& each : about.of) {
      turn_away(errand::verb::propose, each.who, each.entries,
                about.entries.bytes.subspan(at, each.bytes), reason, leader, now);
      at += each.bytes;
    }
  }
  void turn_away(errand::verb what, asker const& who, std::uint32_t entries,
                 std::span<std::byte const> bytes, why reason, std::optional<node_id> leader,
                 instant now) noexcept {
    if constexpr (hands_on) {
      if (who.is == asker::kind::client && reason == why::not_leader && leader &&
          !desk_.has_gone(*leader)) {
        if (!desk_.has_room(bytes.size())) return refuse(who, why::full, leader);
        errand const e = desk_.open(what, {who.number}, *leader, entries, bytes.size(), now);
        if (!engine_.responder.send(*leader, e, bytes)) {
          desk_.take_back();
          return refuse(who, why::full, leader);
        }
        ++counters_.errands_sent;
        return;
      }
    }
    refuse(who, reason, leader);
  }

  // --- questions ---

  void query_for(asker const& who, std::span<std::byte const> question) noexcept
    requires answers_questions
  {
    if (!runs()) return refuse(who, why::stopped);
    if (!reads_.add(who, question)) refuse(who, why::full);
  }

  /// Whether there may be more to do.
  bool serve_questions(instant now) noexcept
    requires answers_questions
  {
    if (reads_.has_failed()) {
      reads_.take_failed([&](asker const& who, std::span<std::byte const> question, why reason,
                             std::optional<node_id> leader) {
        turn_away(errand::verb::query, who, 0, question, reason, leader, now);
      });
    }
    if (reads_.answerable(applied())) {
      reads_.take_confirmed([&](asker const& who, std::span<std::byte const> question) {
        ++counters_.questions;
        engine_.responder.tell(who, engine_.executor.ask(question));
      });
    }
    if (!reads_.wants_round()) return false;
    log_index at_least;
    if constexpr (moves_time) at_least = refresh_time(now);
    ++counters_.read_rounds;
    step(read_index{reads_.begin_round(at_least)}, {}, now);
    return true;
  }

  // --- time ---

  /// When the machine waits for a moment that nobody has told it of.
  std::optional<instant> time_due() const noexcept
    requires moves_time
  {
    if (!leads_ || collector_.under_way()) return std::nullopt;
    std::optional<instant> const deadline = machine().next_deadline();
    return deadline ? stamps_.clock.due(*deadline) : std::nullopt;
  }
  bool time_is_due(instant now) const noexcept {
    if constexpr (moves_time) {
      std::optional<instant> const due = time_due();
      return due && *due <= now;
    } else {
      return false;
    }
  }
  /// A machine that waits for a moment is brought up to date before it is asked; gives the index
  /// that does it, 0 where none is needed.
  log_index refresh_time(instant now) noexcept
    requires moves_time
  {
    if (!leads_ || !machine().next_deadline() || stamps_.clock.ahead(now) < time_resolution_) {
      return {};
    }
    launch({}, now);
    return collector_.under_way() ? collector_.last() : log_index{};
  }

  // --- ends ---

  bool take_snapshot_now() noexcept
    requires takes_snapshots
  {
    bool const taken = engine_.executor.take_snapshot(engine_.store());
    counters_.snapshots_taken += taken ? 1 : 0;
    return taken;
  }

  void refuse(asker const& who, why reason, std::optional<node_id> leader = {}) noexcept {
    engine_.responder.refuse(who, reason, leader);
  }
  auto to_client() noexcept {
    return [this](ticket as, answer const& a) { engine_.responder.tell(asker::client(as), a); };
  }

  void end_all() noexcept {
    auto const stop = [&](asker const& who) { refuse(who, why::stopped); };
    engine_.executor.waiting().abandon(
        [&](asker const& who) { engine_.responder.tell(who, answer{}); });
    if constexpr (collects) {
      collector_.for_each(stop);
      collector_.clear();
      collector_.give_up();
    }
    if constexpr (answers_questions) reads_.abandon(stop);
    if constexpr (hands_on) desk_.abandon(to_client());
    engine_.drop_messages();
  }

  engine_type engine_;
  bool busy_ = false;
  bool leads_ = false;
  replica_counters counters_;
  std::size_t max_batch_bytes_;
  duration time_resolution_;
  [[no_unique_address]] detail::part_if<collects, collector> collector_;
  [[no_unique_address]] detail::part_if<answers_questions, read_desk> reads_;
  [[no_unique_address]] detail::part_if<hands_on, errand_desk> desk_;
  [[no_unique_address]] detail::part_if<moves_time, stamps> stamps_;
};

}  // namespace synod::inline SYNOD_ABI
