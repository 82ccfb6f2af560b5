// SPDX-License-Identifier: BSL-1.0
// synod-sim: searches seeds for a violation, or shows one.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/protocols.hpp"

namespace {

using namespace synod;

constexpr char const* usage =
    "synod-sim [--protocol raft|plain-raft|paxos] [--seeds N] [--first S] [--seconds T]\n"
    "    searches N seeds from S on (default: 1000 from 0), for at most T seconds\n"
    "synod-sim --protocol raft|plain-raft|paxos --seed K\n"
    "    runs one seed and prints its trace\n"
    "Exit: 0 all oracles hold, 1 a violation, or a batch in which too little happened, 2 usage\n";

struct request {
  std::string_view protocol;  // empty: all
  std::uint64_t seeds = 1000;
  std::uint64_t first = 0;
  double seconds = 1e9;
  std::optional<std::uint64_t> seed;
};

std::optional<request> parse(int argc, char** argv) {
  request r;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) return std::nullopt;
    std::string_view const option = argv[i];
    char* end = nullptr;
    std::uint64_t const n = std::strtoull(argv[i + 1], &end, 10);
    if (option == "--protocol") {
      r.protocol = argv[i + 1];
      if (r.protocol != "raft" && r.protocol != "plain-raft" && r.protocol != "paxos") {
        return std::nullopt;
      }
      continue;
    }
    if (*end != '\0' || end == argv[i + 1]) return std::nullopt;
    if (option == "--seeds") {
      r.seeds = n;
    } else if (option == "--first") {
      r.first = n;
    } else if (option == "--seconds") {
      r.seconds = static_cast<double>(n);
    } else if (option == "--seed") {
      r.seed = n;
    } else {
      return std::nullopt;
    }
  }
  if (r.seed && r.protocol.empty()) return std::nullopt;
  return r;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <class Protocol>
bool show(std::uint64_t seed) {
  static typename Protocol::model model;
  static sim simulator{model};
  sim_setup setup;
  setup.seed = seed;
  setup.trace.line = [](void*, std::string const& text) { std::puts(text.c_str()); };
  sim_report const report = simulator.run(setup);
  std::printf("%s, trace hash %016llx\n", describe(report).c_str(),
              static_cast<unsigned long long>(report.trace_hash));
  return !report.verdict.broken();
}

template <class Protocol>
void explain(sim_report const& found) {
  static typename Protocol::model model;
  static sim simulator{model};
  last_lines tail{40};
  sim_setup setup;
  setup.seed = found.seed;
  setup.trace = tail.trace();
  simulator.run(setup);
  std::printf("%s\nVIOLATION in %s: %s\nagain: synod-sim --protocol %s --seed %llu\n",
              tail.text().c_str(), Protocol::name, describe(found).c_str(), Protocol::name,
              static_cast<unsigned long long>(found.seed));
}

template <class Protocol>
bool search(request const& r) {
  static typename Protocol::model model;
  static sim simulator{model};
  sim_summary summary;
  double const begin = cpu_seconds();
  double said = begin;
  for (std::uint64_t seed = r.first; seed - r.first < r.seeds; ++seed) {
    sim_setup setup;
    setup.seed = seed;
    sim_report const report = simulator.run(setup);
    summary.add(report);
    if (report.verdict.broken()) return explain<Protocol>(report), false;
    double const now = cpu_seconds();
    if (now - begin > r.seconds) break;
    if (now - said > 5) {
      said = now;
      std::printf("%s: %llu seeds, %.2f million steps a second\n", Protocol::name,
                  static_cast<unsigned long long>(summary.runs()),
                  static_cast<double>(summary.steps()) / (now - begin) / 1e6);
      std::fflush(stdout);
    }
  }
  double const spent = cpu_seconds() - begin;
  std::printf("%s: %s\n%.1f s, %.2f million steps a second, trace hash %016llx\n", Protocol::name,
              summary.text().c_str(), spent, static_cast<double>(summary.steps()) / spent / 1e6,
              static_cast<unsigned long long>(summary.trace_hash()));
  auto const missing = summary.unmet(Protocol::demands);
  for (std::string const& what : missing) std::printf("TOO LITTLE HAPPENED: %s\n", what.c_str());
  return missing.empty();
}

template <class Protocol>
bool serve(request const& r) {
  if (!r.protocol.empty() && r.protocol != Protocol::name) return true;
  return r.seed ? show<Protocol>(*r.seed) : search<Protocol>(r);
}

}  // namespace

int main(int argc, char** argv) {
  auto const r = parse(argc, argv);
  if (!r) {
    std::fputs(usage, stderr);
    return 2;
  }
  bool const paxos = serve<test::paxos_under_test>(*r);
  bool const raft = serve<test::raft_under_test>(*r);
  bool const plain = serve<test::plain_raft_under_test>(*r);
  return paxos && raft && plain ? 0 : 1;
}
