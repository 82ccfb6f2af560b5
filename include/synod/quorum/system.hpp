// SPDX-License-Identifier: BSL-1.0
// What a quorum system is: a monotone predicate over sets of voters.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "synod/quorum/voter_set.hpp"

namespace synod::inline SYNOD_ABI {

/// A regular type that knows how many members it has and whether a set of them is a quorum.
///
/// Semantics, which a concept cannot check: `is_quorum` is monotone (a superset of a quorum is a
/// quorum), depends on the first `size()` slots only, and the empty set is never a quorum. Names
/// of nodes are no business of a system: it speaks of slots, and who counts votes maps them.
///
/// Synod's own systems take sets of any number of words; a system of more than 64 members is asked
/// with a wider one. A set too narrow for its system holds none of the members beyond its room.
template <class S, class Set = voter_set>
concept quorum_system = std::regular<S> && requires(S const& system, Set set) {
  { system.size() } noexcept -> std::same_as<std::size_t>;
  { system.is_quorum(set) } noexcept -> std::same_as<bool>;
};

/// Two systems over the same members, of which every read quorum meets every write quorum. In
/// Paxos's words, reads are phase 1 (what may have been chosen?) and writes are phase 2 (choose).
template <class P>
concept quorum_pair = std::regular<P> && requires(P const& pair) {
  requires quorum_system<std::remove_cvref_t<decltype(pair.reads())>>;
  requires quorum_system<std::remove_cvref_t<decltype(pair.writes())>>;
};

/// A system in which only the sum of the members' votes counts: a set is a quorum exactly when its
/// sum is `votes_needed()` or more, which is at least 1. The sum of all fits in 64 bits.
template <class S>
concept weighing_system = requires(S const& system, std::size_t slot) {
  { system.size() } noexcept -> std::same_as<std::size_t>;
  { system.votes_of(slot) } noexcept -> std::same_as<std::uint64_t>;
  { system.votes_needed() } noexcept -> std::same_as<std::uint64_t>;
};

/// A system in which only the number counts: a set is a quorum exactly when it holds
/// `votes_needed()` members or more, which is at least 1 (and none where that is beyond `size()`).
/// Tally and commit index are fastest for these.
template <class S>
concept counting_system = !weighing_system<S> && requires(S const& system) {
  { system.size() } noexcept -> std::same_as<std::size_t>;
  { system.votes_needed() } noexcept -> std::same_as<std::size_t>;
};

/// The most members of any system of synod's own.
inline constexpr std::size_t max_members = 65535;

}  // namespace synod::inline SYNOD_ABI
