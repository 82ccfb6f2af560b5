// SPDX-License-Identifier: BSL-1.0
#include "synod/store/entry_table.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

std::vector<std::byte> framed(std::vector<std::size_t> const& sizes) {
  std::vector<std::byte> bytes;
  for (std::size_t const size : sizes) {
    std::vector<std::byte> const content(size, static_cast<std::byte>(size));
    std::size_t const at = bytes.size();
    bytes.resize(at + framed_bytes(size));
    frame_entry(content, bytes.data() + at);
  }
  return bytes;
}

std::vector<std::byte> read(entry_table const& table, std::uint64_t first, std::uint64_t last) {
  auto const bytes = table.read({first}, {last}).value();
  return {bytes.begin(), bytes.end()};
}

// A table and its dumb twin: what each entry takes.
struct twins {
  explicit twins(std::size_t chunk_bytes) : table(chunk_bytes), chunk(chunk_bytes) {}

  entry_table table;
  std::uint64_t chunk;
  std::uint64_t base = 0;
  std::vector<std::vector<std::byte>> plain;  // entry i at i - base - 1

  std::uint64_t last() const { return base + plain.size(); }
  std::vector<std::byte> bytes(std::uint64_t first, std::uint64_t last) const {
    std::vector<std::byte> all;
    for (std::uint64_t i = first; i <= last; ++i) {
      auto const& one = plain[i - base - 1];
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }
  void append(std::vector<std::size_t> const& sizes) {
    auto const whole = framed(sizes);
    CHECK(table.append_framed(whole.data(), sizes.size()) == whole.data() + whole.size());
    for (std::size_t const size : sizes) plain.push_back(framed({size}));
  }
  void append_empty(std::uint64_t n) {
    table.append_empty(n);
    plain.resize(plain.size() + n);
  }
  void truncate_from(std::uint64_t i) {
    table.truncate_from({i});
    plain.resize(i - base - 1);
  }
  void drop_through(std::uint64_t i) {
    table.drop_through({i});
    plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(i - base));
    base = i;
  }
  void restart_behind(std::uint64_t i) {
    table.restart_behind({i});
    plain.clear();
    base = i;
  }

  void agree(splitmix64& draw) const {
    REQUIRE(table.last().value == last());
    std::uint64_t const content = bytes(base + 1, last()).size() + 4 * plain.size();
    REQUIRE(table.memory_bytes() <= 2 * content + 4 * std::max<std::uint64_t>(chunk, 16));
    if (plain.empty()) return;
    std::uint64_t const first = base + 1 + draw.below(plain.size());
    std::uint64_t const end = first + draw.below(last() - first + 1);
    REQUIRE(table.bytes_of({first}, {end}) == bytes(first, end).size());
    std::uint64_t const limit = draw.below(3) == 0 ? ~std::uint64_t{0} : draw.below(300);
    std::uint64_t const upto = table.fits({first}, {end}, limit).value;
    REQUIRE(first <= upto);
    REQUIRE(upto <= end);
    REQUIRE((upto == first || bytes(first, upto).size() <= limit));
    REQUIRE(read(table, first, upto) == bytes(first, upto));
    if (upto < end && bytes(first, upto + 1).size() <= limit) {
      REQUIRE_FALSE(table.read({first}, {upto + 1}));
      REQUIRE(chunk < 1'000'000);
    }
  }
};

}  // namespace

TEST_CASE("entries stand one after another; empty ones take no bytes") {
  entry_table table;
  auto const bytes = framed({1, 2, 3});
  CHECK(table.append_framed(bytes.data(), 2) == bytes.data() + 11);
  table.append_empty(2);
  CHECK(table.append_framed(bytes.data() + 11, 1) == bytes.data() + bytes.size());
  CHECK(table.last() == log_index{5});
  CHECK(table.bytes_of({1}, {2}) == 11);
  CHECK(table.bytes_of({3}, {4}) == 0);
  CHECK(table.bytes_of({1}, {5}) == bytes.size());
  CHECK(read(table, 1, 5) == bytes);
}

