// SPDX-License-Identifier: BSL-1.0
// A running node: a core, its store, a transport and a machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/net/transport.hpp"
#include "synod/replica/answer.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/clock.hpp"
#include "synod/replica/collector.hpp"
#include "synod/replica/counters.hpp"
#include "synod/replica/errand.hpp"
#include "synod/replica/errands.hpp"
#include "synod/replica/options.hpp"
#include "synod/replica/parts.hpp"
#include "synod/replica/reads.hpp"
#include "synod/replica/snapshots.hpp"
#include "synod/replica/waiting_list.hpp"
#include "synod/store/log_store.hpp"

namespace synod::inline SYNOD_ABI {

/// Who hears the answers: `on_answer(ticket, answer)`. It must not call the replica: what follows
/// from an answer is proposed after the call that brought it.
template <class H>
concept answer_handler = requires(H& handler, ticket as, answer const& what) {
  { handler.on_answer(as, what) } noexcept;
};

/// Single-threaded; driven by any loop: `receive` what arrives, `propose` and `query` what clients
/// ask, and `poll` when `next_deadline` is due or the store may have completed a write. Entries are
/// applied in order, once; what a node promises leaves only when it is durable. Refers to the store
/// and the handler. Steady work allocates nothing once its queues have grown to what they need.
///
/// What it does beyond that depends on its parts: it collects commands into batches where the core
/// tells whether it leads, answers questions where core and machine do, takes and installs snapshots
/// where store and machine do, moves the machine's time on where the machine keeps one, and hands on
/// to the leader what only a leader can do where the transport carries errands.
template <log_protocol Core, class Transport, state_machine Machine, answer_handler Handler>
  requires log_store<typename Core::storage> && transport<Transport, typename Core::message>
class replica {
 public:
  using core_type = Core;
  using store_type = typename Core::storage;
  using message = typename Core::message;

  static constexpr bool collects = tells_office<Core>;
  static constexpr bool answers_questions = linearizable_reads<Core> && queryable<Machine>;
  static constexpr bool takes_snapshots = snapshot_store<store_type> && saveable<Machine>;
  static constexpr bool moves_time = collects && keeps_time<Machine>;
  static constexpr bool hands_on = carries_errands<Transport>;

  /// Recovers the store and starts on it. The machine is in its initial state: the snapshot of the
  /// store is restored into it, where there is one, and committed entries are applied from there on.
  /// Errors: those of the options, of the store, of the core, of the snapshot; bad_recovered for a
  /// store whose first entries are compacted and in no snapshot.
  static result<replica> start(typename Core::options const& options, store_type& store,
                               Transport net, Machine initial, Handler& handler, instant now,
                               replica_options const& chosen = {}) {
    if (error const bad = check(chosen); bad.code != errc::ok) return bad;
    result<recovered_log> const held = store.recover();
    if (!held) return held.error();
    log_index restored;
    if constexpr (takes_snapshots) {
      if (std::optional<snapshot_info> const info = store.snapshot()) {
        result<Machine> saved = machine_in(store, *info, initial);
        if (!saved) return saved.error();
        initial = std::move(saved).value();
        restored = info->at.index;
      }
    }
    if (held->base.index > restored) {
      return error{errc::bad_recovered, "replica: the store lacks the first entries (up to)",
                   held->base.index.value};
    }
    result<Core> core = Core::start(options, *held, now);
    if (!core) return core.error();
    replica started(std::move(core).value(), store, std::move(net), std::move(initial), handler,
                    chosen, held->life);
    if constexpr (requires { options.max_message_bytes; }) {
      if (options.max_message_bytes < started.max_batch_bytes_) {
        started.max_batch_bytes_ = static_cast<std::size_t>(options.max_message_bytes);
      }
    }
    started.applied_ = restored;
    if constexpr (takes_snapshots) started.snapshots_.restored(restored);
    started.decided_ = started.core_.commit();
    started.apply(now);
    if (started.stopped_.code != errc::ok) return started.stopped_;
    return started;
  }

