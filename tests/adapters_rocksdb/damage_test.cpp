// SPDX-License-Identifier: BSL-1.0
// Files that are not as they were written: a torn end is cut, everything else is refused, and what
// was written is never silently less.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/adapters_rocksdb/script.hpp"

using namespace synod;
using namespace synod::test;

namespace {

std::string slurp(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void spill(fs::path const& file, std::string const& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The largest file of a kind.
fs::path file_of(fs::path const& directory, std::string const& extension) {
  fs::path largest;
  for (auto const& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != extension) continue;
    if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
  }
  REQUIRE_FALSE(largest.empty());
  return largest;
}
fs::path manifest_of(fs::path const& directory) {
  for (auto const& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("MANIFEST")) return entry.path();
  }
  return {};
}

/// A closed log, what it holds, and the sizes of its write-ahead log after each deed.
struct written {
  memory_log memory;
  std::vector<memory_log> images;    // after each deed, all of it on disk
  std::vector<std::uintmax_t> ends;  // of the write-ahead log then
};

/// `open_end`: the files as a crash leaves them, right after the last write was completed.
written write_some(std::string const& path, std::uint64_t seed, int deeds, bool open_end) {
  written all;
  rocksdb_log log = open_log(path);
  REQUIRE(all.memory.bootstrap(three()));
  REQUIRE(log.bootstrap(three()));
  life const in_life = log.recover()->life;
  REQUIRE(all.memory.recover());
  script next_deed(seed);
  std::uint64_t sequence = 0;
  for (int i = 0; i < deeds; ++i) {
    deed const d = next_deed.next(all.memory);
    io_id const id{in_life, sequence + 1};
    if (d.does == deed::what::write) ++sequence;
    carry_out(d, all.memory, id);
    carry_out(d, log, id);
    settle_on_disk(log);
    all.images.push_back(all.memory);
    all.ends.push_back(fs::file_size(file_of(path, ".log")));
  }
  if (open_end) copy_live(path, path + ".crashed");
  return all;
}

std::string why_not(std::string const& path, errc* code = nullptr) {
  std::string why;
  auto const log = rocksdb_log::open(path, me(), small(), why);
  if (code != nullptr) *code = log.error().code;
  return log ? "" : why;
}

/// How often damage was refused, and how often it did not matter.
struct tally {
  int refused = 0;
  int harmless = 0;
};

/// Opens the log with `bytes` in place of one of its files: refused, or nothing is missing.
void judge(std::string const& good, std::string const& tried, fs::path const& file,
           std::string const& bytes, written const& all, tally& count) {
  fs::remove_all(tried);
  fs::copy(good, tried);
  spill(fs::path(tried) / file.filename(), bytes);
  std::string why;
  auto log = rocksdb_log::open(tried, me(), small(), why);
  if (!log) {
    ++count.refused;
    INFO(why);
    CHECK(log.error().code == errc::corrupt);
    CHECK(why.starts_with(tried));
    CHECK(slurp(fs::path(tried) / file.filename()) == bytes);  // left as it was
  } else {
    ++count.harmless;
    REQUIRE(difference(all.memory, *log) == "");
  }
}

}  // namespace

TEST_CASE("a write-ahead log that ends anywhere gives the writes before, all or nothing of each",
          "[O-REC]") {
  scratch_directory here;
  written const all = write_some(here.log(), 3, 60, true);
  std::string const crashed = here.log() + ".crashed";
  fs::path const wal = file_of(crashed, ".log");
  std::string const bytes = slurp(wal);
  REQUIRE(bytes.size() >= all.ends.back());
  std::size_t const least = all.ends[all.ends.size() - 12];
  int tried = 0;
  for (std::size_t cut = bytes.size(); cut >= least; cut -= tried < 100 ? 1 : 61) {
    INFO("cut at " << cut << " of " << bytes.size());
    std::string const path = here / "torn";
    fs::remove_all(path);
    fs::copy(crashed, path);
    spill(fs::path(path) / wal.filename(), bytes.substr(0, cut));
    rocksdb_log const log = open_log(path);
    std::size_t whole = 0;  // deeds that end before the cut
    while (whole < all.ends.size() && all.ends[whole] <= cut) ++whole;
    REQUIRE(whole != 0);
    std::string const differs = difference(all.images[whole - 1], log);
    if (differs != "") {  // a deed of several batches, some of which are there
      REQUIRE(whole < all.images.size());
      REQUIRE(difference(all.images[whole], log) == "");
    }
    ++tried;
  }
  CHECK(tried > 100);
}

