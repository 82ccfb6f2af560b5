// SPDX-License-Identifier: BSL-1.0
// Nodes as they are given: whether they are what a placement takes, and their order by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI::detail {

inline constexpr error ring_out_of_memory{errc::exhausted, "ring: out of memory", 0};
inline constexpr error ring_unknown_node{errc::unknown, "ring: no node of that name", 0};

/// Characters of all names and zones together: 4 GiB.
inline constexpr std::uint64_t max_ring_characters = std::uint64_t{1} << 32;

/// What is wrong with the nodes one by one, with the index of the first that is: none (`empty`), no
/// name or a weight that is not finite and above zero (`bad_input`), more than `max_ring_nodes` or
/// 4 GiB of names and zones (`too_large`). Counts the characters of names and zones.
template <class Name>
constexpr error check_nodes(std::span<basic_ring_node<Name> const> given,
                            std::uint64_t& characters) noexcept {
  if (given.empty()) return {errc::empty, "ring: no nodes", 0};
  if (given.size() > max_ring_nodes) {
    return {errc::too_large, "ring: more than 2^24 nodes", max_ring_nodes};
  }
  characters = 0;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if constexpr (std::is_same_v<Name, std::string_view>) {
      if (given[i].name.empty()) return {errc::bad_input, "ring: a node without a name", i};
      characters += given[i].name.size();
    }
    if (!is_valid_weight(given[i].weight)) {
      return {errc::bad_input, "ring: a weight that is not finite and above zero", i};
    }
    characters += given[i].zone.size();
    if (characters > max_ring_characters) return {errc::too_large, "ring: over 4 GiB of names", i};
  }
  return {};
}

/// Adds the points of all these nodes to `points`; where that is more than a ring holds,
/// `too_large`.
template <class Node>
constexpr error count_points(std::span<Node const> nodes, std::uint64_t& points) noexcept {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    points += points_of_weight(nodes[i].weight);
    if (points > max_ring_points) return {errc::too_large, "ring: more than 2^31 points", i};
  }
  return {};
}

/// Writes the indices of the nodes in order of their names; equal names in order of the list. Not
/// inlined: where g++ 12 sees that `order` has less than 16 elements, it warns of std::sort.
template <class Name>
[[gnu::noinline]] constexpr void order_by_name(std::span<basic_ring_node<Name> const> given,
                                               std::uint32_t* order) noexcept {
  for (std::uint32_t i = 0; i < given.size(); ++i) order[i] = i;
  std::sort(order, order + given.size(), [&](std::uint32_t a, std::uint32_t b) {
    return given[a].name != given[b].name ? given[a].name < given[b].name : a < b;
  });
}

/// The earliest node in the list whose name stands before it, as a `duplicate`.
template <class Name>
constexpr error find_duplicate(std::span<basic_ring_node<Name> const> given,
                               std::uint32_t const* order) noexcept {
  std::size_t first = given.size();
  for (std::size_t i = 1; i < given.size(); ++i) {
    if (given[order[i - 1]].name == given[order[i]].name) {
      first = std::min<std::size_t>(first, order[i]);
    }
  }
  if (first == given.size()) return {};
  return {errc::duplicate, "ring: two nodes of one name", first};
}

}  // namespace synod::inline SYNOD_ABI::detail
