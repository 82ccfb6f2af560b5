// SPDX-License-Identifier: BSL-1.0
// How far a quorum has come, of anything that is known of each voter.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/quorum/commit_index.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// The greatest value that a quorum has reached, where a peer has `of(slot)` and this node `own`.
template <class Value, class System, class Of>
Value by_quorum(state<System> const& s, Value own, Of&& of) noexcept {
  // Room for 9, the most that commit_index judges one by one: g++ warns of reading beyond 7.
  std::array<Value, 9> reached;
  static_assert(max_voters <= 9);
  std::size_t const self = s.own_slot();
  for (std::size_t slot = 0; slot < s.voters(); ++slot) {
    reached[slot] = slot == self ? own : of(slot);
  }
  return commit_index(s.quorum(), std::span<Value const>{reached.data(), s.voters()});
}

}  // namespace synod::inline SYNOD_ABI::raft
