// SPDX-License-Identifier: BSL-1.0
// What finding the owner of a hash costs: hashes known and random, and the very same points for
// all.
//
//     owner        look-ups that are independent, as they come from a hash table of requests
//     owner_batch  the same in calls of 1024
//     owner_chain  each waits for the answer of the one before
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/ring_rivals.hpp"
#include "benchmarks/ring_setup.hpp"
#include "synod/ring.hpp"

namespace {

using namespace synod::bench;

struct ours {
  std::uint32_t owner(std::uint64_t hash) const { return ring.owner_index_of(hash); }

  synod::hash_ring ring;
};

// At least 10 nodes, at most 1000, of equal weight, with `count` points together.
ours ring_of(std::size_t count) {
  std::size_t const nodes = std::clamp<std::size_t>(count / 100, 10, 1000);
  return {synod::hash_ring::make(node_names{nodes, count / nodes}.list).value()};
}

// One set for each number of points, made when it is first asked for; all together 1.7 gigabytes.
struct contenders {
  ours ring;
  double bytes_per_point;
  std::vector<sorted_point> points = points_of(ring.ring);
  sorted_vector vector{points};
  std_map map{points};
  eytzinger tree{points};
  bucket_scan buckets{points};
  char const* wrong = nullptr;

  static contenders of(std::size_t count) {
    std::size_t const before = heap_in_use();
    ours made = ring_of(count);
    auto const bytes = static_cast<double>(heap_in_use() - before);
    return contenders{std::move(made), bytes / static_cast<double>(count)};
  }

  contenders(ours made, double bytes) : ring(std::move(made)), bytes_per_point(bytes) {
    std::vector<std::uint32_t> batch(key_count);
    ring.ring.owners_of(hashes(), batch);
    for (std::size_t i = 0; i < key_count; ++i) {
      std::uint64_t const hash = hashes()[i];
      auto const expected = vector.owner(hash);
      if (map.owner(hash) != expected || tree.owner(hash) != expected ||
          buckets.owner(hash) != expected || ring.owner(hash) != expected || batch[i] != expected) {
        wrong = "owners differ";
      }
    }
  }
};

contenders const* with_points(benchmark::State& state) {
  static std::map<std::size_t, std::unique_ptr<contenders>> sets;
  auto const count = static_cast<std::size_t>(state.range(0));
  auto& current = sets[count];
  if (!current) current = std::make_unique<contenders>(contenders::of(count));
  if (current->points.size() != count) current->wrong = "the ring has another number of points";
  if (current->wrong == nullptr) return current.get();
  state.SkipWithError(current->wrong);
  return nullptr;
}

template <class Contender>
void independent(benchmark::State& state, Contender contenders::* which) {
  auto const* const all = with_points(state);
  if (all == nullptr) return;
  auto const& contender = all->*which;
  std::uint64_t const* const keys = hashes().data();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(contender.owner(keys[next]));
    next = (next + 1) % key_count;
  }
  if constexpr (std::is_same_v<Contender, ours>) {
    state.counters["bytes_per_point"] = all->bytes_per_point;
  }
}

template <class Contender>
void chain(benchmark::State& state, Contender contenders::* which) {
  auto const* const all = with_points(state);
  if (all == nullptr) return;
  auto const& contender = all->*which;
  std::uint64_t const* const keys = hashes().data();
  std::size_t next = 0;
  std::uint64_t last = 0;
  for (auto _ : state) {
    last = contender.owner(keys[next] + last);  // no hash is known before its predecessor's owner
    benchmark::DoNotOptimize(last);
    next = (next + 1) % key_count;
  }
}

void batch(benchmark::State& state) {
  constexpr std::size_t size = 1024;
  auto const* const all = with_points(state);
  if (all == nullptr) return;
  std::array<std::uint32_t, size> out;
  std::size_t next = 0;
  while (state.KeepRunningBatch(size)) {
    all->ring.ring.owners_of({hashes().data() + next, size}, out);
    benchmark::DoNotOptimize(out);
    next = (next + size) % key_count;
  }
}

bool const registered = [] {
  for (std::int64_t const points : {1'000, 100'000, 1'000'000, 10'000'000}) {
    auto const add = [points](std::string const& name, auto run) {
      benchmark::RegisterBenchmark(name.c_str(), run)->ArgName("points")->Arg(points);
    };
    auto const add_owner = [&](std::string const& name, auto which) {
      add("owner/" + name, [which](benchmark::State& state) { independent(state, which); });
    };
    add_owner("sorted_vector", &contenders::vector);
    add_owner("std_map", &contenders::map);
    add_owner("eytzinger", &contenders::tree);
    add_owner("bucket_scan", &contenders::buckets);
    add_owner(SYNOD_BENCH_OURS, &contenders::ring);
    add("owner_batch/" SYNOD_BENCH_OURS, [](benchmark::State& state) { batch(state); });
    add("owner_chain/sorted_vector",
        [](benchmark::State& state) { chain(state, &contenders::vector); });
    add("owner_chain/" SYNOD_BENCH_OURS,
        [](benchmark::State& state) { chain(state, &contenders::ring); });
  }
  return true;
}();

}  // namespace
