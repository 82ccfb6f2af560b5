// SPDX-License-Identifier: BSL-1.0
// What a commit index and a vote cost. `selection_network` is the floor: the classic network for
// the number of voters, bare, over the same memory.
#include <benchmark/benchmark.h>

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

// Inlined and in variables of their own, so that the values stay in registers: the floor must not
// pay for a call or for an array.
[[gnu::always_inline]] inline void exchange(std::uint64_t& low, std::uint64_t& high) {
  std::uint64_t const a = low;
  std::uint64_t const b = high;
  low = a < b ? a : b;
  high = a < b ? b : a;
}

template <std::size_t Voters>
std::uint64_t network(log_index const* at) = delete;
template <>
[[gnu::always_inline]] inline std::uint64_t network<3>(log_index const* at) {
  std::uint64_t a = at[0].value, b = at[1].value, c = at[2].value;
  exchange(a, b);
  exchange(b, c);
  exchange(a, b);
  return b;
}
template <>
[[gnu::always_inline]] inline std::uint64_t network<5>(log_index const* at) {
  std::uint64_t a = at[0].value, b = at[1].value, c = at[2].value, d = at[3].value, e = at[4].value;
  exchange(a, b);
  exchange(d, e);
  exchange(a, d);
  exchange(b, e);
  exchange(b, c);
  exchange(c, d);
  exchange(b, c);
  return c;
}
template <>
[[gnu::always_inline]] inline std::uint64_t network<7>(log_index const* at) {
  std::uint64_t a = at[0].value, b = at[1].value, c = at[2].value, d = at[3].value, e = at[4].value,
                f = at[5].value, g = at[6].value;
  exchange(a, f);
  exchange(a, d);
  exchange(b, g);
  exchange(c, e);
  exchange(a, b);
  exchange(d, f);
  exchange(c, g);
  exchange(c, d);
  exchange(d, g);
  exchange(e, f);
  exchange(b, e);
  exchange(b, d);
  exchange(d, e);
  return d;
}

template <std::size_t Voters>
void bare_network(benchmark::State& state) {
  auto const all = acknowledgements(Voters);
  std::size_t row = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(network<Voters>(all.data() + row * Voters));
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
