// SPDX-License-Identifier: BSL-1.0
// A running node: a core, its store, a transport and a machine.
#pragma once

#include <cstddef>
#include <cstdint>
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
#include "synod/replica/waiting_list.hpp"
#include "synod/store/log_store.hpp"

namespace synod::inline SYNOD_ABI {

/// Who hears the answers: `on_answer(ticket, answer)`. It must not call the replica: what follows
/// from an answer is proposed after the call that brought it.
template <class H>
concept answer_handler = requires(H& handler, ticket as, answer const& what) {
  { handler.on_answer(as, what) } noexcept;
};

/// Single-threaded; driven by any loop: `receive` what arrives, `propose` what clients ask, and
/// `poll` when `next_deadline` is due or the store may have completed a write. Entries are applied
/// in order, once; what a node promises leaves only when it is durable. Refers to the store and
/// the handler. Steady work allocates nothing once its queues have grown to what they need.
template <log_protocol Core, class Transport, state_machine Machine, answer_handler Handler>
  requires log_store<typename Core::storage> && transport<Transport, typename Core::message>
class replica {
 public:
  using core_type = Core;
  using store_type = typename Core::storage;
  using message = typename Core::message;

  /// Longest response a machine may give.
  static constexpr std::size_t max_response_bytes = 4096;

  /// Recovers the store and starts on it, with a machine in its initial state: committed entries
  /// are applied to it from the first on. Errors: those of the store, of the options, and
  /// bad_recovered for a store whose first entries are compacted.
  static result<replica> start(typename Core::options const& options, store_type& store,
                               Transport net, Machine initial, Handler& handler, instant now) {
    result<recovered_log> const held = store.recover();
    if (!held) return held.error();
    if (held->base.index != log_index{}) {
      return error{errc::bad_recovered, "replica: the store lacks the first entries (up to)",
                   held->base.index.value};
    }
    result<Core> core = Core::start(options, *held, now);
    if (!core) return core.error();
    replica started(std::move(core).value(), store, std::move(net), std::move(initial), handler);
    started.decided_ = started.core_.commit();
    started.apply();
    return started;
  }

  /// Appends entries, framed one after another; the answers come by `on_answer(as, ...)`.
  void propose(ticket as, payload entries, instant now) noexcept {
    step(synod::propose{as, entries.entries, entries.bytes.size()}, entries, now);
  }

  void receive(node_id from, message const& m, payload entries, instant now) noexcept {
    step(received<message>{from, m, entries.entries}, entries, now);
  }

  /// Takes completed writes to the core, sends what waited for them, and lets time pass.
  void poll(instant now) noexcept {
    bool completed = false;
    while (std::optional<completion> const done = store_->poll(now)) {
      step(persisted{*done}, {}, now);
      completed = true;
    }
    if (completed) send_held();
    if (std::optional<instant> const due = core_.next_deadline(); due && *due <= now) {
      step(tick{}, {}, now);
    }
  }

  /// A write of the store failed: the node stops.
  void fail(io_id which, instant now) noexcept { step(write_failed{which}, {}, now); }

  /// An orderly end: what waits is answered with `unknown`. A replica that is destroyed without it
  /// answers nobody, as a process that is killed.
  void abandon() noexcept {
    SYNOD_EXPECTS(!stepping_, "replica: called from its own handler, machine or transport");
    end_all();
  }

  /// When to poll next at the latest, where nothing else happens; empty: never.
  std::optional<instant> next_deadline() const noexcept {
    std::optional<instant> const a = core_.next_deadline();
    std::optional<instant> const b = store_->next_completion();
    if (!a || !b) return a ? a : b;
    return *a < *b ? a : b;
  }

  Core const& core() const noexcept { return core_; }
  Machine const& machine() const noexcept { return machine_; }
  log_index applied() const noexcept { return applied_; }
  /// Why the core stopped; errc::ok while it runs.
  error const& stopped() const noexcept { return stopped_; }

 private:
  struct held_message {
    node_id to;
    sealed<message> what;
  };

  // The host of one step.
  class host {
   public:
    host(replica& self, payload entries) noexcept : self_(self), entries_(entries) {}

