// SPDX-License-Identifier: BSL-1.0
// The nodes of a placement: checked, with names and zones of their own, and found by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/detail/zone_map.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// In which order a table holds its nodes.
enum class node_order : std::uint8_t {
  by_name,   ///< the order in which they are given never shows
  as_given,  ///< it is the numbering that a placement goes by
};

/// Nodes with names of their own. Written by `build` and what changes it, then shared.
template <class Name>
class node_table {
 public:
  using node = basic_ring_node<Name>;

  /// Checks the nodes and takes them over. Errors, each with the index of the node in the list:
  /// none (`empty`), no name or a weight that is not finite and above zero (`bad_input`), a name
  /// for the second time (`duplicate`), more than `max_ring_nodes` or 4 GiB of names and zones
  /// (`too_large`); and `exhausted`.
  error build(std::span<node const> given, node_order wanted) noexcept {
    std::uint64_t characters = 0;
    if (auto const wrong = check_nodes(given, characters); wrong.code != errc::ok) return wrong;

    auto order = shared_array<std::uint32_t>::allocate(given.size());
    auto texts = shared_array<char>::allocate(characters);
    auto nodes = shared_array<node>::allocate(given.size());
    if (!order || !texts || !nodes) return ring_out_of_memory;
    order_by_name(given, order.data());
    if (auto const twice = find_duplicate(given, order.data()); twice.code != errc::ok)
      return twice;

    char* free = texts.data();
    bool const sorted = wanted == node_order::by_name;
    for (std::size_t i = 0; i < given.size(); ++i) {
      node const& from = given[sorted ? order[i] : i];
      nodes[i] = {kept(from.name, free), from.weight, kept(from.zone, free)};
    }
    auto const done = commit(std::move(texts), std::move(nodes));
    if (done.code == errc::ok) by_name_ = sorted ? shared_array<std::uint32_t>{} : std::move(order);
    return done;
  }

  /// Takes further nodes into a table that is in order of names, and writes for each old index the
  /// new one. Errors as of `build`, `empty` excepted; then nothing has changed. O(all nodes).
  error add(std::span<node const> given, std::span<std::uint32_t> moved_to) noexcept {
    std::uint64_t characters = 0;
    if (auto const wrong = check_nodes(given, characters); wrong.code != errc::ok) return wrong;
    if (given.size() > max_ring_nodes - size()) {
      return {errc::too_large, "ring: more than 2^24 nodes", max_ring_nodes - size()};
    }
    if (characters > max_ring_characters - texts_.size()) {
      return {errc::too_large, "ring: over 4 GiB of names", 0};
    }
    auto order = shared_array<std::uint32_t>::allocate(given.size());
    auto texts = shared_array<char>::allocate(texts_.size() + characters);
    auto nodes = shared_array<node>::allocate(size() + given.size());
    if (!order || !texts || !nodes) return ring_out_of_memory;
    order_by_name(given, order.data());
    if (auto const twice = find_duplicate(given, order.data()); twice.code != errc::ok)
      return twice;

    char* free = texts.data();
    std::size_t filled = 0;
    auto const take = [&](node const& from) {
      nodes[filled++] = {kept(from.name, free), from.weight, kept(from.zone, free)};
    };
    std::size_t old = 0;
    auto const take_old = [&] {
      moved_to[old] = static_cast<std::uint32_t>(filled);
      take(nodes_[old++]);
    };
    std::size_t twice = given.size();
    for (std::size_t i = 0; i < given.size(); ++i) {
      node const& next = given[order[i]];
      while (old < size() && nodes_[old].name < next.name) take_old();
      if (old < size() && nodes_[old].name == next.name) {
        twice = std::min<std::size_t>(twice, order[i]);
      }
      take(next);
    }
    while (old < size()) take_old();
    if (twice < given.size()) return {errc::duplicate, "ring: two nodes of one name", twice};
    return commit(std::move(texts), std::move(nodes));
  }

  /// Takes a node out of a table that is in order of names. False when the memory is not to be had;
  /// then nothing has changed. O(all nodes).
  bool remove(std::uint32_t index) noexcept {
    auto nodes = shared_array<node>::allocate(size() - 1);
    if (!nodes) return false;
    std::copy(nodes_.data(), nodes_.data() + index, nodes.data());
    std::copy(nodes_.data() + index + 1, nodes_.data() + size(), nodes.data() + index);
    return commit(texts_, std::move(nodes)).code == errc::ok;
  }

  /// Gives a node another weight. The same.
  bool reweight(std::uint32_t index, double weight) noexcept {
    auto nodes = nodes_.clone();
    if (!nodes) return false;
    nodes[index].weight = weight;
    nodes_ = std::move(nodes);
    return true;
  }

  std::size_t size() const noexcept { return nodes_.size(); }
  std::span<node const> nodes() const noexcept { return {nodes_.data(), nodes_.size()}; }
  zone_map const& zones() const noexcept { return zones_; }

  /// O(log nodes); `no_node` where there is none of that name.
  std::uint32_t index_of(Name name) const noexcept {
    std::size_t first = 0;
    for (std::size_t count = size(); count > 0;) {
      std::size_t const half = count / 2;
      if (nodes_[in_order(first + half)].name < name) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    if (first == size() || nodes_[in_order(first)].name != name) return no_node;
    return in_order(first);
  }

 private:
  error commit(shared_array<char> texts, shared_array<node> nodes) noexcept {
    zone_map zones;
    if (!zones.build(std::span<node const>{nodes.data(), nodes.size()})) return ring_out_of_memory;
    texts_ = std::move(texts);
    nodes_ = std::move(nodes);
    zones_ = std::move(zones);
    return {};
  }

  std::uint32_t in_order(std::size_t i) const noexcept {
    return by_name_ ? by_name_[i] : static_cast<std::uint32_t>(i);
  }

  static constexpr std::string_view kept(std::string_view text, char*& free) noexcept {
    std::string_view const copy{free, text.size()};
    free = std::copy(text.begin(), text.end(), free);
    return copy;
  }
  static constexpr node_id kept(node_id id, char*&) noexcept { return id; }

  shared_array<char> texts_;
  shared_array<node> nodes_;
  shared_array<std::uint32_t> by_name_;  // none: the nodes themselves are in order of names
  zone_map zones_;
};

}  // namespace synod::inline SYNOD_ABI::detail
