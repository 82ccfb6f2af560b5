// SPDX-License-Identifier: BSL-1.0
// Who is in touch with whom: a leader with a quorum, a follower with its leader (Raft dissertation,
// sections 6.2 and 4.2.3).
#pragma once

#include <cstddef>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/time.hpp"
#include "synod/raft/by_quorum.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// Whether a quorum, this leader included, has answered it within the last election time-out.
template <class System>
bool hears_quorum(state<System> const& s, instant now) noexcept {
  instant const since = by_quorum(s, now, [&](std::size_t slot) { return s.heard[slot]; });
  duration const silence = SYNOD_MUTANT(R27, now - since, duration{});
  return silence <= s.options.election_timeout;
}

/// Whether this leader's own disk, where it has something to write, has written within the last
/// election time-out: a leader that only speaks keeps the others from electing one that works.
template <class System>
bool hears_disk(state<System> const& s, instant now) noexcept {
  return s.writes.outstanding() == 0 || now - s.heard[s.own_slot()] <= s.options.election_timeout;
}

/// Whether this node knows of a leader that works: itself, in touch with a quorum, or one that it
/// heard less than an election time-out ago (the deadline tells when). It then refuses whoever asks
/// for votes, and does not enter its term.
template <bool CheckQuorum, class System>
bool holds_to_leader(state<System> const& s, instant now) noexcept {
  if (s.role == role::leader) return CheckQuorum && hears_quorum(s, now);
  return s.leader && (*s.deadline - now).ns + s.options.election_timeout.ns > s.patience.ns;
}

}  // namespace synod::inline SYNOD_ABI::raft
