// SPDX-License-Identifier: BSL-1.0
// From a key of text to the owner's name, and from a hash to three replicas: 1000 nodes of 128
// points.
//
//     owner_text/envoy_shape  XXH64 of the key, then a bisection of {hash, host} as in Envoy's ring
//     owner_text/synod_batch  calls of 1024 keys, and the name for each index
//     replicas3/one_owner     one look-up, the measure of the others
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/ring_rivals.hpp"
#include "benchmarks/ring_setup.hpp"
#include "synod/ring.hpp"

namespace {

using namespace synod::bench;

// Half a megabyte of keys, so that they and the ring stay in a second-level cache of two: with four
// times as many, what is measured is memory.
constexpr std::size_t text_count = std::size_t{1} << 14;

struct hosts {
  struct entry {
    std::uint64_t hash;
    std::string const* host;
  };
  std::vector<entry> ring;

  // The bisection of ketama, which Envoy's ring has too: it looks for the entry whose predecessor
  // is smaller.
  std::string const* owner(std::string_view key) const {
    std::uint64_t const hash = synod::xxh64::hash(key, 0);
    std::size_t low = 0;
    std::size_t high = ring.size();
    while (low < high) {
      std::size_t const middle = low + (high - low) / 2;
      std::uint64_t const here = ring[middle].hash;
      std::uint64_t const before = middle == 0 ? 0 : ring[middle - 1].hash;
      if (hash <= here && (hash > before || middle == 0)) return ring[middle].host;
      if (here < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return ring[low == ring.size() ? 0 : low].host;
  }
};

struct texts {
  node_names nodes{1000, 128};
  synod::hash_ring ring = synod::hash_ring::make(nodes.list).value();
  sorted_vector points{points_of(ring)};
  hosts envoy;
  std::string memory;
  std::vector<std::string_view> keys;
  char const* wrong = nullptr;

  texts() {
    auto const other = synod::basic_hash_ring<synod::xxh64>::make(nodes.list).value();
    for (auto at = other.points(); !at.done(); at.advance()) {
      envoy.ring.push_back({(*at).point, &nodes.names[index_of(other.nodes()[(*at).node].name)]});
    }
    std::vector<std::size_t> ends{0};
    for (std::size_t i = 0; i < text_count; ++i) {
      memory += "user:" + std::to_string(10'000'000 + hashes()[i] % 90'000'000);
      ends.push_back(memory.size());
    }
    for (std::size_t i = 0; i < text_count; ++i) {
      keys.push_back(std::string_view{memory}.substr(ends[i], ends[i + 1] - ends[i]));
    }
    std::vector<std::uint32_t> batch(text_count);
    ring.owners(std::span<std::string_view const>{keys}, batch);
    for (std::size_t i = 0; i < text_count; ++i) {
      auto const key = keys[i];
      if (other.owner(key) != *envoy.owner(key)) wrong = "the bisection finds other owners";
      if (ring.owner_index(key) != points.owner(synod::hash_ring::hash_of(key)) ||
          batch[i] != ring.owner_index(key)) {
        wrong = "owners differ";
      }
    }
  }

  // Of "node-123" it is 123.
  static std::size_t index_of(std::string_view name) {
    return static_cast<std::size_t>(std::stoul(std::string{name.substr(5)}));
  }

  static texts const* get(benchmark::State& state) {
    static texts const all;
    if (all.wrong == nullptr) return &all;
    state.SkipWithError(all.wrong);
    return nullptr;
  }
};

template <class Owner>
void owner_text(benchmark::State& state, Owner owner) {
  auto const* const all = texts::get(state);
  if (all == nullptr) return;
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(owner(*all, all->keys[next]));
    next = (next + 1) % text_count;
  }
}

void owner_text_batch(benchmark::State& state) {
  constexpr std::size_t size = 1024;
  auto const* const all = texts::get(state);
  if (all == nullptr) return;
  std::array<std::uint32_t, size> out;
  std::size_t next = 0;
  while (state.KeepRunningBatch(size)) {
    all->ring.owners(std::span<std::string_view const>{all->keys}.subspan(next, size), out);
    for (auto const owner : out) benchmark::DoNotOptimize(all->ring.nodes()[owner].name);
    next = (next + size) % text_count;
  }
}

// Of a hash, to indices.
template <class Find>
void replicas3(benchmark::State& state, Find find) {
  auto const* const all = texts::get(state);
  if (all == nullptr) return;
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(find(*all, hashes()[next]));
    next = (next + 1) % key_count;
  }
}

std::array<std::uint32_t, 3> three_of_vector(texts const& all, std::uint64_t hash) {
  auto const& points = all.points.all;
  auto at =
      std::lower_bound(points.begin(), points.end(), hash,
                       [](sorted_point const& one, std::uint64_t h) { return one.point < h; });
  std::array<std::uint32_t, 3> out;
  for (std::size_t filled = 0; filled < 3; ++at) {
    if (at == points.end()) at = points.begin();
    auto const end = out.begin() + static_cast<std::ptrdiff_t>(filled);
    if (std::find(out.begin(), end, at->node) == end) out[filled++] = at->node;
  }
  return out;
}

std::array<std::uint32_t, 3> three_of_ring(texts const& all, std::uint64_t hash) {
  std::array<std::uint32_t, 3> out;
  all.ring.replicas_of(hash, out);
  return out;
}

bool const registered = [] {
  auto const add = [](char const* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->ArgName("nodes")->Arg(1000);
  };
  add("owner_text/envoy_shape", [](benchmark::State& state) {
    owner_text(state,
               [](texts const& all, auto key) { return std::string_view{*all.envoy.owner(key)}; });
  });
  add("owner_text/" SYNOD_BENCH_OURS, [](benchmark::State& state) {
    owner_text(state, [](texts const& all, auto key) { return all.ring.owner(key); });
  });
  add("owner_text/" SYNOD_BENCH_OURS "_batch", owner_text_batch);
  add("replicas3/one_owner", [](benchmark::State& state) {
    replicas3(state, [](texts const& all, auto hash) { return all.ring.owner_index_of(hash); });
  });
  add("replicas3/sorted_vector",
      [](benchmark::State& state) { replicas3(state, three_of_vector); });
  add("replicas3/" SYNOD_BENCH_OURS,
      [](benchmark::State& state) { replicas3(state, three_of_ring); });
  return true;
}();

}  // namespace
