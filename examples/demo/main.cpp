// SPDX-License-Identifier: BSL-1.0
// The demo: real keys on a ring, then a cluster that loses its leader twice.
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "examples/demo/agree.hpp"
#include "examples/demo/place.hpp"
#include "examples/demo/report.hpp"

namespace {

constexpr char usage[] =
    "usage: demo [--embedded] [--keys FILE] [--report FILE]\n"
    "\n"
    "Places keys on a ring and adds a node; then three nodes count together while\n"
    "their leader is killed twice.\n"
    "\n"
    "  --keys FILE    keys, one a line (default: the paths of all system headers)\n"
    "  --embedded     all nodes in this process: today's only form, and the default\n"
    "  --report FILE  where the HTML page goes (default: build/demo-report.html)\n"
    "  --help         this text\n"
    "\n"
    "Exit: 0 all is as it must be, 1 something is not, 2 the command line is wrong.\n";

struct options {
  demo::place_options place;
  std::string report = "build/demo-report.html";
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
      continue;
    } else if (word != "--keys" && word != "--report") {
      std::fprintf(stderr, "demo: unknown option '%s'; --help lists them\n", words[i]);
      return std::nullopt;
    } else if (i + 1 == count || words[i + 1][0] == '\0') {
      std::fprintf(stderr, "demo: %s needs a file\n", words[i]);
      return std::nullopt;
    } else {
      (word == "--keys" ? chosen.place.keys_file : chosen.report) = words[i + 1];
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

}  // namespace

int main(int count, char** words) {
  std::optional<options> const chosen = read(count, words);
  if (!chosen) return 2;
  if (chosen->help) {
    std::fputs(usage, stdout);
    return 0;
  }
  auto const placed = demo::place(chosen->place, std::cout, std::cerr);
  if (!placed) return 1;
  std::cout << std::endl;
  demo::agree_result const agreed = demo::agree();
  tell(agreed);
  if (!demo::write_page(chosen->report, demo::page_of(*placed, agreed))) {
    std::fprintf(stderr, "demo: cannot write %s\n", chosen->report.c_str());
    return 1;
  }
  std::printf("report: %s\n", chosen->report.c_str());
  return agreed.passed() && placed->strays == 0 ? 0 : 1;
}
