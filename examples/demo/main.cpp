// SPDX-License-Identifier: BSL-1.0
// The demo: real keys on a ring, then a cluster that loses its leader twice.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "examples/demo/agree.hpp"
#include "examples/demo/place.hpp"
#include "examples/demo/process.hpp"
#include "examples/demo/report.hpp"
#include "examples/demo/serve.hpp"

namespace {

constexpr char usage[] =
    "usage: demo [--embedded] [--keys FILE] [--report FILE] [--server PROGRAM]\n"
    "\n"
    "Places keys on a ring and adds a node; then three servers on this machine count\n"
    "what redis-benchmark, redis-cli and clients with sessions ask of them, while the\n"
    "one that leads is killed twice.\n"
    "\n"
    "  --keys FILE       keys, one a line (default: the paths of all system headers)\n"
    "  --embedded        the second half with all nodes in this process, and no disk\n"
    "  --report FILE     where the HTML page goes (default: build/demo-report.html)\n"
    "  --server PROGRAM  synod-server (default: the one beside this program)\n"
    "  --help            this text\n"
    "\n"
    "The servers' directories and logs are in build/demo-cluster.\n"
    "\n"
    "Exit: 0 all is as it must be, 1 something is not, 2 the command line is wrong,\n"
    "128 and the number of a signal that ended it.\n";

struct options {
  demo::place_options place;
  demo::serve_options serve;
  std::string report = "build/demo-report.html";
  bool embedded = false;
  bool help = false;
};

/// Empty, and a line on the standard error, for what is no option.
std::optional<options> read(int count, char** words) {
  options chosen;
  for (int i = 1; i < count; ++i) {
    std::string_view const word = words[i];
    if (word == "--help" || word == "-h") {
      chosen.help = true;
    } else if (word == "--embedded") {
      chosen.embedded = true;
    } else if (word != "--keys" && word != "--report" && word != "--server") {
      std::fprintf(stderr, "demo: unknown option '%s'; --help lists them\n", words[i]);
      return std::nullopt;
    } else if (i + 1 == count || words[i + 1][0] == '\0') {
      std::fprintf(stderr, "demo: %s needs a file\n", words[i]);
      return std::nullopt;
    } else {
      (word == "--keys"     ? chosen.place.keys_file
       : word == "--report" ? chosen.report
                            : chosen.serve.server) = words[i + 1];
      ++i;
    }
  }
  return chosen;
}

/// The line that counts, and what else went wrong.
void tell(demo::agree_result const& r) {
  std::printf("acknowledged %llu, found %llu, lost %llu, duplicated %llu\n",
              static_cast<unsigned long long>(r.acknowledged),
              static_cast<unsigned long long>(r.found), static_cast<unsigned long long>(r.lost),
              static_cast<unsigned long long>(r.duplicated));
  for (auto const& k : r.kills) {
    std::printf("  node %zu killed: %zu requests in flight, %.0f ms without a leader\n", k.node,
                k.in_flight, static_cast<double>(k.without_leader().ns) / 1e6);
  }
  if (r.repeated != 0) {
    std::printf("  %llu requests stand in the log again, and were not counted again\n",
                static_cast<unsigned long long>(r.repeated));
  }
  if (!r.nodes_agree) std::puts("  FAILED: the nodes do not hold the same");
  if (r.bad_answers != 0) std::puts("  FAILED: clients got answers that make no sense");
  if (r.acknowledged < demo::fewest_acknowledged) std::puts("  FAILED: too few acknowledged");
  if (!r.passed()) std::puts("demo: FAILED");
}

void tell(demo::serve_result const& r) {
  auto const number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("sessions: acknowledged %llu, found %llu\n", number(r.acknowledged), number(r.found));
  std::printf("plain clients: acknowledged %llu, found %llu, unknown %llu\n",
              number(r.plain.acknowledged), number(r.plain_found), number(r.plain.unknown));
  for (auto const& k : r.kills) {
    std::printf("  node %zu killed: %zu requests in flight, %.0f ms without an answer\n", k.node,
                k.in_flight, static_cast<double>(k.without_leader().ns) / 1e6);
  }
  auto const wrong = [](bool is_so, char const* what) {
    if (is_so) std::printf("  FAILED: %s\n", what);
  };
  if (!r.failure.empty()) {
    wrong(true, r.failure.c_str());
    std::puts("demo: FAILED");
    return;
  }
  wrong(r.found != r.acknowledged, "what sessions were told is not what is found");
  wrong(r.plain_found < r.plain.acknowledged, "plain clients lost what they were told");
  wrong(r.plain_found > r.plain.acknowledged + r.plain.unknown,
        "more is found than plain clients can have done");
  wrong(r.acknowledged < demo::fewest_acknowledged, "too few acknowledged");
  wrong(!r.nodes_agree, "the nodes do not answer the same");
  wrong(!r.stopped_clean, "a server did not stop cleanly");
  if (!r.passed()) std::puts("demo: FAILED");
}

/// The server that was built with this program.
std::string server_beside(char const* program) {
  std::error_code failed;
  auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) path = program;
  return (path.parent_path() / "synod-server").string();
}

bool is_program(std::string const& file) { return access(file.c_str(), X_OK) == 0; }

/// The second half: whether all is as it must be, and the page.
struct second_half {
  bool passed = false;
  std::string page;
};

second_half run_second_half(options const& chosen, demo::place_result const& placed) {
  if (chosen.embedded) {
    demo::agree_result const agreed = demo::agree();
    tell(agreed);
    return {agreed.passed(), demo::page_of(placed, agreed)};
  }
  demo::serve_result const served = demo::serve(chosen.serve);
  tell(served);
  return {served.passed(), demo::page_of(placed, served)};
}

}  // namespace

int main(int count, char** words) {
  std::optional<options> chosen = read(count, words);
  if (!chosen) return 2;
  if (chosen->help) {
    std::fputs(usage, stdout);
    return 0;
  }
  if (chosen->serve.server.empty()) chosen->serve.server = server_beside(words[0]);
  if (!chosen->embedded && !is_program(chosen->serve.server)) {
    std::fprintf(stderr,
                 "demo: there is no %s: it needs RocksDB and CLI11 when it is built (./dev demo "
                 "installs them); --embedded does without\n",
                 chosen->serve.server.c_str());
    return 1;
  }
  demo::catch_signals();
  auto const placed = demo::place(chosen->place, std::cout, std::cerr);
  if (!placed) return 1;
  std::cout << std::endl;
  second_half const ended = run_second_half(*chosen, *placed);
  if (int const which = demo::interrupted(); which != 0) return 128 + which;
  if (!demo::write_page(chosen->report, ended.page)) {
    std::fprintf(stderr, "demo: cannot write %s\n", chosen->report.c_str());
    return 1;
  }
  std::printf("report: %s\n", chosen->report.c_str());
  return ended.passed && placed->strays == 0 ? 0 : 1;
}
