// SPDX-License-Identifier: BSL-1.0
// What a store holds against what its writes said, byte for byte.
#pragma once

#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/sim/ghost_log.hpp"

namespace synod::inline SYNOD_ABI {

/// Whether a log holds every entry of its ghost that it has not compacted, and no other. O(bytes).
template <class Log>
bool holds_what_was_written(Log const& held, ghost_state const& ghost) {
  position const base = held.base();
  if (held.run_at(next(ghost.last())) || base.index > ghost.last()) return false;
  if (base.index != log_index{} && ghost.at(base.index).in != base.in) return false;
  for (log_index i = next(base.index); i <= ghost.last();) {
    std::optional<run> const which = held.run_at(i);
    if (!which || which->first.index != i) return false;
    while (i <= which->last) {
      run const piece = one_piece(held, {{i, which->first.in}, which->last, which->kind});
      std::optional<payload> const content = held.read(piece);
      if (!content) return false;
      payload_reader reader{*content};
      for (; i <= piece.last; i = next(i)) {
        ghost_entry const& e = ghost.at(i);
        if (e.in != which->first.in) return false;
        if (which->kind == kind::payload && e.content != ghost_hash(reader.next())) return false;
      }
    }
  }
  return true;
}

}  // namespace synod::inline SYNOD_ABI
