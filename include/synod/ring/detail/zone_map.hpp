// SPDX-License-Identifier: BSL-1.0
// Which nodes share a zone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// Nodes' zones as numbers. A node that names no zone is a zone of its own. Without any zone named
/// it takes no memory.
class zone_map {
 public:
  /// False when the memory is not to be had.
  template <class Name>
  bool build(std::span<basic_ring_node<Name> const> nodes) noexcept {
    count_ = static_cast<std::uint32_t>(nodes.size());
    zone_of_ = {};
    auto const unnamed = [](auto const& node) { return node.zone.empty(); };
    if (std::all_of(nodes.begin(), nodes.end(), unnamed)) return true;

    auto order = shared_array<std::uint32_t>::allocate(nodes.size());
    zone_of_ = shared_array<std::uint32_t>::allocate(nodes.size());
    if (!order || !zone_of_) return false;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) order[i] = i;
    std::sort(order.data(), order.data() + nodes.size(),
              [&](std::uint32_t a, std::uint32_t b) { return nodes[a].zone < nodes[b].zone; });
    count_ = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      std::string_view const zone = nodes[order[i]].zone;
      bool const another = i == 0 || zone.empty() || zone != nodes[order[i - 1]].zone;
      count_ += another ? 1 : 0;
      zone_of_[order[i]] = count_ - 1;
    }
    return true;
  }

  /// How many zones there are, at most as many as nodes.
  std::uint32_t count() const noexcept { return count_; }
  /// No two nodes share one.
  bool trivial() const noexcept { return !zone_of_; }
  std::uint32_t operator[](std::uint32_t node) const noexcept {
    return zone_of_ ? zone_of_[node] : node;
  }
  /// For walks, which do not share the memory: null where the map is trivial.
  std::uint32_t const* data() const noexcept { return zone_of_.data(); }

 private:
  shared_array<std::uint32_t> zone_of_;
  std::uint32_t count_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