  /// Appends entries, framed one after another; the answers come by `on_answer(as, ...)`.
  void propose(ticket as, payload entries, instant now) noexcept {
    turn const in(*this);
    propose_for(asker::client(as), entries, now);
    settle(now);
  }

  /// Asks the machine a question; the answer shows everything that was answered before the call,
  /// by any node.
  void query(ticket as, std::span<std::byte const> question, instant now) noexcept
    requires answers_questions
  {
    turn const in(*this);
    query_for(asker::client(as), question);
    settle(now);
  }

  /// A message arrived. `entries` are the bytes beside it: framed entries, or a part of a snapshot.
  void receive(node_id from, message const& m, payload entries, instant now) noexcept {
    turn const in(*this);
    if (!runs()) return;
    if constexpr (hands_on) desk_.heard(from);
    step(received<message>{from, m, entries.entries, entries.bytes.size()}, {{}, entries}, now);
    settle(now);
  }

  /// An errand arrived. One that is malformed is dropped: it ends when its time is up.
  void receive(node_id from, errand const& what, std::span<std::byte const> bytes,
               instant now) noexcept
    requires hands_on
  {
    turn const in(*this);
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
      case errand::verb::answer:
        desk_.answered(from, what, bytes, to_client());
        break;
    }
    settle(now);
  }

  /// The connection to a node is gone, and with it what was on its way there or back: its errands
  /// are answered to nobody, and what was handed on to it ends.
  void disconnected(node_id gone, instant now) noexcept
    requires hands_on
  {
    turn const in(*this);
    auto const forget = [&](asker& who) { who.forget(gone); };
    waiting_.for_each(forget);
    if constexpr (collects) collector_.for_each(forget);
    if constexpr (answers_questions) reads_.forget(gone);
    desk_.lost(gone, to_client());
    settle(now);
  }

  /// Takes completed writes to the core, sends what waited for them, and lets time pass.
  void poll(instant now) noexcept {
    turn const in(*this);
    if (!runs()) return;
    bool completed = false;
    while (std::optional<completion> const done = store_->poll(now)) {
      step(persisted{*done}, {}, now);
      completed = true;
    }
    if (completed) {
      ++counters_.syncs;
      send_held(now);
    }
    if constexpr (fallible_store<store_type>) {
      if (std::optional<failed_write> const failure = store_->failure()) {
        step(write_failed{failure->which}, {}, now);
        if (!runs()) stopped_ = failure->why;
      }
    }
    if (std::optional<instant> const due = core_.next_deadline(); due && *due <= now) {
      step(tick{}, {}, now);
    }
    if constexpr (hands_on) desk_.expire(now, to_client());
    if constexpr (takes_snapshots) compact();
    settle(now);
  }

  /// A write of the store failed: the node stops.
  void fail(io_id which, instant now) noexcept {
    turn const in(*this);
    if (!runs()) return;
    step(write_failed{which}, {}, now);
    settle(now);
  }

  /// Takes a snapshot now, whatever the limits say. False: nothing was applied since the last one,
  /// or one is on its way to disk.
  bool take_snapshot(instant) noexcept
    requires takes_snapshots
  {
    turn const in(*this);
    compact();
    if (!runs() || snapshots_.pending() || applied_ == snapshots_.at()) return false;
    keep_snapshot();
    return true;
  }

  /// An orderly end: what waits is answered, with `unknown` where it is in the log, refused where it
  /// is not. A replica that is destroyed without it answers nobody, as a process that is killed.
  void abandon() noexcept {
    turn const in(*this);
    end_all();
  }

  /// When to poll next at the latest, where nothing else happens; empty: never.
  std::optional<instant> next_deadline() const noexcept {
    if (!runs()) return std::nullopt;
    std::optional<instant> due = core_.next_deadline();
    auto const or_at = [&](std::optional<instant> other) {
      if (other && (!due || *other < *due)) due = other;
    };
    or_at(store_->next_completion());
    if constexpr (collects) or_at(collector_.due());
    if constexpr (moves_time) or_at(time_due());
    if constexpr (hands_on) or_at(desk_.next_deadline());
    return due;
  }

