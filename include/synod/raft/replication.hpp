// SPDX-License-Identifier: BSL-1.0
// Log replication (Raft, section 5.3): what a follower does with an append, what a leader sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_view.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// What a follower makes of an append.
struct verification {
  bool matches = false;
  position agreed;               ///< no match: where the logs agree at the latest
  log_index verified;            ///< match: the last entry known to be the leader's
  std::uint32_t present = 0;     ///< match: leading entries that need no writing
  std::optional<position> kept;  ///< match: what comes after it, the leader's entries replace
};

/// Compares the log with an append of the current term. What is committed agrees by definition
/// (the leader completeness property, section 5.4), so that nothing at or below the commit index
/// is compared or ever replaced. Entries behind the append's end stay: a short message is no
/// reason to drop them.
template <class System, class View>
verification verify(state<System> const& s, View const& log, fields const& f) noexcept {
  verification v;
  if (f.at == s.log.last()) {  // the usual case: it goes on where this log ends
    v.matches = true;
    v.verified = {f.at.index.value + f.count};
    return v;
  }
  if (f.at.index > s.commit && !log.holds(f.at)) {
    v.agreed = log.last_at_most(f.at);
    if (v.agreed.index < s.commit) v.agreed = {s.commit, f.at.in};
    return v;
  }
  v.matches = true;
  log_index const end{f.at.index.value + f.count};
  v.verified = end < s.commit ? s.commit : end;

  log_index known = f.at.index;  // the last entry up to which both logs surely agree
  if (known < s.commit) known = end < s.commit ? end : s.commit;
  log_index const last = s.log.last_index();
  if (known < end && known < last) {
    log_index const first_new = next(known);
    log_index const same = SYNOD_MUTANT(R07, log.last_of_ballot({first_new, f.of}), last);
    known = same < end ? same : end;
    if (known < end && known < last) {
      v.kept = {known, known == f.at.index ? f.at.in : f.of};
    }
  }
  v.present = static_cast<std::uint32_t>(known.value - f.at.index.value);
  return v;
}

/// A follower's commit index after an append: what the leader has committed, as far as this
/// message has verified it.
template <class System>
log_index learnt_commit(state<System> const& s, fields const& f, log_index verified) noexcept {
  log_index const safe = SYNOD_MUTANT(R06, verified, s.log.last_index());
  log_index const learnt = f.upto < safe ? f.upto : safe;
  return learnt > s.commit ? learnt : s.commit;
}

/// What an append carries: the run that follows `before`, or nothing.
struct shipment {
  position before;
  ballot of;
  synod::kind kind = kind::payload;
  std::uint32_t count = 0;

  log_index last() const noexcept { return {before.index.value + count}; }
};

/// What the follower at `slot` is sent next: the entries from `next` on that are of one run and fit
/// into one message, or none. False where what precedes them is compacted.
template <class System, class View, class Storage>
[[gnu::always_inline]] inline bool next_shipment(state<System> const& s, View const& log,
                                                 Storage const& storage, std::size_t slot,
                                                 bool with_entries, shipment& next) noexcept {
  progress const& peer = s.peers[slot];
  log_index const first = peer.next;
  next.before.index = previous(first);
  bool from_compacted =
      SYNOD_MUTANT(R08, false, peer.pace == pace::probe && first <= storage.base().index);
  if (!with_entries || first > s.log.last_index() || from_compacted) {
    std::optional<ballot> const in = from_compacted ? ballot{} : log.ballot_at(next.before.index);
    if (in) next.before.in = *in;
    return in.has_value();
  }

  if (first <= storage.base().index) return false;
  std::optional<run> const held = log.run_at(first);
  if (!held) return false;
  next.of = next.before.in = held->first.in;
  if (held->first.index == first) {  // the entry before is of another run
    std::optional<ballot> const in = log.ballot_at(next.before.index);
    if (!in) return false;
    next.before.in = *in;
  }
  log_index const known = peer.pace == pace::probe ? next.before.index : peer.match;
  log_index const window{known.value + s.options.max_in_flight};
  log_index last = held->last < window ? held->last : window;
  if (held->kind == kind::payload) {
    last = storage.fits(first, last, s.options.max_message_bytes);
  }
  next.kind = held->kind;
  next.count = static_cast<std::uint32_t>(last.value - next.before.index.value);
  return true;
}

}  // namespace synod::inline SYNOD_ABI::raft
