// SPDX-License-Identifier: BSL-1.0
// What finding the owner of a hash costs: hashes known and random, look-ups independent, and the
// very same points in all three. `sorted_vector` is std::lower_bound over {point, node};
// `std_map` is what most libraries do.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "synod/ring.hpp"

namespace {

constexpr std::size_t key_count = std::size_t{1} << 20;

struct sorted_point {
  std::uint64_t point;
  std::uint32_t node;
};

using sorted_vector = std::vector<sorted_point>;
using point_map = std::map<std::uint64_t, std::uint32_t>;

std::uint32_t owner(sorted_vector const& points, std::uint64_t hash) {
  auto const at =
      std::lower_bound(points.begin(), points.end(), hash,
                       [](sorted_point const& one, std::uint64_t h) { return one.point < h; });
  return at == points.end() ? points.front().node : at->node;
}

std::uint32_t owner(point_map const& points, std::uint64_t hash) {
  auto const at = points.lower_bound(hash);
  return at == points.end() ? points.begin()->second : at->second;
}

std::uint32_t owner(synod::hash_ring const& ring, std::uint64_t hash) {
  return ring.owner_index_of(hash);
}

std::vector<std::uint64_t> const& hashes() {
  static auto const all = [] {
    std::mt19937_64 random{42};
    std::vector<std::uint64_t> made(key_count);
    for (auto& hash : made) hash = random();
    return made;
  }();
  return all;
}

// At least 10 nodes, at most 1000, of equal weight, with `count` points together.
synod::hash_ring ring_of(std::size_t count) {
  std::size_t const nodes = std::clamp<std::size_t>(count / 100, 10, 1000);
  double const weight = static_cast<double>(count / nodes) / synod::points_per_weight;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < nodes; ++i) names.push_back("node-" + std::to_string(i));
  std::vector<synod::ring_node> list;
  for (auto const& name : names) list.push_back({name, weight});
  return synod::hash_ring::make(list).value();
}

struct contenders {
  synod::hash_ring ring;
  sorted_vector vector;
  point_map map;
  char const* wrong = nullptr;

  explicit contenders(std::size_t count) : ring(ring_of(count)) {
    vector.reserve(ring.point_count());
    for (std::size_t i = 0; i < ring.point_count(); ++i) {
      auto const [point, node] = ring.point(i);
      vector.push_back({point, node});
      map.emplace_hint(map.end(), point, node);  // equal points: the first stays, as on the ring
    }
    if (vector.size() != count) wrong = "the ring has another number of points";
    for (std::uint64_t const hash : hashes()) {
      auto const expected = owner(vector, hash);
      if (owner(map, hash) != expected || owner(ring, hash) != expected) wrong = "owners differ";
    }
  }
};

// One set at a time: with 10^7 points it takes more than a gigabyte.
contenders const& with_points(std::size_t count) {
  static std::unique_ptr<contenders> current;
  if (!current || current->vector.size() != count) {
    current.reset();
    current = std::make_unique<contenders>(count);
  }
  return *current;
}

template <class Contender>
void measure(benchmark::State& state, Contender contenders::* which) {
  auto const& all = with_points(static_cast<std::size_t>(state.range(0)));
  if (all.wrong != nullptr) {
    state.SkipWithError(all.wrong);
    return;
  }
  auto const& contender = all.*which;
  std::uint64_t const* const keys = hashes().data();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(owner(contender, keys[next]));
    next = (next + 1) % key_count;
  }
}

bool const registered = [] {
  for (std::int64_t const points : {1'000, 100'000, 1'000'000, 10'000'000}) {
    auto const add = [points](char const* name, auto which) {
      benchmark::RegisterBenchmark(name,
                                   [which](benchmark::State& state) { measure(state, which); })
          ->ArgName("points")
          ->Arg(points);
    };
    add("owner/sorted_vector", &contenders::vector);
    add("owner/std_map", &contenders::map);
    add("owner/synod", &contenders::ring);
  }
  return true;
}();

}  // namespace
