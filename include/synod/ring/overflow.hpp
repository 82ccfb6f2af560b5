// SPDX-License-Identifier: BSL-1.0
// Where an item goes whose node is full.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI {

/// To the next candidate that has room: on a ring, the next node clockwise (arXiv 1608.01350). What
/// a full node turns away falls on its successors, which fill up the sooner.
struct linear_walk {
  /// A node with room, or `no_node` where none of the candidates has any.
  template <class Placement, class HasRoom>
  static std::uint32_t find(Placement const& placement, std::uint64_t hash,
                            HasRoom has_room) noexcept {
    for (auto at = placement.candidates_of(hash); !at.done(); at.advance()) {
      if (has_room(at.node())) return at.node();
    }
    return no_node;
  }
};

/// To a node at random, over and over, drawn from the key's hash as if it were another key, so that
/// a full node's overflow spreads over all instead of falling on its neighbours (arXiv 1908.08762).
/// After 64 draws without luck on to the walk, which finds what room there is.
struct random_jumps {
  template <class Placement, class HasRoom>
  static std::uint32_t find(Placement const& placement, std::uint64_t hash,
                            HasRoom has_room) noexcept {
    std::uint64_t at = hash;
    splitmix64 next{hash};
    for (int draw = 0; draw <= 64; ++draw) {
      std::uint32_t const node = placement.owner_index_of(at);
      if (node != no_node && has_room(node)) return node;
      at = next();
    }
    return linear_walk::find(placement, hash, has_room);
  }
};

}  // namespace synod::inline SYNOD_ABI
