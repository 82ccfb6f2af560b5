// SPDX-License-Identifier: BSL-1.0
// What turns a core: its store, the messages it sends, the machine that follows it.
#pragma once

#include <optional>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/net/transport.hpp"
#include "synod/replica/answer.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/executor.hpp"
#include "synod/replica/outbox.hpp"
#include "synod/replica/responder.hpp"
#include "synod/store/log_store.hpp"

namespace synod::inline SYNOD_ABI {

/// Hosts every step of the core. What becomes of requests is told to the `Sink` of the step:
/// `accepted(first)`, `refused(why, leader)`, `read_ready(ticket, index)`,
/// `read_failed(ticket, why, leader)`.
template <log_protocol Core, class Transport, state_machine Machine, answer_handler Handler>
  requires log_store<typename Core::storage> && transport<Transport, typename Core::message>
class engine {
 public:
  using store_type = typename Core::storage;
  using message = typename Core::message;
  using executor_type = synod::executor<store_type, Machine>;

  engine(Core core, store_type& store, Transport net, executor_type made, Handler& handler)
      : executor(std::move(made)),
        responder(std::move(net), handler),
        core_(std::move(core)),
        store_(&store),
        decided_(core_.commit()) {
    apply();
  }

  executor_type executor;
  synod::responder<Transport, Handler> responder;

  Core const& core() const noexcept { return core_; }
  store_type& store() noexcept { return *store_; }
  store_type const& store() const noexcept { return *store_; }
  bool runs() const noexcept { return stopped_.code == errc::ok; }
  error const& stopped() const noexcept { return stopped_; }

  template <class Event, class Sink>
  void step(Event const& event, payload entries, instant now, Sink&& sink) noexcept {
    host<Sink> effects{*this, sink, entries};
    core_.step(event, now, effects);
    // A part of a snapshot that the store refuses leaves it as it was: nothing is decided by that.
    if (effects.brought_part && store_failed(now, sink)) return;
    if (executor.applied() < decided_) apply();
  }

  /// Takes completed writes to the core, and sends what waited for them. False: there were none.
  template <class Sink>
  bool complete_writes(instant now, Sink&& sink) noexcept {
    bool completed = false;
    while (std::optional<completion> const done = store_->poll(now)) {
      step(persisted{*done}, {}, now, sink);
      completed = true;
    }
    if (completed) {
      held_.release(core_.durable_upto(), [&](node_id to, message const& m) { transmit(to, m); });
    }
    (void)store_failed(now, sink);
    return completed;
  }

  /// Where a follower is being sent the last snapshot, a new one waits a while.
  bool snapshot_is_due() const noexcept
    requires executor_type::takes_snapshots
  {
    if (!executor.snapshot_is_due(false)) return false;
    if constexpr (requires { core_.sends_snapshot(); }) {
      return executor.snapshot_is_due(core_.sends_snapshot());
    }
    return true;
  }

  /// Nothing that waits is sent any more.
  void drop_messages() noexcept { held_.clear(); }

 private:
  template <class Sink>
  struct host {
    engine& self;
    Sink& sink;
    payload entries;
    bool brought_part = false;

    void write(log_batch const& batch, io_id id) noexcept {
      self.store_->write(batch, entries, id);
      brought_part = batch.chunk.has_value();
    }
    void send(node_id to, sealed<message> const& m) noexcept {
      if (message const* const open = m.open(self.core_.durable_upto())) {
        self.transmit(to, *open);
      } else {
        self.held_.hold(to, m);
      }
    }
    void decided(log_index upto) noexcept { self.decided_ = upto; }
    void stopped(error why) noexcept { self.stopped_ = why; }
    store_type const& storage() noexcept { return *self.store_; }
    void accepted(ticket, position first) noexcept { sink.accepted(first); }
    void refused(ticket, why reason, std::optional<node_id> leader) noexcept {
      sink.refused(reason, leader);
    }
    void read_ready(ticket round, log_index index) noexcept { sink.read_ready(round, index); }
    void read_failed(ticket round, why reason, std::optional<node_id> leader) noexcept {
      sink.read_failed(round, reason, leader);
    }
  };

  /// Whether a write of the store has failed: then the node stops.
  template <class Sink>
  bool store_failed([[maybe_unused]] instant now, [[maybe_unused]] Sink&& sink) noexcept {
    if constexpr (fallible_store<store_type>) {
      if (std::optional<failed_write> const failure = store_->failure()) {
        host<Sink> effects{*this, sink, {}};
        core_.step(write_failed{failure->which}, now, effects);
        stopped_ = failure->why;
      }
    }
    return !runs();
  }

  void transmit(node_id to, message const& m) noexcept {
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
      }
    }
    responder.net().send(to, m, beside);
  }

  void apply() noexcept {
    error const bad =
        executor.apply(decided_, *store_,
                       [this](asker const& who, answer const& what) { responder.tell(who, what); });
    if (bad.code != errc::ok) stopped_ = bad;
    if constexpr (requires { store_->committed(decided_); }) {
      store_->committed(executor.applied());
    }
  }

  Core core_;
  store_type* store_;
  outbox<message> held_;
  log_index decided_;
  error stopped_;
};

}  // namespace synod::inline SYNOD_ABI
