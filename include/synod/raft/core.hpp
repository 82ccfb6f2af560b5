// SPDX-License-Identifier: BSL-1.0
// The Raft core: events in, effects out.
//
// Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", USENIX ATC 2014
// (the paper of the section numbers here). What is decided stands in election.hpp, replication.hpp
// and commitment.hpp; this file says what each event leads to, and emits it in the order of the
// contract: a write, answers to requests, messages, decisions.
#pragma once

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
#include "synod/consensus/protocol.hpp"
#include "synod/raft/candidate.hpp"
#include "synod/raft/commitment.hpp"
#include "synod/raft/contact.hpp"
#include "synod/raft/election.hpp"
#include "synod/raft/invariants.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/options.hpp"
#include "synod/raft/recovery.hpp"
#include "synod/raft/state.hpp"
#include "synod/raft/with.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// A Raft node: a `log_protocol` of `Config`, a set of options (raft/with.hpp).
template <class Config>
class core : private candidate_side<Config> {
  using base = candidate_side<Config>;
  using messages = typename checked<Config>::messages;
  using system = typename checked<Config>::quorum;
  using base::s_, base::is_running;

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

  /// A leader speaks to everybody; anybody else seeks its office (sections 5.1 and 5.2).
  template <log_host<core> Host>
  void step(tick, instant now, Host& host) noexcept {
    if (!is_running() || now < *s_.deadline) return;
    if (s_.role == role::leader) {
      this->speak(now, host);
    } else if (s_.is_voter() && !s_.writes.full()) {
      this->seek_office(now, host);
    } else {
      follow(s_, std::nullopt, now);
    }
  }

  /// A message of any age, from anybody, any number of times. What would need a write is dropped
  /// while 64 writes are outstanding, as if lost.
  template <log_host<core> Host>
  void step(received<message> const& event, instant now, Host& host) noexcept {
    if (!is_running()) return;
    auto const& read = messages::read(event.message);
    if (!read || event.from == s_.options.self) return;
    fields const& f = *read;
    if (!plausible(f, event.entries, event.bytes)) return;
    if constexpr (!snapshot_reader<storage>) {
      if (f.what == verb::snapshot) return;
    }
    if constexpr (holds) {
      if (asks_for_votes(f.what) && holds_to_leader<Config::check_quorum>(s_, now)) {
        return this->refuse_candidate(event.from, f.what, host);
      }
    }
    bool const newer = f.in > s_.term;
    if (s_.writes.full() && (newer || needs_write(f.what))) return;
    if (f.what == verb::pre_vote) return this->answer_pre_vote(event.from, f, host);
    bool const enters = newer && !(f.what == verb::pre_vote_reply && f.yes);
    if (enters) adopt_term(s_, f.in, now);
    switch (f.what) {
      case verb::vote: return this->answer_vote(event.from, f, newer, now, host);
      case verb::append: return this->answer_append(event.from, f, newer, now, host);
      case verb::confirm: return this->answer_confirm(event.from, f, newer, now, host);
      case verb::snapshot: return this->answer_snapshot(event.from, f, newer, now, host);
      default: break;
    }
    if (enters) return this->write_term(host);
    if (s_.role == role::leader) {
      std::size_t const slot = s_.in_force.who.slot_of(event.from);
      if (f.in == s_.term && slot < s_.voters()) this->hear_voter(slot, f, now, host);
    } else if (answers_question(s_, f)) {
      this->count(event.from, f.yes, now, host);
    }
  }

  /// A write is on disk: it counts as this node's own acknowledgement, or as its own vote.
  template <log_host<core> Host>
  void step(persisted const& event, instant now, Host& host) noexcept {
    if (!is_running() || !s_.writes.persisted(event.done)) return;
    bool const rose = s_.on_disk.reached(s_.writes.upto(), s_.writes.latest().life);
    if (s_.role == role::leader) {
      if constexpr (Config::check_quorum) s_.heard[s_.own_slot()] = now;
      if (rose && advance_commit(s_, s_.on_disk.last())) host.decided(s_.commit);
    } else if (s_.role == role::candidate && s_.term_is_durable() && !s_.writes.full()) {
      this->count(s_.options.self, true, now, host);
    }
  }

  /// The node stops, for good: what it would go on from is no longer what its disk holds.
  template <log_host<core> Host>
  void step(write_failed const& event, instant, Host& host) noexcept {
    if (is_running() && event.which.life == s_.writes.latest().life) {
      this->stop({errc::write_failed, "raft: a write failed (its number)", event.which.sequence},
                 host);
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
    this->append_own({first, {s_.log.last_index().value + asked.count}, kind::payload}, host);
    host.accepted(asked.as, first);
    this->feed_all(host);
  }

  /// A leader tells from which index on the answer to a question is fresh, once a quorum has
  /// confirmed that it led when the question came. At most 8 questions wait.
  template <log_host<core> Host>
    requires read_host<Host>
  void step(read_index const& asked, instant, Host& host) noexcept {
    if (auto const refusal = why_not(asked)) {
      return host.read_failed(asked.as, *refusal, s_.leader);
    }
    note_read(s_, asked.as);
    this->answer_reads(host);
    if (!s_.reads.waiting.empty()) this->ask_for_confirmation(host);
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
  /// Whether a follower is being brought up to date by a snapshot: a new one would begin it anew.
  bool sends_snapshot() const noexcept {
    bool any = false;
    if (leads())
      this->for_each_peer(
          [&](std::size_t slot) { any = any || s_.peers[slot].pace == pace::snapshot; });
    return any;
  }
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
  static constexpr bool holds = Config::pre_vote || Config::check_quorum;

  static constexpr bool asks_for_votes(verb what) noexcept {
    return what == verb::vote || what == verb::pre_vote;
  }
  /// In this node's own term.
  static constexpr bool needs_write(verb what) noexcept {
    return what != verb::append_reply && what != verb::confirm && what != verb::confirm_reply &&
           what != verb::snapshot_reply;
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
  std::optional<why> why_not(read_index const&) const noexcept {
    if (!is_running()) return why::stopped;
    if (s_.role != role::leader) return why::not_leader;
    if (s_.reads.waiting.full()) return why::full;
    return std::nullopt;
  }
};

}  // namespace synod::inline SYNOD_ABI::raft
