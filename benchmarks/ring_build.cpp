// SPDX-License-Identifier: BSL-1.0
// From a list of nodes to something that answers, and from one ring to the next.
//
//     build/std_sort   every virtual node hashed into a vector of {point, node}, then std::sort
//     with/anew        a ring of all 10 001 nodes of 160 points
//     with/value       the ring of 10 000 and one more, as a new value; the first one stays
//     with/in_place    the same of a ring that nobody else holds
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "benchmarks/ring_rivals.hpp"
#include "benchmarks/ring_setup.hpp"
#include "synod/ring.hpp"

namespace {

using namespace synod::bench;

constexpr std::size_t points_each = 160;

std::vector<sorted_point> sorted(std::vector<synod::ring_node> const& nodes) {
  std::vector<sorted_point> points;
  points.reserve(nodes.size() * points_each);
  for (std::uint32_t node = 0; node < nodes.size(); ++node) {
    for (std::uint64_t i = 0; i < points_each; ++i) {
      points.push_back({synod::xxh3::hash(nodes[node].name, i), node});
    }
  }
  std::sort(points.begin(), points.end());
  return points;
}

template <class Build>
void build(benchmark::State& state, Build make) {
  node_names const nodes{static_cast<std::size_t>(state.range(0)) / points_each, points_each};
  for (auto _ : state) benchmark::DoNotOptimize(make(nodes.list));
}

struct growing {
  node_names nodes{10'001, points_each};
  synod::ring_node last = nodes.list.back();
  std::vector<synod::ring_node> others{nodes.list.begin(), nodes.list.end() - 1};
  synod::hash_ring ring = synod::hash_ring::make(others).value();
};

void with_anew(benchmark::State& state) {
  growing const all;
  for (auto _ : state) benchmark::DoNotOptimize(synod::hash_ring::make(all.nodes.list));
}

void with_value(benchmark::State& state) {
  growing const all;
  if (all.ring.with(all.last).value() != synod::hash_ring::make(all.nodes.list).value()) {
    state.SkipWithError("another ring");
  }
  for (auto _ : state) benchmark::DoNotOptimize(all.ring.with(all.last));
}

void with_in_place(benchmark::State& state) {
  growing all;
  auto ring = std::move(all.ring);
  for (auto _ : state) {
    ring = std::move(ring).with(all.last).value();
    state.PauseTiming();
    ring = std::move(ring).without(all.last.name).value();
    state.ResumeTiming();
  }
}

bool const registered = [] {
  auto const add = [](char const* name, char const* argument, std::int64_t value, auto run) {
    benchmark::RegisterBenchmark(name, run)->ArgName(argument)->Arg(value)->Unit(
        benchmark::kMillisecond);
  };
  for (std::int64_t const points : {12'800, 128'000, 1'280'000}) {
    add("build/std_sort", "points", points, [](benchmark::State& state) { build(state, sorted); });
    add("build/" SYNOD_BENCH_OURS, "points", points, [](benchmark::State& state) {
      build(state, [](auto const& list) { return synod::hash_ring::make(list); });
    });
  }
  add("with/anew", "nodes", 10'000, with_anew);
  add("with/value", "nodes", 10'000, with_value);
  add("with/in_place", "nodes", 10'000, with_in_place);
  return true;
}();

}  // namespace
