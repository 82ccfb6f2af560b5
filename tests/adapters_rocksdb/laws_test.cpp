// SPDX-License-Identifier: BSL-1.0
// The log on RocksDB answers as the one in memory does, before and after a start.
#include "tests/adapters_rocksdb/script.hpp"

using namespace synod;
using namespace synod::test;

namespace {

// A store and the same in memory, through one script.
void run_script(std::uint64_t seed, int deeds, rocksdb_options const& options) {
  INFO("seed " << seed << ", chunks of " << options.log_chunk_bytes);
  scratch_directory here;
  memory_log memory;
  std::optional<rocksdb_log> disk = open_log(here.log(), options);
  REQUIRE(memory.bootstrap(three()));
  REQUIRE(disk->bootstrap(three()));
  script next_deed(seed);
  splitmix64 draw(~seed);
  life in_life;
  std::uint64_t sequence = 0;
  auto const start = [&] {
    auto const expected = memory.recover();
    auto const held = disk->recover();
    REQUIRE(expected);
    REQUIRE(held);
    CHECK(held->life == expected->life);
    CHECK(held->in == expected->in);
    CHECK(held->vote == expected->vote);
    CHECK(held->base == expected->base);
    CHECK(held->commit == expected->commit);
    CHECK(std::equal(held->runs.begin(), held->runs.end(), expected->runs.begin(),
                     expected->runs.end()));
    CHECK(std::equal(held->configurations.begin(), held->configurations.end(),
                     expected->configurations.begin(), expected->configurations.end()));
    in_life = held->life;
    sequence = 0;
  };
  start();
  for (int i = 0; i < deeds; ++i) {
    INFO("deed " << i);
    deed const d = next_deed.next(memory);
    io_id const id{in_life, sequence + 1};
    if (d.does == deed::what::write) ++sequence;
    carry_out(d, memory, id);
    carry_out(d, *disk, id);
    // An own snapshot shows once it is on disk; everything else at once.
    if (d.does == deed::what::keep) settle_on_disk(*disk);
    REQUIRE(difference(memory, *disk) == "");
    if (draw.below(25) == 0) {
      CHECK(settle_on_disk(*disk) <= sequence);
      CHECK(disk->outstanding() == 0);
      while (memory.poll({})) continue;
      // What was staged is lost by a start: the script must begin it anew, so only between two.
      if (!d.batch.chunk || d.batch.chunk->is_last()) {
        disk.reset();
        disk = open_log(here.log(), options);
        REQUIRE(difference(memory, *disk) == "");
        start();
      }
    }
  }
  settle_on_disk(*disk);
  disk.reset();
  disk = open_log(here.log());
  CHECK(difference(memory, *disk) == "");
}

}  // namespace

TEST_CASE("whatever is written, RocksDB's log reads as the one in memory does", "[O-REC]") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) run_script(seed, 150, small());
}

TEST_CASE("and so it does where what is written together stands in many chunks", "[O-REC]") {
  rocksdb_options o = small();
  o.log_chunk_bytes = 64;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) run_script(seed, 150, o);
}

TEST_CASE("a log is opened with chunks of another size than it was written with") {
  scratch_directory here;
  rocksdb_options o = small();
  std::string written;
  run const all{{{2}, {1}}, {9}, kind::payload};
  for (std::size_t const chunk : {1u << 20, 64u, 1u << 10}) {
    o.log_chunk_bytes = chunk;
    rocksdb_log log = open_log(here.log(), o);
    if (written.empty()) {
      REQUIRE(log.bootstrap(three()));
      auto const held = log.recover();
      std::vector<std::byte> bytes(8 * framed_bytes(40));
      for (std::size_t i = 0; i < 8; ++i) {
        std::vector<std::byte> const content(40, static_cast<std::byte>(i));
        frame_entry(content, bytes.data() + i * framed_bytes(40));
      }
      log_batch batch;
      batch.in = {1};
      batch.entries = all;
      log.write(batch, payload{bytes, 8}, {held->life, 1});
      written = bytes_at(log, all);
      settle_on_disk(log);
    }
    CHECK(bytes_at(log, all) == written);
    CHECK(log.read(all).has_value() == (chunk > 64));
  }
}

