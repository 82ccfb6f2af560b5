// SPDX-License-Identifier: BSL-1.0
// Whose directory it is, who may open it, and what every error says.
#include <sys/wait.h>

#include <fstream>

#include "tests/adapters_rocksdb/script.hpp"
#include "tests/adapters_rocksdb/worker.hpp"

using namespace synod;
using namespace synod::test;

namespace {

struct attempt {
  error what;
  std::string why;
};

attempt try_open(std::string const& path, log_identity const& who = me(),
                 rocksdb_options const& o = small()) {
  attempt a;
  auto const log = rocksdb_log::open(path, who, o, a.why);
  a.what = log.error();
  return a;
}

bool has(std::string const& text, std::string const& part) {
  return text.find(part) != std::string::npos;
}

/// Of all files; RocksDB may drop some meanwhile.
std::uintmax_t size_of(std::string const& directory) {
  std::uintmax_t sum = 0;
  for (auto const& file : fs::directory_iterator(directory)) {
    std::error_code gone;
    std::uintmax_t const size = file.file_size(gone);
    if (!gone) sum += size;
  }
  return sum;
}
/// RocksDB frees what is dropped in threads of its own.
bool comes_below(std::uintmax_t bytes, std::string const& directory) {
  for (int wait = 0; wait < 3000; ++wait) {
    if (size_of(directory) < bytes) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("a directory is founded once, and keeps who it is") {
  scratch_directory here;
  std::uint64_t const incarnation = open_log(here.log()).incarnation();
  CHECK(incarnation != 0);
  rocksdb_options other = small();
  other.entropy = 8;
  CHECK(open_log(here.log(), other).incarnation() == incarnation);
  fs::remove_all(here.log());
  CHECK(open_log(here.log(), other).incarnation() != incarnation);  // wiped: another one
}

TEST_CASE("another cluster's or another node's directory is refused, and both are named") {
  scratch_directory here;
  REQUIRE(open_log(here.log()).bootstrap(three()));
  attempt const cluster = try_open(here.log(), {"other", {1}});
  CHECK(cluster.what.code == errc::not_empty);
  CHECK(has(cluster.why, "'test'"));
  CHECK(has(cluster.why, "'other'"));
  attempt const node = try_open(here.log(), {"test", {2}});
  CHECK(node.what.code == errc::not_empty);
  CHECK(has(node.why, "node 1 of"));
  CHECK(has(node.why, "node 2 of"));
  CHECK(try_open(here.log()).why == "");
}

TEST_CASE("worker: finds a directory in use", "[.]") {
  std::string const path = worker_word();
  if (path.empty()) return;
  attempt const a = try_open(path);
  std::_Exit(a.what.code == errc::duplicate && has(a.why, "in use") ? 0 : 1);
}

TEST_CASE("a directory in use is refused, in this process and from another one") {
  scratch_directory here;
  rocksdb_log const log = open_log(here.log());
  attempt const again = try_open(here.log());
  CHECK(again.what.code == errc::duplicate);
  CHECK(has(again.why, "in use"));
  int status = 0;
  waitpid(start_worker("worker: finds a directory in use", here.log()), &status, 0);
  CHECK(status == 0);
}

TEST_CASE("what is no directory of ours is left alone") {
  scratch_directory here;
  SECTION("a file") {
    std::ofstream(here.log()) << "text";
    attempt const a = try_open(here.log());
    CHECK(a.what.code == errc::bad_option);
    CHECK(has(a.why, "is not a directory"));
  }
  SECTION("a path through a file") {
    std::ofstream(here.log()) << "text";
    attempt const a = try_open(here.log() + "/below");
    CHECK(a.what.code == errc::write_failed);
    CHECK(has(a.why, here.log()));
  }
  SECTION("a place where nothing can be made") {
    attempt const a = try_open("/proc/synod");
    CHECK(a.what.code == errc::write_failed);
    CHECK(has(a.why, "/proc/synod"));
  }
  SECTION("another program's database") {
    ::rocksdb::Options o;
    o.create_if_missing = true;
    ::rocksdb::DB* db = nullptr;
    REQUIRE(::rocksdb::DB::Open(o, here.log(), &db).ok());
    REQUIRE(db->Put({}, "a", "b").ok());
    delete db;
    attempt const a = try_open(here.log());
    CHECK(a.what.code == errc::not_empty);
    CHECK(has(a.why, "none of synod's"));
  }
}

TEST_CASE("a founding that was interrupted begins anew") {
  scratch_directory here;
  ::rocksdb::Options o;
  o.create_if_missing = true;
  ::rocksdb::DB* db = nullptr;
  REQUIRE(::rocksdb::DB::Open(o, here.log(), &db).ok());
  delete db;
  rocksdb_log log = open_log(here.log());
  CHECK(log.bootstrap(three()));
}

TEST_CASE("options out of their range are named") {
  scratch_directory here;
  auto const refused = [&](auto change, std::string const& name) {
    rocksdb_options o = small();
    change(o);
    attempt const a = try_open(here.log(), me(), o);
    CHECK(a.what.code == errc::bad_option);
    CHECK(has(a.why, name));
  };
  refused([](auto& o) { o.write_buffer_bytes = 1000; }, "write_buffer_bytes");
  refused([](auto& o) { o.block_cache_bytes = std::size_t{2} << 30; }, "block_cache_bytes");
  refused([](auto& o) { o.snapshot_part_bytes = 1; }, "snapshot_part_bytes");
  refused([](auto& o) { o.log_chunk_bytes = 63; }, "log_chunk_bytes");
  CHECK(has(try_open(here.log(), {"", {1}}).why, "cluster"));
  CHECK(has(try_open(here.log(), {std::string(256, 'c'), {1}}).why, "cluster"));
  CHECK_FALSE(fs::exists(here.log()));
}

TEST_CASE("a log is founded once, by members that make sense") {
  scratch_directory here;
  rocksdb_log log = open_log(here.log());
  CHECK(log.recover().error().code == errc::empty);
  CHECK(log.bootstrap({}).error().code == errc::empty);
  members twice = three();
  twice.voters.push_back({2});
  CHECK(log.bootstrap(twice).error().code == errc::duplicate);
  REQUIRE(log.bootstrap(three()));
  CHECK(log.bootstrap(three()).error().code == errc::not_empty);
  log = open_log(here / "elsewhere");
  log = open_log(here.log());
  CHECK(log.bootstrap(three()).error().code == errc::not_empty);
}

TEST_CASE("each start is a life of its own, on disk before it is handed out") {
  scratch_directory here;
  REQUIRE(open_log(here.log()).bootstrap(three()));
  for (std::uint64_t n = 1; n <= 3; ++n) {
    rocksdb_log log = open_log(here.log());
    CHECK(log.recover()->life == life{n});
    copy_live(here.log(), here / "copy");
    CHECK(open_log(here / "copy").recover()->life == life{n + 1});
  }
}

TEST_CASE("notes are kept") {
  scratch_directory here;
  {
    rocksdb_log log = open_log(here.log());
    CHECK_FALSE(log.note("peer 2"));
    log.put_note("peer 2", "one");
    log.put_note("peer 2", "two");
    log.put_note("peer 3", std::string("\0x", 2));
    CHECK(log.note("peer 2") == "two");
    CHECK(log.sync().code == errc::ok);
  }
  rocksdb_log const log = open_log(here.log());
  CHECK(log.note("peer 2") == "two");
  CHECK(log.note("peer 3") == std::string("\0x", 2));
}

TEST_CASE("no log files of RocksDB's pile up, and space that was freed is given back") {
  scratch_directory here;
  rocksdb_log log = open_log(here.log());
  REQUIRE(log.bootstrap(three()));
  life const in_life = log.recover()->life;
  splitmix64 draw(1);
  auto const content = random_bytes(draw, 4000);
  std::vector<std::byte> entry(framed_bytes(content.size()));
  frame_entry(content, entry.data());
  log_batch batch;
  batch.in = {1};
  std::uint64_t sequence = 0;
  for (int round = 0; round < 40; ++round) {  // 80 MB in all, of which 2 MB are ever in use
    for (int i = 0; i < 500; ++i) {
      batch.entries = run{{next(log.last()), {1}}, next(log.last()), kind::payload};
      log.write(batch, payload{entry, 1}, {in_life, ++sequence});
      if (i % 50 == 0) settle_on_disk(log);
    }
    auto const state = framed_snapshot(draw, 10'000);
    log.keep_snapshot({{log.last(), {1}}, three(), state.size()}, state);
    settle_on_disk(log);
    log.compact(log.last());
    settle_on_disk(log);
  }
  CHECK(comes_below(16u << 20, here.log()));
  CHECK(log.memory_bytes() < (8u << 20));
  CHECK_FALSE(fs::exists(fs::path(here.log()) / "LOG"));
}

TEST_CASE("the space of a snapshot is given back when a newer one has come") {
  scratch_directory here;
  rocksdb_options o = small();
  o.snapshot_part_bytes = 256u << 10;
  rocksdb_log log = open_log(here.log(), o);
  REQUIRE(log.bootstrap(three()));
  life const in_life = log.recover()->life;
  splitmix64 draw(1);
  auto const state = framed_snapshot(draw, 8u << 20);
  log_batch batch;
  batch.in = {1};
  std::uint64_t sequence = 0;
  for (int round = 0; round < 16; ++round) {
    batch.entries = run{{next(log.last()), {1}}, next(log.last()), kind::no_op};
    log.write(batch, {}, {in_life, ++sequence});
    log.keep_snapshot({{log.last(), {1}}, three(), state.size()}, state);
    settle_on_disk(log);
    CHECK(log.snapshot()->at.index == log.last());
  }
  CHECK(comes_below(5 * state.size(), here.log()));
}
