// SPDX-License-Identifier: BSL-1.0
// Pairs of quorums, and quorums without a member too many.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// A quorum of one system and one of another.
struct two_quorums {
  voter_set first;
  voter_set second;

  friend constexpr bool operator==(two_quorums const&, two_quorums const&) = default;
};

namespace detail {

// The slots from `slot` on, of n.
constexpr voter_set slots_from(std::size_t slot, std::size_t n) noexcept {
  return voter_set::first(slot).complement(n);
}
constexpr voter_set with(voter_set set, std::size_t slot) noexcept {
  set.insert(slot);
  return set;
}
constexpr voter_set without(voter_set set, std::size_t slot) noexcept {
  return set & voter_set::of_mask(~(std::uint64_t{1} << slot));
}

// A minimal quorum within the quorum `set`: members are spared from the last on.
template <quorum_system System>
constexpr voter_set minimal_within(System const& system, voter_set set) noexcept {
  for (std::size_t slot = voter_set::max_slots; slot-- > 0;) {
    if (set.contains(slot) && system.is_quorum(without(set, slot))) set = without(set, slot);
  }
  return set;
}

}  // namespace detail

}  // namespace synod::inline SYNOD_ABI
