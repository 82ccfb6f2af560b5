// SPDX-License-Identifier: BSL-1.0
// Leader election (Raft, section 5.2) and its restriction (section 5.4.1). Decisions on the state;
// raft/core.hpp emits what follows from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// Draws this node's patience for an election from [election_timeout, twice that), so that
/// candidates seldom meet.
template <class System>
void draw_patience(state<System>& s) noexcept {
  std::uint64_t const least = s.options.election_timeout.ns;
  s.patience = {least + s.random.below(least)};
}

/// Campaigns when nothing is heard of a leader for so long.
template <class System>
void arm_election(state<System>& s, instant now) noexcept {
  s.deadline = now + s.patience;
}

/// Becomes a follower of the current term. The vote stays: only a new term clears it.
template <class System>
void follow(state<System>& s, std::optional<node_id> leader, instant now) noexcept {
  s.role = role::follower;
  s.leader = leader;
  arm_election(s, now);
}

/// Adopts a higher term, in which nobody has this node's vote. A leader or candidate steps down;
/// a follower's timer runs on, since hearing of a term is not hearing of a leader.
template <class System>
void adopt_term(state<System>& s, ballot term, instant now) noexcept {
  s.term = term;
  s.vote.reset();
  s.leader.reset();
  s.incoming = {};
  if (s.role == role::leader) arm_election(s, now);
  s.role = role::follower;
}

/// Asks whether it would win, in a term that nobody has to enter yet (Raft dissertation, section
/// 9.6). It forgets its leader, so that it does not stand in the way of others.
template <class System>
void sound_out(state<System>& s, instant now) noexcept {
  s.leader.reset();
  s.role = role::pre_candidate;
  s.votes = tally<System>{s.quorum()};
  draw_patience(s);
  arm_election(s, now);
}

/// Asks for leadership of the next term, with its own vote first.
template <class System>
void campaign(state<System>& s, instant now) noexcept {
  s.term = next(s.term);
  s.vote = s.options.self;
  s.leader.reset();
  s.incoming = {};
  s.role = role::candidate;
  s.votes = tally<System>{s.quorum()};
  draw_patience(s);
  arm_election(s, now);
}

/// The election restriction: whether a log that ends at `candidate` holds at least what one that
/// ends at `own` does: a later last term, or the same one and no fewer entries.
constexpr bool up_to_date(position candidate, position own) noexcept {
  bool const fresh =
      candidate.in > own.in || (candidate.in == own.in && candidate.index >= own.index);
  return SYNOD_MUTANT(R01, fresh, candidate.index >= own.index);
}

/// Whether a candidate of the current term gets this node's vote: one a term, to a log that is up
/// to date; the same candidate as often as it asks.
template <class System>
bool grants(state<System> const& s, node_id candidate, position last) noexcept {
  return (s.role == role::follower || s.role == role::pre_candidate) &&
         (!s.vote || *s.vote == candidate) && up_to_date(last, s.log.last());
}

/// Whether a reply is about the question that this node asks now: of its kind and of its term.
/// Before its own vote is durable a candidate has asked nobody.
template <class System>
bool answers_question(state<System> const& s, fields const& f) noexcept {
  if (s.role == role::pre_candidate) {
    return f.what == verb::pre_vote_reply && f.yes && f.in == next(s.term);
  }
  bool const of_its_kind = f.what == verb::vote_reply;
  return s.role == role::candidate && SYNOD_MUTANT(R04, of_its_kind, true) && f.in == s.term &&
         s.term_is_durable();
}

/// Counts a vote in the current term, or for the one to come.
template <class System>
verdict count_vote(state<System>& s, node_id voter, bool yes) noexcept {
  return s.votes.vote(s.in_force.who.slot_of(voter), yes);
}

/// Takes office: every follower is probed from the end of the log, to which the leader adds an
/// entry of its own term (section 8: only through it do older entries commit). Gives that entry.
template <class System>
run take_office(state<System>& s, instant now) noexcept {
  s.role = role::leader;
  s.leader = s.options.self;
  s.term_start = next(s.log.last_index());
  for (progress& peer : s.peers) peer = progress::after(s.log.last_index());
  s.heard.fill(now);
  s.deadline = now + s.options.heartbeat;
  return {{s.term_start, s.term}, s.term_start, kind::no_op};
}

}  // namespace synod::inline SYNOD_ABI::raft
