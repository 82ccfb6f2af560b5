// SPDX-License-Identifier: BSL-1.0
// A virtual node, and the order of all of them.
#pragma once

#include <compare>
#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// A virtual node: its place in the hash space, and the index of the node it belongs to. Points are
/// in total order; equal places are ordered by node.
struct ring_point {
  std::uint64_t point = 0;
  std::uint32_t node = 0;

  friend constexpr auto operator<=>(ring_point const&, ring_point const&) = default;
};

}  // namespace synod::inline SYNOD_ABI
