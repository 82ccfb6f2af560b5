// SPDX-License-Identifier: BSL-1.0
// Shares, movement and the ring itself as SVG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace synod_ring {

/// A node as the pictures show it.
struct drawn_node {
  std::string name;
  double share = 0;  ///< of the hash space, 0 to 1
  double ideal = 0;  ///< by its weight
};

/// A bar a node, its share beside the one it should have.
std::string balance_picture(std::vector<drawn_node> const& nodes);

/// A stretch of the hash space that one node owns, up to and including `last`.
struct drawn_arc {
  std::uint64_t last = 0;
  std::uint32_t node = 0;
};

/// The hash space as a circle, from zero at the top clockwise, and who owns what. `arcs` in order;
/// empty: only the shares, one arc a node.
std::string ring_picture(std::vector<drawn_node> const& nodes, std::vector<drawn_arc> const& arcs);

/// What a change does to one node, as parts of the hash space.
struct drawn_change {
  std::string name;
  double kept = 0;
  double gained = 0;
  double lost = 0;
};

/// A bar a node: what it keeps, what it gains and what it gives away.
std::string movement_picture(std::vector<drawn_change> const& nodes);

}  // namespace synod_ring
