// SPDX-License-Identifier: BSL-1.0
// Three quorum systems that must meet in one member: what Fast Paxos asks of a classic quorum and
// any two fast ones.
#pragma once

#include <cstddef>
#include <optional>

#include "synod/quorum/analysis.hpp"

namespace synod::inline SYNOD_ABI {

/// A quorum of each of three systems.
struct three_quorums {
  voter_set first;
  voter_set second;
  voter_set third;

  friend constexpr bool operator==(three_quorums const&, three_quorums const&) = default;
};

namespace detail {

template <counting_system A, counting_system B, counting_system C>
constexpr std::size_t shared_by_count(A const& a, B const& b, C const& c) noexcept {
  std::size_t const members = a.size();
  bool const have =
      a.votes_needed() <= members && b.votes_needed() <= members && c.votes_needed() <= members;
  if (!have) return members;
  std::size_t const asked = a.votes_needed() + b.votes_needed() + c.votes_needed();
  return asked > 2 * members ? asked - 2 * members : 0;
}

}  // namespace detail

/// The least number of members that quorums of all three systems share; see `intersection_size` of
/// two. Up to 12 members, or by counting.
template <quorum_system A, quorum_system B, quorum_system C>
constexpr std::size_t intersection_size(A const& a, B const& b, C const& c) noexcept {
  if constexpr (counting_system<A> && counting_system<B> && counting_system<C>) {
    if (a.size() == b.size() && b.size() == c.size()) return detail::shared_by_count(a, b, c);
  }
  detail::common_slots const slots(a, b, c);
  truth_table const first = detail::table_of_system(a, slots.maps[0], slots.members);
  truth_table const second = detail::table_of_system(b, slots.maps[1], slots.members);
  truth_table const third = detail::table_of_system(c, slots.maps[2], slots.members);
  if (second.none() || third.none()) return slots.members;
  return detail::shared_by_table(first, second.shared_with(third));
}

/// Three minimal quorums, one of each system, without a member common to all; empty where there are
/// none.
template <quorum_system A, quorum_system B, quorum_system C>
constexpr std::optional<three_quorums> disjoint_quorums(A const& a, B const& b,
                                                        C const& c) noexcept {
  detail::common_slots const slots(a, b, c);
  truth_table const first = detail::table_of_system(a, slots.maps[0], slots.members);
  truth_table const second = detail::table_of_system(b, slots.maps[1], slots.members);
  truth_table const third = detail::table_of_system(c, slots.maps[2], slots.members);
  auto const apart = quorums_sharing_less(first, second.shared_with(third), 1);
  if (!apart) return std::nullopt;
  // What is outside the first quorum, the second and the third may share.
  voter_set const outside = apart->first.complement(slots.members);
  auto const rest = disjoint_quorums(second.given(outside), third.given(outside));
  return three_quorums{apart->first, detail::minimal_within(second, rest->first | outside),
                       detail::minimal_within(third, rest->second | outside)};
}

/// Whether any three quorums, one of each system, have a member in common.
template <quorum_system A, quorum_system B, quorum_system C>
constexpr bool intersects(A const& a, B const& b, C const& c) noexcept {
  return detail::common_slots(a, b, c).members == 0 || intersection_size(a, b, c) > 0;
}

}  // namespace synod::inline SYNOD_ABI
