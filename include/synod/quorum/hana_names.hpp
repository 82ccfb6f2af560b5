// SPDX-License-Identifier: BSL-1.0
// The names of an expression known while compiling, for Boost.Hana to work on.
#pragma once

#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>
#include <cstddef>
#include <utility>

#include "synod/quorum/quorum_formula.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

template <class Formula, std::size_t Slot, std::size_t... I>
constexpr auto hana_name(std::index_sequence<I...>) noexcept {
  return boost::hana::string<Formula::names()[Slot][I]...>{};
}
template <class Formula, std::size_t... Slots>
constexpr auto hana_names_of(std::index_sequence<Slots...>) noexcept {
  return boost::hana::make_tuple(
      hana_name<Formula, Slots>(std::make_index_sequence<Formula::names()[Slots].size()>{})...);
}

}  // namespace detail

/// The names of the members by slot: a Hana tuple of Hana strings.
template <class Tree>
constexpr auto hana_names(quorum_formula<Tree>) noexcept {
  using formula = quorum_formula<Tree>;
  return detail::hana_names_of<formula>(std::make_index_sequence<formula::size()>{});
}

}  // namespace synod::inline SYNOD_ABI