  Core const& core() const noexcept { return core_; }
  Machine const& machine() const noexcept { return machine_; }
  log_index applied() const noexcept { return applied_; }
  /// Why the node stopped; errc::ok while it runs.
  error const& stopped() const noexcept { return stopped_; }
  replica_counters const& counters() const noexcept { return counters_; }

 private:
  struct held_message {
    node_id to;
    sealed<message> what;
  };
  /// What one step of the core is about: whose entries, and what stands in front of them.
  struct subject {
    std::span<asked_entries const> of;
    payload entries;
    std::uint32_t stamps = 0;
    std::size_t stamp_bytes = 0;
  };

  /// One call from outside.
  class turn {
   public:
    explicit turn(replica& self) noexcept : self_(self) {
      SYNOD_EXPECTS(!self.busy_, "replica: called from its own handler, machine or transport");
      self.busy_ = true;
    }
    ~turn() { self_.busy_ = false; }
    turn(turn const&) = delete;
    turn& operator=(turn const&) = delete;

   private:
    replica& self_;
  };

  // The host of one step.
  class host {
   public:
    host(replica& self, subject const& about, instant now) noexcept
        : self_(self), about_(about), now_(now) {}

    void write(log_batch const& batch, io_id id) noexcept {
      self_.store_->write(batch, about_.entries, id);
    }
    void send(node_id to, sealed<message> const& m) noexcept {
      if (message const* const open = m.open(self_.core_.durable_upto())) {
        self_.transmit(to, *open, now_);
      } else {
        held_message& held = self_.held_.extend();
        held.to = to;
        held.what = m;
      }
    }
    void decided(log_index upto) noexcept { self_.decided_ = upto; }
    void stopped(error why) noexcept { self_.stopped_ = why; }
    store_type const& storage() noexcept { return *self_.store_; }
    void accepted(ticket, position first) noexcept { self_.accepted(about_, first); }
    void refused(ticket, why reason, std::optional<node_id> leader) noexcept {
      self_.turn_away(about_, reason, leader, now_);
    }
    void read_ready(ticket round, log_index index) noexcept {
      if constexpr (answers_questions) self_.reads_.ready(round, index);
    }
    void read_failed(ticket round, why reason, std::optional<node_id> leader) noexcept {
      if constexpr (answers_questions) self_.reads_.failed(round, reason, leader);
    }

   private:
    replica& self_;
    subject const& about_;
    instant now_;
  };

  replica(Core core, store_type& store, Transport net, Machine initial, Handler& handler,
          replica_options const& o, life of)
      : core_(std::move(core)),
        store_(&store),
        net_(std::move(net)),
        machine_(std::move(initial)),
        handler_(&handler),
        response_(o.max_response_bytes),
        max_batch_bytes_(o.max_batch_bytes),
        time_resolution_(o.time_resolution),
        keep_entries_(o.keep_entries),
        collector_(made<decltype(collector_)>(o)),
        reads_(made<decltype(reads_)>(o)),
        snapshots_(made<decltype(snapshots_)>(o)),
        desk_(made<decltype(desk_)>(of, o)) {}

  template <class Part, class... Given>
  static Part made(Given const&... given) {
    if constexpr (std::is_constructible_v<Part, Given const&...>) {
      return Part(given...);
    } else {
      return {};
    }
  }

  bool runs() const noexcept { return stopped_.code == errc::ok; }

  template <class Event>
  void step(Event const& event, subject const& about, instant now) noexcept {
    host effects(*this, about, now);
    core_.step(event, now, effects);
    if (applied_ < decided_) apply(now);
  }

