// SPDX-License-Identifier: BSL-1.0
// A whole cluster in one thread, under virtual time.
//
// Everything that happens is an event of one queue or a core's own deadline, and every draw comes
// from the seed: the same seed gives the same run, byte for byte, on every compiler. Faults strike
// first; then the cluster is healed and must make progress.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/consensus/protocol.hpp"
#include "synod/sim/cuts.hpp"
#include "synod/sim/disks.hpp"
#include "synod/sim/event_queue.hpp"
#include "synod/sim/faults.hpp"
#include "synod/sim/host.hpp"
#include "synod/sim/nemesis.hpp"
#include "synod/sim/network.hpp"
#include "synod/sim/node.hpp"
#include "synod/sim/phases.hpp"
#include "synod/sim/processes.hpp"
#include "synod/sim/setup.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// The simulator. `Model` is what a protocol brings to it (derived from `quiet_model`, it says only
/// what it means):
///
/// - `core`, `store` (crashable), `patience` (a duration: the protocol's time-out);
/// - `begin(sim&, members, random)`: a new run; `found(members)`: an empty node's store;
///   `options_of(id, seed)`: of a node;
/// - clients: `wake(client)` is called when `sim.wake_later` said so and asks through `sim.ask`;
///   `silence()` and `resume()` switch them;
/// - oracles, told of everything: `started(slot)`, `wrote(slot, batch, payload, io_id)`,
///   `settled(slot, io_id)`, `crashed(slot, kept)`, `said(slot, to, message)`,
///   `heard(slot, from, message)`, `decided(slot, decision)`, `stepped(slot)`, `check_all()`,
///   `ended()`; for logs `accepted`, `refused`, `read_ready` and `read_failed`; they report to
///   `sim.verdict()`;
/// - `converged()`: healed, left alone, all is as it must be; `done()`: enough has been decided;
///   `committed()`, `elections()`, `leader()` (an optional slot);
/// - where messages carry entries: `entries_in(message)`; `trim(message&, count)` keeps the first
///   `count` of them;
/// - for people: `describe(message)`, `describe_decision(decision)`, `describe_node(slot)`.
template <class Model>
class sim {
 public:
  using core = typename Model::core;
  using store = typename Model::store;
  using node = sim_node<core, store>;
  using message = typename core::message;
  static_assert(protocol<core>, "sim: the model's core is no protocol");
  static constexpr bool on_log = requires { typename core::storage; };
  static constexpr bool on_snapshots = requires(message const& m) { core::chunk_of(m); };
  static constexpr duration patience = Model::patience;

  /// The model outlives the simulator, and serves one.
  explicit sim(Model& model) : model_(model) {}

  /// Runs one seed to its end or to the first violation.
  sim_report run(sim_setup const& setup) {
    begin(setup);
    while (!over_ && !report_.verdict.broken()) {
      advance();
      if (report_.steps - checked_at_ >= setup_.check_all_every && setup_.check_all_every != 0) {
        check_all();
      }
      if (report_.steps >= setup_.steps_most) {
        report_.verdict.report("O-LIVE", "no end in " + std::to_string(report_.steps) + " steps");
        break;
      }
    }
    check_all();
    if (!report_.verdict.broken()) report_.history = model_.ended();
    for (node const& n : nodes_) fold(n.core.fingerprint());
    report_.ended = now_;
    report_.committed = model_.committed();
    report_.elections = model_.elections();
    return report_;
  }

  // What models use.

  std::vector<node> const& nodes() const noexcept { return nodes_; }
  instant now() const noexcept { return now_; }
  /// What this node takes for it.
  instant now_at(std::size_t slot) const noexcept { return nodes_[slot].clock.at(now_); }
  sim_verdict& verdict() noexcept { return report_.verdict; }
  bool healed() const noexcept { return phase_ >= phase::idle; }

  /// Calls the model's `wake(client)` after this span.
  void wake_later(std::uint64_t client, duration after) {
    queue_.push(now_ + after, code(act::client), 0, client);
  }
  /// What a model itself makes go wrong.
  void count(fault f) noexcept { ++report_.faults[static_cast<std::size_t>(f)]; }
  /// Where a replica keeps snapshots.
  store& store_of(std::size_t slot) noexcept { return nodes_[slot].store; }
  /// A client's request to a node, with its payload; false where the node is down.
  template <class Request = typename core::request>
  bool ask(std::size_t slot, Request const& request, payload content = {}) {
    if (!nodes_[slot].up) return false;
    if (setup_.trace) say("ask   " + name(slot));
    step(slot, request, content);
    return true;
  }

