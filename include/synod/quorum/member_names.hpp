// SPDX-License-Identifier: BSL-1.0
// Names become slots.
#pragma once

#include <cstddef>
#include <string_view>

#include "synod/quorum/voter_set.hpp"

namespace synod::inline SYNOD_ABI {

/// Up to 64 names, by slot, in order of first appearance. Refers to their characters.
struct member_names {
  std::size_t count = 0;
  std::string_view names[voter_set::max_slots];

  /// The slot of the name, a new one if need be; 64 where there is none left.
  constexpr std::size_t slot_of(std::string_view name) noexcept {
    std::size_t slot = 0;
    while (slot < count && names[slot] != name) ++slot;
    if (slot == count && count < voter_set::max_slots) names[count++] = name;
    return slot;
  }
};

}  // namespace synod::inline SYNOD_ABI
