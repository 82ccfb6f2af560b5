// expect: quorum expression: more than 64 members
// SPDX-License-Identifier: BSL-1.0
#include <boost/hana/string.hpp>
#include <utility>

#include "synod/quorum/expression.hpp"

// n00, n01, ...
template <std::size_t I>
constexpr auto node = synod::quorum_node_of(
    boost::hana::string<'n', static_cast<char>('0' + I / 10), static_cast<char>('0' + I % 10)>{});

template <std::size_t... I>
constexpr auto any_of(std::index_sequence<I...>) {
  return synod::choose<2>(node<I>...);
}

#ifdef SYNOD_VALID
constexpr auto system = any_of(std::make_index_sequence<64>{});
#else
constexpr auto system = any_of(std::make_index_sequence<65>{});
#endif
