// SPDX-License-Identifier: BSL-1.0
#include "synod/store/entry_table.hpp"

#include <string>
#include <vector>

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
  auto const all = table.read({1}, {5});
  CHECK(std::vector(all.begin(), all.end()) == bytes);
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
  auto const third = table.read({3}, {3});
  CHECK(std::vector(third.begin(), third.end()) == framed({3}));
  CHECK(table.fits({3}, {4}, 14) == log_index{3});
  CHECK(table.fits({3}, {4}, 15) == log_index{4});
  table.truncate_from({4});
  CHECK(table.last() == log_index{3});
  auto const again = framed({9});
  table.append_framed(again.data(), 1);
  auto const fourth = table.read({4}, {4});
  CHECK(std::vector(fourth.begin(), fourth.end()) == again);
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
  auto const all = table.read({10}, {12});
  CHECK(std::vector(all.begin(), all.end()) == bytes);
}
