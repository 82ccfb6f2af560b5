// SPDX-License-Identifier: BSL-1.0
// What is true of quorum systems: whether they meet and in how many members, what they survive,
// which quorums are minimal. Exact, while compiling and at run time, for every monotone system: of
// up to 12 members together, or as far as counts and shapes decide. bounded_search.hpp tries the
// rest, at run time.
#pragma once

#include <cstddef>
#include <optional>

#include "synod/quorum/common_slots.hpp"
#include "synod/quorum/detail/tree_proof.hpp"
#include "synod/quorum/system.hpp"
#include "synod/quorum/truth_table.hpp"
#include "synod/quorum/two_quorums.hpp"

namespace synod::inline SYNOD_ABI {

/// The system whose quorums are the sets that meet every quorum of `System`.
template <quorum_system System>
class dual_system {
 public:
  constexpr dual_system() = default;
  constexpr explicit dual_system(System const& system) noexcept : system_(system) {}

  constexpr std::size_t size() const noexcept { return system_.size(); }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return !system_.is_quorum(set.complement(size()));
  }

  friend constexpr bool operator==(dual_system const&, dual_system const&) = default;

 private:
  System system_{};
};

namespace detail {

// A system without a quorum meets every other, in whatever number: all members.
template <counting_system A, counting_system B>
constexpr std::size_t shared_by_count(A const& a, B const& b) noexcept {
  std::size_t const members = a.size();
  if (a.votes_needed() > members || b.votes_needed() > members) return members;
  std::size_t const asked = a.votes_needed() + b.votes_needed();
  return asked > members ? asked - members : 0;
}

// The sets that hold at most so many members of some quorum.
constexpr truth_table avoiding(truth_table const& quorums, std::size_t shared) noexcept {
  truth_table table = quorums.of_complements();
  for (std::size_t i = 0; i < shared; ++i) table = table.with_one_more();
  return table;
}

constexpr std::size_t shared_by_table(truth_table const& a, truth_table const& b) noexcept {
  if (a.none() || b.none()) return a.size();
  truth_table near = avoiding(b, 0);
  std::size_t shared = 0;
  while ((a & near).none()) {
    near = near.with_one_more();
    ++shared;
  }
  return shared;
}

// Two minimal quorums that share so many; there are such, and none that share fewer.
constexpr two_quorums that_share(truth_table const& a, truth_table const& b,
                                 std::size_t shared) noexcept {
  voter_set const first = minimal_within(a, (a & avoiding(b, shared)).first());
  voter_set apart = first;  // what the second has to do without
  for (; shared > 0; --shared) {
    truth_table const nearer = avoiding(b, shared - 1);
    std::size_t slot = 0;
    while (!apart.contains(slot) || !nearer.is_quorum(without(apart, slot))) ++slot;
    apart = without(apart, slot);
  }
  return {first, minimal_within(b, apart.complement(b.size()))};
}

template <quorum_system A, quorum_system B>
constexpr bool meet_by_shape(A const& a, B const& b, common_slots<2> const& slots) noexcept {
  if constexpr (has_tree<A> && has_tree<B>) {
    return tree_proof(tree_of(a), slots.maps[0], tree_of(b), slots.maps[1]).found();
  } else {
    return false;
  }
}

}  // namespace detail

/// The least number of members that a quorum of `a` and a quorum of `b` share; the same slot is the
/// same member, or the same name where both systems are named. Where either has no quorum at all,
/// the number of members.
///
/// For two systems in which only numbers matter, by counting; else of up to 12 members, by tables:
/// some thousand operations on words.
template <quorum_system A, quorum_system B>
constexpr std::size_t intersection_size(A const& a, B const& b) noexcept {
  if constexpr (counting_system<A> && counting_system<B>) {
    if (a.size() == b.size()) return detail::shared_by_count(a, b);
  }
  detail::common_slots const slots(a, b);
  return detail::shared_by_table(detail::table_of_system(a, slots.maps[0], slots.members),
                                 detail::table_of_system(b, slots.maps[1], slots.members));
}

/// Two minimal quorums, one of each system, that share fewer than `least` members, and as few as
/// any two do; empty where every two share so many. Up to 12 members. The slots are the systems'
/// own, or those of `common_names(a, b)`.
template <quorum_system A, quorum_system B>
constexpr std::optional<two_quorums> quorums_sharing_less(A const& a, B const& b,
                                                          std::size_t least) noexcept {
  detail::common_slots const slots(a, b);
  truth_table const first = detail::table_of_system(a, slots.maps[0], slots.members);
  truth_table const second = detail::table_of_system(b, slots.maps[1], slots.members);
  if (first.none() || second.none()) return std::nullopt;
  std::size_t const shared = detail::shared_by_table(first, second);
  if (shared >= least) return std::nullopt;
  return detail::that_share(first, second, shared);
}

