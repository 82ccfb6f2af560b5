// SPDX-License-Identifier: BSL-1.0
// What a commit index and a vote cost. `selection_network` is the floor: the classic network for
// the number of voters, bare, over the same memory. A joint index is judged against the single one
// of as many voters in each half, here over the same rows.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmarks/quorum_rows.hpp"
#include "synod/quorum.hpp"

namespace {

using quorum_rows::acknowledgements;
using quorum_rows::rows;
using synod::log_index;
using synod::majority;

// Known at run time only. (DoNotOptimize of a small struct that may be changed is miscompiled by
// g++: the value that it names is not the one that is used afterwards.)
std::size_t at_run_time(std::size_t number) {
  std::size_t volatile hidden = number;
  return hidden;
}

// Times the commit index of `system` over rows of `members` values.
template <class System>
void commit_indices(benchmark::State& state, System system) {
  std::size_t const members = system.size();
  auto const all = acknowledgements(members);
  std::size_t row = 0;
  for (auto _ : state) {
    std::span const row_of{all.data() + row * members, members};
    benchmark::DoNotOptimize(synod::commit_index(system, row_of));
    row = (row + 1) % rows;
  }
}

void single(benchmark::State& state, std::size_t voters) {
  commit_indices(state, majority{at_run_time(voters)});
}

// One voter is replaced.
void joint(benchmark::State& state, std::size_t voters) {
  majority const half{at_run_time(voters)};
  commit_indices(state,
                 synod::joint<majority, majority>::make(half, half, half.size() - 1).value());
}

template <std::size_t Voters>
void bare_network(benchmark::State& state) {
  auto const all = acknowledgements(Voters);
  std::size_t row = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(quorum_rows::selection_network<Voters>(all.data() + row * Voters));
    row = (row + 1) % rows;
  }
}

// One vote recorded and judged; a fresh tally for every election.
template <class System>
void tally_votes(benchmark::State& state, System system) {
  std::size_t const voters = system.size();
  std::mt19937_64 random{voters};
  struct vote {
    std::size_t slot;
    bool yes;
  };
  std::vector<vote> votes(rows * voters);
  for (auto& one : votes) one = {random() % voters, random() % 2 == 0};
  std::size_t row = 0;
  for (auto _ : state) {
    synod::tally count{system};
    for (std::size_t i = row * voters; i < (row + 1) * voters; ++i) {
      benchmark::DoNotOptimize(count.vote(votes[i].slot, votes[i].yes));
    }
    row = (row + 1) % rows;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(voters));
}

void majority_tally(benchmark::State& state, std::size_t voters) {
  tally_votes(state, majority{at_run_time(voters)});
}

}  // namespace

BENCHMARK_CAPTURE(single, 3, 3)->Name("commit_index/synod/voters:3");
BENCHMARK_CAPTURE(single, 5, 5)->Name("commit_index/synod/voters:5");
BENCHMARK_CAPTURE(single, 7, 7)->Name("commit_index/synod/voters:7");
BENCHMARK_CAPTURE(single, 9, 9)->Name("commit_index/synod/voters:9");
BENCHMARK_CAPTURE(single, 15, 15)->Name("commit_index/synod/voters:15");
BENCHMARK_CAPTURE(single, 64, 64)->Name("commit_index/synod/voters:64");
BENCHMARK(bare_network<3>)->Name("commit_index/selection_network/voters:3");
BENCHMARK(bare_network<5>)->Name("commit_index/selection_network/voters:5");
BENCHMARK(bare_network<7>)->Name("commit_index/selection_network/voters:7");
BENCHMARK_CAPTURE(single, joint3, 3)->Name("commit_index_joint/single/voters:3");
BENCHMARK_CAPTURE(single, joint5, 5)->Name("commit_index_joint/single/voters:5");
BENCHMARK_CAPTURE(single, joint7, 7)->Name("commit_index_joint/single/voters:7");
BENCHMARK_CAPTURE(joint, 3, 3)->Name("commit_index_joint/synod/voters:3");
BENCHMARK_CAPTURE(joint, 5, 5)->Name("commit_index_joint/synod/voters:5");
BENCHMARK_CAPTURE(joint, 7, 7)->Name("commit_index_joint/synod/voters:7");
BENCHMARK_CAPTURE(majority_tally, 5, 5)->Name("tally/synod/voters:5");
BENCHMARK_CAPTURE(majority_tally, 64, 64)->Name("tally/synod/voters:64");
