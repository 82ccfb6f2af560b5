// SPDX-License-Identifier: BSL-1.0
// For protocols that take two quorum systems or three: a proof, while compiling, that they are safe
// together; otherwise an error that names quorums which are not.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "synod/quorum/analysis.hpp"
#include "synod/quorum/fixed_text.hpp"
#include "synod/quorum/three_systems.hpp"

namespace synod::inline SYNOD_ABI {

/// Shown by a compiler: a set of members, by name, or by slot where they have no names.
template <fixed_text... Members>
struct quorum_of {};

/// Shown by a compiler: quorums, one of each system, that share too few members.
template <class... Quorums>
struct quorums_apart {
  static constexpr bool is_decided = true;
  static constexpr bool share_enough = false;
};

namespace detail {

// A system as a template argument: the system, or a function that returns it (for those of types
// which cannot be template arguments).
template <auto System>
constexpr auto system_of() noexcept {
  if constexpr (quorum_system<std::remove_const_t<decltype(System)>>) {
    return System;
  } else {
    return System();
  }
}

// What a member is called.
template <std::size_t Slot, auto... Systems>
constexpr auto name_of_member() noexcept {
  if constexpr ((named_quorum_system<decltype(system_of<Systems>())> && ...)) {
    constexpr std::string_view name = common_names(system_of<Systems>()...).names[Slot];
    return fixed_text<name.size() + 1>(name);
  } else if constexpr (Slot < 10) {
    return fixed_text<2>({static_cast<char>('0' + Slot), '\0'});
  } else {
    return fixed_text<3>(
        {static_cast<char>('0' + Slot / 10), static_cast<char>('0' + Slot % 10), '\0'});
  }
}

// The position of the n-th bit of a mask.
constexpr std::size_t nth_bit(std::uint64_t mask, std::size_t n) noexcept {
  for (; n > 0; --n) mask &= mask - 1;
  return static_cast<std::size_t>(std::countr_zero(mask));
}

template <auto... Systems>
struct shown {
  template <std::uint64_t Mask, std::size_t... I>
  static constexpr auto quorum(std::index_sequence<I...>) noexcept {
    constexpr std::size_t slots[] = {nth_bit(Mask, I)...};
    return quorum_of<name_of_member<slots[I], Systems...>()...>{};
  }
  template <std::uint64_t... Masks>
  using apart =
      quorums_apart<decltype(quorum<Masks>(std::make_index_sequence<count_bits(Masks)>{}))...>;
};

struct all_share_enough {
  static constexpr bool is_decided = true;
  static constexpr bool share_enough = true;
};
struct too_many_to_prove {
  static constexpr bool is_decided = false;
  static constexpr bool share_enough = true;  // nobody knows
};

// Proofs that need no table.
template <quorum_system A, quorum_system B, quorum_system C>
constexpr bool share_by_count(A const& a, B const& b, C const& c) noexcept {
  if constexpr (counting_system<A> && counting_system<B> && counting_system<C>) {
    return a.size() == b.size() && b.size() == c.size() && shared_by_count(a, b, c) > 0;
  } else {
    return false;
  }
}
template <std::size_t Least, quorum_system A, quorum_system B>
constexpr bool share_by_shape(A const& a, B const& b, common_slots<2> const& slots) noexcept {
  if constexpr (counting_system<A> && counting_system<B>) {
    return a.size() == b.size() && shared_by_count(a, b) >= Least;
  } else {
    return Least == 1 && meet_by_shape(a, b, slots);
  }
}

template <std::size_t Least, auto A, auto B>
constexpr auto judge() noexcept {
  constexpr auto a = system_of<A>();
  constexpr auto b = system_of<B>();
  constexpr common_slots slots(a, b);
  if constexpr (slots.members <= truth_table::max_members) {
    constexpr auto apart = quorums_sharing_less(a, b, Least);
    if constexpr (apart) {
      return typename shown<A, B>::template apart<apart->first.mask(), apart->second.mask()>{};
    } else {
      return all_share_enough{};
    }
  } else if constexpr (share_by_shape<Least>(a, b, slots)) {
    return all_share_enough{};
  } else {
    return too_many_to_prove{};
  }
}
template <std::size_t Least, auto A, auto B, auto C>
constexpr auto judge() noexcept {
  static_assert(Least == 1, "must_intersect: three systems are asked for one member in common");
  constexpr auto a = system_of<A>();
  constexpr auto b = system_of<B>();
  constexpr auto c = system_of<C>();
  if constexpr (common_slots(a, b, c).members <= truth_table::max_members) {
    constexpr auto apart = disjoint_quorums(a, b, c);
    if constexpr (apart) {
      return typename shown<A, B, C>::template apart<apart->first.mask(), apart->second.mask(),
                                                     apart->third.mask()>{};
    } else {
      return all_share_enough{};
    }
  } else if constexpr (share_by_count(a, b, c)) {
    return all_share_enough{};
  } else {
    return too_many_to_prove{};
  }
}

template <class Verdict>
struct intersection_proof {
  static_assert(Verdict::is_decided,
                "quorum: more than 12 members, and neither counts nor shapes prove that they meet");
  static_assert(
      Verdict::share_enough,
      "quorum: systems that must intersect do not; quorums_apart<...> is a quorum of each");
  // Whatever was found: one error is enough.
  static constexpr bool holds = true;
};

}  // namespace detail

/// Whether it is proved that every quorum of the one system shares `Least` members or more with
/// every quorum of the other (of two other ones: any three share a member). For `requires` and `if
/// constexpr`.
///
/// A system is given as a value, or as a lambda that returns it where its type cannot be a template
/// argument: `always_intersect<1, reads, [] { return synod::majority{5}; }>`.
template <std::size_t Least, auto... Systems>
inline constexpr bool always_intersect = decltype(detail::judge<Least, Systems...>())::is_decided &&
                                         decltype(detail::judge<Least, Systems...>())::share_enough;

/// The same as a demand, true or an error that names a quorum of each system:
///
///   template <auto Reads, auto Writes>
///   class register_client {
///     static_assert(synod::must_intersect<1, Reads, Writes>);
///
/// Against b Byzantine members ask for b + 1 where data authenticates itself, else for 2b + 1.
template <std::size_t Least, auto... Systems>
inline constexpr bool must_intersect =
    detail::intersection_proof<decltype(detail::judge<Least, Systems...>())>::holds;

}  // namespace synod::inline SYNOD_ABI
