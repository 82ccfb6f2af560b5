// SPDX-License-Identifier: BSL-1.0
// The code of docs/adapters-rocksdb.md.
#include <cstdio>
#include <filesystem>
#include <semaphore>
#include <string>
#include <vector>

#include "synod/adapters/rocksdb/rocksdb_log.hpp"

namespace {

// begin open
using synod::adapters::rocksdb_log;

synod::result<rocksdb_log> open_log(std::string const& directory, std::uint64_t random_bits,
                                    std::function<void()> wake_the_loop) {
  synod::adapters::rocksdb_options options;
  options.entropy = random_bits;  // used once, where the directory is founded
  options.on_progress = std::move(wake_the_loop);
  std::string why;
  auto log = rocksdb_log::open(directory, {"cluster-of-three", {1}}, options, why);
  if (!log) std::fprintf(stderr, "%s\n", why.c_str());
  return log;
}
// end open

// begin found
// At the very first start, on every founding node alike.
bool found(rocksdb_log& log) {
  synod::members founders;
  for (std::uint64_t n = 1; n <= 3; ++n) founders.voters.push_back({n});
  return static_cast<bool>(log.bootstrap(founders));
}
// end found

// A replica does this; here it is done by hand.
bool append_one(rocksdb_log& log, std::counting_semaphore<>& progress) {
  auto const held = log.recover();
  if (!held) return false;
  std::vector<std::byte> entry(synod::framed_bytes(3));
  synod::frame_entry(std::vector<std::byte>(3), entry.data());
  synod::log_batch batch;
  batch.in = {1};
  batch.entries =
      synod::run{{synod::next(log.last()), {1}}, synod::next(log.last()), synod::kind::payload};
  // begin write
  log.write(batch, {entry, 1}, {held->life, 1});  // at once to be read; on disk a little later
  while (!log.poll({})) {                         // one completion a call
    if (log.failure()) {
      std::fprintf(stderr, "%s\n", log.last_error().c_str());
      return false;
    }
    progress.acquire();  // a loop would do other things until on_progress wakes it
  }
  // end write
  return true;
}

}  // namespace

int main() {
  std::string const directory = std::filesystem::temp_directory_path() / "synod-docs-rocksdb";
  std::filesystem::remove_all(directory);
  std::counting_semaphore<> progress{0};
  for (int start = 0; start < 2; ++start) {
    auto log = open_log(directory, 0x5eed, [&] { progress.release(); });
    if (!log || (start == 0 && !found(*log)) || !append_one(*log, progress)) return 1;
    std::printf("start %d: the log ends at %llu\n", start + 1,
                static_cast<unsigned long long>(log->last().value));
    if (log->last().value != 2u + static_cast<unsigned>(start)) return 1;
  }
  std::filesystem::remove_all(directory);
  return 0;
}