 private:
  enum class act : std::uint8_t {
    deliver,
    complete,
    fail,
    client,
    restart,
    crash,
    cut,
    mend,
    slow,
    quick,
    ambush,
    strike,
    release,
    next_phase,
    judge,
    hang,
    skew,
    unskew
  };
  enum class phase : std::uint8_t { faults, silent, idle, busy };

  using host = sim_host<sim>;
  using nemesis = sim_nemesis<sim>;
  using phases = sim_phases<sim>;
  using processes = sim_processes<sim>;
  friend host;
  friend nemesis;
  friend phases;
  friend processes;

  static constexpr std::uint8_t code(act e) noexcept { return static_cast<std::uint8_t>(e); }
  static constexpr instant never{std::numeric_limits<std::uint64_t>::max()};

  // --- a run ---

  void begin(sim_setup const& setup) {
    setup_ = setup;
    report_ = {};
    report_.seed = setup.seed;
    report_.verdict.listen_to(setup.only_oracle);
    queue_.clear();
    outbox_.clear();
    now_ = {};
    phase_ = phase::faults;
    over_ = false;
    checked_at_ = 0;
    judged_ = 0;

    splitmix64 random{mix(setup.seed + 1)};
    std::uint64_t const size = random.below(8);
    report_.nodes = setup.nodes != 0 ? setup.nodes : size < 4 ? 3 : size < 7 ? 5 : 4;
    splitmix64 of_faults{random()};
    mix_ = setup.faults ? *setup.faults : draw_faults(of_faults, patience);
    network_.begin(random(), mix_, report_.faults);
    disks_.begin(random());
    chance_ = splitmix64{random()};
    std::uint64_t const of_clients = random();
    core_seed_ = random();

    members who;
    for (std::uint64_t id = 1; id <= report_.nodes; ++id) who.voters.push_back({id});
    nodes_.clear();
    deadlines_.assign(report_.nodes, never);
    for (node_id const id : who.voters) {
      nodes_.emplace_back();
      nodes_.back().id = id;
      nodes_.back().store = model_.found(who);
    }
    model_.begin(*this, who, splitmix64{of_clients});
    for (std::size_t slot = 0; slot < nodes_.size(); ++slot) processes{*this}.start(slot);
    nemesis{*this}.begin();
    phases{*this}.begin();
  }

  // One event, or one tick: whatever is due first.
  void advance() {
    std::size_t due = 0;
    for (std::size_t slot = 1; slot < nodes_.size(); ++slot) {
      if (deadlines_[slot] < deadlines_[due]) due = slot;
    }
    if (!queue_.empty() && queue_.top().at <= deadlines_[due]) {
      sim_event const e = queue_.pop();
      now_ = e.at;
      fold(now_.ns ^ e.order << 40);
      handle(e);
    } else {
      now_ = std::max(now_, deadlines_[due]);
      fold(now_.ns ^ due);
      if (setup_.trace) say("tick  " + name(due));
      step(due, tick{}, {});
    }
  }

  void handle(sim_event const& e) {
    std::size_t const slot = e.node();
    switch (static_cast<act>(e.kind())) {
      case act::deliver: return deliver(static_cast<std::uint32_t>(e.what));
      case act::complete: return complete(slot, static_cast<std::uint32_t>(e.what));
      case act::fail: return fail(slot, static_cast<std::uint32_t>(e.what));
      case act::client: return model_.wake(e.what);
      case act::restart: return restart(slot);
      case act::next_phase: return phases{*this}.next();
      case act::judge: return phases{*this}.judge();
      default: break;
    }
    if (phase_ < phase::idle) nemesis{*this}.strike(static_cast<act>(e.kind()), slot);
  }

  void check_all() {
    checked_at_ = report_.steps;
    if (!report_.verdict.broken()) model_.check_all();
  }

  // --- a step of a core ---

