// SPDX-License-Identifier: BSL-1.0
// How a network falls apart.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/sim/faults.hpp"
#include "synod/sim/links.hpp"

namespace synod::inline SYNOD_ABI {

/// Two sides drawn at random, one node apart from all others, or one that is not heard or does not
/// hear. Tells which kind it is.
inline fault draw_cut(links& l, std::size_t nodes, splitmix64& random) noexcept {
  std::uint64_t const how = random.below(3);
  std::size_t const victim = random.below(nodes);
  if (how == 0) {
    l.split(random.below(std::uint64_t{1} << nodes), nodes);
    return fault::partition;
  }
  if (how == 1) {
    l.split(std::uint64_t{1} << victim, nodes);
    return fault::partition;
  }
  bool const deaf = random.below(2) == 0;
  for (std::size_t other = 0; other < nodes; ++other) {
    if (other != victim) deaf ? l.cut(other, victim) : l.cut(victim, other);
  }
  return fault::one_way;
}

/// The leader is heard by fewer than make a majority with it.
inline void draw_ambush(links& l, std::size_t nodes, std::size_t leader,
                        splitmix64& random) noexcept {
  std::uint64_t hearers = random.below(nodes / 2);
  std::size_t const first = random.below(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    std::size_t const other = (first + i) % nodes;
    if (other == leader) continue;
    if (hearers != 0) {
      --hearers;
    } else {
      l.cut(leader, other);
    }
  }
}

}  // namespace synod::inline SYNOD_ABI
