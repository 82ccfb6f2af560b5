// SPDX-License-Identifier: BSL-1.0
// What a leader knows of one follower's log, and how boldly it sends.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"

namespace synod::inline SYNOD_ABI {

enum class pace : std::uint8_t {
  probe,      ///< looking for where the logs agree: one message at a time
  replicate,  ///< they agree up to `match`: entries are sent ahead of their acknowledgements
  snapshot,   ///< what it lacks is compacted: parts of a snapshot are sent, one at a time
};

/// Invariant: match < next, but in `snapshot`, where `next` counts the bytes of the snapshot that
/// it has. In `replicate`, entries (match, next) are in flight: a count of its own, which could
/// drift, is not kept.
struct progress {
  log_index match;    ///< the last entry known to be durable there
  log_index next{1};  ///< the next entry to send
  synod::pace pace = pace::probe;
  bool waiting = false;        ///< a probe is out; only a heartbeat sends another
  std::uint8_t confirmed = 0;  ///< of the reads that wait, it has confirmed so many, oldest first

  static constexpr progress after(log_index last) noexcept {
    return {{}, synod::next(last), pace::probe, false, 0};
  }

  constexpr std::uint64_t in_flight() const noexcept { return next.value - match.value - 1; }

  constexpr bool may_send(std::uint64_t window) const noexcept {
    if (pace == pace::replicate) return in_flight() < window;
    return pace == pace::probe && !waiting;
  }

  constexpr void sent(log_index upto) noexcept {
    if (pace == pace::probe) {
      waiting = true;
    } else {
      next = synod::next(upto);
    }
  }

  /// The follower holds everything up to `upto`. False where that is no news.
  constexpr bool acknowledged(log_index upto) noexcept {
    bool const found = pace == pace::probe && upto >= previous(next);
    if (found) {
      pace = pace::replicate;
      waiting = false;
    }
    if (upto <= match) return found;
    match = upto;
    if (next <= match) next = synod::next(match);
    return true;
  }

  /// The follower refused an append after `probed`, and agrees at `hint` at the latest. Only the
  /// answer to what is outstanding counts; `next` then falls strictly, and stays above match.
  /// False where it is an old answer.
  constexpr bool refused(log_index probed, log_index hint) noexcept {
    bool const stale = probed <= match || (pace == pace::probe && probed != previous(next));
    if (SYNOD_MUTANT(R09, stale, false)) return false;
    log_index const lower = hint < probed ? synod::next(hint) : probed;
    next = SYNOD_MUTANT(R09, lower > match ? lower : synod::next(match), synod::next(hint));
    pace = pace::probe;
    waiting = false;
    return true;
  }

  /// Only a snapshot can bring the follower up to date; it has so many bytes of it.
  constexpr void has_of_snapshot(std::uint64_t bytes) noexcept {
    pace = pace::snapshot;
    next = {bytes};
    waiting = false;
  }
  constexpr std::uint64_t snapshot_offset() const noexcept { return next.value; }
  /// The follower holds everything up to `upto`, and entries can be sent from there on.
  constexpr void needs_no_snapshot(log_index upto) noexcept {
    pace = pace::probe;
    next = synod::next(upto < match ? match : upto);
  }

  friend constexpr bool operator==(progress const&, progress const&) = default;
};

}  // namespace synod::inline SYNOD_ABI
