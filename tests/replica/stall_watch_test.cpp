// SPDX-License-Identifier: BSL-1.0
// A loop that stood still, and what it does first.
#include "synod/replica/stall_watch.hpp"

#include "tests/support/catch.hpp"

using namespace synod;

namespace {

constexpr instant noon = instant{} + seconds(100);
constexpr instant after(std::uint64_t ms) { return noon + milliseconds(ms); }
stall_watch watch() { return {noon, milliseconds(250), milliseconds(20)}; }

}  // namespace

TEST_CASE("a loop that turns is told the time at once") {
  stall_watch w = watch();
  for (std::uint64_t ms = 0; ms <= 2'500; ms += 250) CHECK(w.lets_pass(after(ms)));
  CHECK_FALSE(w.reads_until());
}

TEST_CASE("after a stall, time passes once what waits could be read") {
  stall_watch w = watch();
  CHECK_FALSE(w.lets_pass(after(251)));
  CHECK(w.reads_until() == after(271));
  w.turn(after(260));
  CHECK_FALSE(w.lets_pass(after(270)));
  CHECK(w.reads_until() == after(271));
  CHECK(w.lets_pass(after(271)));
  CHECK_FALSE(w.reads_until());
  CHECK(w.lets_pass(after(272)));
}

TEST_CASE("a stall is noticed by whatever turn comes first after it") {
  stall_watch w = watch();
  w.turn(after(3'000));
  CHECK(w.reads_until() == after(3'020));
  CHECK_FALSE(w.lets_pass(after(3'001)));
  CHECK(w.lets_pass(after(3'020)));
}

TEST_CASE("a loop that is always slow is told the time at every second turn") {
  stall_watch w = watch();
  for (std::uint64_t turn = 1; turn < 10; ++turn) {
    CHECK(w.lets_pass(after(turn * 400)) == (turn % 2 == 0));
  }
}
