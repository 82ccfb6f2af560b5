// SPDX-License-Identifier: BSL-1.0
// The time of the machines: moved on by leaders, through the log, and never back.
#include <deque>

#include "tests/replica/notebook.hpp"
#include "tests/replica/stage.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using group = stage<notebook, client, errand_outbox>;

/// What node 2 was sent, as commands.
std::vector<std::string> commands_to_2(group const& s) {
  std::vector<std::string> all;
  for (sent const& m : s.out) {
    if (m.to != node_id{2} || m.entries == 0) continue;
    payload_reader reader({m.payload, m.entries});
    while (!reader.done()) all.push_back(text_of(reader.next()));
  }
  return all;
}

}  // namespace

TEST_CASE("a batch is stamped where time has gone on by a millisecond", "[D2]") {
  group s(1);
  s.lead();
  instant const office = s.node->machine().now();
  s.poll(milliseconds(100));
  s.propose(1, {"a"});
  s.poll();
  s.propose(2, {"b"});
  s.poll();
  CHECK(s.node->machine().times().size() == 1);
  CHECK(s.node->machine().now() >= office + milliseconds(100));
  CHECK(s.hears.answers == std::vector{response(1, "4:a"), response(2, "5:b")});
  s.poll(microseconds(999));
  s.propose(3, {"c"});
  s.poll(microseconds(1));
  CHECK(s.node->machine().times().size() == 1);
  s.propose(4, {"d"});
  s.poll();
  CHECK(s.node->machine().times().size() == 2);
  CHECK(s.node->machine().times()[1] == s.node->machine().times()[0] + milliseconds(1));
  CHECK(s.node->counters().stamps == 2);
  CHECK(s.node->counters().commands == 4);
}

TEST_CASE("what waits for a moment happens without anybody asking", "[D3]") {
  group s(1);
  s.lead();
  s.propose(1, {"a!500"});
  s.poll();
  CHECK(s.node->machine().holds("a"));
  std::size_t wakes = 0;
  instant const before = s.now;
  while (s.node->machine().holds("a") && wakes < 20) {
    s.now = std::max(s.now, *s.node->next_deadline());
    s.poll();
    ++wakes;
  }
  CHECK(s.now - before >= milliseconds(499));
  CHECK(s.now - before <= milliseconds(501));
  CHECK(wakes < 10);  // it does not spin
}

TEST_CASE("the stamp and the batch fit into one proposal, or go one after the other") {
  replica_options o;
  o.max_batch_bytes = 100;
  group s(1, {}, o);
  s.lead();
  s.poll(milliseconds(100));
  s.propose(1, {std::string(96, 'x')});  // as long as may be
  s.poll();
  REQUIRE(s.hears.answers.size() == 1);
  CHECK(s.hears.answers[0].what == outcome::response);
  CHECK(s.node->machine().times().size() == 1);
  CHECK(s.hears.answers[0].response.starts_with("4:"));  // the stamp is 3
}

TEST_CASE("a follower moves no time on") {
  group s(3);
  s.hear(2, appends(1, at{1, 0}, 1, 2, 3), {"@1000000", "a!10"});
  s.poll();
  CHECK(s.node->machine().holds("a"));
  for (int i = 0; i < 50; ++i) {
    s.poll(milliseconds(20));
    s.hear(2, shows_itself(1, at{3, 1}, 3));
  }
  CHECK(s.node->machine().now() == instant{1'000'000});
  CHECK(s.node->machine().holds("a"));
  CHECK(s.node->counters().stamps == 0);
}

TEST_CASE("a leader without a quorum ends nothing", "[V9]") {
  group s(3);
  s.lead();
  s.hear(2, acknowledges(s.term(), 2));
  s.propose(1, {"a!10"});
  s.poll();
  s.hear(2, acknowledges(s.term(), s.log.last().value));
  CHECK(s.node->machine().holds("a"));
  s.out.clear();
  std::uint64_t const last = s.log.last().value;
  for (int i = 0; i < 200; ++i) s.poll(milliseconds(10));
  CHECK(s.node->machine().holds("a"));
  CHECK(s.log.last().value == last + 1);  // one stamp waits, and no other is made meanwhile
  s.hear(2, acknowledges(s.term(), s.log.last().value));
  CHECK_FALSE(s.node->machine().holds("a"));
}

TEST_CASE("a new leader goes on from the time in the log, and adds only its own", "[D2]") {
  group s(3);
  s.now = instant{} + seconds(1'000'000);  // its clock shows something quite different
  s.hear(2, appends(1, at{1, 0}, 1, 3, 2), {"@5000000000", "a!60000", "@9000000000"});
  s.poll();
  CHECK(s.node->machine().now().ns == 5'000'000'000);
  s.lead();  // the last stamp is not yet committed
  s.propose(1, {"b"});
  s.hear(2, acknowledges(s.term(), s.log.last().value));
  instant const told = s.node->machine().now();
  CHECK(told.ns >= 9'000'000'000);  // and not back to 5 s and a bit
  CHECK(told.ns < 9'500'000'000);
  instant before;
  for (instant const t : s.node->machine().times()) {
    CHECK(t >= before);
    before = t;
  }
  s.poll(seconds(2));
  s.propose(2, {"c"});
  s.poll();
  s.hear(2, acknowledges(s.term(), s.log.last().value));
  CHECK(s.node->machine().now() >= told + seconds(2));
  CHECK(s.node->machine().now() <= told + milliseconds(2'500));
}

TEST_CASE("before a question, a machine that waits for a moment is brought up to date") {
  group s(1);
  s.lead();
  s.propose(1, {"a"});
  s.poll();
  s.poll(seconds(1));
  std::size_t const before = s.node->machine().times().size();
  s.query(2, "now");
  CHECK(s.node->machine().times().size() == before);  // it waits for nothing: no write
  s.propose(3, {"b!10000"});
  s.poll();
  s.poll(milliseconds(50));
  s.query(4, "now");  // near enough
  std::uint64_t const then = std::stoull(s.hears.answers.back().response);
  s.poll(milliseconds(50));
  s.query(5, "now");
  CHECK(s.hears.answers.back().as == 4);  // it waits for the write
  s.poll();
  CHECK(s.hears.answers.back().as == 5);
  CHECK(std::stoull(s.hears.answers.back().response) == then + 100);
}

TEST_CASE("time goes with the batch of the moment, in front of it") {
  group s(3);
  s.lead();
  s.hear(2, acknowledges(s.term(), 2));
  s.out.clear();
  s.poll(milliseconds(50));
  s.propose(1, {"a", "b"});
  auto const sent = commands_to_2(s);
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].starts_with('@'));
  CHECK(sent[1] == "a");
  CHECK(sent[2] == "b");
}
