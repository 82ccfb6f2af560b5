// SPDX-License-Identifier: BSL-1.0
// Bringing a follower up to date by a snapshot (Raft, section 7), a part at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/run_list.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// The part from `offset` on that fits into one message.
constexpr snapshot_chunk part_of(snapshot_info const& whole, std::uint64_t offset,
                                 std::uint64_t max_message_bytes) noexcept {
  std::uint64_t count = std::numeric_limits<std::uint32_t>::max();
  if (count > max_message_bytes) count = max_message_bytes;
  if (count > whole.bytes - offset) count = whole.bytes - offset;
  return {whole.at, offset, static_cast<std::uint32_t>(count), whole.bytes};
}

/// Whether a part goes on where this follower is with its snapshot; of another one, from the
/// beginning. A part that does not is no news, or something before it was lost.
template <class System>
bool goes_on(state<System>& s, snapshot_chunk const& part) noexcept {
  if (s.incoming.at != part.at || s.incoming.total != part.total) {
    s.incoming = {part.at, part.total, 0};
  }
  return SYNOD_MUTANT(R22, part.offset == s.incoming.received, part.offset >= s.incoming.received);
}

/// The log and what counts as committed, once a snapshot is installed. Entries behind it stay only
/// if the log `holds` its last entry; what is committed is never lost by it.
template <class System>
void install(state<System>& s, position at, members const& who, bool holds) noexcept {
  s.incoming = {};
  if (SYNOD_MUTANT(R23, holds, at.index <= s.log.last_index())) {
    if (s.in_force.at.index <= at.index) s.in_force = {at, who};
  } else {
    s.log = run_list<16>{at};
    s.on_disk.truncated_after(s.commit);
    s.in_force = {at, who};
  }
  s.commit = at.index;
}

}  // namespace synod::inline SYNOD_ABI::raft