TEST_CASE("what can be read does not wait for the disk, and completions do") {
  scratch_directory here;
  rocksdb_options slow = small();
  slow.sync_delay = milliseconds(20);
  rocksdb_log log = open_log(here.log(), slow);
  REQUIRE(log.bootstrap(three()));
  auto const held = log.recover();
  REQUIRE(held);
  std::uint64_t const before = log.syncs();
  log_batch batch;
  batch.in = {1};
  for (std::uint64_t n = 1; n <= 64; ++n) {
    batch.entries = run{{next(log.last()), {1}}, next(log.last()), kind::no_op};
    log.write(batch, {}, {held->life, n});
    CHECK(log.last() == log_index{1 + n});
  }
  CHECK_FALSE(log.poll({}));
  CHECK(log.outstanding() == 64);
  CHECK(settle_on_disk(log) == 64);
  CHECK(log.outstanding() == 0);
  // Group commit: what came in during the first sync went with the second.
  CHECK(log.syncs() - before <= 3);
}

TEST_CASE("much behind a slow sync goes to disk in order, in several batches", "[O-REC]") {
  scratch_directory here;
  rocksdb_options slow = small();
  slow.sync_delay = milliseconds(20);
  splitmix64 draw(1);
  auto const snapshot = framed_snapshot(draw, 20'000);
  std::optional<rocksdb_log> log = open_log(here.log(), slow);
  REQUIRE(log->bootstrap(three()));
  auto const held = log->recover();
  std::uint64_t const before = log->syncs();
  std::vector<std::byte> bytes(framed_bytes(65'536));
  log_batch batch;
  batch.in = {1};
  std::string written;
  for (std::uint64_t n = 1; n <= 320; ++n) {
    frame_entry(random_bytes(draw, 65'536), bytes.data());
    batch.entries = run{{next(log->last()), {1}}, next(log->last()), kind::payload};
    log->write(batch, payload{bytes, 1}, {held->life, n});
    written.append(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    if (n == 100) log->keep_snapshot({{{50}, {1}}, three(), snapshot.size()}, snapshot);
  }
  run const all{{{2}, {1}}, {321}, kind::payload};
  std::uint64_t done = 0;
  while (done < 200) {
    if (auto const c = log->poll({})) CHECK(c->id() == io_id{held->life, ++done});
  }
  CHECK(log->outstanding() > 0);
  copy_live(here.log(), here / "crashed");
  std::uint64_t on_disk = open_log(here / "crashed").last().value;
  CHECK(on_disk >= done + 1);
  CHECK(bytes_at(open_log(here / "crashed"), {{{2}, {1}}, {on_disk}, kind::payload}) ==
        written.substr(0, (on_disk - 1) * bytes.size()));
  while (done < 320) {
    if (auto const c = log->poll({})) CHECK(c->id() == io_id{held->life, ++done});
  }
  CHECK(log->syncs() - before >= 6);  // 20 MiB in batches of 4, and the first
  CHECK(bytes_at(*log, all) == written);
  while (!log->snapshot()) (void)log->poll({});
  log.reset();
  log = open_log(here.log());
  CHECK(log->snapshot() == snapshot_info{{{50}, {1}}, three(), snapshot.size()});
  CHECK(bytes_at(*log, all) == written);
}

TEST_CASE("progress is told from the log's own thread") {
  scratch_directory here;
  std::atomic<int> told{0};
  std::atomic<bool> elsewhere{true};
  rocksdb_options o = small();
  o.on_progress = [&, owner = std::this_thread::get_id()] {
    if (std::this_thread::get_id() == owner) elsewhere = false;
    ++told;
  };
  rocksdb_log log = open_log(here.log(), o);
  REQUIRE(log.bootstrap(three()));
  CHECK(told >= 1);
  CHECK(elsewhere);
}

TEST_CASE("the commit index is kept with the next write, and never beyond the log") {
  scratch_directory here;
  {
    rocksdb_log log = open_log(here.log());
    REQUIRE(log.bootstrap(three()));
    auto const held = log.recover();
    log_batch batch;
    batch.in = {1};
    batch.entries = run{{{2}, {1}}, {5}, kind::no_op};
    log.committed({4});
    log.write(batch, {}, {held->life, 1});
    settle_on_disk(log);
    log.committed({99});
  }
  CHECK(open_log(here.log()).recover()->commit == log_index{5});
}

TEST_CASE("a part of a snapshot that comes in can be read before it is on disk") {
  scratch_directory here;
  rocksdb_options slow = small();
  slow.sync_delay = milliseconds(50);
  rocksdb_log log = open_log(here.log(), slow);
  REQUIRE(log.bootstrap(three()));
  auto const held = log.recover();
  splitmix64 draw(1);
  auto const bytes = framed_snapshot(draw, 5000);
  log_batch batch;
  batch.in = {4};
  position const at{{30}, {4}};
  batch.who = three();
  for (std::uint32_t half = 0; half < 2; ++half) {
    std::uint32_t const n = half == 0 ? 2000 : static_cast<std::uint32_t>(bytes.size()) - 2000;
    batch.chunk = snapshot_chunk{at, half * 2000u, n, bytes.size()};
    log.write(batch, payload{std::span{bytes}.subspan(half * 2000u, n), 0}, {held->life, half + 1});
  }
  CHECK_FALSE(log.poll({}));
  REQUIRE(log.snapshot());
  CHECK(log.snapshot()->at == at);
  CHECK(log.base() == at);
  auto const read = log.read_snapshot({at, 1000, 3000, bytes.size()});
  REQUIRE(read);
  CHECK(std::equal(read->begin(), read->end(), bytes.begin() + 1000));
}

TEST_CASE("a snapshot that is no whole frame fails its write, and nothing follows", "[O-SNAP]") {
  splitmix64 draw(1);
  auto const right = framed_snapshot(draw, 5000);
  auto wrong = right;
  SECTION("a bit of the payload") { wrong[4000] ^= std::byte{1}; }
  SECTION("a bit of the version") { wrong[5] ^= std::byte{1}; }
  SECTION("a bit of the length") { wrong[9] ^= std::byte{1}; }
  SECTION("a bit of the letters") { wrong[0] ^= std::byte{1}; }
  SECTION("cut short") { wrong.resize(wrong.size() - 1); }
  SECTION("cut within the header") { wrong.resize(20); }
  SECTION("a byte too many") { wrong.push_back({}); }
  scratch_directory here;
  rocksdb_log log = open_log(here.log());
  REQUIRE(log.bootstrap(three()));
  auto const held = log.recover();
  log_batch batch;
  batch.in = {4};
  batch.chunk =
      snapshot_chunk{{{30}, {4}}, 0, static_cast<std::uint32_t>(wrong.size()), wrong.size()};
  batch.who = three();
  log.write(batch, payload{wrong, 0}, {held->life, 1});
  REQUIRE(log.failure());
  CHECK(log.failure()->which == io_id{held->life, 1});
  CHECK(log.last_error() != "");
  log_batch later;
  later.in = {9};
  log.write(later, {}, {held->life, 2});
  CHECK(log.sync().code == errc::ok);
  CHECK_FALSE(log.poll({}));
  CHECK_FALSE(log.snapshot());
  log = open_log(here / "other");
  CHECK(open_log(here.log()).in() == ballot{0});
}

TEST_CASE("a staging that was interrupted leaves nothing") {
  scratch_directory here;
  splitmix64 draw(1);
  auto const bytes = framed_snapshot(draw, 300'000);
  {
    rocksdb_log log = open_log(here.log());
    REQUIRE(log.bootstrap(three()));
    auto const held = log.recover();
    log_batch batch;
    batch.in = {4};
    batch.chunk = snapshot_chunk{{{30}, {4}}, 0, 250'000, bytes.size()};
    log.write(batch, payload{std::span{bytes}.first(250'000), 0}, {held->life, 1});
    settle_on_disk(log);
  }
  std::string const first_key{static_cast<char>(adapters::detail::table::parts)};
  auto const parts = [&] {
    ::rocksdb::DB* db = nullptr;
    REQUIRE(::rocksdb::DB::OpenForReadOnly({}, here.log(), &db).ok());
    std::unique_ptr<::rocksdb::DB> const owned(db);
    std::unique_ptr<::rocksdb::Iterator> const at{db->NewIterator({})};
    int n = 0;
    for (at->Seek(first_key); at->Valid() && at->key()[0] == first_key[0]; at->Next()) ++n;
    return n;
  };
  CHECK(parts() == 1);
  CHECK(open_log(here.log()).recover());
  CHECK(parts() == 0);
}