TEST_CASE("a flipped bit in the write-ahead log is refused, wherever it is", "[O-REC]") {
  scratch_directory here;
  written const all = write_some(here.log(), 4, 40, false);
  fs::path const wal = file_of(here.log(), ".log");
  std::string const bytes = slurp(wal);
  tally count;
  splitmix64 draw(1);
  for (int i = 0; i < 300; ++i) {
    std::string changed = bytes;
    // Every byte of the end, where a wrong length looks like a torn tail; then anywhere.
    std::size_t const at =
        i < 150 ? bytes.size() - 300 - static_cast<std::size_t>(i) : draw.below(bytes.size());
    changed[at] = static_cast<char>(changed[at] ^ (1 << draw.below(8)));
    INFO("byte " << at << " of " << bytes.size());
    judge(here.log(), here / "flipped", wal, changed, all, count);
  }
  INFO(count.harmless << " harmless");
  CHECK(count.refused >= 295);
}

TEST_CASE("damage that looks like a torn end, with writes behind it, is refused", "[O-REC]") {
  // In the last block of a file RocksDB takes a record for cut short where its length goes beyond
  // the end, and for room never written to where its header is zeros.
  scratch_directory here;
  written const all = write_some(here.log(), 9, 60, false);
  fs::path const wal = file_of(here.log(), ".log");
  std::string const bytes = slurp(wal);
  constexpr std::size_t block = 32768;
  constexpr std::size_t header = 7;  // checksum, length, type
  std::vector<std::size_t> records;
  for (std::size_t at = bytes.size() / block * block; at + header <= bytes.size();) {
    records.push_back(at);
    at += header + static_cast<unsigned char>(bytes[at + 4]) +
          256u * static_cast<unsigned char>(bytes[at + 5]);
  }
  REQUIRE(records.size() > 5);
  tally count;
  for (std::size_t const at : records) {
    INFO("record at " << at << " of " << bytes.size());
    std::string longer = bytes;
    longer[at + 5] = '\x7f';
    judge(here.log(), here / "longer", wal, longer, all, count);
    std::string zeros = bytes;
    std::fill_n(zeros.begin() + static_cast<std::ptrdiff_t>(at), header, '\0');
    judge(here.log(), here / "zeros", wal, zeros, all, count);
  }
  CHECK(count.harmless <= 2);  // only the last one, which marks that all before it are on disk
}

TEST_CASE("a hole of zeros in the write-ahead log is refused", "[O-REC]") {
  scratch_directory here;
  written const all = write_some(here.log(), 5, 60, false);
  fs::path const wal = file_of(here.log(), ".log");
  std::string const bytes = slurp(wal);
  tally count;
  splitmix64 draw(1);
  for (int i = 0; i < 60; ++i) {
    std::size_t const length = std::size_t{1} << (3 + i % 10);
    std::size_t const at = draw.below(bytes.size() - length - 400);
    INFO(length << " bytes at " << at << " of " << bytes.size());
    std::string changed = bytes;
    std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(at), length, '\0');
    judge(here.log(), here / "hole", wal, changed, all, count);
  }
  CHECK(count.refused >= 55);
}

TEST_CASE("damage of a table file is refused", "[O-REC]") {
  scratch_directory here;
  written const all = write_some(here.log(), 6, 60, false);
  CHECK(open_log(here.log()).base() == all.memory.base());  // moves all into a table file
  fs::path const table = file_of(here.log(), ".sst");
  std::string const bytes = slurp(table);
  tally count;
  splitmix64 draw(1);
  for (int i = 0; i < 150; ++i) {
    std::string changed = bytes;
    std::size_t const at =
        i < 50 ? bytes.size() - 1 - static_cast<std::size_t>(i) * 7 : draw.below(bytes.size());
    changed[at] = static_cast<char>(changed[at] ^ (1 << draw.below(8)));
    INFO("byte " << at << " of " << bytes.size());
    judge(here.log(), here / "flipped", table, changed, all, count);
  }
  INFO(count.harmless << " harmless");
  CHECK(count.refused >= 130);
  judge(here.log(), here / "cut", table, bytes.substr(0, bytes.size() / 2), all, count);
}

TEST_CASE("damage of the manifest or of CURRENT is refused", "[O-REC]") {
  scratch_directory here;
  written const all = write_some(here.log(), 7, 30, false);
  for (fs::path const& file : {manifest_of(here.log()), fs::path(here.log()) / "CURRENT"}) {
    std::string const bytes = slurp(file);
    tally count;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ 4);
      INFO(file << " byte " << at << " of " << bytes.size());
      judge(here.log(), here / "flipped", file, changed, all, count);
    }
    CHECK(count.refused > 0);
  }
}

