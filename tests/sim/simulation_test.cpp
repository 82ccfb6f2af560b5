// SPDX-License-Identifier: BSL-1.0
// Whole clusters: they hold under faults, they repeat byte for byte, and the faults do strike.
#include <cstdint>
#include <string>

#include "tests/sim/protocols.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

template <class Protocol>
sim_report run_seed(std::uint64_t seed, std::uint64_t check_all_every = 1000,
                    std::optional<fault_mix> faults = {}) {
  static typename Protocol::model model;
  static sim simulator{model};
  sim_setup setup;
  setup.seed = seed;
  setup.check_all_every = check_all_every;
  setup.faults = faults;
  return simulator.run(setup);
}

template <class Protocol>
sim_summary run_seeds(std::uint64_t first, std::uint64_t n) {
  sim_summary summary;
  for (std::uint64_t seed = first; seed < first + n; ++seed) {
    sim_report const report = run_seed<Protocol>(seed);
    INFO(Protocol::name << ", " << describe(report));
    REQUIRE_FALSE(report.verdict.broken());
    summary.add(report);
  }
  INFO(summary.text());
  for (std::string const& what : summary.unmet(Protocol::demands)) FAIL_CHECK(what);
  return summary;
}

}  // namespace

TEST_CASE("Raft holds under faults, and the faults strike") {
  sim_summary const summary = run_seeds<raft_under_test>(0, 200);
  CHECK(summary.committed() >= 200 * 100);
}

TEST_CASE("Raft without pre-vote and check-quorum holds under faults, and the faults strike") {
  run_seeds<plain_raft_under_test>(0, 200);
}

// Whether somebody leads whom nobody follows is a matter of its own clock: a read must not be.
TEST_CASE("reads are fresh whatever the clocks show") {
  duration const p = raft_under_test::model::patience;
  fault_mix odd = fault_mix::none(p);
  odd.drift = sim_clock::true_rate / 5;
  odd.skew_every = {2 * p.ns};
  odd.skew_most = {8 * p.ns};
  odd.cut_every = {3 * p.ns};
  odd.cut_most = {4 * p.ns};
  sim_summary summary;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    sim_report const report = run_seed<raft_under_test>(seed, 1000, odd);
    INFO(describe(report));
    CHECK_FALSE(report.verdict.broken());
    summary.add(report);
  }
  CHECK(summary.faults()[static_cast<std::size_t>(fault::stopped_clock)] > 100);
  CHECK(summary.history().reads > 2000);
}

TEST_CASE("the histories of clients hold reads and additions of unknown fate") {
  sim_report const report = run_seed<raft_under_test>(0);
  INFO(describe(report));
  CHECK(report.history.operations >= 50);
  CHECK(report.history.reads >= 5);
  CHECK(report.history.undecided == 0);
}

TEST_CASE("who listens to one oracle hears no other") {
  static raft_under_test::model model;
  static sim simulator{model};
  sim_setup setup;
  setup.steps_most = 500;
  setup.only_oracle = "O-LIN";
  CHECK_FALSE(simulator.run(setup).verdict.broken());
  setup.only_oracle = "O-LIVE";
  CHECK(simulator.run(setup).verdict.broken());
}

// From the middle of the run on there are two sides, and they stay. The oracles say that whoever
// leads the smaller one gives up within two time-outs (O-LIVE), and that nobody there raises its
// ballot (O-QUIET); they are seen to speak in contact_oracle_test.cpp.
TEST_CASE("a side that is cut off for good keeps quiet") {
  duration const p = raft_under_test::model::patience;
  fault_mix parted = fault_mix::none(p);
  parted.cut_every = {8 * p.ns};
  parted.cut_most = {1000 * p.ns};
  std::uint64_t cuts = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    sim_report const report = run_seed<raft_under_test>(seed, 1000, parted);
    INFO(describe(report));
    CHECK_FALSE(report.verdict.broken());
    cuts += report.faults[static_cast<std::size_t>(fault::partition)];
  }
  CHECK(cuts > 30);
}

TEST_CASE("a leader whose disk hangs is replaced, and nothing else is needed for it") {
  duration const p = raft_under_test::model::patience;
  fault_mix hanging = fault_mix::none(p);
  hanging.hang_every = {8 * p.ns};
  std::uint64_t elections = 0;
  std::uint64_t hung = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    sim_report const report = run_seed<raft_under_test>(seed, 1000, hanging);
    INFO(describe(report));
    CHECK_FALSE(report.verdict.broken());
    elections += report.elections;
    hung += report.faults[static_cast<std::size_t>(fault::hung_disk)];
  }
  CHECK(hung > 60);
  CHECK(elections > hung / 4);
}

