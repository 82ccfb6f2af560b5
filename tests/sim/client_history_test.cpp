// SPDX-License-Identifier: BSL-1.0
// O-LIN on histories made by hand.
#include <cstddef>
#include <cstdint>
#include <string>

#include "synod/sim/client_history.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

struct told {
  explicit told(std::size_t most = 400, std::uint64_t steps = 200'000) : history(most, steps) {
    history.begin(verdict);
  }
  void add(std::int64_t amount, std::uint64_t from, std::uint64_t to, std::int64_t count) {
    history.answered(history.asked(1, amount, {from}), count, {to});
  }
  void read(std::uint64_t from, std::uint64_t to, std::int64_t count) { add(0, from, to, count); }
  // An addition of which nobody learns what became.
  std::size_t lose(std::int64_t amount, std::uint64_t from) {
    return history.asked(2, amount, {from});
  }
  std::string oracle() const { return verdict.broken() ? verdict.oracle() : "none"; }

  sim_verdict verdict;
  client_history history;
};

}  // namespace

TEST_CASE("O-LIN: a read shows every addition that was answered before it was asked") {
  told t;
  t.add(1, 10, 20, 1);
  t.add(1, 30, 40, 2);
  SECTION("it does") { t.read(50, 60, 2); }
  SECTION("or it overlaps") { t.read(35, 60, 1); }
  SECTION("it is stale") {
    t.read(50, 60, 1);
    t.history.judge();
    CHECK(t.oracle() == "O-LIN");
    CHECK(t.verdict.what().find("read -> 1") != std::string::npos);
    return;
  }
  history_counts const counts = t.history.judge();
  CHECK(t.oracle() == "none");
  CHECK(counts.operations == 3);
  CHECK(counts.reads == 1);
  CHECK(counts.open == 0);
}

TEST_CASE("O-LIN: an addition happens once, and is not lost") {
  told t;
  t.add(1, 10, 20, 1);
  SECTION("twice") { t.add(1, 30, 40, 3); }
  SECTION("not at all") { t.add(1, 30, 40, 1); }
  t.history.judge();
  CHECK(t.oracle() == "O-LIN");
}

TEST_CASE("O-LIN: what nobody heard of may have happened, or may happen later, or never") {
  told t;
  t.lose(1000, 10);
  t.add(1, 20, 30, 1);
  SECTION("never") { t.read(40, 50, 1); }
  SECTION("later") { t.read(40, 50, 1001); }
  SECTION("but not be undone") {
    t.read(40, 50, 1001);
    t.read(60, 70, 1);
    t.history.judge();
    CHECK(t.oracle() == "O-LIN");
    return;
  }
  CHECK(t.history.judge().open == 1);
  CHECK(t.oracle() == "none");
}

TEST_CASE("O-LIN: what was refused never happens") {
  told t;
  t.history.refused(t.lose(1000, 10));
  t.read(40, 50, 1000);
  CHECK(t.history.judge().open == 0);
  CHECK(t.oracle() == "O-LIN");
}

TEST_CASE("a read without an answer says nothing") {
  told t;
  t.add(1, 10, 20, 1);
  t.history.asked(1, 0, {30});
  CHECK(t.history.judge().operations == 1);
}

TEST_CASE("what comes after the last recorded call is no part of the history") {
  told t(3);
  t.add(1, 10, 20, 1);
  std::size_t const early = t.lose(1, 30);
  t.read(35, 40, 1);
  t.add(1, 50, 60, 2);  // not recorded: it may be what later answers show
  t.history.answered(early, 3, {70});
  history_counts const counts = t.history.judge();
  CHECK(t.oracle() == "none");
  CHECK(counts.operations == 3);
  CHECK(counts.open == 1);
}

// Forty additions of which nobody heard, and reads that none of them explains.
TEST_CASE("a history that is too hard is undecided, and neither passed nor failed") {
  told t(400, 50);
  for (std::uint64_t n = 0; n < 40; ++n) t.lose(static_cast<std::int64_t>(1 + n), 10 + n);
  t.read(100, 110, 1'000'000);
  CHECK(t.history.judge().undecided == 1);
  CHECK(t.oracle() == "none");
}
