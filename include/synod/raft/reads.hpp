// SPDX-License-Identifier: BSL-1.0
// Reads that every answer of theirs is fresh: ReadIndex (Raft dissertation, section 6.4). A read
// waits for a round of confirmations that began after it came: then nobody had been elected in
// between, and what this leader had committed was all there was.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/consensus/progress.hpp"
#include "synod/raft/by_quorum.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// A leader notes a read, which begins a round. It may show less than is committed until the
/// leader's own term has: hence its first entry at least.
template <class System>
void note_read(state<System>& s, ticket as) noexcept {
  s.reads.waiting.push_back(as);
  s.reads.at = s.commit < s.term_start ? s.term_start : s.commit;
  ++s.reads.round;
}

/// A voter confirms that this node led when the round began.
template <class System>
void note_confirmation(state<System>& s, std::size_t slot, std::uint64_t round) noexcept {
  std::uint64_t const before = s.reads.round - s.reads.waiting.size();
  if (round <= before || round > s.reads.round) return;
  auto const confirmed = static_cast<std::uint8_t>(round - before);
  if (s.peers[slot].confirmed < confirmed) s.peers[slot].confirmed = confirmed;
}

/// How many of the reads that wait a quorum has confirmed, the oldest first.
template <class System>
std::size_t confirmed_reads(state<System> const& s) noexcept {
  std::size_t const all = s.reads.waiting.size();
  std::size_t const confirmed =
      by_quorum(s, all, [&](std::size_t slot) -> std::size_t { return s.peers[slot].confirmed; });
  return SYNOD_MUTANT(reads_unconfirmed, confirmed, all);
}

/// Forgets the oldest n reads.
template <class System>
void drop_reads(state<System>& s, std::size_t n) noexcept {
  s.reads.waiting.drop_front(n);
  for (progress& peer : s.peers) {
    peer.confirmed = static_cast<std::uint8_t>(peer.confirmed < n ? 0 : peer.confirmed - n);
  }
}

}  // namespace synod::inline SYNOD_ABI::raft
