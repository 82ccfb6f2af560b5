// SPDX-License-Identifier: BSL-1.0
// Processes that are killed at any moment, and disks that are full: what was completed is there.
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <fstream>

#include "tests/adapters_rocksdb/script.hpp"
#include "tests/adapters_rocksdb/worker.hpp"

using namespace synod;
using namespace synod::test;

namespace {

/// What a process that is killed has told before.
struct told {
  std::atomic<int> completed;  // deeds whose effects it was told to be on disk
  std::atomic<bool> started;
};

constexpr int most_deeds = 5000;

// Many writes outstanding at a time; a snapshot of its own is awaited before the next deed, so that
// what is on disk is always the effect of a number of deeds.
void work(std::string const& path, std::uint64_t seed, told& tell) {
  std::string why;
  auto opened = rocksdb_log::open(path, me(), small(), why);
  if (!opened) std::_Exit(2);
  rocksdb_log& log = *opened;
  memory_log memory;
  if (!memory.bootstrap(three()) || !log.bootstrap(three())) std::_Exit(3);
  life const in_life = log.recover()->life;
  if (!memory.recover()) std::_Exit(4);
  std::vector<int> deed_of{0};  // of each write
  tell.started = true;
  script next_deed(seed);
  for (int i = 1; i <= most_deeds; ++i) {
    deed const d = next_deed.next(memory);
    if (d.does == deed::what::write) deed_of.push_back(i);
    io_id const id{in_life, deed_of.size() - 1};
    carry_out(d, memory, id);
    carry_out(d, log, id);
    if (d.does == deed::what::keep) {
      if (log.sync().code != errc::ok) std::_Exit(5);
      tell.completed = i;
    }
    while (auto const done = log.poll({})) {
      tell.completed = std::max(tell.completed.load(), deed_of[done->id().sequence]);
    }
    while (log.outstanding() > 32) {
      auto const done = log.poll({});
      if (done) tell.completed = deed_of[done->id().sequence];
    }
  }
  std::_Exit(0);
}

}  // namespace

TEST_CASE("worker: writes until it is killed", "[.]") {
  std::string const word = worker_word();
  if (word.empty()) return;
  std::size_t const space = word.find(' ');
  std::string const path = word.substr(space + 1);
  work(path, std::stoull(word), shared_value<told>(path + ".told"));
}

