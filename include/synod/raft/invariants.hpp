// SPDX-License-Identifier: BSL-1.0
// What always holds of a Raft node, and what of it counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/progress.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// Null, or the name of the first invariant that does not hold.
template <class System>
char const* broken_invariant(state<System> const& s) noexcept {
  log_index const last = s.log.last_index();
  if (s.commit > last) return "raft: commit <= last entry";
  if (s.on_disk.last() > last) return "raft: durable entries <= last entry";
  if (s.log.last().in > s.term) return "raft: no entry of a later term";
  if (s.in_force.at.index > last) return "raft: the configuration in force is in the log";
  if (s.incoming.received > s.incoming.total) return "raft: no more of a snapshot than there is";
  if (s.role != role::leader && !s.reads.waiting.empty()) return "raft: reads wait at a leader";
  if (s.role == role::follower || s.role == role::pre_candidate) return nullptr;
  if (s.vote != s.options.self) return "raft: candidates and leaders voted for themselves";
  if (s.role == role::candidate) return nullptr;
  if (!s.term_is_durable()) return "raft: a leader's term is durable";
  for (std::size_t slot = 0; slot < s.voters(); ++slot) {
    progress const& peer = s.peers[slot];
    if (peer.match > last) return "raft: match <= last entry";
    if (peer.confirmed > s.reads.waiting.size()) return "raft: reads confirmed <= reads waiting";
    if (peer.pace == pace::snapshot) continue;
    if (peer.match >= peer.next) return "raft: match < next";
    if (peer.next > next(last)) return "raft: next <= last entry + 1";
  }
  return nullptr;
}

/// Visits the abstract state once, by name: fingerprints and printing come from it.
template <class System, class Visitor>
void visit(state<System> const& s, Visitor& visitor) {
  visitor("self", std::optional{s.options.self});
  visitor("term", s.term);
  visitor("vote", s.vote);
  visitor("term is durable", std::uint64_t{s.term_is_durable()});
  visitor("writes outstanding", s.writes.outstanding());
  visitor("completed early", s.writes.early());
  visitor("log before", s.log.before());
  for (std::size_t n = 0; n < s.log.size(); ++n) visitor("run", s.log.nth(n));
  visitor("on disk", s.on_disk.last());
  s.on_disk.visit(visitor, s.writes.latest().sequence - s.writes.outstanding());
  visitor("in force at", s.in_force.at);
  visitor("in force", s.in_force.who);
  visitor("role", static_cast<std::uint64_t>(s.role));
  visitor("leader", s.leader);
  visitor("commit", s.commit);
  visitor("deadline armed", std::uint64_t{s.deadline.has_value()});
  visitor("snapshot coming in", s.incoming.at);
  visitor("its bytes", s.incoming.total);
  visitor("received", s.incoming.received);
  if (s.role == role::candidate || s.role == role::pre_candidate) {
    visitor("votes yes", s.votes.yes().mask());
    visitor("votes no", s.votes.no().mask());
  }
  if (s.role == role::leader) {
    visitor("term start", s.term_start);
    for (std::size_t slot = 0; slot < s.voters(); ++slot) {
      visitor("match", s.peers[slot].match);
      visitor("next", s.peers[slot].next);
      visitor("pace", static_cast<std::uint64_t>(s.peers[slot].pace));
      visitor("waiting", std::uint64_t{s.peers[slot].waiting});
      visitor("reads confirmed", std::uint64_t{s.peers[slot].confirmed});
    }
    visitor("reads at", s.reads.at);
    for (ticket const read : s.reads.waiting) visitor("read", read);
  }
}

}  // namespace synod::inline SYNOD_ABI::raft
