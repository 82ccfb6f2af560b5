// SPDX-License-Identifier: BSL-1.0
// What evenness costs: owners on a hash ring, a thinned one, a token ring, and by many probes, over
// the same nodes; items placed under bounded loads; plans read to their end; nodes that join.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/multi_probe.hpp"
#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/bounded.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"

namespace {

std::vector<std::string> const& names() {
  static auto const all = [] {
    std::vector<std::string> made;
    for (int i = 0; i < 20'000; ++i) made.push_back("node-" + std::to_string(i));
    return made;
  }();
  return all;
}

std::vector<synod::ring_node> nodes(std::int64_t count) {
  std::vector<synod::ring_node> list;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) list.push_back({names()[i]});
  return list;
}

constexpr std::size_t key_count = std::size_t{1} << 16;

std::vector<std::uint64_t> const& hashes() {
  static auto const all = [] {
    synod::splitmix64 random{42};
    std::vector<std::uint64_t> made(key_count);
    for (auto& hash : made) hash = random();
    return made;
  }();
  return all;
}

template <class Placement>
void look_up(benchmark::State& state, Placement const& placement) {
  std::uint64_t const* const keys = hashes().data();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(placement.owner_index_of(keys[next]));
    next = (next + 1) % key_count;
  }
}

template <class Ring>
void owner(benchmark::State& state) {
  look_up(state, Ring::make(nodes(state.range(0))).value());
}
void owner_probed(benchmark::State& state) {
  auto const ring = synod::hash_ring::make(nodes(state.range(0))).value();
  look_up(state, synod::bench::multi_probe{ring, static_cast<unsigned>(state.range(1))});
}

template <unsigned OneIn>
using thinned = synod::basic_thinned_ring<synod::xxh3, std::string_view, OneIn>;

// Items come and go on 1000 nodes, 100 each.
template <class Overflow>
void assign(benchmark::State& state) {
  auto const ring = synod::hash_ring::make(nodes(1000)).value();
  auto const factor = synod::load_factor::of(static_cast<std::uint32_t>(state.range(0)), 100);
  auto bounded = synod::bounded_loads<synod::hash_ring, Overflow>::make(ring, *factor).value();
  std::vector<synod::load_place> places(100'000);
  synod::splitmix64 random{7};
  for (auto& place : places) place = bounded.assign_hash(random());
  for (auto _ : state) {
    auto& place = places[random.below(places.size())];
    bounded.release(std::move(place));
    place = bounded.assign_hash(random());
  }
}

void read_plan(benchmark::State& state) {
  auto const before = synod::hash_ring::make(nodes(state.range(0))).value();
  auto const after = before.with({"another"}).value();
  for (auto _ : state) benchmark::DoNotOptimize(plan(before, after).share());
  auto const points = static_cast<std::int64_t>(before.point_count() + after.point_count());
  state.SetItemsProcessed(state.iterations() * points);
}

void join(benchmark::State& state) {
  auto const ring = synod::token_ring::make(nodes(state.range(0))).value();
  for (auto _ : state) benchmark::DoNotOptimize(ring.with({"another"}).value());
}

BENCHMARK(owner<synod::hash_ring>)
    ->Name("owner/hash_ring")
    ->ArgName("nodes")
    ->Arg(1000)
    ->Arg(10'000);
BENCHMARK(owner<synod::token_ring>)
    ->Name("owner/token_ring")
    ->ArgName("nodes")
    ->Arg(1000)
    ->Arg(10'000);
BENCHMARK(owner<thinned<32>>)
    ->Name("owner/thinned_ring/one_in:32")
    ->ArgName("nodes")
    ->Arg(1000)
    ->Arg(10'000);
BENCHMARK(owner<thinned<128>>)
    ->Name("owner/thinned_ring/one_in:128")
    ->ArgName("nodes")
    ->Arg(1000)
    ->Arg(10'000);
BENCHMARK(owner_probed)
    ->Name("owner/multi_probe")
    ->ArgNames({"nodes", "k"})
    ->ArgsProduct({{1000, 10'000}, {1, 21, 32, 128}});
BENCHMARK(assign<synod::linear_walk>)
    ->Name("assign/bounded/linear_walk")
    ->ArgName("percent")
    ->Arg(105)
    ->Arg(125)
    ->Arg(200);
BENCHMARK(assign<synod::random_jumps>)
    ->Name("assign/bounded/random_jumps")
    ->ArgName("percent")
    ->Arg(105)
    ->Arg(125)
    ->Arg(200);
BENCHMARK(read_plan)
    ->Name("plan/share")
    ->ArgName("nodes")
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(join)
    ->Name("with/token_ring")
    ->ArgName("nodes")
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