    void write(log_batch const& batch, io_id id) noexcept {
      self_.store_->write(batch, entries_, id);
    }
    void send(node_id to, sealed<message> const& m) noexcept {
      if (message const* const open = m.open(self_.core_.durable_upto())) {
        self_.transmit(to, *open);
      } else {
        held_message& held = self_.held_.extend();
        held.to = to;
        held.what = m;
      }
    }
    void decided(log_index upto) noexcept { self_.decided_ = upto; }
    void stopped(error why) noexcept { self_.stopped_ = why; }
    store_type const& storage() noexcept { return *self_.store_; }
    void accepted(ticket as, position first) noexcept {
      self_.waiting_.add(as, first, entries_.entries);
    }
    void refused(ticket as, why reason, std::optional<node_id> leader) noexcept {
      self_.handler_->on_answer(as, {outcome::refused, 0, {}, reason, leader});
    }

   private:
    replica& self_;
    payload entries_;
  };

  replica(Core core, store_type& store, Transport net, Machine initial, Handler& handler)
      : core_(std::move(core)),
        store_(&store),
        net_(std::move(net)),
        machine_(std::move(initial)),
        handler_(&handler),
        response_(max_response_bytes) {}

  template <class Event>
  void step(Event const& event, payload entries, instant now) noexcept {
    SYNOD_EXPECTS(!stepping_, "replica: called from its own handler, machine or transport");
    stepping_ = true;
    host effects(*this, entries);
    core_.step(event, now, effects);
    if (applied_ < decided_) apply();
    if (stopped_.code != errc::ok) end_all();
    stepping_ = false;
  }

  void transmit(node_id to, message const& m) noexcept {
    payload entries;
    if (std::optional<run> const which = Core::payload_of(m)) {
      std::optional<payload> const held = store_->read(*which);
      if (!held) return;  // truncated or compacted since: as if lost
      entries = *held;
    }
    net_.send(to, m, entries);
  }

  void send_held() noexcept {
    while (!held_.empty()) {
      message const* const open = held_.front().what.open(core_.durable_upto());
      if (open == nullptr) return;
      transmit(held_.front().to, *open);
      held_.drop_front(1);
    }
  }

  void apply() noexcept {
    while (applied_ < decided_) {
      log_index const first = next(applied_);
      std::optional<run> const held = store_->run_at(first);
      SYNOD_EXPECTS(held.has_value(), "replica: a decided entry is not in the store");
      run const part{
          {first, held->first.in}, held->last < decided_ ? held->last : decided_, held->kind};
      if (part.kind == kind::payload) {
        apply_payload(part);
      } else {
        for (log_index i = first; i <= part.last; i = next(i)) finished({i, part.first.in}, {});
      }
      applied_ = part.last;
    }
  }

  void apply_payload(run const& part) noexcept {
    std::optional<payload> const entries = store_->read(part);
    SYNOD_EXPECTS(entries.has_value(), "replica: a decided payload is not in the store");
    payload_reader reader(*entries);
    for (log_index i = part.first.index; !reader.done(); i = next(i)) {
      std::size_t const size = machine_.apply(i, reader.next(), response_);
      SYNOD_EXPECTS(size <= response_.size(), "replica: a response beyond max_response_bytes");
      finished({i, part.first.in}, {response_.data(), size});
    }
  }

  void finished(position at, std::span<std::byte const> response) noexcept {
    waiting_.applied(at, [&](ticket as, std::uint32_t offset, bool is_it) {
      answer what;
      what.what = is_it ? outcome::response : outcome::lost;
      what.offset = offset;
      if (is_it) what.response = response;
      handler_->on_answer(as, what);
    });
  }

  void end_all() noexcept {
    waiting_.abandon([&](ticket as) { handler_->on_answer(as, answer{}); });
    held_.clear();
  }

  Core core_;
  store_type* store_;
  Transport net_;
  Machine machine_;
  Handler* handler_;
  log_index decided_;
  log_index applied_;
  window<held_message> held_;
  waiting_list waiting_;
  std::vector<std::byte> response_;
  error stopped_;
  bool stepping_ = false;
};

}  // namespace synod::inline SYNOD_ABI
