// SPDX-License-Identifier: BSL-1.0
// What a commit index and a vote cost. `selection_network` is the floor: the classic network for
// the number of voters, bare, over the same memory.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "synod/quorum.hpp"

namespace {

using synod::log_index;

// Random indices, `voters` to a row; few enough rows to stay in the first-level cache, too many for
// a branch predictor to learn.
constexpr std::size_t rows = 1024;

std::vector<log_index> acknowledgements(std::size_t voters) {
  std::mt19937_64 random{voters};
  std::vector<log_index> all(rows * voters);
  for (auto& index : all) index = {random() % 1'000'000};
  return all;
}

void synod_commit_index(benchmark::State& state, std::size_t voters) {
  auto const all = acknowledgements(voters);
  synod::majority system{voters};
  benchmark::DoNotOptimize(system);  // the number of voters is known at run time only
  std::size_t row = 0;
  for (auto _ : state) {
    std::span const row_of{all.data() + row * voters, system.size()};
    benchmark::DoNotOptimize(synod::commit_index(system, row_of));
    row = (row + 1) % rows;
  }
}

void exchange(std::uint64_t& low, std::uint64_t& high) {
  std::uint64_t const a = low;
  std::uint64_t const b = high;
  low = a < b ? a : b;
  high = a < b ? b : a;
}

std::uint64_t network(std::array<std::uint64_t, 3> p) {
  exchange(p[0], p[1]);
  exchange(p[1], p[2]);
  exchange(p[0], p[1]);
  return p[1];
}
std::uint64_t network(std::array<std::uint64_t, 5> p) {
  exchange(p[0], p[1]);
  exchange(p[3], p[4]);
  exchange(p[0], p[3]);
  exchange(p[1], p[4]);
  exchange(p[1], p[2]);
  exchange(p[2], p[3]);
  exchange(p[1], p[2]);
  return p[2];
}
std::uint64_t network(std::array<std::uint64_t, 7> p) {
  exchange(p[0], p[5]);
  exchange(p[0], p[3]);
  exchange(p[1], p[6]);
  exchange(p[2], p[4]);
  exchange(p[0], p[1]);
  exchange(p[3], p[5]);
  exchange(p[2], p[6]);
  exchange(p[2], p[3]);
  exchange(p[3], p[6]);
  exchange(p[4], p[5]);
  exchange(p[1], p[4]);
  exchange(p[1], p[3]);
  exchange(p[3], p[4]);
  return p[3];
}

template <std::size_t Voters>
void bare_network(benchmark::State& state) {
  auto const all = acknowledgements(Voters);
  std::size_t row = 0;
  for (auto _ : state) {
    std::array<std::uint64_t, Voters> values;
    for (std::size_t i = 0; i < Voters; ++i) values[i] = all[row * Voters + i].value;
    benchmark::DoNotOptimize(network(values));
    row = (row + 1) % rows;
  }
}

// One vote recorded and judged; a fresh tally for every five.
void tally_votes(benchmark::State& state) {
  std::mt19937_64 random{5};
  struct vote {
    std::size_t slot;
    bool yes;
  };
  std::vector<vote> votes(rows * 5);
  for (auto& one : votes) one = {random() % 5, random() % 2 == 0};
  synod::majority system{5};
  benchmark::DoNotOptimize(system);
  std::size_t next = 0;
  for (auto _ : state) {
    synod::tally count{system};
    for (std::size_t i = 0; i < 5; ++i) {
      auto verdict = count.vote(votes[next + i].slot, votes[next + i].yes);
      benchmark::DoNotOptimize(verdict);
    }
    next = (next + 5) % votes.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 5);
}

}  // namespace

BENCHMARK_CAPTURE(synod_commit_index, 3, 3)->Name("commit_index/synod/voters:3");
BENCHMARK_CAPTURE(synod_commit_index, 5, 5)->Name("commit_index/synod/voters:5");
BENCHMARK_CAPTURE(synod_commit_index, 7, 7)->Name("commit_index/synod/voters:7");
BENCHMARK(bare_network<3>)->Name("commit_index/selection_network/voters:3");
BENCHMARK(bare_network<5>)->Name("commit_index/selection_network/voters:5");
BENCHMARK(bare_network<7>)->Name("commit_index/selection_network/voters:7");
BENCHMARK(tally_votes)->Name("tally/synod/voters:5");
