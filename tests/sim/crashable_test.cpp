// SPDX-License-Identifier: BSL-1.0
// What a crash leaves: every prefix of the outstanding writes, and nothing else.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synod/reflect/frame.hpp"
#include "synod/store/crashable.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

using disk = crashable<memory_log>;

disk founded() {
  members who;
  who.voters.push_back({1});
  disk made;
  REQUIRE(made.bootstrap(who));
  return made;
}

std::vector<std::byte> framed(std::string const& text) {
  std::vector<std::byte> bytes(framed_bytes(text.size()));
  frame_entry(std::as_bytes(std::span{text}), bytes.data());
  return bytes;
}

// Writes entry i of ballot 1; the bytes it was given are gone afterwards.
void append(disk& d, std::uint64_t i, io_id id) {
  std::vector<std::byte> bytes = framed("entry " + std::to_string(i));
  log_batch batch;
  batch.in = {1};
  batch.entries = run{{{i}, {1}}, {i}, kind::payload};
  d.write(batch, {bytes, 1}, id);
  bytes.assign(bytes.size(), std::byte{0xee});
}

std::string text_at(memory_log const& log, std::uint64_t i) {
  auto const there = log.read({{{i}, {1}}, {i}, kind::payload});
  if (!there) return "nothing";
  auto const content = payload_reader{*there}.next();
  return {reinterpret_cast<char const*>(content.data()), content.size()};
}

}  // namespace

TEST_CASE("crashable is a log store and reads as its live store") {
  STATIC_REQUIRE(snapshot_store<disk>);
  disk d = founded();
  life const of = d.recover().value().life;
  append(d, 2, {of, 1});
  CHECK(d.run_at({2}) == d.live().run_at({2}));
  CHECK(d.read({{{2}, {1}}, {2}, kind::payload}));
  CHECK_FALSE(d.image().run_at({2}));
  CHECK(d.fits({2}, {2}, 1) == log_index{2});
  CHECK(d.configuration_before({2})->at.index == log_index{1});
}

TEST_CASE("a crash leaves the prefix that was drawn") {
  for (std::size_t settled = 0; settled <= 4; ++settled) {
    for (std::size_t kept = 0; kept <= 4 - settled; ++kept) {
      disk d = founded();
      life const of = d.recover().value().life;
      for (std::uint64_t i = 1; i <= 4; ++i) append(d, 1 + i, {of, i});
      d.settle(settled);
      CHECK(d.outstanding() == 4 - settled);
      CHECK(text_at(d.live(), 5) == "entry 5");
      d.crash(kept);
      CHECK(d.outstanding() == 0);
      CHECK(d.live().last() == log_index{1 + settled + kept});
      CHECK(d.image().last() == d.live().last());
      for (std::uint64_t i = 2; i <= 1 + settled + kept; ++i) {
        CHECK(text_at(d.live(), i) == "entry " + std::to_string(i));
      }
      CHECK(d.recover().value().life > of);
    }
  }
}

TEST_CASE("a completion settles its write and all before it; one of a lost write nothing") {
  disk d = founded();
  life const of = d.recover().value().life;
  for (std::uint64_t i = 1; i <= 3; ++i) append(d, 1 + i, {of, i});
  d.settle_through({of, 2});
  CHECK(d.outstanding() == 1);
  d.settle_through({of, 2});
  CHECK(d.outstanding() == 1);
  d.crash(0);
  life const after = d.recover().value().life;
  append(d, 4, {after, 1});
  d.settle_through({of, 3});
  CHECK(d.outstanding() == 1);
  d.settle_through({after, 1});
  CHECK(text_at(d.image(), 4) == "entry 4");
}

TEST_CASE("polling settles what it reports, collecting does not") {
  disk d = founded();
  life const of = d.recover().value().life;
  append(d, 2, {of, 1});
  SECTION("poll") {
    REQUIRE(d.poll({}));
    CHECK(d.outstanding() == 0);
  }
  SECTION("collect") {
    auto const done = d.collect({});
    REQUIRE(done);
    CHECK(d.outstanding() == 1);
    d.settle_through(done->id());
    CHECK(d.outstanding() == 0);
  }
  CHECK(text_at(d.image(), 2) == "entry 2");
}

TEST_CASE("a snapshot and a compaction reach the disk in their order, or are lost") {
  std::vector<std::byte> bytes(frame_overhead + 3, std::byte{7});
  REQUIRE(seal_frame(1, 3, bytes));
  for (std::size_t kept = 0; kept <= 4; ++kept) {
    disk d = founded();
    life const of = d.recover().value().life;
    append(d, 2, {of, 1});
    d.keep_snapshot({{{2}, {1}}, {}, bytes.size()}, bytes);
    d.compact({2});
    append(d, 3, {of, 2});
    CHECK(d.snapshot()->at.index == log_index{2});
    CHECK(d.base().index == log_index{2});
    CHECK_FALSE(d.image().snapshot());
    CHECK(d.outstanding() == 4);
    CHECK(d.crash(kept) == (kept == 0 ? 0 : kept < 4 ? 1 : 2));
    CHECK(d.snapshot().has_value() == (kept >= 2));
    CHECK(d.base().index == log_index{kept >= 3 ? 2u : 0u});
    CHECK(d.live().last() == log_index{kept == 0 ? 1u : kept < 4 ? 2u : 3u});
    REQUIRE(d.recover());
    if (kept < 2) continue;
    auto const there = d.read_snapshot({{{2}, {1}}, 0, 27, 27});
    REQUIRE(there);
    CHECK(std::equal(there->begin(), there->end(), bytes.begin(), bytes.end()));
  }
}

TEST_CASE("a completion settles no snapshot that was kept behind it") {
  disk d = founded();
  life const of = d.recover().value().life;
  std::vector<std::byte> bytes(frame_overhead);
  REQUIRE(seal_frame(1, 0, bytes));
  append(d, 2, {of, 1});
  d.keep_snapshot({{{2}, {1}}, {}, bytes.size()}, bytes);
  d.settle_through({of, 1});
  CHECK(d.outstanding() == 1);
  CHECK_FALSE(d.image().snapshot());
  append(d, 3, {of, 2});
  d.settle_through({of, 2});
  CHECK(d.image().snapshot());
  CHECK(d.outstanding() == 0);
}

TEST_CASE("an orderly end leaves everything on disk") {
  disk d = founded();
  life const of = d.recover().value().life;
  append(d, 2, {of, 1});
  CHECK(d.recover().value().life > of);
  CHECK(text_at(d.image(), 2) == "entry 2");
}
