// SPDX-License-Identifier: BSL-1.0
// Renaming nodes throughout a value: what symmetry reduction needs.
#pragma once

#include "synod/reflect/shape.hpp"

namespace synod::inline SYNOD_ABI {

/// Replaces every node_id in `value` by rename(it), however deep. A described struct whose members
/// are kept in the order of node ids restores that order in a function beside it,
/// `void relabelled(T&)`, which is called after its members were renamed.
template <reflected T, class Rename>
  requires requires(Rename const& rename, node_id node) {
    { rename(node) } -> std::same_as<node_id>;
  }
constexpr void relabel(T& value, Rename const& rename) {
  using detail::shape;
  constexpr shape kind = detail::known_shape_of<T>();
  if constexpr (std::same_as<T, node_id>) {
    value = rename(value);
  } else if constexpr (kind == shape::structure) {
    for_each_member(value, [&](char const*, auto& member) { synod::relabel(member, rename); });
    if constexpr (requires { relabelled(value); }) relabelled(value);
  } else if constexpr (kind == shape::optional) {
    if (value) synod::relabel(*value, rename);
  } else if constexpr (kind == shape::array || kind == shape::fixed || kind == shape::growing) {
    for (auto& element : value) synod::relabel(element, rename);
  }
}

}  // namespace synod::inline SYNOD_ABI
