// SPDX-License-Identifier: BSL-1.0
// What one committed entry costs, beside the floor (benchmarks/echo.hpp) in the same run.
//
// w1: one proposal outstanding until the leader has applied it; w64: 64 separate ones; b256: one
// proposal of 256 entries, until applied on all. Three nodes (`entry`) and five (`entry5`), 64-byte
// entries. The time is of one entry. Exit status 1: an entry was lost, or machines disagree; 3: an
// invalid run, in which the floor was slower than Raft.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "benchmarks/cluster.hpp"
#include "benchmarks/echo.hpp"
#include "synod/raft.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/support/counted_allocations.hpp"

namespace {

struct configuration : synod::raft::with<synod::option::storage<synod::memory_log>> {};
using raft_core = synod::raft::core<configuration>;
using echo_core = echo::core<synod::memory_log>;

constexpr std::size_t entry_bytes = 64;
constexpr std::uint64_t compact_every = 1024;

std::vector<std::byte> framed_entries(std::size_t count) {
  std::vector<std::byte> bytes(count * synod::framed_bytes(entry_bytes));
  for (std::size_t i = 0; i < count; ++i) {
    std::array<std::byte, entry_bytes> entry;
    entry.fill(static_cast<std::byte>(i));
    synod::frame_entry(entry, bytes.data() + i * synod::framed_bytes(entry_bytes));
  }
  return bytes;
}

bool leads(raft_core const& core) { return core.observe().role == synod::raft::role::leader; }
bool leads(echo_core const& core) { return core.leads(); }

// How a round of `outstanding` entries is proposed: `calls` proposals of `together` entries each.
struct shape {
  char const* name;
  std::uint32_t calls;
  std::uint32_t together;
  bool until_applied_on_all;
};
constexpr std::array<shape, 3> shapes{
    {{"w1", 1, 1, false}, {"w64", 64, 1, false}, {"b256", 1, 256, true}}};

template <class Core>
void entry(benchmark::State& state, std::size_t nodes, shape const& how) {
  bench::cluster<Core> cluster(nodes);
  cluster.elect([](Core const& core) { return leads(core); });
  std::vector<std::byte> const bytes = framed_entries(how.together);
  synod::payload const entries{bytes, how.together};
  std::uint64_t const a_round = std::uint64_t{how.calls} * how.together;
  std::uint64_t since_compaction = 0;

  auto const round = [&] {
    std::uint64_t const target = cluster.answered() + a_round;
    for (std::uint32_t i = 0; i < how.calls; ++i) cluster.propose(entries);
    while (cluster.answered() < target && cluster.deliver()) {
    }
    if (how.until_applied_on_all) cluster.heartbeat();
    since_compaction += a_round;
    if (since_compaction >= compact_every) {
      cluster.compact();
      since_compaction = 0;
    }
  };

  for (std::uint64_t warm = 0; warm < 16 * compact_every; warm += a_round) round();
  std::uint64_t const before = synod::test::allocations;
  std::uint64_t const answered_before = cluster.answered();
  while (state.KeepRunningBatch(static_cast<std::int64_t>(a_round))) round();
  std::uint64_t const done = cluster.answered() - answered_before;
  state.counters["allocs_per_entry"] =
      static_cast<double>(synod::test::allocations - before) / static_cast<double>(done);
  cluster.heartbeat();
  if (done != static_cast<std::uint64_t>(state.iterations()) || cluster.failed() != 0) {
    state.SkipWithError("an entry was lost");
  } else if (!cluster.machines_agree()) {
    state.SkipWithError("the machines disagree");
  }
}

// Prints as the console does, and remembers the median CPU time of every benchmark.
class remembering_reporter : public benchmark::ConsoleReporter {
 public:
  remembering_reporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(std::vector<Run> const& runs) override {
    for (Run const& run : runs) {
      failed_ |= run.error_occurred;
      bool const is_median = run.run_type == Run::RT_Aggregate && run.aggregate_name == "median";
      if (is_median || (run.run_type == Run::RT_Iteration && run.repetitions <= 1)) {
        cpu_[run.run_name.function_name] = run.GetAdjustedCPUTime();
      }
    }
    ConsoleReporter::ReportRuns(runs);
  }

  bool failed() const { return failed_; }

  // Raft against the floor; false where the floor was the slower one.
  bool is_valid() const {
    bool valid = true;
    for (auto const& [name, raft] : cpu_) {
      std::size_t const at = name.find("/raft/");
      if (at == std::string::npos) continue;
      std::string floor_name = name;
      auto const floor = cpu_.find(floor_name.replace(at, 6, "/echo/"));
      if (floor == cpu_.end()) continue;
      std::printf("%-16s %6.2f x the floor\n", name.c_str(), raft / floor->second);
      if (floor->second > raft) {
        std::printf("INVALID RUN: the floor was slower than Raft in %s\n", name.c_str());
        valid = false;
      }
    }
    return valid;
  }

 private:
  std::map<std::string, double> cpu_;
  bool failed_ = false;
};

template <class Core>
void add(std::string const& core) {
  for (auto const& [prefix, nodes] :
       {std::pair{"entry/", std::size_t{3}}, {"entry5/", std::size_t{5}}}) {
    for (shape const& how : shapes) {
      benchmark::RegisterBenchmark((prefix + core + "/" + how.name).c_str(), entry<Core>, nodes,
                                   how);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add<echo_core>("echo");
  add<raft_core>("raft");
  remembering_reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  if (reporter.failed()) return 1;
  return reporter.is_valid() ? 0 : 3;
}
