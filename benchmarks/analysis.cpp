// SPDX-License-Identifier: BSL-1.0
// What it costs at run time to know a quorum system: whether two meet, the load, the availability.
#include <benchmark/benchmark.h>

#include <cstddef>

#include "synod/quorum/analysis.hpp"
#include "synod/quorum/availability.hpp"
#include "synod/quorum/grid.hpp"
#include "synod/quorum/load.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/quorum_expression.hpp"

namespace {

// Majorities of majorities, four zones of three; reads by any zone, writes by all.
constexpr char zones_of_12[] =
    "3 of (majority(a, b, c), majority(d, e, f), majority(g, h, i), majority(j, k, l))";
constexpr char any_zone[] =
    "majority(a, b, c) or majority(d, e, f) or majority(g, h, i) or majority(j, k, l)";
constexpr char all_zones[] =
    "majority(a, b, c) and majority(d, e, f) and majority(g, h, i) and majority(j, k, l)";

synod::quorum_expression parsed(char const* text) {
  return synod::quorum_expression::parse(text).value();
}

void intersection(benchmark::State& state, char const* first, char const* second) {
  auto a = parsed(first);
  auto b = parsed(second);
  for (auto _ : state) {
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(b);
    bool meet = synod::intersects(a, b);
    benchmark::DoNotOptimize(meet);
  }
}

void parse(benchmark::State& state) {
  for (auto _ : state) {
    auto made = synod::quorum_expression::parse(zones_of_12);
    benchmark::DoNotOptimize(made);
  }
}

template <class System>
void load(benchmark::State& state, System system) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(system);
    auto found = synod::find_load(system);
    benchmark::DoNotOptimize(found);
  }
}

template <class System>
void availability(benchmark::State& state, System system) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(system);
    auto found = synod::find_availability(system, 0.01);
    benchmark::DoNotOptimize(found);
  }
}

// A majority that does not say so, which makes every answer a search.
class unknown_majority {
 public:
  unknown_majority() = default;
  explicit unknown_majority(std::size_t members) noexcept : votes_(members) {}
  std::size_t size() const noexcept { return votes_.size(); }
  bool is_quorum(synod::voter_set set) const noexcept { return votes_.is_quorum(set); }
  bool operator==(unknown_majority const&) const = default;

 private:
  synod::majority votes_;
};

}  // namespace

BENCHMARK_CAPTURE(intersection, one, zones_of_12, zones_of_12)
    ->Name("analysis/intersection/members:12");
BENCHMARK_CAPTURE(intersection, pair, any_zone, all_zones)
    ->Name("analysis/intersection_pair/members:12");
BENCHMARK(parse)->Name("analysis/parse/members:12");
BENCHMARK_CAPTURE(load, grid, synod::grid::make(4, 4).value())->Name("analysis/load/grid:4x4");
BENCHMARK_CAPTURE(load, majority, synod::majority{9})->Name("analysis/load/majority:9");
BENCHMARK_CAPTURE(availability, search, unknown_majority{15})
    ->Name("analysis/availability_search/members:15");
BENCHMARK_CAPTURE(availability, count, synod::majority{15})
    ->Name("analysis/availability_count/members:15");
BENCHMARK_CAPTURE(availability, tree, parsed(zones_of_12))
    ->Name("analysis/availability_shape/members:12");