TEST_CASE("a process that is killed leaves a prefix of its writes, at least what was completed",
          "[O-REC][O-CDUR]") {
  splitmix64 draw(5);
  int in_the_middle = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    INFO("seed " << seed);
    scratch_directory here;
    told& tell = shared_value<told>(here.log() + ".told");
    pid_t const child =
        start_worker("worker: writes until it is killed", std::to_string(seed) + " " + here.log());
    while (!tell.started && waitpid(child, nullptr, WNOHANG) == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE(tell.started);
    std::this_thread::sleep_for(std::chrono::microseconds(draw.below(40'000)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    int const completed = tell.completed;

    rocksdb_log const log = open_log(here.log());
    memory_log memory;
    REQUIRE(memory.bootstrap(three()));
    life const in_life = memory.recover()->life;
    script next_deed(seed);
    std::uint64_t sequence = 0;
    int found = completed == 0 && difference(memory, log) == "" ? 0 : -1;
    for (int i = 1; found < 0 && i <= most_deeds; ++i) {
      deed const d = next_deed.next(memory);
      if (d.does == deed::what::write) ++sequence;
      carry_out(d, memory, {in_life, sequence});
      if (i >= completed && difference(memory, log) == "") found = i;
      if (i > completed + 200) break;
    }
    INFO("completed " << completed);
    REQUIRE(found >= completed);
    in_the_middle += completed > 0 && completed < most_deeds ? 1 : 0;
    munmap(&tell, sizeof tell);
  }
  CHECK(in_the_middle >= 10);
}

TEST_CASE("a full disk fails the write and all after it, and loses nothing that was completed",
          "[O-CDUR]") {
  scratch_directory here;
  std::string const disk = here / "disk";
  fs::create_directories(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=12m") != 0) {
    WARN("SKIPPED: a full disk: no file system can be mounted here");
    return;
  }
  struct unmount {
    std::string const& at;
    ~unmount() { umount2(at.c_str(), MNT_DETACH); }
  } const later{disk};

  splitmix64 draw(1);
  auto const content = random_bytes(draw, 10'000);
  std::vector<std::byte> entry(framed_bytes(content.size()));
  frame_entry(content, entry.data());
  std::uint64_t completed = 0;
  {
    rocksdb_log log = open_log(disk + "/log");
    REQUIRE(log.bootstrap(three()));
    life const in_life = log.recover()->life;
    log_batch batch;
    batch.in = {1};
    std::uint64_t sequence = 0;
    while (!log.failure() && sequence < 3000) {
      batch.entries = run{{next(log.last()), {1}}, next(log.last()), kind::payload};
      log.write(batch, payload{entry, 1}, {in_life, ++sequence});
      if (log.sync().code == errc::ok) completed = std::max(completed, settle(log));
    }
    REQUIRE(log.failure());
    CHECK(log.failure()->why.code == errc::write_failed);
    CHECK(log.failure()->which == io_id{in_life, completed + 1});
    INFO(log.last_error());
    CHECK(log.last_error().find("space") != std::string::npos);
    CHECK(completed > 100);
    // Room again: nothing is tried once more.
    REQUIRE(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=200m") == 0);
    log.write(batch, payload{entry, 1}, {in_life, sequence + 1});
    CHECK(log.sync().code == errc::write_failed);
    CHECK_FALSE(log.poll({}));
    REQUIRE(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=12m") == 0);
  }
  std::string why;
  auto const on_full = rocksdb_log::open(disk + "/log", me(), small(), why);
  if (!on_full) {
    INFO(why);
    CHECK(on_full.error().code == errc::write_failed);
    CHECK(why.find("space") != std::string::npos);
  }
  REQUIRE(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=200m") == 0);
  if (!on_full) {
    rocksdb_log const log = open_log(disk + "/log");
    CHECK(log.last().value >= 1 + completed);
    run const last{{{completed + 1}, {1}}, {completed + 1}, kind::payload};
    auto const read = log.read(last);
    REQUIRE(read);
    CHECK(std::equal(read->bytes.begin(), read->bytes.end(), entry.begin(), entry.end()));
  } else {
    CHECK(on_full->last().value >= 1 + completed);
  }
}

TEST_CASE("a directory on a full disk cannot be founded, and says so") {
  scratch_directory here;
  std::string const disk = here / "disk";
  fs::create_directories(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=4k") != 0) {
    WARN("SKIPPED: a full disk: no file system can be mounted here");
    return;
  }
  std::string why;
  auto const log = rocksdb_log::open(disk + "/log", me(), small(), why);
  CHECK_FALSE(log);
  CHECK(log.error().code == errc::write_failed);
  CHECK(why.find("space") != std::string::npos);
  REQUIRE(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=50m") == 0);
  {
    rocksdb_log later = open_log(disk + "/log");
    CHECK(later.bootstrap(three()));
  }
  umount2(disk.c_str(), MNT_DETACH);
}

TEST_CASE("a directory that cannot be written is refused") {
  scratch_directory here;
  std::string const disk = here / "disk";
  fs::create_directories(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=50m") != 0) {
    WARN("SKIPPED: a read-only file system: none can be mounted here");
    return;
  }
  {
    CHECK(open_log(disk + "/log").bootstrap(three()));
  }
  REQUIRE(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0);
  std::string why;
  auto const log = rocksdb_log::open(disk + "/log", me(), small(), why);
  CHECK_FALSE(log);
  CHECK(log.error().code == errc::write_failed);
  INFO(why);
  CHECK(why.find("Read-only") != std::string::npos);
  umount2(disk.c_str(), MNT_DETACH);
}
