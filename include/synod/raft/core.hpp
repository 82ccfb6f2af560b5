// SPDX-License-Identifier: BSL-1.0
// The Raft core: events in, effects out.
//
// Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", USENIX ATC 2014
// (the paper of the section numbers here). What is decided stands in election.hpp, replication.hpp
// and commitment.hpp; this file says what each event leads to, and emits it in the order of the
// contract: a write, answers to requests, messages, decisions.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/fingerprint.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/log_view.hpp"
#include "synod/consensus/protocol.hpp"
#include "synod/raft/commitment.hpp"
#include "synod/raft/election.hpp"
#include "synod/raft/invariants.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/options.hpp"
#include "synod/raft/recovery.hpp"
#include "synod/raft/replication.hpp"
#include "synod/raft/state.hpp"
#include "synod/raft/with.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// A Raft node: a `log_protocol` of `Config`, a set of options (raft/with.hpp).
template <class Config>
class core {
  using messages = typename checked<Config>::messages;
  using system = typename checked<Config>::quorum;

 public:
  using options = raft::options;
  using recovered = recovered_log;
  using storage = typename checked<Config>::storage;
  using message = typename messages::message;
  using batch = log_batch;
  using decision = log_index;
  using request = propose;

  /// A node that has not started: it has no deadline, and must not be stepped.
  core() = default;

  /// A follower of what storage holds. Errors: bad_option, bad_recovered (place: an index).
  static result<core> start(options const& chosen, recovered const& held, instant now) noexcept {
    if (error const bad = check(chosen); bad.code != errc::ok) return bad;
    if (error const bad = check(held); bad.code != errc::ok) return bad;
    core started;
    started.s_ = restore<system>(chosen, held);
    draw_patience(started.s_);
    arm_election(started.s_, now);
    return started;
  }

  /// A leader speaks to everybody; anybody else campaigns (sections 5.1 and 5.2).
  template <log_host<core> Host>
  void step(tick, instant now, Host& host) noexcept {
    if (!is_running() || now < *s_.deadline) return;
    if (s_.role == role::leader) {
      s_.deadline = now + s_.options.heartbeat;
      for_each_peer([&](std::size_t slot) { heartbeat(slot, host); });
    } else if (s_.is_voter() && !s_.writes.full()) {
      campaign(s_, now);
      write_term(host);
      io_id const own_vote = SYNOD_MUTANT(R02, s_.writes.latest(), s_.writes.nothing());
      for_each_peer([&](std::size_t slot) {
        send(host, voter_at(slot), own_vote, verb::vote,
             [&](fields& ask) { ask.at = s_.log.last(); });
      });
    } else {
      arm_election(s_, now);
    }
  }

  /// A message of any age, from anybody, any number of times. What would need a write is dropped
  /// while 64 writes are outstanding, as if lost.
  template <log_host<core> Host>
  void step(received<message> const& event, instant now, Host& host) noexcept {
    if (!is_running()) return;
    auto const& read = messages::read(event.message);
    if (!read || event.from == s_.options.self || !plausible(*read, event.entries, event.bytes))
      return;
    fields const& f = *read;
    bool const newer = f.in > s_.term;
    if (s_.writes.full() && (newer || f.what != verb::append_reply)) return;
    if (newer) adopt_term(s_, f.in, now);
    switch (f.what) {
      case verb::vote: return answer_vote(event.from, f, newer, now, host);
      case verb::append: return answer_append(event.from, f, newer, now, host);
      case verb::vote_reply:
      case verb::append_reply: break;
      default: break;
    }
    if (newer) return write_term(host);
    if (f.in != s_.term) return;
    if (f.what == verb::vote_reply) {
      // Before its own vote is durable a candidate has asked nobody.
      if (s_.role == role::candidate && s_.term_is_durable()) count(event.from, f.yes, now, host);
    } else if (s_.role == role::leader) {
      std::size_t const slot = s_.in_force.who.slot_of(event.from);
      if (slot < s_.voters()) hear_follower(slot, f, host);
    }
  }

  /// A write is on disk: it counts as this node's own acknowledgement, or as its own vote.
  template <log_host<core> Host>
  void step(persisted const& event, instant now, Host& host) noexcept {
    if (!is_running() || !s_.writes.persisted(event.done)) return;
    bool const rose = s_.on_disk.reached(s_.writes.upto(), s_.writes.latest().life);
    if (s_.role == role::leader) {
      if (rose && advance_commit(s_, s_.on_disk.last())) host.decided(s_.commit);
    } else if (s_.role == role::candidate && s_.term_is_durable() && !s_.writes.full()) {
      count(s_.options.self, true, now, host);
    }
  }

  /// The node stops, for good: what it would go on from is no longer what its disk holds.
  template <log_host<core> Host>
  void step(write_failed const& event, instant, Host& host) noexcept {
    if (is_running() && event.which.life == s_.writes.latest().life) {
      stop({errc::write_failed, "raft: a write failed (its number)", event.which.sequence}, host);
    }
  }

