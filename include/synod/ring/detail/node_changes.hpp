// SPDX-License-Identifier: BSL-1.0
// A list of nodes and one change: for placements that are made anew from the nodes that follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/shared_array.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// `make` of these nodes and further ones. The place of an error is an index in the list added.
template <class Node, class Make>
auto make_with(std::span<Node const> nodes, std::span<Node const> added, Make make) noexcept
    -> decltype(make(nodes)) {
  auto all = shared_array<Node>::allocate(nodes.size() + added.size());
  if (!all) return ring_out_of_memory;
  for (std::size_t i = 0; i < nodes.size(); ++i) all[i] = nodes[i];
  for (std::size_t i = 0; i < added.size(); ++i) all[nodes.size() + i] = added[i];
  auto made = make(std::span<Node const>{all.data(), all.size()});
  if (made) return made;
  error wrong = made.error();
  wrong.place = wrong.place < nodes.size() ? 0 : wrong.place - nodes.size();
  return wrong;
}

/// `make` of these nodes but the one at an index, or `no_node` (`unknown`).
template <class Node, class Make>
auto make_without(std::span<Node const> nodes, std::uint32_t gone, Make make) noexcept
    -> decltype(make(nodes)) {
  if (gone == no_node) return ring_unknown_node;
  auto rest = shared_array<Node>::allocate(nodes.size());
  if (!rest) return ring_out_of_memory;
  std::size_t count = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i != gone) rest[count++] = nodes[i];
  }
  return make(std::span<Node const>{rest.data(), count});
}

/// `make` of these nodes, another weight for the one at an index, or `no_node` (`unknown`).
template <class Node, class Make>
auto make_reweighted(std::span<Node const> nodes, std::uint32_t changed, double weight,
                     Make make) noexcept -> decltype(make(nodes)) {
  if (changed == no_node) return ring_unknown_node;
  auto all = shared_array<Node>::allocate(nodes.size());
  if (!all) return ring_out_of_memory;
  for (std::size_t i = 0; i < nodes.size(); ++i) all[i] = nodes[i];
  all[changed].weight = weight;
  auto made = make(std::span<Node const>{all.data(), all.size()});
  if (made) return made;
  return error{made.error().code, made.error().what, 0};
}

}  // namespace synod::inline SYNOD_ABI::detail
