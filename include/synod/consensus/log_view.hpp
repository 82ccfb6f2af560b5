// SPDX-License-Identifier: BSL-1.0
// A core's whole log: the newest runs from the core itself, older ones asked of the storage.
#pragma once

#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"

namespace synod::inline SYNOD_ABI {

/// Refers to both for the length of a step. An index beyond the end, or compacted and not the last
/// one that is, has no ballot: it is unknown, and matches nothing.
template <class Runs, log_reader Storage>
class log_view {
 public:
  constexpr log_view(Runs const& newest, Storage const& storage) noexcept
      : newest_(newest), storage_(storage) {}

  std::optional<run> run_at(log_index i) const noexcept {
    if (i > newest_.before().index) return newest_.run_at(i);
    return storage_.run_at(i);
  }
  std::optional<ballot> ballot_at(log_index i) const noexcept {
    std::optional<ballot> const known = known_ballot_at(i);
    return SYNOD_MUTANT(R08, known, std::optional{known.value_or(ballot{})});
  }
  bool holds(position p) const noexcept { return ballot_at(p.index) == p.in; }

  /// The last entry of the same ballot as `from`, seen from `from` on.
  log_index last_of_ballot(position from) const noexcept {
    log_index at = from.index;
    for (;;) {
      std::optional<run> const held = run_at(at);
      if (!held || held->first.in != from.in) return previous(at);
      at = next(held->last);
    }
  }

  /// The last position at or below `limit.index` whose ballot is at most `limit.in`: where two
  /// logs that disagree at `limit` may agree at the latest. One look-up a run.
  position last_at_most(position limit) const noexcept {
    log_index at = limit.index < newest_.last_index() ? limit.index : newest_.last_index();
    for (;;) {
      std::optional<ballot> const in = ballot_at(at);
      if (!in) return {};
      if (*in <= limit.in) return {at, *in};
      std::optional<run> const held = run_at(at);
      if (!held) return {};
      at = previous(held->first.index);
    }
  }

 private:
  std::optional<ballot> known_ballot_at(log_index i) const noexcept {
    if (i >= newest_.before().index) return newest_.ballot_at(i);
    if (std::optional<run> const held = storage_.run_at(i)) return held->first.in;
    position const base = storage_.base();
    return i == base.index ? std::optional{base.in} : std::nullopt;
  }

  Runs const& newest_;
  Storage const& storage_;
};

}  // namespace synod::inline SYNOD_ABI