  template <class Event>
  void step(std::size_t slot, Event const& event, payload content) {
    node& n = nodes_[slot];
    decided_something_ = false;
    host h(*this, slot, content);
    n.core.step(event, n.clock.at(now_), h);
    ++report_.steps;
    follow_watermark(slot);
    model_.stepped(slot);
    if (char const* broken = n.core.broken_invariant()) {
      report_.verdict.report("broken_invariant", name(slot) + ": " + broken);
    }
    if (n.stopped || dies()) {
      outbox_.clear();
      return crash(slot);
    }
    release(slot);
    arm(slot);
  }

  // In virtual time.
  void arm(std::size_t slot) {
    node const& n = nodes_[slot];
    std::optional<instant> const deadline = n.core.next_deadline();
    deadlines_[slot] = deadline ? n.clock.when(*deadline).value_or(never) : never;
  }

  // Its clock has moved: it gets to know at once what is overdue by it.
  void wake(std::size_t slot) {
    arm(slot);
    if (deadlines_[slot] > now_) return;
    if (setup_.trace) say("tick  " + name(slot));
    step(slot, tick{}, {});
  }

  bool dies() noexcept {
    std::uint32_t const chance = decided_something_ ? mix_.dying_decided : mix_.dying;
    return chance != 0 && chance_.below(fault_mix::certain) < chance;
  }

  // The watermark never falls: what was durable stays so (O-PROG).
  void follow_watermark(std::size_t slot) {
    node& n = nodes_[slot];
    durable const& upto = n.core.durable_upto();
    if (!upto.covers(n.known_durable)) {
      report_.verdict.report("O-PROG", name(slot) + ": the durable watermark fell below write " +
                                           std::to_string(n.known_durable.sequence));
    }
    while (upto.covers({n.known_durable.life, n.known_durable.sequence + 1})) {
      ++n.known_durable.sequence;
    }
  }

  void write(std::size_t slot, typename core::batch const& batch, payload content, io_id id) {
    node& n = nodes_[slot];
    n.known_durable.life = id.life;
    model_.wrote(slot, batch, content, id);
    if (report_.verdict.broken()) return;  // the store relies on what was found wrong
    n.store.write(batch, content, id);
    fold(id.sequence);
    while (auto const done = n.store.collect(now_)) sync(slot, *done);
  }

  void sync(std::size_t slot, completion const& done) {
    node& n = nodes_[slot];
    if (n.disk_failed) return;
    duration const span = disks_.span(mix_, n.disk_slow);
    n.disk_failed = disks_.fails(mix_);
    queue_.push(now_ + span, code(n.disk_failed ? act::fail : act::complete), slot,
                disks_.add(done));
  }

  void decided(std::size_t slot, typename core::decision const& decision) {
    decided_something_ = true;
    if (setup_.trace) say("      " + name(slot) + " decides " + model_.describe_decision(decision));
    model_.decided(slot, decision);
  }

  void stopped(std::size_t slot, error why) {
    nodes_[slot].stopped = true;
    if (setup_.trace) say("      " + name(slot) + " stops: " + why.what);
    if (why.code != errc::write_failed) {
      report_.verdict.report("broken_invariant", name(slot) + " stopped: " + why.what);
    }
  }

  // --- messages ---

  // What is held and has become sayable, oldest first; then what this step said.
  void release(std::size_t slot) {
    node& n = nodes_[slot];
    while (!n.held.empty()) {
      message const* const open = n.held.oldest().content.open(n.core.durable_upto());
      if (open == nullptr) break;
      transmit(slot, n.held.oldest().to, *open);
      n.held.pop();
    }
    for (held_message<message> const& fresh : outbox_) {
      if (message const* const open = fresh.content.open(n.core.durable_upto())) {
        transmit(slot, fresh.to, *open);
      } else {
        n.held.push(fresh);
      }
    }
    outbox_.clear();
  }

  // Leaves the process. Its payload is looked up now; where the store no longer has it, the
  // message is dropped, as if lost.
  void transmit(std::size_t slot, std::size_t to, message const& m) {
    payload content;
    if constexpr (on_log) {
      if (std::optional<synod::run> const which = core::payload_of(m)) {
        std::optional<payload> const there = nodes_[slot].store.read(*which);
        if (!there) return;
        content = *there;
      }
    }
    if constexpr (on_snapshots) {
      if (std::optional<snapshot_chunk> const part = core::chunk_of(m)) {
        auto const there = nodes_[slot].store.read_snapshot(*part);
        if (!there) return;
        content = {*there, 0};
      }
    }
    model_.said(slot, to, m);
    if (setup_.trace) say("      " + name(slot) + " to " + name(to) + ": " + model_.describe(m));
    auto const post = [&] {
      network_.send(slot, to, nodes_[to].lives, m, content, [&](std::uint32_t at, duration span) {
        queue_.push(now_ + span, code(act::deliver), to, at);
      });
    };
    if constexpr (on_snapshots) {
      if (core::chunk_of(m)) return count_part(post);
    }
    post();
  }