  /// A leader appends the entries; anybody else refuses, with the leader it knows.
  template <log_host<core> Host>
  void step(propose const& asked, instant, Host& host) noexcept {
    SYNOD_EXPECTS(asked.count != 0, "raft: a proposal of no entries");
    if (auto const refusal = why_not(asked)) {
      return host.refused(asked.as, *refusal, s_.leader);
    }
    position const first{next(s_.log.last_index()), s_.term};
    append_own({first, {s_.log.last_index().value + asked.count}, kind::payload}, host);
    host.accepted(asked.as, first);
    for_each_peer([&](std::size_t slot) { feed(slot, host); });
  }

  std::optional<instant> next_deadline() const noexcept { return s_.deadline; }

  /// Of the abstract state: a deadline counts as armed or not, writes relative to the oldest
  /// outstanding one, the generator not at all.
  std::uint64_t fingerprint() const noexcept {
    fingerprint_visitor visitor;
    visit(s_, visitor);
    return visitor.value();
  }

  char const* broken_invariant() const noexcept { return raft::broken_invariant(s_); }
  durable const& durable_upto() const noexcept { return s_.writes.upto(); }

  log_index commit() const noexcept { return s_.commit; }
  bool leads() const noexcept { return s_.role == role::leader; }
  /// Everything there is to know, for observers and people.
  state<system> const& observe() const noexcept { return s_; }

  /// The run whose payload goes with a message.
  static std::optional<run> payload_of(message const& m) noexcept {
    auto const& read = messages::read(m);
    if (!read || read->what != verb::append || read->count == 0 || read->kind != kind::payload) {
      return std::nullopt;
    }
    return entries_of(*read);
  }

  /// The part of a snapshot whose bytes go with a message.
  static std::optional<snapshot_chunk> chunk_of(message const& m) noexcept {
    auto const& read = messages::read(m);
    if (!read || read->what != verb::snapshot) return std::nullopt;
    return chunk_in(*read);
  }

  friend bool operator==(core const&, core const&) = default;

 private:
  bool is_running() const noexcept {
    SYNOD_EXPECTS(s_.voters() != 0, "raft: a step on a core that has not started");
    return s_.deadline.has_value();
  }
  node_id voter_at(std::size_t slot) const noexcept { return s_.in_force.who.voters[slot]; }
  auto view(auto& host) const noexcept { return log_view{s_.log, host.storage()}; }

  template <class Do>
  void for_each_peer(Do&& act) const noexcept {
    for (std::size_t slot = 0; slot < s_.voters(); ++slot) {
      if (voter_at(slot) != s_.options.self) act(slot);
    }
  }

  // --- writes ---

  template <class Host>
  io_id write(log_batch& b, Host& host) noexcept {
    b.in = s_.term;
    b.vote = s_.vote;
    io_id const id = s_.writes.issue();
    if (b.entries || b.truncate_from) s_.on_disk.wrote(id, s_.log.last_index());
    host.write(b, id);
    return id;
  }
  template <class Host>
  void write_term(Host& host) noexcept {
    log_batch b;
    s_.term_write = write(b, host).sequence;
  }
  template <class Host>
  void append_own(run const& added, Host& host) noexcept {
    s_.log.append(added);
    log_batch b;
    b.entries = added;
    write(b, host);
  }

  // --- messages ---

  /// Sends what `fill` makes of the fields; it leaves once `needs` is durable.
  template <class Host, class Fill>
  void send(Host& host, node_id to, io_id needs, verb what, Fill&& fill) noexcept {
    auto const build = [&] {
      fields f;
      f.what = what;
      f.in = s_.term;
      fill(f);
      return f;
    };
    if constexpr (std::same_as<message, fields>) {
      host.send(to, sealed<message>{build, needs});
    } else {
      host.send(to, sealed<message>{messages::make(build()), needs});
    }
  }
  /// A promise waits for the latest write issued: what it says may stand in any write up to it.
  io_id promise() const noexcept { return s_.writes.latest(); }
  /// What promises nothing but the term it is in.
  io_id statement() const noexcept {
    return s_.term_is_durable() ? s_.writes.nothing() : s_.writes.latest();
  }

  // --- elections ---

  template <class Host>
  void answer_vote(node_id from, fields const& f, bool newer, instant now, Host& host) noexcept {
    bool const granted = f.in == s_.term && grants(s_, from, f.at);
    bool const first = granted && !s_.vote;
    if (granted) {
      s_.vote = from;
      arm_election(s_, now);
    }
    if (newer) {
      write_term(host);
    } else if (first) {
      log_batch b;
      write(b, host);
    }
    send(host, from, granted ? promise() : statement(), verb::vote_reply,
         [&](fields& reply) { reply.yes = granted; });
  }

  template <class Host>
  void count(node_id voter, bool yes, instant now, Host& host) noexcept {
    if (count_vote(s_, voter, yes) != verdict::won) return;
    run const first = take_office(s_, now);
    if (SYNOD_MUTANT(R12, true, false)) append_own(first, host);
    for_each_peer([&](std::size_t slot) { feed(slot, host); });
  }