TEST_CASE("single-decree Paxos holds under faults, and the faults strike") {
  run_seeds<paxos_under_test>(0, 2000);
}

TEST_CASE("a seed is a run, byte for byte") {
  for (std::uint64_t seed = 10; seed < 20; ++seed) {
    sim_report const first = run_seed<raft_under_test>(seed);
    run_seed<raft_under_test>(seed + 1000);  // what ran in between leaves nothing behind
    sim_report const second = run_seed<raft_under_test>(seed);
    CHECK(first.trace_hash == second.trace_hash);
    CHECK(first.steps == second.steps);
    CHECK(first.ended == second.ended);
    CHECK(first.trace_hash != run_seed<raft_under_test>(seed + 1).trace_hash);
    CHECK(first.trace_hash != run_seed<plain_raft_under_test>(seed).trace_hash);
  }
}

// These are the values, so that a change of what a seed means is a decision and no accident. They
// are the same on every compiler.
TEST_CASE("seeds mean the same everywhere") {
  CHECK(run_seed<paxos_under_test>(1).trace_hash == 0xe527d9139e70ac73);
  CHECK(run_seed<paxos_under_test>(2).trace_hash == 0xb1db6da0e776dfbd);
  CHECK(run_seed<paxos_under_test>(77).trace_hash == 0xfe357b7d2bb17760);
}

TEST_CASE("watching a run does not change it") {
  std::string text;
  raft_under_test::model model;
  sim simulator{model};
  sim_setup setup;
  setup.seed = 5;
  setup.trace = {
      [](void* to, std::string const& line) { *static_cast<std::string*>(to) += line + "\n"; },
      &text};
  CHECK(simulator.run(setup).trace_hash == run_seed<raft_under_test>(5).trace_hash);
  CHECK(text.find("append term 1") != std::string::npos);
  CHECK(text.find("healed") != std::string::npos);
}

TEST_CASE("oracles that look at what changed agree with those that look at everything") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    sim_report const often = run_seed<raft_under_test>(seed, 10);
    sim_report const at_end = run_seed<raft_under_test>(seed, 0);
    INFO(describe(often));
    CHECK_FALSE(often.verdict.broken());
    CHECK_FALSE(at_end.verdict.broken());
    CHECK(often.trace_hash == at_end.trace_hash);
  }
}

TEST_CASE("without faults there is one leader, and nothing is lost") {
  fault_mix const calm = fault_mix::none(raft_under_test::model::patience);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    sim_report const report = run_seed<raft_under_test>(seed, 1000, calm);
    INFO(describe(report));
    CHECK_FALSE(report.verdict.broken());
    CHECK(report.faults[static_cast<std::size_t>(fault::crash)] == 0);
    CHECK(report.faults[static_cast<std::size_t>(fault::loss)] == 0);
    CHECK(report.elections == 0);
  }
}

TEST_CASE("a run that cannot end is called stuck") {
  static raft_under_test::model model;
  static sim simulator{model};
  sim_setup setup;
  setup.steps_most = 500;
  sim_report const report = simulator.run(setup);
  REQUIRE(report.verdict.broken());
  CHECK(std::string(report.verdict.oracle()) == "O-LIVE");
}

TEST_CASE("a batch in which too little happened says so") {
  sim_summary summary;
  CHECK(summary.unmet({}).size() == 1);
  sim_report nothing;
  nothing.committed = 3;
  summary.add(nothing);
  auto const missing = summary.unmet({100, 1, 1, ~std::uint64_t{1}});
  REQUIRE(missing.size() == 3);
  CHECK(missing[0] == "seed 0 committed only 3");
  CHECK(missing[2] == "loss struck only 0 times");
}

TEST_CASE("a batch whose histories say little says so") {
  sim_report judged;
  judged.committed = 100;
  judged.history = {100, 10, 1, 0};
  sim_demands const demands{1, 0, 0, 0, true};
  sim_summary summary;
  summary.add(judged);
  CHECK(summary.unmet(demands).empty());
  SECTION("too few operations") { judged.history = {99, 10, 1, 0}; }
  SECTION("too few reads") { judged.history = {100, 9, 1, 0}; }
  SECTION("too few of unknown fate") { judged.history = {100, 10, 0, 0}; }
  SECTION("too many undecided") { judged.history = {100, 10, 1, 1}; }
  summary.add(judged);
  CHECK(summary.unmet(demands).size() == 1);
  CHECK(summary.text().find("histories: ") != std::string::npos);
}
