// SPDX-License-Identifier: BSL-1.0
// Equality from the description.
#pragma once

#include "synod/reflect/shape.hpp"

namespace synod::inline SYNOD_ABI {

/// Whether a and b hold equal values throughout. Byte views are compared by content.
template <reflected T>
constexpr bool equal(T const& a, T const& b) {
  using detail::shape;
  constexpr shape kind = detail::known_shape_of<T>();
  if constexpr (kind == shape::structure) {
    return detail::members_of<T>::all_of_both(
        a, b, [](auto const& x, auto const& y) { return synod::equal(x, y); });
  } else if constexpr (kind == shape::optional) {
    return a.has_value() == b.has_value() && (!a || synod::equal(*a, *b));
  } else if constexpr (kind == shape::array || kind == shape::fixed || kind == shape::growing ||
                       kind == shape::byte_view) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!synod::equal(a[i], b[i])) return false;
    }
    return true;
  } else {
    return a == b;
  }
}

}  // namespace synod::inline SYNOD_ABI
