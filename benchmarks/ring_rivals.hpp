// SPDX-License-Identifier: BSL-1.0
// What a ring's look-up is measured against: the same points, found in other ways.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <new>
#include <vector>

namespace synod::bench {

struct sorted_point {
  std::uint64_t point;
  std::uint32_t node;

  friend auto operator<=>(sorted_point const&, sorted_point const&) = default;
};

/// std::lower_bound over {point, node}.
struct sorted_vector {
  explicit sorted_vector(std::vector<sorted_point> const& points) : all(points) {}

  std::uint32_t owner(std::uint64_t hash) const {
    auto const at =
        std::lower_bound(all.begin(), all.end(), hash,
                         [](sorted_point const& one, std::uint64_t h) { return one.point < h; });
    return at == all.end() ? all.front().node : at->node;
  }

  std::vector<sorted_point> all;
};

/// What most libraries do.
struct std_map {
  explicit std_map(std::vector<sorted_point> const& points) {
    // Equal points: the first stays, as on the ring.
    for (auto const& [point, node] : points) all.emplace_hint(all.end(), point, node);
  }

  std::uint32_t owner(std::uint64_t hash) const {
    auto const at = all.lower_bound(hash);
    return at == all.end() ? all.begin()->second : at->second;
  }

  std::map<std::uint64_t, std::uint32_t> all;
};

template <class T>
struct on_cache_lines {
  using value_type = T;
  on_cache_lines() = default;
  template <class U>
  on_cache_lines(on_cache_lines<U> const&) {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{64}));
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, std::align_val_t{64}); }
  friend bool operator==(on_cache_lines, on_cache_lines) { return true; }
};

/// The points in the order of a search tree's levels, so that the eight that a search may come to
/// three steps on share a cache line, which is fetched meanwhile; no branch depends on the hash
/// (Khuong & Morin, "Array Layouts for Comparison-Based Searching", 2017).
struct eytzinger {
  explicit eytzinger(std::vector<sorted_point> const& points)
      : keys(points.size() + 1), nodes(points.size() + 1) {
    std::size_t next = 0;
    fill(points, 1, next);
    nodes[0] = points.front().node;  // beyond the last
  }

  std::uint32_t owner(std::uint64_t hash) const {
    std::uint64_t const* const tree = keys.data();
    std::size_t const size = keys.size() - 1;
    std::size_t at = 1;
    while (at <= size) {
      __builtin_prefetch(tree + 8 * at);
      at = 2 * at + (tree[at] < hash ? 1 : 0);
    }
    at >>= std::countr_one(at) + 1;  // up to where the search last went left
    return nodes[at];
  }

 private:
  void fill(std::vector<sorted_point> const& points, std::size_t at, std::size_t& next) {
    if (at >= keys.size()) return;
    fill(points, 2 * at, next);
    keys[at] = points[next].point;
    nodes[at] = points[next++].node;
    fill(points, 2 * at + 1, next);
  }

  std::vector<std::uint64_t, on_cache_lines<std::uint64_t>> keys;
  std::vector<std::uint32_t> nodes;
};

/// An index by the top bits, at least one entry a point, and a scan of the sorted points from
/// there.
struct bucket_scan {
  explicit bucket_scan(std::vector<sorted_point> const& points)
      : all(points), shift(64 - static_cast<unsigned>(std::bit_width(points.size()))) {
    all.push_back({~std::uint64_t{0}, points.front().node});  // whatever wraps
    starts.resize(std::size_t{1} << (64 - shift));
    std::uint32_t at = 0;
    for (std::size_t bucket = 0; bucket < starts.size(); ++bucket) {
      while (at < points.size() && points[at].point >> shift < bucket) ++at;
      starts[bucket] = at;
    }
  }

  std::uint32_t owner(std::uint64_t hash) const {
    sorted_point const* at = all.data() + starts[hash >> shift];
    while (at->point < hash) ++at;
    return at->node;
  }

  std::vector<sorted_point> all;
  std::vector<std::uint32_t> starts;
  unsigned shift;
};

}  // namespace synod::bench
