// SPDX-License-Identifier: BSL-1.0
// The members of a struct that was described once, through Boost.Hana:
//
//   struct transfer { synod::node_id from; std::uint64_t amount = 0; };
//   BOOST_HANA_ADAPT_STRUCT(transfer, from, amount);      // in the global namespace
//
// That description is all that the codec, equality, fingerprint, printing and relabelling of this
// folder ask for. Hana is met here and nowhere else: what the others see is a plain list of
// stateless getters.
#pragma once

#include <boost/hana/accessors.hpp>
#include <boost/hana/adapt_struct.hpp>
#include <boost/hana/concept/struct.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// A type described with BOOST_HANA_ADAPT_STRUCT (public members of a struct that is no template,
/// at most 39 of them) or with Hana's nested `hana_accessors_impl` (templates, private state).
template <class T>
concept described = boost::hana::Struct<T>::value;

namespace detail {

// Hana drops a member that is left out without a word; an aggregate tells, because it takes exactly
// as many initialisers as it has members.
template <class T, class... Members>
inline constexpr bool names_every_member =
    !std::is_aggregate_v<T> ||
    (requires { T{std::declval<Members>()...}; } && !requires { T{std::declval<Members>()..., {}}; });

template <class T, class Accessors>
struct member_list;

template <class T, class... Names, class... Getters>
struct member_list<T, boost::hana::tuple<boost::hana::pair<Names, Getters>...>> {
  static_assert(
      names_every_member<T, std::remove_cvref_t<decltype(Getters{}(std::declval<T&>()))>...>,
      "reflect: the description does not name every member of the struct, in the order of "
      "declaration");

  // f(name, member) for each in the order of the description, as long as f returns true.
  template <class Value, class F>
  static constexpr bool all_of(Value& value, F&& f) {
    return (f(Names::c_str(), Getters{}(value)) && ...);
  }
  // f(a's member, b's member), likewise.
  template <class F>
  static constexpr bool all_of_both(T const& a, T const& b, F&& f) {
    return (f(Getters{}(a), Getters{}(b)) && ...);
  }
  // The sum of f.operator()<Member>() over the types of the members.
  template <class F>
  static constexpr std::size_t sum_over_types(F f) {
    return (std::size_t{0} + ... +
            f.template operator()<std::remove_cvref_t<decltype(Getters{}(std::declval<T&>()))>>());
  }
};

template <class T>
using members_of = member_list<T, decltype(boost::hana::accessors<T>())>;

}  // namespace detail

/// Calls f(char const* name, member) for every member, in the order of the description.
template <class T, class F>
  requires described<std::remove_cvref_t<T>>
constexpr void for_each_member(T&& value, F&& f) {
  detail::members_of<std::remove_cvref_t<T>>::all_of(value, [&](char const* name, auto& member) {
    f(name, member);
    return true;
  });
}

}  // namespace synod::inline SYNOD_ABI
