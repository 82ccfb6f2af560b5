// SPDX-License-Identifier: BSL-1.0
// How far a log is on its disk, against a disk that is looked at.
#include "synod/consensus/durable_log.hpp"

#include <vector>

#include "synod/base/random.hpp"
#include "tests/consensus/confirming.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("what a start finds is durable") {
  CHECK(durable_log<>{log_index{7}}.last() == log_index{7});
  CHECK(durable_log<>{}.last() == log_index{0});
}

TEST_CASE("entries count with the write that brought them") {
  durable_log<> log;
  log.wrote({{1}, 1}, {3});
  log.wrote({{1}, 2}, {5});
  CHECK(log.last() == log_index{0});
  CHECK_FALSE(log.reached(first_writes({1}, 0), {1}));
  CHECK(log.reached(first_writes({1}, 1), {1}));
  CHECK(log.last() == log_index{3});
  CHECK_FALSE(log.reached(first_writes({1}, 1), {1}));
  CHECK(log.reached(first_writes({1}, 4), {1}));
  CHECK(log.last() == log_index{5});
}

TEST_CASE("a completed write makes nothing durable that was truncated since", "[S04][T1-08]") {
  durable_log<> log{log_index{4}};
  log.wrote({{1}, 1}, {7});
  log.truncated_after({4});
  log.wrote({{1}, 2}, {7});
  CHECK_FALSE(log.reached(first_writes({1}, 1), {1}));
  CHECK(log.last() == log_index{4});
  CHECK(log.reached(first_writes({1}, 2), {1}));
  CHECK(log.last() == log_index{7});
}

TEST_CASE("truncation lowers what was durable", "[S04][T1-09]") {
  durable_log<> log{log_index{9}};
  log.truncated_after({5});
  CHECK(log.last() == log_index{5});
  log.truncated_after({8});
  CHECK(log.last() == log_index{5});
}

TEST_CASE("never more is claimed than is on disk, and in the end all of it", "[O-CDUR]") {
  // The model: after each write, how long the log then was and which entries it had, each with a
  // number of its own; the disk has those of the last durable write.
  splitmix64 draw(9);
  for (int round = 0; round < 300; ++round) {
    durable_log<3> log;
    std::vector<std::uint64_t> entries;
    std::vector<std::vector<std::uint64_t>> after{{}};  // by write
    std::uint64_t fresh = 0;
    std::uint64_t done = 0;
    auto const claims_no_more = [&] {
      std::vector<std::uint64_t> const& disk = after[done];
      REQUIRE(log.last().value <= disk.size());
      REQUIRE(log.last().value <= entries.size());
      for (std::size_t i = 0; i < log.last().value; ++i) REQUIRE(disk[i] == entries[i]);
    };
    for (int i = 0; i < 60; ++i) {
      std::uint64_t const issued = after.size() - 1;
      if (draw.below(3) == 0 && done < issued) {
        done += 1 + draw.below(issued - done);
        log_index const before = log.last();
        bool const rose = log.reached(first_writes({1}, done), {1});
        CHECK(rose == (log.last() > before));
      } else if (issued - done < 10) {
        if (draw.below(3) == 0 && !entries.empty()) {
          entries.resize(draw.below(entries.size()));
          log.truncated_after({entries.size()});
        }
        for (std::uint64_t n = draw.below(4); n != 0; --n) entries.push_back(++fresh);
        after.push_back(entries);
        log.wrote({{1}, after.size() - 1}, {entries.size()});
      }
      claims_no_more();
    }
    done = after.size() - 1;
    log.reached(first_writes({1}, done), {1});
    CHECK(log.last().value == entries.size());
  }
}
