// SPDX-License-Identifier: BSL-1.0
// Who waits for which entry, against a dumb list.
#include "synod/replica/waiting_list.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

using told = std::tuple<std::uint64_t, std::uint32_t, bool>;  // ticket, offset, is it

std::vector<told> applied(waiting_list<ticket>& list, position at) {
  std::vector<told> all;
  list.applied(at, [&](ticket as, std::uint32_t offset, bool is_it) {
    all.push_back({as.value, offset, is_it});
  });
  std::sort(all.begin(), all.end());
  return all;
}
std::vector<std::uint64_t> abandoned(waiting_list<ticket>& list) {
  std::vector<std::uint64_t> all;
  list.abandon([&](ticket as) { all.push_back(as.value); });
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("a proposal hears of each of its entries, once", "[S47]") {
  waiting_list<ticket> list;
  CHECK(list.empty());
  list.add({7}, {{3}, {1}}, 2);
  CHECK(applied(list, {{2}, {1}}).empty());
  CHECK(applied(list, {{3}, {1}}) == std::vector<told>{{7, 0, true}});
  CHECK(applied(list, {{4}, {1}}) == std::vector<told>{{7, 1, true}});
  CHECK(list.empty());
  CHECK(applied(list, {{5}, {1}}).empty());
}

TEST_CASE("an entry of another ballot is not its entry", "[S47]") {
  waiting_list<ticket> list;
  list.add({7}, {{3}, {1}}, 2);
  CHECK(applied(list, {{3}, {2}}) == std::vector<told>{{7, 0, false}});
  CHECK(applied(list, {{4}, {1}}) == std::vector<told>{{7, 1, true}});
}

TEST_CASE("who is displaced still waits for its own places", "[S47]") {
  waiting_list<ticket> list;
  list.add({1}, {{3}, {1}}, 3);  // 3 4 5 of ballot 1
  list.add({2}, {{4}, {5}}, 1);  // 4 of ballot 5: the same places again
  CHECK(applied(list, {{3}, {1}}) == std::vector<told>{{1, 0, true}});
  CHECK(applied(list, {{4}, {5}}) == std::vector<told>{{1, 1, false}, {2, 0, true}});
  CHECK_FALSE(list.empty());
  CHECK(applied(list, {{5}, {1}}) == std::vector<told>{{1, 2, true}});
  CHECK(list.empty());
}

TEST_CASE("several can be displaced at once") {
  waiting_list<ticket> list;
  for (std::uint64_t i = 0; i < 5; ++i) list.add({i}, {{10 + i}, {1}}, 1);
  list.add({9}, {{11}, {2}}, 1);
  CHECK(applied(list, {{10}, {1}}) == std::vector<told>{{0, 0, true}});
  CHECK(applied(list, {{11}, {2}}) == std::vector<told>{{1, 0, false}, {9, 0, true}});
  CHECK(applied(list, {{12}, {2}}) == std::vector<told>{{2, 0, false}});
  CHECK(abandoned(list) == std::vector<std::uint64_t>{3, 4});
  CHECK(list.empty());
}

TEST_CASE("a waiting list agrees with a dumb one") {
  struct one {
    std::uint64_t as, first, in;
    std::uint32_t count;
    std::uint64_t last() const { return first + count - 1; }
  };
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    splitmix64 draw(seed);
    waiting_list<ticket> list;
    std::vector<one> plain;
    std::uint64_t next_index = 1, done = 0, in = 1, as = 0;
    for (int i = 0; i < 100; ++i) {
      switch (draw.below(8)) {
        case 0:  // deposed and in office again: its tail was truncated
          next_index = done + 1 + draw.below(next_index - done);
          ++in;
          break;
        case 1:
        case 2:
        case 3: {
          auto const count = static_cast<std::uint32_t>(1 + draw.below(4));
          list.add({++as}, {{next_index}, {in}}, count);
          plain.push_back({as, next_index, in, count});
          next_index += count;
          break;
        }
        case 4:
          if (draw.below(30) == 0) {
            std::vector<std::uint64_t> all;
            for (one const& p : plain) all.push_back(p.as);
            std::sort(all.begin(), all.end());
            CHECK(abandoned(list) == all);
            plain.clear();
          }
          break;
        default: {
          std::uint64_t const ballot_there = 1 + draw.below(in);
          ++done;
          next_index = std::max(next_index, done + 1);
          std::vector<told> expected;
          for (one const& p : plain) {
            if (p.first <= done && done <= p.last()) {
              expected.push_back({p.as, std::uint32_t(done - p.first), p.in == ballot_there});
            }
          }
          std::sort(expected.begin(), expected.end());
          CHECK(applied(list, {{done}, {ballot_there}}) == expected);
          std::erase_if(plain, [&](one const& p) { return p.last() <= done; });
        }
      }
      REQUIRE(list.empty() == plain.empty());
    }
  }
}
