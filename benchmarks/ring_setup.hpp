// SPDX-License-Identifier: BSL-1.0
// Rings and hashes that the ring benchmarks share.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/ring_rivals.hpp"
#include "synod/ring.hpp"

namespace synod::bench {

inline constexpr std::size_t key_count = std::size_t{1} << 20;

/// Random hashes, the same for all.
inline std::vector<std::uint64_t> const& hashes() {
  static auto const all = [] {
    std::mt19937_64 random{42};
    std::vector<std::uint64_t> made(key_count);
    for (auto& hash : made) hash = random();
    return made;
  }();
  return all;
}

/// Nodes of equal weight with so many points each, and the names they refer to.
struct node_names {
  node_names(std::size_t nodes, std::size_t points_each) {
    for (std::size_t i = 0; i < nodes; ++i) names.push_back("node-" + std::to_string(i));
    double const weight = static_cast<double>(points_each) / points_per_weight;
    for (auto const& name : names) list.push_back({name, weight});
  }

  std::vector<std::string> names;
  std::vector<ring_node> list;
};

inline std::vector<sorted_point> points_of(hash_ring const& ring) {
  std::vector<sorted_point> all;
  all.reserve(ring.point_count());
  for (auto at = ring.points(); !at.done(); at.advance()) all.push_back({(*at).point, (*at).node});
  return all;
}

/// Bytes of the heap in use.
inline std::size_t heap_in_use() {
  auto const all = mallinfo2();
  return all.uordblks + all.hblkhd;
}

// A unit compiled for AVX2 measures under that name.
#if defined(__AVX2__)
#define SYNOD_BENCH_OURS "synod_avx2"
#else
#define SYNOD_BENCH_OURS "synod"
#endif

}  // namespace synod::bench