TEST_CASE("as many as fit, and at least one", "[S28][T2-21]") {
  entry_table table;
  auto const bytes = framed({6, 6, 0, 6, 96});  // 10, 10, 4, 10, 100 framed
  table.append_framed(bytes.data(), 5);
  CHECK(table.fits({1}, {5}, 1'000) == log_index{5});
  CHECK(table.fits({1}, {5}, 134) == log_index{5});
  CHECK(table.fits({1}, {5}, 133) == log_index{4});
  CHECK(table.fits({1}, {5}, 34) == log_index{4});
  CHECK(table.fits({1}, {5}, 24) == log_index{3});
  CHECK(table.fits({1}, {5}, 23) == log_index{2});
  CHECK(table.fits({1}, {5}, 19) == log_index{1});
  CHECK(table.fits({1}, {5}, 0) == log_index{1});
  CHECK(table.fits({5}, {5}, 1) == log_index{5});
  CHECK(table.fits({2}, {3}, 14) == log_index{3});
  CHECK(table.fits({2}, {3}, ~std::uint64_t{0} / 2) == log_index{3});
}

TEST_CASE("what was dropped at the front does not move the rest") {
  entry_table table;
  auto const bytes = framed({1, 2, 3, 4});
  table.append_framed(bytes.data(), 4);
  table.drop_through({2});
  CHECK(table.last() == log_index{4});
  CHECK(read(table, 3, 3) == framed({3}));
  CHECK(table.fits({3}, {4}, 14) == log_index{3});
  CHECK(table.fits({3}, {4}, 15) == log_index{4});
  table.truncate_from({4});
  CHECK(table.last() == log_index{3});
  auto const again = framed({9});
  table.append_framed(again.data(), 1);
  CHECK(read(table, 4, 4) == again);
  table.drop_through({4});
  CHECK(table.last() == log_index{4});
  table.append_framed(again.data(), 1);
  CHECK(table.bytes_of({5}, {5}) == 13);
}

TEST_CASE("it can begin anew, behind any index") {
  entry_table table;
  auto const bytes = framed({1, 2, 3});
  table.append_framed(bytes.data(), 3);
  table.drop_through({1});
  table.restart_behind({9});
  CHECK(table.last() == log_index{9});
  table.append_framed(bytes.data(), 3);
  CHECK(table.last() == log_index{12});
  CHECK(table.bytes_of({10}, {12}) == bytes.size());
  CHECK(read(table, 10, 12) == bytes);
}

TEST_CASE("what is read in one piece stands in one chunk", "[T2-21]") {
  entry_table table(64);
  auto const bytes = framed({16, 16, 16, 100, 1, 1});  // 20, 20, 20, 104, 5, 5 framed
  table.append_framed(bytes.data(), 6);
  // Two of 20 and their ends fill a chunk of 64; one of 104 has a chunk of its own.
  CHECK(table.fits({1}, {6}, 1'000) == log_index{2});
  CHECK(table.fits({2}, {6}, 1'000) == log_index{2});
  CHECK(table.fits({3}, {6}, 1'000) == log_index{3});
  CHECK(table.fits({4}, {6}, 1'000) == log_index{4});
  CHECK(table.fits({5}, {6}, 1'000) == log_index{6});
  CHECK(table.fits({5}, {6}, 9) == log_index{5});
  CHECK(read(table, 1, 2) == framed({16, 16}));
  CHECK(read(table, 4, 4) == framed({100}));
  CHECK_FALSE(table.read({1}, {3}));
  CHECK_FALSE(table.read({2}, {3}));
  CHECK_FALSE(table.read({3}, {4}));
  CHECK_FALSE(table.read({4}, {5}));
  CHECK(table.bytes_of({1}, {6}) == bytes.size());
  CHECK(table.bytes_of({2}, {5}) == 20 + 20 + 104 + 5);
}

TEST_CASE("a table agrees with a list of entries, whatever its chunks") {
  for (std::size_t const chunk : {0u, 64u, 200u, 1u << 20}) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      CAPTURE(chunk, seed);
      splitmix64 draw(seed);
      twins t(chunk);
      for (int i = 0; i < 200; ++i) {
        switch (draw.below(12)) {
          case 0: t.append_empty(draw.below(40)); break;
          case 1: t.append({draw.below(500)}); break;
          case 2: t.append(std::vector<std::size_t>(draw.below(100))); break;
          case 3: t.truncate_from(t.base + 1 + draw.below(t.plain.size() + 1)); break;
          case 4:
          case 5: t.drop_through(t.base + draw.below(t.plain.size() + 1)); break;
          case 6: {
            if (draw.below(10) == 0) t.restart_behind(t.last() + draw.below(9));
            break;
          }
          case 7: {
            twins copy = t;
            copy.append({7});
            copy.agree(draw);
            std::swap(t.table, copy.table);
            t.table.truncate_from({t.last() + 1});
            break;
          }
          default: {
            std::vector<std::size_t> sizes(draw.below(9));
            for (std::size_t& size : sizes) size = draw.below(60);
            t.append(sizes);
          }
        }
        t.agree(draw);
      }
    }
  }
}

TEST_CASE("what is there does not move when more is appended") {
  entry_table table;
  std::vector<std::size_t> const sizes(1'000, 1'000);
  auto const bytes = framed(sizes);
  table.append_framed(bytes.data(), 1'000);
  std::byte const* const first = table.read({1}, {1})->data();
  std::byte const* const middle = table.read({500}, {500})->data();
  for (int i = 0; i < 30; ++i) table.append_framed(bytes.data(), 1'000);
  table.drop_through({10});
  CHECK(table.read({11}, {11})->data() == first + 10 * 1'004);
  CHECK(table.read({500}, {500})->data() == middle);
}

TEST_CASE("what is dropped gives its memory back, but for two spare chunks") {
  constexpr std::uint64_t mib = 1u << 20;
  entry_table table;
  auto const value = framed({65'536});
  auto const large = framed({3 * mib});
  for (int i = 0; i < 1'600; ++i) table.append_framed(value.data(), 1);  // 100 MiB
  for (int i = 0; i < 10; ++i) table.append_framed(large.data(), 1);
  CHECK(table.memory_bytes() >= 130 * mib);
  CHECK(table.memory_bytes() <= 140 * mib);
  SECTION("from the front") {
    for (std::uint64_t i = 1; i <= 1'600; ++i) {
      table.drop_through({i});
      CHECK(table.memory_bytes() <= 2 * table.bytes_of({i + 1}, table.last()) + 4 * mib);
    }
    table.drop_through(table.last());
  }
  SECTION("at once") { table.drop_through(table.last()); }
  SECTION("from the back") { table.truncate_from({1}); }
  SECTION("for a snapshot") { table.restart_behind({5'000}); }
  CHECK(table.memory_bytes() <= 3 * mib);
  table.append_framed(large.data(), 1);
  table.truncate_from(table.last());
  table.append_framed(value.data(), 1);
  table.drop_through(table.last());
  CHECK(table.memory_bytes() <= 3 * mib);
}