  // --- followers ---

  template <class Host>
  void answer_append(node_id from, fields const& f, bool newer, instant now, Host& host) noexcept {
    if (f.in < s_.term) return refuse_append(from, f, {}, host);
    if (s_.role == role::leader) {
      if (!s_.in_force.who.contains(from)) return;
      return stop({errc::broken_invariant, "raft: another leader in the same term (its number)",
                   s_.term.value},
                  host);
    }
    follow(s_, from, now);
    verification const v = verify(s_, view(host), f);
    if (!v.matches) {
      if (newer) write_term(host);
      return refuse_append(from, f, v.agreed, host);
    }
    take_over(f, v, newer, host);
    log_index const learnt = learnt_commit(s_, f, v.verified);
    bool const rose = learnt > s_.commit;
    s_.commit = learnt;
    send(host, from, promise(), verb::append_reply, [&](fields& reply) {
      reply.yes = true;
      reply.at.index = SYNOD_MUTANT(R10, v.verified, s_.log.last_index());
    });
    if (rose) host.decided(s_.commit);
  }

  template <class Host>
  void refuse_append(node_id from, fields const& f, position agreed, Host& host) noexcept {
    send(host, from, statement(), verb::append_reply, [&](fields& reply) {
      reply.at = agreed;
      reply.upto = f.at.index;
    });
  }

  /// Writes what an append brings that this log lacks.
  template <class Host>
  void take_over(fields const& f, verification const& v, bool newer, Host& host) noexcept {
    log_batch b;
    if (v.kept) {
      drop_after(*v.kept, host);
      b.truncate_from = next(v.kept->index);
    }
    if (v.present < f.count) {
      run added = entries_of(f);
      added.first.index.value += v.present;
      s_.log.append(added);
      b.entries = added;
      b.skip = v.present;
      if (f.kind == kind::configuration) {
        s_.in_force = {added.first, *f.who};
        b.who = f.who;
      }
    } else if (!newer) {
      return;
    }
    io_id const id = write(b, host);
    if (newer) s_.term_write = id.sequence;
  }

  template <class Host>
  void drop_after(position kept, Host& host) noexcept {
    s_.log.truncate_after(kept);
    s_.on_disk.truncated_after(kept.index);
    if (s_.in_force.at.index > kept.index) {
      s_.in_force = *host.storage().configuration_before(next(kept.index));
    }
  }

  // --- the leader ---

  /// Shows itself: with nothing but the commit index, or, while it looks for where the logs agree,
  /// with another probe.
  template <class Host>
  void heartbeat(std::size_t slot, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    bool const probing = peer.pace == pace::probe;
    shipment next;
    if (!next_shipment(s_, view(host), host.storage(), slot, probing, next)) return;
    if (probing) peer.sent(next.last());
    ship(slot, next, host);
  }

  /// Sends what the follower lacks, as far as its window allows.
  template <class Host>
  void feed(std::size_t slot, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    while (peer.next <= s_.log.last_index() && peer.may_send(s_.options.max_in_flight)) {
      shipment next;
      if (!next_shipment(s_, view(host), host.storage(), slot, true, next)) return;
      peer.sent(next.last());
      ship(slot, next, host);
    }
  }

  template <class Host>
  void ship(std::size_t slot, shipment const& what, Host& host) noexcept {
    send(host, voter_at(slot), s_.writes.nothing(), verb::append, [&](fields& f) {
      f.at = what.before;
      f.upto = s_.commit;
      f.of = what.of;
      f.kind = what.kind;
      f.count = what.count;
      if (what.kind == kind::configuration) {
        if (auto const c = host.storage().configuration_before(next(what.last()))) f.who = c->who;
      }
    });
  }

  template <class Host>
  void hear_follower(std::size_t slot, fields const& f, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    if (!f.yes) {
      if (peer.refused(f.upto, view(host).last_at_most(f.at).index)) feed(slot, host);
    } else if (f.at.index <= s_.log.last_index() && peer.acknowledged(f.at.index)) {
      bool const rose = advance_commit(s_, f.at.index);
      feed(slot, host);
      if (rose) host.decided(s_.commit);
    }
  }

  std::optional<why> why_not(propose const& asked) const noexcept {
    if (!is_running()) return why::stopped;
    if (s_.role != role::leader) return why::not_leader;
    if (asked.bytes > s_.options.max_message_bytes) return why::too_large;
    std::uint64_t const uncommitted = s_.log.last_index().value - s_.commit.value;
    if (s_.writes.full() || uncommitted + asked.count > s_.options.max_uncommitted ||
        s_.log.last_index().value + asked.count > max_index) {
      return why::full;
    }
    return std::nullopt;
  }

  template <class Host>
  void stop(error why, Host& host) noexcept {
    s_.role = role::follower;
    s_.leader.reset();
    s_.deadline.reset();
    host.stopped(why);
  }

  state<system> s_;
};

}  // namespace synod::inline SYNOD_ABI::raft