TEST_CASE("a file that is missing is noticed", "[O-REC]") {
  scratch_directory here;
  written const all = write_some(here.log(), 8, 30, false);
  std::vector<fs::path> files{"CURRENT", manifest_of(here.log()).filename(),
                              file_of(here.log(), ".log").filename(),
                              file_of(here.log(), ".sst").filename()};
  for (fs::path const& file : files) {
    std::string const path = here / "missing";
    fs::remove_all(path);
    fs::copy(here.log(), path);
    fs::remove(fs::path(path) / file);
    INFO(file);
    errc code = errc::ok;
    std::string const why = why_not(path, &code);
    INFO(why);
    CHECK(why != "");
    CHECK(code == errc::corrupt);
  }
  CHECK(why_not(here.log()) == "");
}

TEST_CASE("records that are sound and do not belong together are refused", "[O-REC]") {
  // A database whose own checksums all agree: what an old copy of a file, or a hand, leaves behind.
  scratch_directory here;
  auto const spoil = [&](auto change) {
    fs::remove_all(here.log());
    {
      rocksdb_log log = open_log(here.log());
      REQUIRE(log.bootstrap(three()));
      life const in_life = log.recover()->life;
      log_batch batch;
      batch.in = {1};
      for (std::uint64_t n = 1; n <= 10; ++n) {
        batch.entries = run{{{n + 1}, {1}}, {n + 1}, kind::no_op};
        log.write(batch, {}, {in_life, n});
      }
      splitmix64 draw(1);
      auto const bytes = framed_snapshot(draw, 20'000);
      log.keep_snapshot({{{3}, {1}}, three(), bytes.size()}, bytes);
      settle_on_disk(log);
    }
    ::rocksdb::DB* db = nullptr;
    REQUIRE(::rocksdb::DB::Open({}, here.log(), &db).ok());
    std::unique_ptr<::rocksdb::DB> const owned(db);
    change(*db);
  };
  using adapters::detail::key;
  using adapters::detail::table;
  std::string value;
  errc code = errc::ok;
  SECTION("an entry is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::entries, 5}).ok()); });
    CHECK(why_not(here.log(), &code).find("log index 6") != std::string::npos);
  }
  SECTION("the last entry is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::entries, 11}).ok()); });
    CHECK(why_not(here.log(), &code).find("index 10") != std::string::npos);
  }
  SECTION("an entry stands in another's place") {
    spoil([&](::rocksdb::DB& db) {
      REQUIRE(db.Get({}, key{table::entries, 5}, &value).ok());
      REQUIRE(db.Put({}, key{table::entries, 6}, value).ok());
    });
    CHECK(why_not(here.log(), &code).find("log index 6") != std::string::npos);
  }
  SECTION("an entry was written by another history") {
    spoil([&](::rocksdb::DB& db) {
      using adapters::detail::piece_record;
      REQUIRE(db.Get({}, key{table::entries, 5}, &value).ok());
      piece_record piece = adapters::detail::unseal<piece_record>(table::entries, value).value();
      piece.first.in = {0};
      adapters::detail::sealed_record seal;
      REQUIRE(db.Put({}, key{table::entries, 5}, seal.seal(table::entries, piece)).ok());
    });
    CHECK(why_not(here.log(), &code).find("log index 6") != std::string::npos);
  }
  SECTION("the state is an older one") {
    spoil([&](::rocksdb::DB& db) {
      REQUIRE(db.Get({}, key{table::state}, &value).ok());
      auto state =
          adapters::detail::unseal<adapters::detail::state_record>(table::state, value).value();
      state.last = {10};
      adapters::detail::sealed_record seal;
      REQUIRE(db.Put({}, key{table::state}, seal.seal(table::state, state)).ok());
    });
    CHECK(why_not(here.log(), &code).find("not at 10") != std::string::npos);
  }
  SECTION("a part of the snapshot is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::parts, 1, 4096}).ok()); });
    CHECK(why_not(here.log(), &code).find("snapshot offset 8192") != std::string::npos);
  }
  SECTION("the last part of the snapshot is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::parts, 1, 16384}).ok()); });
    CHECK(why_not(here.log(), &code).find("ends at offset 16384") != std::string::npos);
  }
  SECTION("the record of the snapshot is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::meta}).ok()); });
    CHECK(why_not(here.log(), &code) != "");
  }
  SECTION("the state is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::state}).ok()); });
    CHECK(why_not(here.log(), &code) != "");
  }
  SECTION("the identity is gone") {
    spoil([&](::rocksdb::DB& db) { REQUIRE(db.Delete({}, key{table::identity}).ok()); });
    CHECK(why_not(here.log(), &code) != "");
  }
  SECTION("a note is another's") {
    spoil([&](::rocksdb::DB& db) {
      adapters::detail::sealed_record seal;
      adapters::detail::note_record const note{"a", "text"};
      REQUIRE(db.Put({}, "nb", seal.seal(table::notes, note)).ok());
    });
    CHECK(why_not(here.log(), &code).find("note b") != std::string::npos);
  }
  CHECK(code == errc::corrupt);
}