  /// What follows from a call, until nothing more does.
  void settle(instant now) noexcept {
    for (bool more = true; more && runs();) {
      more = false;
      if constexpr (collects) {
        if (core_.leads() != leads_) change_office(now);
        collector_.applied(applied_, now);
        if (collector_.ready(now) || time_is_due(now)) {
          flush(now);
          more = true;
        }
      }
      if constexpr (answers_questions) more |= serve_questions(now);
      if constexpr (takes_snapshots) {
        if (snapshots_.due(applied_, now)) keep_snapshot();
      }
    }
    if (!runs()) end_all();
  }

  void change_office(instant now) noexcept {
    leads_ = core_.leads();
    collector_.give_up();
    if constexpr (moves_time) {
      if (leads_) clock_.take_office(machine_.now(), now);
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

  /// Proposes everything that is collected.
  void flush(instant now) noexcept
    requires collects
  {
    if (collector_.empty()) return launch({}, now);  // its time is due
    while (!collector_.empty()) {
      command_batch const batch = collector_.front(max_batch_bytes_);
      launch(batch, now);
      collector_.drop(batch);
    }
  }

  /// Proposes a batch, with a stamp in front where it moves time on; or a stamp alone.
  void launch(command_batch const& batch, instant now) noexcept {
    if constexpr (moves_time) {
      if (leads_ && (batch.of.empty() || clock_.ahead(now) >= clock_.granularity)) {
        return launch_stamped(batch, now);
      }
    }
    propose_to_core({batch.of, batch.entries}, now);
  }

  void propose_to_core(subject const& about, instant now) noexcept {
    step(synod::propose{{}, about.entries.entries, about.entries.bytes.size()}, about, now);
  }

  void accepted(subject const& about, position first) noexcept {
    ++counters_.batches;
    counters_.stamps += about.stamps;
    counters_.commands += about.entries.entries - about.stamps;
    first.index.value += about.stamps;
    for (asked_entries const& each : about.of) {
      waiting_.add(each.who, first, each.entries);
      first.index.value += each.entries;
    }
    if constexpr (collects) collector_.accepted(about.of.size(), previous(first.index));
    if constexpr (moves_time) {
      if (about.stamps != 0) clock_.stamped(stamp_);
    }
  }

  /// The core has refused: each proposal is handed on to the leader, or its client told.
  void turn_away(subject const& about, why reason, std::optional<node_id> leader,
                 instant now) noexcept {
    if constexpr (moves_time) {
      if (about.stamps != 0) clock_.refused(now);
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
        if (!send_errand(*leader, e, bytes)) {
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
    if (reads_.answerable(applied_)) {
      reads_.take_confirmed([&](asker const& who, std::span<std::byte const> question) {
        ++counters_.questions;
        tell_response(who, 0, machine_.query(question, response_));
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
    std::optional<instant> const deadline = machine_.next_deadline();
    return deadline ? clock_.due(*deadline) : std::nullopt;
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
    if (!leads_ || !machine_.next_deadline() || clock_.ahead(now) < time_resolution_) return {};
    launch({}, now);
    return collector_.under_way() ? collector_.last() : log_index{};
  }

  void launch_stamped(command_batch const& batch, instant now) noexcept
    requires moves_time
  {
    stamp_ = clock_.estimate(now);
    std::array<std::byte, 64> command;
    std::size_t const size = Machine::advance(stamp_, command);
    SYNOD_EXPECTS(size <= command.size(), "replica: an advance command of more than 64 bytes");
    std::size_t const framed = framed_bytes(size);
    bool const together = batch.entries.bytes.size() + framed <= max_batch_bytes_;
    std::size_t const bytes = framed + (together ? batch.entries.bytes.size() : 0);
    if (stamped_.size() < bytes) stamped_.resize(bytes);
    frame_entry({command.data(), size}, stamped_.data());
    if (!together || batch.of.empty()) {
      propose_to_core({{}, {{stamped_.data(), framed}, 1}, 1, framed}, now);
      if (!batch.of.empty()) propose_to_core({batch.of, batch.entries}, now);
      return;
    }
    std::memcpy(stamped_.data() + framed, batch.entries.bytes.data(), batch.entries.bytes.size());
    propose_to_core(
        {batch.of, {{stamped_.data(), bytes}, batch.entries.entries + 1}, 1, framed}, now);
  }

  // --- messages ---

  void transmit(node_id to, message const& m, [[maybe_unused]] instant now) noexcept {
    payload beside;
    if (std::optional<run> const which = Core::payload_of(m)) {
      std::optional<payload> const held = store_->read(*which);
      if (!held) return;  // truncated or compacted since: as if lost
      beside = *held;
    } else if constexpr (installs_snapshots<Core> && snapshot_store<store_type>) {
      if (std::optional<snapshot_chunk> const part = Core::chunk_of(m)) {
        auto const held = store_->read_snapshot(*part);
        if (!held) return;  // there is a newer one
        beside.bytes = *held;
        if constexpr (takes_snapshots) snapshots_.part_sent(now);
      }
    }
    net_.send(to, m, beside);
  }

  void send_held(instant now) noexcept {
    while (!held_.empty()) {
      message const* const open = held_.front().what.open(core_.durable_upto());
      if (open == nullptr) return;
      transmit(held_.front().to, *open, now);
      held_.drop_front(1);
    }
  }

  // --- the machine ---

  void apply(instant now) noexcept {
    while (applied_ < decided_) {
      log_index const first = next(applied_);
      std::optional<run> const held = store_->run_at(first);
      if constexpr (takes_snapshots) {
        if (!held) {
          if (!install_snapshot()) return;
          continue;
        }
      }
      SYNOD_EXPECTS(held.has_value(), "replica: a decided entry is not in the store");
      run const part{
          {first, held->first.in}, held->last < decided_ ? held->last : decided_, held->kind};
      if (part.kind == kind::payload) {
        apply_payload(part);
      } else {
        for (log_index i = first; i <= part.last; i = next(i)) finished({i, part.first.in}, 0);
      }
      applied_ = part.last;
    }
    if constexpr (moves_time) {
      if (leads_) clock_.observe(machine_.now(), now);
    }
    if constexpr (requires { store_->committed(applied_); }) store_->committed(applied_);
  }

  void apply_payload(run const& part) noexcept {
    std::optional<payload> const entries = store_->read(part);
    SYNOD_EXPECTS(entries.has_value(), "replica: a decided payload is not in the store");
    payload_reader reader(*entries);
    for (log_index i = part.first.index; !reader.done(); i = next(i)) {
      finished({i, part.first.in}, machine_.apply(i, reader.next(), response_));
    }
    if constexpr (takes_snapshots) snapshots_.applied(entries->bytes.size());
  }

  void finished(position at, std::size_t response_bytes) noexcept {
    waiting_.applied(at, [&](asker const& who, std::uint32_t offset, bool is_it) {
      if (is_it) return tell_response(who, offset, response_bytes);
      answer what;
      what.what = outcome::lost;
      what.offset = offset;
      tell(who, what);
    });
  }

  // --- snapshots ---

  void keep_snapshot() noexcept
    requires takes_snapshots
  {
    std::optional<run> const held = store_->run_at(applied_);
    snapshot_info info;
    info.at = {applied_, held ? held->first.in : store_->base().in};
    info.who = store_->configuration_before(next(applied_))->who;
    std::vector<std::byte> const bytes = snapshot_of(machine_);
    info.bytes = bytes.size();
    store_->keep_snapshot(info, bytes);
    snapshots_.took(applied_);
    ++counters_.snapshots_taken;
    compact();
  }

  /// Once a snapshot is on disk, the log forgets what it covers, but for what slow followers may
  /// still want.
  void compact() noexcept
    requires takes_snapshots
  {
    if (!snapshots_.pending()) return;
    std::optional<snapshot_info> const newest = store_->snapshot();
    if (!newest || newest->at.index < snapshots_.at()) return;
    snapshots_.durable();
    std::uint64_t const upto = newest->at.index.value;
    if (upto > keep_entries_) store_->compact({upto - keep_entries_});
  }

  /// The store has a snapshot of what this machine has not applied: the machine is made of it. False:
  /// the node has stopped.
  bool install_snapshot() noexcept
    requires takes_snapshots
  {
    std::optional<snapshot_info> const info = store_->snapshot();
    SYNOD_EXPECTS(info && info->at.index > applied_, "replica: a decided entry is not in the store");
    result<Machine> saved = machine_in(*store_, *info, machine_);
    if (!saved) {
      stopped_ = saved.error();
      return false;
    }
    machine_ = std::move(saved).value();
    applied_ = info->at.index;
    if (decided_ < applied_) decided_ = applied_;
    snapshots_.restored(applied_);
    ++counters_.snapshots_installed;
    waiting_.skipped(applied_, [&](asker const& who) { tell(who, answer{}); });
    return true;
  }

  // --- answers ---

  void tell(asker const& who, answer const& what) noexcept {
    if constexpr (hands_on) {
      if (who.is == asker::kind::nobody) return;
      if (who.is == asker::kind::node) {
        errand back;
        back.what = errand::verb::answer;
        back.number = who.number;
        back.offset = what.offset;
        back.outcome = what.what;
        back.reason = what.reason;
        back.leader = what.leader;
        (void)send_errand(who.from, back, what.response);
        return;
      }
    }
    handler_->on_answer({who.number}, what);
  }
  /// The machine has written its response, if there was room.
  void tell_response(asker const& who, std::uint32_t offset, std::size_t bytes) noexcept {
    answer what;
    what.what = bytes <= response_.size() ? outcome::response : outcome::too_large;
    what.offset = offset;
    if (bytes <= response_.size()) what.response = {response_.data(), bytes};
    tell(who, what);
  }
  void refuse(asker const& who, why reason, std::optional<node_id> leader = {}) noexcept {
    answer what;
    what.what = outcome::refused;
    what.reason = reason;
    what.leader = leader;
    tell(who, what);
  }
  /// False: certainly not sent.
  bool send_errand(node_id to, errand const& what, std::span<std::byte const> bytes) noexcept {
    if constexpr (std::same_as<decltype(net_.send(to, what, bytes)), bool>) {
      return net_.send(to, what, bytes);
    } else {
      net_.send(to, what, bytes);
      return true;
    }
  }
  auto to_client() noexcept {
    return [this](ticket as, answer const& what) { handler_->on_answer(as, what); };
  }

  void end_all() noexcept {
    waiting_.abandon([&](asker const& who) { tell(who, answer{}); });
    if constexpr (collects) {
      collector_.for_each([&](asker const& who) { refuse(who, why::stopped); });
      collector_.clear();
      collector_.give_up();
    }
    if constexpr (answers_questions) {
      reads_.abandon([&](asker const& who) { refuse(who, why::stopped); });
    }
    if constexpr (hands_on) desk_.abandon(to_client());
    held_.clear();
  }

  template <bool Is, class Part>
  using part_if = detail::part_if<Is, Part>;

  Core core_;
  store_type* store_;
  Transport net_;
  Machine machine_;
  Handler* handler_;
  log_index decided_;
  log_index applied_;
  window<held_message> held_;
  waiting_list<asker> waiting_;
  std::vector<std::byte> response_;
  error stopped_;
  bool busy_ = false;
  bool leads_ = false;
  replica_counters counters_;
  std::size_t max_batch_bytes_;
  duration time_resolution_;
  std::uint64_t keep_entries_;
  [[no_unique_address]] part_if<collects, collector> collector_;
  [[no_unique_address]] part_if<answers_questions, read_desk> reads_;
  [[no_unique_address]] part_if<takes_snapshots, snapshot_watch> snapshots_;
  [[no_unique_address]] part_if<hands_on, errand_desk> desk_;
  [[no_unique_address]] part_if<moves_time, replicated_clock> clock_;
  instant stamp_;                   // of the stamp that is being proposed
  std::vector<std::byte> stamped_;  // a batch with a stamp in front
};

}  // namespace synod::inline SYNOD_ABI
