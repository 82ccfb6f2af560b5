// SPDX-License-Identifier: BSL-1.0
// The commit index: how far a quorum has come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/quorum/detail/selection.hpp"
#include "synod/quorum/joint.hpp"
#include "synod/quorum/majority.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// The number inside: of a strong integer, of an instant, a plain one itself.
template <class T>
constexpr auto key_of(T const& value) noexcept {
  if constexpr (std::is_integral_v<T>) {
    return value;
  } else {
    auto const& [key] = value;
    return key;
  }
}

// What nobody has reached; less than nothing does not matter.
template <class Key>
inline constexpr Key least_key =
    std::is_signed_v<Key> ? static_cast<Key>(std::uint64_t{1} << (8 * sizeof(Key) - 1)) : Key{0};

// The numbers of majorities that are rarely chosen. An even number is brought to the next odd one
// by a voter that has nothing, which leaves the number that makes a majority as it is.
template <class Key, class At>
constexpr Key median_of_rare(std::size_t n, At at, Key none, Key if_empty) noexcept {
  // Not const: such an initialiser is evaluated while compiling, where no mutant is in force.
  Key padding = SYNOD_MUTANT(R11, none, static_cast<Key>(~none));
  switch (n) {
    case 0: return if_empty;
    case 1: return at(0);
    case 2: return lower(at(0), at(1));
    case 4: return middle(at(0), at(1), at(2), at(3), padding);
    case 6: return middle(at(0), at(1), at(2), at(3), at(4), at(5), padding);
    case 8: return middle(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), padding);
    case 9: return middle(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8));
    default: return greatest_reached<voter_set>(majority{n}, n, at, none);
  }
}

template <class System>
inline constexpr bool is_joint = false;
template <class Old, class New, class Set>
inline constexpr bool is_joint<joint<Old, New, Set>> = true;

// The greatest key that a quorum has reached; `none` where not even all members are a quorum, and
// `if_empty` where there are none.
template <class Set, class Key, class System, class At, class IfEmpty>
[[gnu::always_inline]] constexpr Key reached_by_quorum(System const& system, std::size_t n, At at,
                                                       Key none, IfEmpty if_empty) noexcept {
  if constexpr (is_joint<System>) {
    // What both halves have reached is the less of what each has. One half without members is
    // neutral: it has reached everything.
    auto const& old = system.old_half();
    auto const& next = system.new_half();
    auto const at_new = [at, from = system.first_new()](std::size_t i) { return at(from + i); };
    auto const neutral = [&] { return n == 0 ? if_empty() : static_cast<Key>(~least_key<Key>); };
    Key const by_old = reached_by_quorum<Set>(old, old.size(), at, none, neutral);
    Key const by_new = reached_by_quorum<Set>(next, next.size(), at_new, none, neutral);
    return SYNOD_MUTANT(Q04, lower(by_old, by_new),
                        greatest_reached<Set>(majority{n}, n, at, none));
  } else if constexpr (std::is_same_v<System, majority>) {
    // The usual sizes here, since a call costs as much as the network of three.
    if (n == 3) [[likely]] {
      return middle(at(0), at(1), at(2));
    }
    if (n == 5) return middle(at(0), at(1), at(2), at(3), at(4));
    if (n == 7) return middle(at(0), at(1), at(2), at(3), at(4), at(5), at(6));
    return median_of_rare(n, at, none, if_empty());
  } else {
    return n == 0 ? if_empty() : greatest_reached<Set>(system, n, at, none);
  }
}

}  // namespace detail

/// The largest index i such that the members that acknowledged i or more form a quorum; 0 where
/// there is none. `acknowledged[slot]` is what the member at that slot has (0: nothing is known),
/// one value a member. This is Raft's rule for the commit index ("a majority of matchIndex[i] >=
/// N", Raft, figure 2; whose ballot the entry must be in is the protocol's business).
///
/// A leader asks the same of other numbers; they may be any integers, or structs of one (`instant`,
/// `duration`, `strong`). The answer is the least value of the type where there is none:
/// - ReadIndex: of the heartbeat round each member answered last; reads asked before a round up to
///   the answer may be served (Raft dissertation, section 6.4).
/// - Lease: of the instant at which the last answered heartbeat was *sent* to each; the lease lasts
///   from the answer.
/// - Check-quorum: of the instant at which each was heard last; a leader whose answer is longer ago
///   than an election time-out steps down.
/// The leader's own entry is the round, or the instant, now.
///
/// No allocation. Majorities of up to 9 voters: selection networks, without a branch on the data.
/// Up to 64 members: linear on average for majorities, thresholds and weights; other systems are
/// asked some 2 log n times. Joint systems: what their halves cost. Beyond 64: n times the bits in
/// which the values differ; systems in which not only numbers or weights count take a wider set,
/// `commit_index<voter_set_for<n>>(system, values)`.
template <class Set = voter_set, class System>
  requires quorum_system<System, Set>
[[gnu::always_inline]] constexpr log_index commit_index(
    System const& system, std::span<log_index const> acknowledged) noexcept {
  std::size_t const n = acknowledged.size();
  SYNOD_EXPECTS(n == system.size(), "commit_index: one value a member, please");
  auto const at = [first = acknowledged.data()](std::size_t slot) { return first[slot].value; };
  auto const nothing = [] { return std::uint64_t{0}; };
  return {detail::reached_by_quorum<Set>(system, n, at, nothing(), nothing)};
}

/// \overload For the other numbers, in anything contiguous.
template <class Set = voter_set, class System, class Values>
  requires quorum_system<System, Set> && requires(Values const& values) { std::span{values}; }
[[gnu::always_inline]] constexpr auto commit_index(System const& system,
                                                   Values const& reached) noexcept {
  std::span const values{reached};
  using value = typename decltype(values)::value_type;
  using key = decltype(detail::key_of(values[0]));
  SYNOD_EXPECTS(values.size() == system.size(), "commit_index: one value a member, please");
  auto const at = [first = values.data()](std::size_t slot) { return detail::key_of(first[slot]); };
  auto const nothing = [] { return detail::least_key<key>; };
  return value{detail::reached_by_quorum<Set>(system, values.size(), at, nothing(), nothing)};
}

}  // namespace synod::inline SYNOD_ABI
