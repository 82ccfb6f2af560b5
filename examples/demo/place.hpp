// SPDX-License-Identifier: BSL-1.0
// The first half of the demo: real keys on a ring, and what one more node moves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace demo {

struct place_options {
  /// A file of keys, one a line; empty: the paths of all system headers.
  std::string keys_file;
};

/// A node before and after the sixth one came.
struct placed_node {
  std::string name;
  double weight = 0;
  std::uint32_t points = 0;
  double share_before = 0;  ///< of the hash space, exact
  double share_after = 0;
  std::size_t keys_before = 0;
  std::size_t keys_after = 0;
  std::size_t keys_lost = 0;  ///< to the new node
};

struct place_result {
  std::string keys_from;  ///< where the keys are from, in words
  std::size_t keys = 0;
  std::vector<placed_node> nodes;  ///< the new one is the last
  std::size_t intervals = 0;       ///< that change hands
  std::size_t keys_moved = 0;
  double share_moved = 0;  ///< of the hash space, exact
  std::size_t strays = 0;  ///< keys and intervals that moved between old nodes: must be 0
};

/// Places the keys on five weighted nodes, adds a sixth, and prints what moved. Empty when there
/// were no keys to be had; `errors` says why.
std::optional<place_result> place(place_options const& options, std::ostream& out,
                                  std::ostream& errors);

}  // namespace demo
