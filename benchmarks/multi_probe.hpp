// SPDX-License-Identifier: BSL-1.0
// Multi-probe consistent hashing (Appleton and O'Reilly, arXiv 1505.00062), to measure against: a
// key is looked up k times, and the probe that comes nearest before a point decides.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/detail/flat_points.hpp"

namespace synod::bench {

/// The points of a hash ring, and k probes a key. Probes are drawn from the key's hash and found
/// sixteen at a time, their buckets fetched ahead.
class multi_probe {
 public:
  multi_probe(hash_ring const& ring, unsigned probes) : probes_(probes) {
    std::vector<ring_point> points;
    for (auto at = ring.points(); !at.done(); at.advance()) points.push_back(*at);
    points_.lay_out(points.data(), static_cast<std::uint32_t>(points.size()));
  }

  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    splitmix64 next{hash};
    std::uint64_t nearest = ~std::uint64_t{0};
    std::uint32_t owner = 0;
    std::uint64_t drawn[16];
    for (unsigned done = 0; done < probes_; done += 16) {
      unsigned const now = std::min(16u, probes_ - done);
      for (unsigned i = 0; i < now; ++i) {
        drawn[i] = next();
        points_.prefetch(drawn[i]);
      }
      for (unsigned i = 0; i < now; ++i) {
        std::uint32_t const at = points_.find(drawn[i]);
        std::uint64_t const distance = points_.places()[at] - drawn[i];
        owner = distance < nearest ? points_.owners()[at] : owner;
        nearest = std::min(nearest, distance);
      }
    }
    return owner;
  }

  /// The share of each node, by the probability that a probe comes nearest before each point: what
  /// is counted over many keys comes to these.
  std::vector<double> shares(std::size_t nodes) const {
    std::vector<std::pair<double, std::uint32_t>> arcs;  // length, owner
    for (std::uint32_t i = 0; i < points_.size(); ++i) {
      arcs.emplace_back(points_.share(i).fraction(), points_.owners()[i]);
    }
    std::sort(arcs.begin(), arcs.end());
    std::vector<double> all(nodes);
    double farther = 1;  // how likely one probe is farther from its point than x
    double share = 0;    // of a point whose arc is x long
    double x = 0;
    for (std::size_t i = 0; i < arcs.size(); ++i) {
      auto const longer = static_cast<double>(arcs.size() - i);
      double const then = std::max(0.0, farther - (arcs[i].first - x) * longer);
      share += (power(farther) - power(then)) / longer;
      farther = then;
      x = arcs[i].first;
      all[arcs[i].second] += share;
    }
    return all;
  }

 private:
  double power(double of) const {
    double all = 1;
    for (unsigned i = 0; i < probes_; ++i) all *= of;
    return all;
  }

  detail::flat_points points_;
  unsigned probes_;
};

}  // namespace synod::bench
