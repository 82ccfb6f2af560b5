// SPDX-License-Identifier: BSL-1.0
// The nodes of a placement: checked, with names and zones of their own, and found by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/shared_array.hpp"
#include "synod/ring/zone_map.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// In which order a table holds its nodes.
enum class node_order : std::uint8_t {
  by_name,   ///< the order in which they are given never shows
  as_given,  ///< it is the numbering that a placement goes by
};

inline constexpr error ring_out_of_memory{errc::exhausted, "ring: out of memory", 0};
inline constexpr error ring_unknown_node{errc::unknown, "ring: no node of that name", 0};

/// Nodes with names of their own. Written by `build`, then shared.
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
    if (auto const wrong = check(given, characters); wrong.code != errc::ok) return wrong;

    auto order = shared_array<std::uint32_t>::allocate(given.size());
    auto texts = shared_array<char>::allocate(characters);
    auto nodes = shared_array<node>::allocate(given.size());
    if (!order || !texts || !nodes) return ring_out_of_memory;
    sort_by_name(given, order);
    if (auto const twice = duplicate(given, order.data()); twice.code != errc::ok) return twice;

    char* free = texts.data();
    bool const sorted = wanted == node_order::by_name;
    for (std::size_t i = 0; i < given.size(); ++i) {
      node const& from = given[sorted ? order[i] : i];
      nodes[i] = {kept(from.name, free), from.weight, kept(from.zone, free)};
    }
    if (!zones_.build(std::span<node const>{nodes.data(), nodes.size()})) return ring_out_of_memory;
    texts_ = std::move(texts);
    nodes_ = std::move(nodes);
    by_name_ = sorted ? shared_array<std::uint32_t>{} : std::move(order);
    return {};
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
  std::uint32_t in_order(std::size_t i) const noexcept {
    return by_name_ ? by_name_[i] : static_cast<std::uint32_t>(i);
  }

  static constexpr std::string_view kept(std::string_view text, char*& free) noexcept {
    std::string_view const copy{free, text.size()};
    free = std::copy(text.begin(), text.end(), free);
    return copy;
  }
  static constexpr node_id kept(node_id id, char*&) noexcept { return id; }

  static error check(std::span<node const> given, std::uint64_t& characters) noexcept {
    if (given.empty()) return {errc::empty, "ring: no nodes", 0};
    if (given.size() > max_ring_nodes) {
      return {errc::too_large, "ring: more than 2^24 nodes", max_ring_nodes};
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
      if constexpr (std::is_same_v<Name, std::string_view>) {
        if (given[i].name.empty()) return {errc::bad_input, "ring: a node without a name", i};
        characters += given[i].name.size();
      }
      if (!is_valid_weight(given[i].weight)) {
        return {errc::bad_input, "ring: a weight that is not finite and above zero", i};
      }
      characters += given[i].zone.size();
      if (characters > max_characters) return {errc::too_large, "ring: over 4 GiB of names", i};
    }
    return {};
  }

  static void sort_by_name(std::span<node const> given,
                           shared_array<std::uint32_t>& order) noexcept {
    for (std::uint32_t i = 0; i < given.size(); ++i) order[i] = i;
    std::sort(order.data(), order.data() + given.size(), [&](std::uint32_t a, std::uint32_t b) {
      return given[a].name != given[b].name ? given[a].name < given[b].name : a < b;
    });
  }

  // The earliest node in the list whose name stands before it.
  static error duplicate(std::span<node const> given, std::uint32_t const* order) noexcept {
    std::size_t first = given.size();
    for (std::size_t i = 1; i < given.size(); ++i) {
      if (given[order[i - 1]].name == given[order[i]].name)
        first = std::min<std::size_t>(first, order[i]);
    }
    if (first == given.size()) return {};
    return {errc::duplicate, "ring: two nodes of one name", first};
  }

  static constexpr std::uint64_t max_characters = std::uint64_t{1} << 32;

  shared_array<char> texts_;
  shared_array<node> nodes_;
  shared_array<std::uint32_t> by_name_;  // none: the nodes themselves are in order of names
  zone_map zones_;
};

}  // namespace synod::inline SYNOD_ABI::detail
