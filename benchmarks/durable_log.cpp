// SPDX-License-Identifier: BSL-1.0
// What a sync costs through rocksdb_log, beside bare appends with fdatasync on the same disk:
//   synod-bench-durable-log DIRECTORY [seconds a row, default 2]
// Three rounds of all rows, one after the other, so that a disk that drifts strikes all alike.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <semaphore>
#include <string>
#include <vector>

#include "synod/adapters/rocksdb/rocksdb_log.hpp"

namespace {

using namespace synod;
using clock_type = std::chrono::steady_clock;

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto const seconds = [](timeval const& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct stopwatch {
  clock_type::time_point since = clock_type::now();
  double cpu = cpu_seconds();

  double seconds() const {
    return std::chrono::duration<double>(clock_type::now() - since).count();
  }
  void print(char const* row, std::uint64_t entries, std::uint64_t syncs) const {
    double const took = seconds();
    std::printf("%-34s %9.0f %9.0f %9.1f %9.1f\n", row, static_cast<double>(syncs) / took,
                static_cast<double>(entries) / took,
                1e6 * (cpu_seconds() - cpu) / static_cast<double>(syncs),
                1e6 * (cpu_seconds() - cpu) / static_cast<double>(entries));
  }
};

void bare(std::string const& directory, double seconds) {
  std::string const file = directory + "/bare";
  int const out = open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
  if (out < 0) std::exit(1);
  std::vector<char> const bytes(300, 'x');
  stopwatch const watch;
  std::uint64_t n = 0;
  for (; watch.seconds() < seconds; ++n) {
    if (write(out, bytes.data(), bytes.size()) < 0 || fdatasync(out) != 0) std::exit(1);
  }
  watch.print("append 300 bytes, fdatasync", n, n);
  close(out);
  std::filesystem::remove(file);
}

void log_row(std::string const& directory, char const* row, std::uint64_t outstanding,
             double seconds) {
  std::string const path = directory + "/log";
  std::filesystem::remove_all(path);
  std::counting_semaphore<> progress{0};
  adapters::rocksdb_options options;
  options.on_progress = [&] { progress.release(); };
  std::string why;
  auto opened = adapters::rocksdb_log::open(path, {"bench", {1}}, options, why);
  members one;
  one.voters.push_back({1});
  if (!opened || !opened->bootstrap(one)) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
  }
  adapters::rocksdb_log& log = *opened;
  life const in_life = log.recover()->life;
  std::vector<std::byte> const content(64);
  std::vector<std::byte> entry(framed_bytes(content.size()));
  frame_entry(content, entry.data());
  log_batch batch;
  batch.in = {1};
  batch.vote = node_id{1};
  std::uint64_t sequence = 0;
  std::uint64_t completed = 0;
  std::uint64_t const before = log.syncs();
  stopwatch const watch;
  while (watch.seconds() < seconds) {
    while (log.outstanding() < outstanding) {
      batch.entries = run{{next(log.last()), {1}}, next(log.last()), kind::payload};
      log.write(batch, payload{entry, 1}, {in_life, ++sequence});
    }
    progress.acquire();
    while (log.poll({})) ++completed;
    if (log.last().value - log.base().index.value > 20'000) log.compact({log.last().value - 1000});
  }
  watch.print(row, completed, log.syncs() - before);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: synod-bench-durable-log DIRECTORY [seconds a row]\n");
    return 2;
  }
  double const seconds = argc > 2 ? std::atof(argv[2]) : 2;
  std::printf("%-34s %9s %9s %9s %9s\n", "", "syncs/s", "entries/s", "us/sync", "us/entry");
  for (int round = 0; round < 3; ++round) {
    bare(argv[1], seconds);
    log_row(argv[1], "rocksdb_log, 1 outstanding", 1, seconds);
    log_row(argv[1], "rocksdb_log, 64 outstanding", 64, seconds);
  }
  std::filesystem::remove_all(std::string(argv[1]) + "/log");
}