/// Two minimal quorums, one of each system, without a common member; empty where there are none,
/// and the systems are safe together.
template <quorum_system A, quorum_system B>
constexpr std::optional<two_quorums> disjoint_quorums(A const& a, B const& b) noexcept {
  return quorums_sharing_less(a, b, 1);
}

/// Whether every quorum of `a` has a member in common with every quorum of `b`. Up to 12 members,
/// or where counts or shapes decide: "k of them" and "m of them", also of the same groups, always
/// meet where k + m is more than there are.
template <quorum_system A, quorum_system B>
constexpr bool intersects(A const& a, B const& b) noexcept {
  if constexpr (counting_system<A> && counting_system<B>) {
    if (a.size() == b.size()) return detail::shared_by_count(a, b) > 0 || a.size() == 0;
  }
  detail::common_slots const slots(a, b);
  if (slots.members > truth_table::max_members && detail::meet_by_shape(a, b, slots)) return true;
  return !disjoint_quorums(a, b);
}

/// The dual of a system; see `dual_system`.
template <quorum_system System>
constexpr dual_system<System> dual(System const& system) noexcept {
  return dual_system<System>(system);
}
constexpr truth_table dual(truth_table const& table) noexcept { return table.dual(); }

/// The number of members of the smallest quorum; one more than all where there is none.
template <quorum_system System>
constexpr std::size_t smallest_quorum(System const& system) noexcept {
  if constexpr (counting_system<System>) {
    std::size_t const needed = system.votes_needed();
    return needed <= system.size() ? needed : system.size() + 1;
  } else {
    return detail::table_of_system(system).smallest();
  }
}

/// The number of members of the smallest set that meets every quorum: with these down, nobody wins.
/// 0 where there is no quorum.
template <quorum_system System>
constexpr std::size_t smallest_blocking_set(System const& system) noexcept {
  if constexpr (counting_system<System>) {
    std::size_t const members = system.size();
    return system.votes_needed() > members ? 0 : members - system.votes_needed() + 1;
  } else {
    return detail::table_of_system(system).dual().smallest();
  }
}

/// The most members that may fail, whichever they are, with a quorum left: one less than the
/// smallest blocking set (Naor & Wool 1998). 0 also where there is no quorum to begin with.
template <quorum_system System>
constexpr std::size_t resilience(System const& system) noexcept {
  std::size_t const blocking = smallest_blocking_set(system);
  return blocking == 0 ? 0 : blocking - 1;
}

/// The minimal quorums, those of which no member can be spared, as a table: ask it for a set, count
/// them, or take them in turn (`for_each`).
template <quorum_system System>
constexpr truth_table minimal_quorums(System const& system) noexcept {
  return detail::table_of_system(system).minimal();
}

/// Whether another system whose quorums meet each other has all quorums of this one and more: it
/// could answer more often at no loss. For systems whose own quorums meet; such a one is not
/// dominated exactly if it is its own dual.
template <quorum_system System>
constexpr bool is_dominated(System const& system) noexcept {
  truth_table const table = detail::table_of_system(system);
  return table != table.dual();
}

/// Whether the system is what it must be: a superset of a quorum is a quorum, and nobody is none.
/// Up to 12 members; for systems of your own.
template <quorum_system System>
constexpr bool is_monotone(System const& system) noexcept {
  truth_table const table = truth_table::of(system);
  return table.is_monotone() && !table.is_quorum({});
}

/// Safe and live with b Byzantine members where data authenticates itself: two quorums share more
/// than b, and b failures leave a quorum (Malkhi & Reiter 1998, dissemination quorum systems).
template <quorum_system System>
constexpr bool is_dissemination(System const& system, std::size_t faulty) noexcept {
  return intersection_size(system, system) > faulty && smallest_blocking_set(system) > faulty;
}

/// The same where nothing authenticates itself: two quorums share more than 2b, so that the right
/// answer outvotes the wrong ones (masking quorum systems).
template <quorum_system System>
constexpr bool is_masking(System const& system, std::size_t faulty) noexcept {
  return intersection_size(system, system) > 2 * faulty && smallest_blocking_set(system) > faulty;
}

}  // namespace synod::inline SYNOD_ABI