  // What befalls a part of a snapshot when it is sent.
  template <class Post>
  void count_part(Post const& post) {
    auto const struck = [this](fault f) { return report_.faults[static_cast<std::size_t>(f)]; };
    std::uint64_t const lost = struck(fault::loss);
    std::uint64_t const doubled = struck(fault::duplication);
    post();
    if (struck(fault::loss) != lost) count(fault::lost_part);
    if (struck(fault::duplication) != doubled) count(fault::doubled_part);
  }

  void deliver(std::uint32_t at) {
    letter<message> const& l = network_[at];
    std::size_t const to = l.to;
    if (nodes_[to].up && network_.arrives(at, nodes_[to].lives)) {
      if (setup_.trace) {
        say("gets  " + name(to) + " from " + name(l.from) + ": " + model_.describe(l.message));
      }
      model_.heard(to, l.from, l.message);
      step(to, received<message>{nodes_[l.from].id, l.message, l.entries, l.bytes.size()},
           l.content());
    }
    network_.drop(at);
  }

  // --- disks ---

  // A disk that hangs reports nothing meanwhile.
  bool hangs(act what, std::size_t slot, std::uint32_t at) {
    instant const until = nodes_[slot].disk_hangs_until;
    if (now_ >= until) return false;
    queue_.push(until + duration{chance_.below(mix_.sync_spread.ns + 1)}, code(what), slot, at);
    return true;
  }

  void complete(std::size_t slot, std::uint32_t at) {
    if (hangs(act::complete, slot, at)) return;
    completion const done = disks_.take(at);
    node& n = nodes_[slot];
    n.store.settle_through(done.id());
    model_.settled(slot, done.id());
    if (!n.up) return;
    if (done.id().life == n.known_durable.life) {
      if (done.id().sequence < n.last_report) count(fault::late_report);
      n.last_report = std::max(n.last_report, done.id().sequence);
    }
    if (setup_.trace) say("disk  " + name(slot) + " write " + std::to_string(done.id().sequence));
    step(slot, persisted{done}, {});
  }

  void fail(std::size_t slot, std::uint32_t at) {
    if (hangs(act::fail, slot, at)) return;
    io_id const which = disks_.take(at).id();
    node const& n = nodes_[slot];
    if (!n.up || n.known_durable.life != which.life) return;
    count(fault::failed_write);
    if (setup_.trace) say("disk  " + name(slot) + " fails write " + std::to_string(which.sequence));
    step(slot, write_failed{which}, {});
  }

  // --- processes ---

  void crash(std::size_t slot) { processes{*this}.crash(slot); }
  void restart(std::size_t slot) { processes{*this}.restart(slot); }

  // --- for people, and for the hash of the trace ---

  void fold(std::uint64_t part) noexcept {
    report_.trace_hash = mix(report_.trace_hash + 0x9e3779b97f4a7c15 + part);
  }
  static std::string name(std::size_t slot) { return "n" + std::to_string(slot + 1); }
  void say(std::string const& text) const {
    std::string at = std::to_string(now_.ns / 1000);
    at.insert(0, at.size() < 10 ? 10 - at.size() : 0, ' ');
    setup_.trace(at + " us  step " + std::to_string(report_.steps) + "  " + text);
  }

  Model& model_;
  sim_setup setup_;
  sim_report report_;
  fault_mix mix_;
  sim_network<message, Model> network_;
  sim_disks disks_;
  splitmix64 chance_;
  std::uint64_t core_seed_ = 0;
  std::vector<node> nodes_;
  std::vector<instant> deadlines_;
  std::vector<held_message<message>> outbox_;
  event_queue queue_;
  instant now_;
  phase phase_ = phase::faults;
  duration silent_for_;
  std::uint64_t checked_at_ = 0;
  std::uint64_t judged_ = 0;
  bool decided_something_ = false;
  bool over_ = false;
};

}  // namespace synod::inline SYNOD_ABI
