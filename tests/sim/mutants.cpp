// SPDX-License-Identifier: BSL-1.0
// synod-mutants: puts known wrong rules into the protocols, one at a time, and demands that an
// oracle notices. Then the right ones run the same seeds and must pass.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "tests/sim/protocols.hpp"

#if !defined(SYNOD_MUTANTS)
#error "mutants.cpp is compiled with SYNOD_MUTANTS"
#endif

namespace {

using namespace synod;

constexpr char const* usage =
    "synod-mutants [--only R05] [--seconds N]\n"
    "    N: the most CPU time for one mutant (default 60)\n"
    "Exit: 0 all killed, 1 one survives or its place is never reached, 2 usage\n";

struct placed {
  char const* name;
  char const* rule;
  char const* only_oracle = nullptr;  // null: any may notice
};
constexpr placed in_paxos[] = {
    {"P01", "a promise leaves before it is durable"},
    {"P02", "accepting does not raise the promise"},
    {"P03", "the greatest value is adopted, not that of the highest ballot"},
    {"P04", "the round does not survive a restart"},
    {"P05", "acceptors of one value are counted over all ballots"},
    {"P06", "promises for any ballot count"},
};
constexpr placed in_raft[] = {
    {"R01", "a candidate's freshness is its last index alone"},
    {"R02", "a vote is asked for before the own vote is durable"},
    {"R03", "every grant counts, not every voter"},
    {"R04", "a grant counts, of whatever kind"},
    {"R05", "entries of older terms commit by counting"},
    {"R06", "a follower's commit reaches to the end of its log"},
    {"R07", "an entry is present if its index exists"},
    {"R08", "the ballot of a compacted entry counts as known, as none"},
    {"R09", "any refusal sets next back"},
    {"R10", "an acknowledgement names the end of the log"},
    {"R11", "half of an even number is a quorum"},
    {"R12", "a new leader appends no entry of its own term"},
    {"R21", "reads that wait are kept when a leader steps down"},
    {"R22", "any part of a snapshot behind what is there is taken"},
    {"R23", "entries behind a snapshot stay, whatever the log holds at its last"},
    {"R24", "what is committed is dropped, covered by a snapshot or not"},
    {"R27", "a leader that heard of its followers once is in touch for ever"},
    {"R30", "the last completion sets the watermark"},
    {"reads_unconfirmed", "a read is answered by who believes to lead"},
};

// What clients alone can notice, from what they asked and were told.
constexpr placed seen_by_clients[] = {
    {"R05", "entries of older terms commit by counting", "O-LIN"},
    {"R06", "a follower's commit reaches to the end of its log", "O-LIN"},
    {"R07", "an entry is present if its index exists", "O-LIN"},
    {"R10", "an acknowledgement names the end of the log", "O-LIN"},
    {"reads_unconfirmed", "a read is answered by who believes to lead", "O-LIN"},
    {"session_executes_again", "a request is executed as often as it arrives", "O-LIN"},
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// How many seeds the right rules must pass too.
template <class Protocol>
struct bench {
  typename Protocol::model model;
  sim<typename Protocol::model> simulator{model};
  std::uint64_t seeds = 1000;

  sim_report run(std::uint64_t seed, char const* only_oracle = nullptr) {
    sim_setup setup;
    setup.seed = seed;
    setup.only_oracle = only_oracle;
    return simulator.run(setup);
  }

  bool kill(placed const& m, double seconds) {
    mutant::chosen = mutant::id(m.name);
    mutant::reached = 0;
    double const begin = cpu_seconds();
    std::uint64_t steps = 0;
    for (std::uint64_t seed = 0; cpu_seconds() - begin < seconds; ++seed) {
      sim_report const report = run(seed, m.only_oracle);
      steps += report.steps;
      if (!report.verdict.broken()) continue;
      seeds = std::max(seeds, seed + 1);
      std::printf("%s killed    %-16s seed %-6llu its step %-6llu steps %-9llu %s\n", m.name,
                  report.verdict.oracle(), static_cast<unsigned long long>(seed),
                  static_cast<unsigned long long>(report.steps),
                  static_cast<unsigned long long>(steps), m.rule);
      std::fflush(stdout);
      return true;
    }
    std::printf("%s %s after %llu steps: %s\n", m.name,
                mutant::reached == 0 ? "NEVER REACHED" : "SURVIVES",
                static_cast<unsigned long long>(steps), m.rule);
    return false;
  }

  bool right_rules_pass() {
    mutant::chosen = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      sim_report const report = run(seed);
      if (!report.verdict.broken()) continue;
      std::printf("%s without a mutant: %s\n", Protocol::name, describe(report).c_str());
      return false;
    }
    std::printf("%s without a mutant: %llu seeds, all oracles hold\n", Protocol::name,
                static_cast<unsigned long long>(seeds));
    return true;
  }
};

template <class Protocol, class Mutants>
bool judge(Mutants const& mutants, std::string_view only, double seconds) {
  static bench<Protocol> b;
  bool good = true;
  bool any = false;
  for (placed const& m : mutants) {
    if (!only.empty() && only != m.name) continue;
    any = true;
    good = b.kill(m, seconds) && good;
  }
  return !any || (b.right_rules_pass() && good);
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view only;
  double seconds = 60;
  for (int i = 1; i < argc; i += 2) {
    std::string_view const option = argv[i];
    if (i + 1 < argc && option == "--only") {
      only = argv[i + 1];
    } else if (i + 1 < argc && option == "--seconds") {
      seconds = std::strtod(argv[i + 1], nullptr);
    } else {
      std::fputs(usage, stderr);
      return 2;
    }
  }
  bool const paxos = judge<test::paxos_under_test>(in_paxos, only, seconds);
  bool const raft = judge<test::raft_under_test>(in_raft, only, seconds);
  bool const clients = judge<test::raft_under_test>(seen_by_clients, only, seconds);
  return paxos && raft && clients ? 0 : 1;
}
