// SPDX-License-Identifier: BSL-1.0
// When a leader commits (Raft, sections 5.3 and 5.4.2).
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/consensus/log.hpp"
#include "synod/quorum/commit_index.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// Raises a leader's commit index to what a quorum holds durably, itself included; only entries of
/// its own term commit by counting, older ones follow with them. `news` is what one of them has
/// just come to hold. True where the commit index rose.
template <class System>
bool advance_commit(state<System>& s, log_index news) noexcept {
  if (news <= s.commit) return false;
  std::array<log_index, max_voters> held;
  std::size_t const self = s.own_slot();
  for (std::size_t slot = 0; slot < s.voters(); ++slot) {
    held[slot] = slot == self ? s.on_disk.last() : s.peers[slot].match;
  }
  log_index const by_quorum =
      commit_index(s.quorum(), std::span<log_index const>{held.data(), s.voters()});
  bool const own_term = by_quorum >= s.term_start;
  if (by_quorum <= s.commit || !SYNOD_MUTANT(R05, own_term, true)) return false;
  s.commit = by_quorum;
  return true;
}

}  // namespace synod::inline SYNOD_ABI::raft
