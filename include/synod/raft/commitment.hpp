// SPDX-License-Identifier: BSL-1.0
// When a leader commits (Raft, sections 5.3 and 5.4.2).
#pragma once

#include <cstddef>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/raft/by_quorum.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// Raises a leader's commit index to what a quorum holds durably, itself included; only entries of
/// its own term commit by counting, older ones follow with them. `news` is what one of them has
/// just come to hold. True where the commit index rose.
template <class System>
bool advance_commit(state<System>& s, log_index news) noexcept {
  if (news <= s.commit) return false;
  log_index const held =
      by_quorum(s, s.on_disk.last(), [&](std::size_t slot) { return s.peers[slot].match; });
  bool const own_term = held >= s.term_start;
  if (held <= s.commit || !SYNOD_MUTANT(R05, own_term, true)) return false;
  s.commit = held;
  return true;
}

}  // namespace synod::inline SYNOD_ABI::raft
