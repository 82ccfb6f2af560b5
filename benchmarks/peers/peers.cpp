// SPDX-License-Identifier: BSL-1.0
// This library beside its rivals, in one run: synod-bench-peers INPUT_DIRECTORY [COMMAND...]
// Every time in the report, real and CPU, is CPU time of the thread that looked up.
#include <benchmark/benchmark.h>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/peers/contender.hpp"

namespace {

constexpr std::size_t batch = std::size_t{1} << 14;

bool failed = false;

struct spread {
  double used = 0;      // owners that own a key
  double heaviest = 0;  // keys of the heaviest owner, of the mean
};

spread spread_of(std::vector<std::uint64_t> const& answers, std::int64_t owners) {
  std::map<std::uint64_t, std::size_t> keys;
  std::size_t heaviest = 0;
  for (std::uint64_t const answer : answers) heaviest = std::max(heaviest, ++keys[answer]);
  double const mean = static_cast<double>(answers.size()) / static_cast<double>(owners);
  return {static_cast<double>(keys.size()), static_cast<double>(heaviest) / mean};
}

// The first contender of an agreement that was asked says what the others must answer.
char const* what_is_wrong(peers::contender const& one, std::int64_t count,
                          std::vector<std::uint64_t> const& answers) {
  if (answers.empty()) return "no answers: the peer ended";
  auto const limit = static_cast<std::uint64_t>(count);
  if (one.argument != "voters" && *std::max_element(answers.begin(), answers.end()) >= limit) {
    return "an owner that is not there";
  }
  if (one.agreement == "-") return nullptr;
  static std::map<std::pair<std::string, std::int64_t>, std::vector<std::uint64_t>> agreed;
  auto const [known, is_first] = agreed.try_emplace({one.agreement, count}, answers);
  return known->second == answers ? nullptr : "it answers otherwise than those it agrees with";
}

struct verdict {
  char const* wrong = nullptr;
  spread keys;
};

verdict const& checked(peers::contender const& one, std::int64_t count) {
  static std::map<std::pair<std::string, std::int64_t>, verdict> all;
  auto const [known, is_new] = all.try_emplace({one.name, count});
  if (is_new) {
    auto const answers = one.answers(count);
    known->second = {what_is_wrong(one, count, answers), spread_of(answers, count)};
  }
  return known->second;
}

void measure(benchmark::State& state, peers::contender const& one) {
  std::int64_t const count = state.range(0);
  verdict const& before = checked(one, count);
  if (before.wrong != nullptr) {
    failed = true;
    state.SkipWithError(before.wrong);
    return;
  }
  while (state.KeepRunningBatch(batch)) {
    std::int64_t const nanoseconds = one.nanoseconds(count, batch);
    if (nanoseconds < 0) {
      failed = true;
      state.SkipWithError("the peer ended");
      return;
    }
    state.SetIterationTime(static_cast<double>(nanoseconds) * 1e-9);
  }
  if (one.argument == "nodes") {
    state.counters["used"] = before.keys.used;
    state.counters["heaviest"] = before.keys.heaviest;
  }
}

// The loops are timed by those who run them. Says so once, in the head, not in every name.
template <class Reporter>
struct thread_times : Reporter {
  using Reporter::Reporter;
  void ReportRuns(std::vector<benchmark::BenchmarkReporter::Run> const& runs) override {
    auto said = runs;
    for (auto& run : said) {
      run.run_name.time_type.clear();
      run.cpu_accumulated_time = run.real_accumulated_time;
    }
    Reporter::ReportRuns(said);
  }
};

bool asks_for_a_file(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
    return argument.starts_with("--benchmark_out=");
  });
}

void append(std::vector<peers::contender>& all, std::vector<peers::contender> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

int main(int argc, char** argv) {
  bool const into_file = asks_for_a_file(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (argc < 2) {
    std::cerr << "usage: synod-bench-peers [--benchmark_...] INPUT_DIRECTORY [COMMAND...]\n";
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);  // a peer that ends is seen by its answers
  auto const given = peers::input::make();
  std::string const directory = argv[1];
  if (!given.write(directory)) {
    std::cerr << "synod-bench-peers: cannot write into " << directory << '\n';
    return 2;
  }

  auto all = peers::ours(given);
#if SYNOD_PEERS_LIBMEMCACHED
  append(all, peers::libmemcached(given));
#else
  std::cerr << "SKIPPED: libmemcached: not found when this was built\n";
#endif
  for (int i = 2; i < argc; ++i) append(all, peers::peers_of(argv[i], directory));

  benchmark::AddCustomContext("times", "CPU time of the thread that looks up");
  std::map<std::string, std::string> packages;
  for (auto const& one : all) packages[one.name] = one.package + ", " + one.licence;
  for (auto const& [name, package] : packages) benchmark::AddCustomContext(name, package);
  for (auto const& one : all) {
    auto* const registered = benchmark::RegisterBenchmark(
        one.name.c_str(), [&one](benchmark::State& state) { measure(state, one); });
    registered->ArgName(one.argument)->UseManualTime();
    for (std::int64_t const count : one.counts) registered->Arg(count);
  }
  thread_times<benchmark::ConsoleReporter> console{benchmark::ConsoleReporter::OO_Tabular};
  thread_times<benchmark::JSONReporter> file;
  benchmark::RunSpecifiedBenchmarks(&console, into_file ? &file : nullptr);
  return failed ? 1 : 0;
}
