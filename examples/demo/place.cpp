// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/place.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "examples/demo/screen.hpp"
#include "synod/ring.hpp"

namespace demo {
namespace {

namespace fs = std::filesystem;

// The paths of all files below `root` that lie in a folder called include…; what may not be read is
// passed over.
void add_headers(fs::path const& root, std::vector<std::string>& paths) {
  std::error_code failed;
  fs::recursive_directory_iterator at{root, fs::directory_options::skip_permission_denied, failed};
  for (; !failed && at != fs::recursive_directory_iterator{}; at.increment(failed)) {
    std::error_code unknown;
    std::string path = at->path().string();
    if (at->is_regular_file(unknown) && path.find("/include") != std::string::npos) {
      paths.push_back(std::move(path));
    }
  }
}

std::vector<std::string> system_headers() {
  std::vector<std::string> paths;
  add_headers("/usr/include", paths);
  add_headers("/usr/lib/gcc", paths);
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The lines of a file that are not empty; nothing when it cannot be read.
std::optional<std::vector<std::string>> lines_of(std::string const& file) {
  std::ifstream input{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
  }
  if (!input.eof()) return std::nullopt;  // not opened, a folder, or broken off
  return lines;
}

template <class... Values>
std::string formatted(char const* format, Values... values) {
  char line[256];
  std::snprintf(line, sizeof line, format, values...);
  return line;
}

double percent(std::size_t part, std::size_t of) {
  return 100 * static_cast<double>(part) / static_cast<double>(of);
}

void print_nodes(place_result const& report, std::ostream& out) {
  out << "  node       weight  points   exact share        keys   share of keys\n";
  for (auto const& node : report.nodes) {
    if (node.keys_before == 0 && node.share_before == 0) continue;  // not there yet
    out << formatted("  %-10s %6.2f  %6u     %8.4f %%  %10s       %7.3f %%\n", node.name.c_str(),
                     node.weight, unsigned{node.points}, 100 * node.share_before,
                     grouped(node.keys_before).c_str(), percent(node.keys_before, report.keys));
  }
}

void print_moves(place_result const& report, std::ostream& out) {
  auto const& added = report.nodes.back();
  out << formatted("\nadding %s (weight %.2f) moves %s of %s keys (%.3f %%),\n", added.name.c_str(),
                   added.weight, grouped(report.keys_moved).c_str(), grouped(report.keys).c_str(),
                   percent(report.keys_moved, report.keys))
      << formatted("exactly %.4f %% of the hash space, in %s intervals:\n",
                   100 * report.share_moved, grouped(report.intervals).c_str())
      << "  from        exact share        keys   of its keys\n";
  for (auto const& node : report.nodes) {
    if (&node == &added) continue;
    out << formatted("  %-10s   %8.4f %%  %10s     %7.3f %%\n", node.name.c_str(),
                     100 * (node.share_before - node.share_after), grouped(node.keys_lost).c_str(),
                     node.keys_before == 0 ? 0.0 : percent(node.keys_lost, node.keys_before));
  }
  if (report.strays == 0) {
    out << "all of it to " << added.name
        << "; nothing else moved (every key and every interval checked)\n";
  } else {
    out << "WRONG: " << report.strays << " keys or intervals moved between old nodes\n";
  }
}

// Both rings, compared key by key and interval by interval.
place_result compare(synod::hash_ring const& before, synod::hash_ring const& after,
                     std::string_view added, std::vector<std::string> const& keys) {
  place_result report;
  report.keys = keys.size();
  for (auto const& node : after.balance()) {
    placed_node placed{std::string{node.name}, node.weight, node.points};
    placed.share_after = node.share.fraction();
    report.nodes.push_back(placed);
  }
  for (auto const& node : before.balance()) {
    report.nodes[after.index_of(node.name)].share_before = node.share.fraction();
  }

  for (auto const& key : keys) {
    auto const from = before.owner(key);
    auto const to = after.owner(key);
    auto& loser = report.nodes[after.index_of(from)];
    ++loser.keys_before;
    ++report.nodes[after.index_of(to)].keys_after;
    if (from == to) continue;
    ++report.keys_moved;
    ++loser.keys_lost;
    report.strays += to != added;
  }
  auto const moves = plan(before, after);
  for (auto const& move : moves) {
    ++report.intervals;
    report.strays += move.to != added;
  }
  report.share_moved = moves.share().fraction();
  return report;
}

}  // namespace

std::optional<place_result> place(place_options const& options, std::ostream& out,
                                  std::ostream& errors) {
  std::vector<std::string> keys;
  std::string keys_from = "the paths of all system headers";
  if (options.keys_file.empty()) {
    keys = system_headers();
    if (keys.empty()) {
      errors << "no headers below /usr/include or /usr/lib/gcc: give a file of keys with --keys "
                "FILE\n";
      return std::nullopt;
    }
  } else {
    errno = 0;
    auto lines = lines_of(options.keys_file);
    if (!lines) {
      errors << options.keys_file << ": cannot be read"
             << (errno != 0 ? std::string{": "} + std::strerror(errno) : std::string{}) << '\n';
      return std::nullopt;
    }
    if (lines->empty()) {
      errors << options.keys_file << ": holds no keys; one a line is expected\n";
      return std::nullopt;
    }
    keys = *std::move(lines);
    keys_from = "the lines of " + options.keys_file;
  }

  auto const before = synod::hash_ring::make(
                          {{"ada"}, {"barbara", 2.0}, {"edsger", 1.5}, {"leslie"}, {"tony", 0.5}})
                          .value();
  synod::ring_node const sixth{"zora", 1.5};
  auto const after = before.with(sixth).value();

  auto report = compare(before, after, sixth.name, keys);
  report.keys_from = keys_from;
  out << "place: " << grouped(report.keys) << " keys (" << keys_from
      << ") on five weighted nodes\n\n";
  print_nodes(report, out);
  print_moves(report, out);
  return report;
}

}  // namespace demo
