// SPDX-License-Identifier: BSL-1.0
// What each node owns: as its placement knows it, or counted over hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring/placement.hpp"

namespace synod_ring {

/// Hashes that stand for all there are, where a share cannot be had exactly.
inline std::vector<std::uint64_t> sampled_hashes() {
  constexpr std::size_t count = std::size_t{1} << 20;
  synod::splitmix64 random{0};
  std::vector<std::uint64_t> made(count);
  for (auto& hash : made) hash = random();
  return made;
}

/// The part of the hash space that each node owns, 0 to 1, by index.
template <synod::placement P>
std::vector<double> shares_of(P const& placement) {
  std::vector<double> shares(placement.size());
  if constexpr (requires { placement.balance(); }) {
    auto const balance = placement.balance();
    for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = balance[i].share.fraction();
  } else {
    auto const hashes = sampled_hashes();
    for (std::uint64_t const hash : hashes) shares[placement.owner_index_of(hash)] += 1;
    for (double& share : shares) share /= static_cast<double>(hashes.size());
  }
  return shares;
}

}  // namespace synod_ring
