// SPDX-License-Identifier: BSL-1.0
// The nodes of a ring: checked, in order of their names, with what each of them owns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/shared_array.hpp"

namespace synod::inline SYNOD_ABI {

/// A node and what it owns.
struct node_share {
  std::string_view name;
  double weight = 1.0;
  /// Its virtual nodes.
  std::uint32_t points = 0;
  /// What it owns of the hash space.
  ring_share share;

  friend constexpr bool operator==(node_share const&, node_share const&) = default;
};

namespace detail {

/// Nodes sorted by name, with names of their own. Written by `build` and `add_share`, then shared.
class node_table {
 public:
  /// Checks the nodes (the errors are those of `basic_hash_ring::make`) and takes them over.
  error build(std::span<ring_node const> given) noexcept {
    std::uint64_t characters = 0;
    if (auto const wrong = check(given, characters); wrong.code != errc::ok) return wrong;

    auto order = shared_array<std::uint32_t>::allocate(given.size());
    auto names = shared_array<char>::allocate(characters);
    nodes_ = shared_array<ring_node>::allocate(given.size());
    shares_ = shared_array<node_share>::allocate(given.size());
    if (!order || !names || !nodes_ || !shares_) {
      return {errc::exhausted, "ring: out of memory", 0};
    }
    for (std::uint32_t i = 0; i < given.size(); ++i) order[i] = i;
    std::sort(order.data(), order.data() + given.size(), [&](std::uint32_t a, std::uint32_t b) {
      auto const names_of = given[a].name <=> given[b].name;
      return names_of != 0 ? names_of < 0 : a < b;
    });
    if (auto const twice = duplicate(given, order.data()); twice.code != errc::ok) return twice;

    char* free = names.data();
    for (std::size_t i = 0; i < given.size(); ++i) {
      auto const& [name, weight] = given[order[i]];
      std::string_view const kept{free, name.size()};
      free = std::copy(name.begin(), name.end(), free);
      auto const points = static_cast<std::uint32_t>(points_of_weight(weight));
      nodes_[i] = {kept, weight};
      shares_[i] = {kept, weight, points, {}};
    }
    names_ = std::move(names);
    return {};
  }

  void add_share(std::uint32_t node, ring_share more) noexcept { shares_[node].share += more; }

  std::span<ring_node const> nodes() const noexcept { return {nodes_.data(), nodes_.size()}; }
  std::span<node_share const> shares() const noexcept { return {shares_.data(), shares_.size()}; }

  std::uint32_t index_of(std::string_view name) const noexcept {
    ring_node const* const all = nodes_.data();
    auto const before = [](ring_node const& node, std::string_view sought) {
      return node.name < sought;
    };
    ring_node const* const at = std::lower_bound(all, all + nodes_.size(), name, before);
    if (at == all + nodes_.size() || at->name != name) return no_node;
    return static_cast<std::uint32_t>(at - all);
  }

 private:
  static error check(std::span<ring_node const> given, std::uint64_t& characters) noexcept {
    if (given.empty()) return {errc::empty, "ring: no nodes", 0};
    if (given.size() > max_ring_nodes) {
      return {errc::too_large, "ring: more than 2^24 nodes", max_ring_nodes};
    }
    std::uint64_t points = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
      auto const& [name, weight] = given[i];
      if (name.empty()) return {errc::bad_input, "ring: a node without a name", i};
      if (!is_valid_weight(weight)) {
        return {errc::bad_input, "ring: a weight that is not finite and above zero", i};
      }
      points += points_of_weight(weight);
      if (points > max_ring_points) return {errc::too_large, "ring: more than 2^31 points", i};
      characters += name.size();
      if (characters > max_characters) return {errc::too_large, "ring: over 4 GiB of names", i};
    }
    return {};
  }

  // The earliest node in the list whose name stands before it.
  static error duplicate(std::span<ring_node const> given, std::uint32_t const* order) noexcept {
    std::size_t first = given.size();
    for (std::size_t i = 1; i < given.size(); ++i) {
      if (given[order[i - 1]].name == given[order[i]].name)
        first = std::min<std::size_t>(first, order[i]);
    }
    if (first == given.size()) return {};
    return {errc::duplicate, "ring: two nodes of one name", first};
  }

  static constexpr std::uint64_t max_characters = std::uint64_t{1} << 32;

  shared_array<char> names_;
  shared_array<ring_node> nodes_;
  shared_array<node_share> shares_;
};

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
