// SPDX-License-Identifier: BSL-1.0
// What a quorum system is: a monotone predicate over sets of voters.
#pragma once

#include <concepts>
#include <cstddef>

#include "synod/quorum/voter_set.hpp"

namespace synod::inline SYNOD_ABI {

/// A regular type that knows how many members it has and whether a set of them is a quorum.
///
/// Semantics, which a concept cannot check: `is_quorum` is monotone (a superset of a quorum is a
/// quorum), depends on the first `size()` slots only, and the empty set is never a quorum. Names
/// of nodes are no business of a system: it speaks of slots, and who counts votes maps them.
template <class S>
concept quorum_system = std::regular<S> && requires(S const& system, voter_set set) {
  { system.size() } noexcept -> std::same_as<std::size_t>;
  { system.is_quorum(set) } noexcept -> std::same_as<bool>;
};

}  // namespace synod::inline SYNOD_ABI
