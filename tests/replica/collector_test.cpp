// SPDX-License-Identifier: BSL-1.0
// When commands go together, and when not.
#include "synod/replica/collector.hpp"

#include "tests/replica/diary.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

replica_options limits(std::size_t waiting = 1'000) {
  replica_options o;
  o.max_batch_bytes = 10;
  o.max_waiting_bytes = waiting;
  o.batch_delay = milliseconds(5);
  return o;
}
bool add(collector& c, std::uint64_t as, std::vector<std::string> const& contents = {"x"}) {
  auto const bytes = framed(contents);
  return c.add(asker::client({as}), {bytes, static_cast<std::uint32_t>(contents.size())});
}
constexpr instant noon = instant{} + seconds(100);
/// When a batch began that is applied at noon, and is followed by a wait of 2 ms.
constexpr instant before_noon{noon.ns - milliseconds(8).ns};

/// Proposes everything that is collected, as entries up to `last`.
void launch(collector& c, std::uint64_t last, instant now = before_noon) {
  std::size_t proposals = 0;
  while (!c.empty()) {
    auto const batch = c.front(1'000);
    proposals += batch.of.size();
    c.drop(batch);
  }
  c.accepted(proposals, {last}, now);
}

}  // namespace

TEST_CASE("nothing is under way: what is asked passes") {
  collector c(limits());
  CHECK(c.passes(noon));
  c.accepted(1, {7}, before_noon);
  CHECK_FALSE(c.passes(noon));
  c.applied({6}, noon);
  CHECK_FALSE(c.passes(noon));
  c.applied({7}, noon);
  CHECK(c.passes(noon));
}

TEST_CASE("one client waits for no batch") {
  collector c(limits());
  for (std::uint64_t i = 1; i < 9; ++i) {
    CHECK(c.passes(noon));
    c.accepted(1, {i}, before_noon);
    c.applied({i}, noon);
    CHECK_FALSE(c.due());
  }
}

TEST_CASE("what comes meanwhile goes together, with those that were just answered") {
  collector c(limits());
  c.accepted(2, {7}, before_noon);
  add(c, 3);
  CHECK_FALSE(c.ready(noon));
  CHECK_FALSE(c.due());
  c.applied({7}, noon);
  CHECK_FALSE(c.ready(noon));  // two were answered, one waits: three may be expected
  CHECK(c.due() == noon + milliseconds(2));
  add(c, 1);
  CHECK_FALSE(c.ready(noon));
  add(c, 2);
  CHECK(c.ready(noon));
}

TEST_CASE("nobody is waited for longer than the delay") {
  collector c(limits());
  c.accepted(3, {7}, before_noon);
  c.applied({7}, noon);
  CHECK_FALSE(c.passes(noon));  // the first of three that come back
  add(c, 1);
  CHECK_FALSE(c.ready(noon + microseconds(1999)));
  CHECK(c.ready(noon + milliseconds(2)));
  launch(c, 8);
  c.applied({8}, noon);
  CHECK(c.passes(noon));  // the other two are forgotten
}

TEST_CASE("those who were answered are waited for a quarter of the time that their batch took") {
  collector c(limits());
  auto const wait_after = [&](duration took) {
    add(c, 1);
    add(c, 2);
    launch(c, 7, noon);
    c.applied({7}, noon + took);
    add(c, 3);
    duration const wait = *c.due() - (noon + took);
    CHECK(c.ready(*c.due()));
    if (wait.ns != 0) CHECK_FALSE(c.ready({c.due()->ns - 1}));
    launch(c, 8, noon);
    c.give_up();
    return wait;
  };
  CHECK(wait_after(milliseconds(6)) == microseconds(1500));
  CHECK(wait_after(milliseconds(10)) == microseconds(2500));
  CHECK(wait_after(milliseconds(8)) == milliseconds(2));  // the last batch counts, no older one
  CHECK(wait_after(milliseconds(4)) == milliseconds(1));
  CHECK(wait_after(microseconds(400)) == milliseconds(1));  // the least
  CHECK(wait_after({}) == milliseconds(1));
  CHECK(wait_after(milliseconds(20)) == milliseconds(5));
  CHECK(wait_after(milliseconds(21)) == milliseconds(5));  // batch_delay
  CHECK(wait_after(seconds(3)) == milliseconds(5));
}

TEST_CASE("a batch of several proposals to the core took as long as from the first to the last") {
  collector c(limits());
  c.accepted(2, {7}, noon);
  c.accepted(2, {9}, noon + milliseconds(4));
  c.applied({7}, noon + milliseconds(6));
  c.applied({9}, noon + milliseconds(8));
  add(c, 1);
  CHECK(c.due() == noon + milliseconds(8) + milliseconds(2));
}

TEST_CASE("a delay below the least wait is the wait") {
  replica_options o = limits();
  o.batch_delay = microseconds(200);
  collector c(o);
  c.accepted(3, {7}, noon);
  c.applied({7}, noon + seconds(1));
  add(c, 1);
  CHECK(c.due() == noon + seconds(1) + microseconds(200));
}

TEST_CASE("without a delay, nobody is waited for, however long a batch took") {
  replica_options o = limits();
  o.batch_delay = {};
  collector c(o);
  c.accepted(3, {7}, noon);
  c.applied({7}, noon + seconds(1));
  CHECK(c.passes(noon + seconds(1)));
}

TEST_CASE("when nobody came back, the next one passes") {
  collector c(limits());
  c.accepted(3, {7}, before_noon);
  c.applied({7}, noon);
  CHECK_FALSE(c.due());
  CHECK(c.passes(noon + milliseconds(2)));
}

TEST_CASE("several batches of one flush are one under way") {
  collector c(limits());
  c.accepted(2, {7}, before_noon);
  c.accepted(2, {9}, before_noon);
  c.applied({7}, noon);
  CHECK(c.under_way());
  c.applied({9}, noon);
  CHECK_FALSE(c.under_way());
  for (std::uint64_t as = 1; as < 4; ++as) add(c, as);
  CHECK_FALSE(c.ready(noon));
  add(c, 4);
  CHECK(c.ready(noon));
}

TEST_CASE("a batch is whole proposals, at most so many bytes, in the order they came") {
  collector c(limits());
  add(c, 1, {"a"});           // 5 bytes framed
  add(c, 2, {"b"});           // 5
  add(c, 3, {"", "c", "d"});  // 14: more than a batch, and yet one
  add(c, 4, {"e"});
  auto batch = c.front(10);
  REQUIRE(batch.of.size() == 2);
  CHECK(batch.of[0].who.number == 1);
  CHECK(batch.of[1].who.number == 2);
  CHECK(batch.entries.entries == 2);
  CHECK(std::ranges::equal(batch.entries.bytes, framed({"a", "b"})));
  c.drop(batch);
  batch = c.front(10);
  REQUIRE(batch.of.size() == 1);
  CHECK(batch.of[0].entries == 3);
  CHECK(std::ranges::equal(batch.entries.bytes, framed({"", "c", "d"})));
  c.drop(batch);
  batch = c.front(10);
  CHECK(batch.of.size() == 1);
  c.drop(batch);
  CHECK(c.empty());
}

TEST_CASE("what waits is bounded") {
  collector c(limits(14));
  CHECK(add(c, 1));
  CHECK(add(c, 2));
  CHECK_FALSE(add(c, 3));
  c.drop(c.front(5));
  CHECK(add(c, 3));
}

TEST_CASE("what was under way in an office that is lost is not waited for") {
  collector c(limits());
  c.accepted(5, {7}, before_noon);
  add(c, 9);
  c.give_up();
  CHECK(c.ready(noon));
}
