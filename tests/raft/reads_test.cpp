// SPDX-License-Identifier: BSL-1.0
// Linearizable reads (Raft dissertation, section 6.4). The oracle O-READ of group.hpp watches every
// answer: no read is told an index below what anybody knew to be committed when it was asked.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using usual_group = basic_group<usual>;

/// Node 1 leads n nodes, and everything is committed everywhere.
usual_group led_by_1(std::size_t n = 3) {
  usual_group g(n);
  g.elect(1);
  g.propose(1, "x");
  g.settle();
  g.tick(1);
  g.settle();
  return g;
}

}  // namespace

TEST_CASE("a read is ready once a quorum has confirmed the leader", "[S37]") {
  usual_group g = led_by_1(5);
  ticket const read = g.read(1);
  CHECK_FALSE(g.answer_to(read));
  CHECK(g.writes(1) == 3);  // no write for it
  for (name const n : {2u, 3u, 4u, 5u}) CHECK(g.saying(1, n).what == verb::confirm);
  g.deliver(1, 2);
  g.deliver(2, 1);
  CHECK_FALSE(g.answer_to(read));
  g.deliver(1, 3);
  g.deliver(3, 1);
  CHECK(g.ready(read) == 3);
  g.settle();  // the confirmations that come later are no news
}

TEST_CASE("one voter answers at once") {
  usual_group g(1);
  g.elect(1);
  CHECK(g.ready(g.read(1)) == 2);
}

TEST_CASE("a confirmation by one voter, however often, is one", "[S37]") {
  usual_group g = led_by_1(5);
  ticket const read = g.read(1);
  for (int i = 0; i < 9; ++i) g.hear(1, 2, confirms(1, g.saying(1, 2).number));
  g.hear(1, 9, confirms(1, g.saying(1, 2).number));  // a stranger
  CHECK_FALSE(g.answer_to(read));
}

TEST_CASE("a read waits for an entry of the leader's own term", "[S18][O-READ][T5-01]") {
  usual_group g = led_by_1();
  g.propose(1, "y");
  g.settle();  // 4 is committed, and only 1 knows
  REQUIRE(g.commit(1) == 4);
  REQUIRE(g.commit(2) == 3);
  g.crash(1);
  g.tick(2);
  while (g.role(2) != role::leader) {
    g.sync(2);
    g.sync(3);
    REQUIRE_FALSE(g.quiet());
    g.deliver_all();
  }
  REQUIRE(g.commit(2) == 3);
  ticket const read = g.read(2);
  g.settle();
  CHECK(g.ready(read) == 5);
}

TEST_CASE("a confirmation of an older round confirms no later read", "[S37][O-READ][T5-02]") {
  usual_group g = led_by_1();
  ticket const early = g.read(1);
  g.deliver(1, 2);
  auto const old = g.take(2, 1);
  g.lose_all();
  g.cut(1);
  g.now = g.now + seconds(1);
  g.elect(2);
  g.propose(2, "y");
  g.settle();
  g.mend(1);
  REQUIRE(g.role(1) == role::leader);
  ticket const late = g.read(1);
  g.arrive(old);
  g.arrive(old);
  CHECK(g.ready(early) == 3);  // nothing was committed between its question and the answer of 2
  CHECK_FALSE(g.answer_to(late));
  g.settle();
  CHECK(g.answer_to(late)->reason == why::not_leader);
}

TEST_CASE("the later round confirms the earlier reads too, in their order", "[S37]") {
  usual_group g = led_by_1();
  ticket const first = g.read(1);
  ticket const second = g.read(1);
  ticket const third = g.read(1);
  fields const round_1 = g.saying(1, 2, 0);
  fields const round_2 = g.saying(1, 2, 1);
  g.lose_all();
  g.hear(1, 2, confirms(1, round_2.number));
  CHECK(g.ready(first) == 3);
  CHECK(g.ready(second) == 3);
  CHECK_FALSE(g.answer_to(third));
  g.hear(1, 3, confirms(1, round_1.number));  // late
  CHECK_FALSE(g.answer_to(third));
  g.hear(1, 3, confirms(1, round_2.number + 1));
  CHECK(g.ready(third) == 3);
}

TEST_CASE("reads of one round or of several need a quorum each", "[S37]") {
  usual_group g = led_by_1(5);
  ticket const first = g.read(1);
  ticket const second = g.read(1);
  std::uint64_t const round = g.saying(1, 2).number;
  g.lose_all();
  g.hear(1, 2, confirms(1, round));
  g.hear(1, 3, confirms(1, round + 1));
  CHECK(g.ready(first) == 3);
  CHECK_FALSE(g.answer_to(second));
  g.hear(1, 4, confirms(1, round));
  CHECK_FALSE(g.answer_to(second));
  g.hear(1, 4, confirms(1, round + 1));
  CHECK(g.ready(second) == 3);
}

TEST_CASE("reads that wait fail when the leader steps down", "[S37][O-READ][R21]") {
  usual_group g = led_by_1();
  g.cut(1);
  ticket const read = g.read(1);
  g.now = g.now + seconds(1);
  g.elect(2);
  g.propose(2, "y");
  g.settle();
  g.mend(1);
  g.hear(1, 2, shows_itself(g.term(2), at{3, 1}));
  CHECK(g.role(1) == role::follower);
  REQUIRE(g.answer_to(read));
  CHECK_FALSE(g.answer_to(read)->ready);
  CHECK(g.answer_to(read)->reason == why::not_leader);
  CHECK(g.answer_to(read)->leader == node_id{2});
  // It leads again, and is confirmed: the old question has had its answer.
  g.settle();
  g.now = g.now + seconds(1);
  g.elect(1);
  ticket const later = g.read(1);
  g.settle();
  CHECK(g.ready(later) >= 5);
}

TEST_CASE("they fail too when a quorum is silent, or the node stops", "[S16][S37]") {
  SECTION("silence") {
    usual_group g = led_by_1();
    g.cut(1);
    ticket const read = g.read(1);
    g.pass(milliseconds(1200));
    REQUIRE(g.answer_to(read));
    CHECK(g.answer_to(read)->reason == why::not_leader);
    CHECK_FALSE(g.answer_to(read)->leader);
  }
  SECTION("a failed write") {
    usual_group g = led_by_1();
    ticket const read = g.read(1);
    g.propose(1, "y");
    g.fail(1, g.writes(1));
    REQUIRE(g.answer_to(read));
    CHECK(g.answer_to(read)->reason == why::stopped);
    CHECK(g.answer_to(g.read(1))->reason == why::stopped);
  }
}

TEST_CASE("only a leader is asked; the others say who it is") {
  usual_group g = led_by_1();
  ticket const read = g.read(2);
  REQUIRE(g.answer_to(read));
  CHECK(g.answer_to(read)->reason == why::not_leader);
  CHECK(g.answer_to(read)->leader == node_id{1});
  CHECK(g.last_effects(2).size() == 1);
  g.cut(3);
  g.pass(seconds(3));
  CHECK_FALSE(g.answer_to(g.read(3))->leader);
}

TEST_CASE("eight reads wait, the ninth is told that it is too much", "[O-MEM]") {
  usual_group g = led_by_1();
  std::vector<ticket> reads;
  for (int i = 0; i < 8; ++i) reads.push_back(g.read(1));
  ticket const ninth = g.read(1);
  REQUIRE(g.answer_to(ninth));
  CHECK(g.answer_to(ninth)->reason == why::full);
  CHECK(g.last_effects(1).size() == 1);
  g.settle();
  for (ticket const read : reads) CHECK(g.ready(read) == 3);
  ticket const again = g.read(1);
  g.settle();
  CHECK(g.ready(again) == 3);
}

TEST_CASE("a lost round is asked again with the heartbeat", "[O-LIVE]") {
  usual_group g = led_by_1();
  ticket const read = g.read(1);
  g.lose_all();
  g.tick(1);
  g.settle();
  CHECK(g.ready(read) == 3);
  g.tick(1);
  for (name const n : {2u, 3u}) CHECK(g.said_to(1, n).size() == 1);  // and no longer then
}

TEST_CASE("reads need no disk: neither the leader's, nor the followers'", "[S37]") {
  usual_group g = led_by_1();
  g.propose(1, "y");
  g.deliver(1, 2);  // 2 is to write it
  ticket const read = g.read(1);
  g.deliver(1, 2);
  g.deliver(2, 1);
  CHECK(g.ready(read) == 3);
}

TEST_CASE("a confirmation in a term that is not durable waits for it", "[S01]") {
  usual_group g(3);
  g.hear(2, 1, asks_to_confirm(4, 7));
  CHECK(g.term(2) == 4);
  CHECK(g.see(2).leader == node_id{1});
  CHECK(g.under_way(2, 1) == 0);
  g.sync(2);
  CHECK(g.saying(2, 1) == confirms(4, 7));
}

TEST_CASE("a leader of the past learns so from the confirmation it asks for", "[S11][O-READ]") {
  usual_group g = led_by_1();
  g.cut(1);
  g.now = g.now + seconds(1);
  g.elect(2);
  g.mend(1);
  ticket const read = g.read(1);
  g.deliver(1, 2);
  CHECK(g.saying(2, 1) == confirms(g.term(2), g.saying(1, 3).number));
  g.deliver(2, 1);
  CHECK(g.term(1) == g.term(2));
  CHECK(g.answer_to(read)->reason == why::not_leader);
}

TEST_CASE("a request to confirm is a word of the leader", "[S20]") {
  usual_group g = led_by_1();
  instant const due = *g[2].next_deadline();
  g.now = g.now + milliseconds(700);
  g.hear(2, 1, asks_to_confirm(1, 5));
  CHECK(*g[2].next_deadline() == due + milliseconds(700));
}

TEST_CASE("confirmations of no round there is are dropped", "[O-ROBUST][S49]") {
  usual_group g = led_by_1();
  ticket const read = g.read(1);
  std::uint64_t const round = g.saying(1, 2).number;
  for (std::uint64_t const number : {std::uint64_t{0}, round - 1, round + 1, ~std::uint64_t{0}}) {
    g.hear(1, 2, confirms(1, number));
    g.hear(1, 3, confirms(1, number));
    CHECK_FALSE(g.answer_to(read));
  }
  g.hear(1, 2, confirms(1, round));
  CHECK(g.ready(read) == 3);
}

TEST_CASE("a second leader that asks to be confirmed in the same term is the end", "[S19]") {
  usual_group g = led_by_1();
  g.hear(1, 2, asks_to_confirm(1, 1));
  CHECK_FALSE(g[1].next_deadline());
  REQUIRE(g.last_effects(1).size() == 1);
  CHECK(g.last_effects(1).front().why_stopped.code == errc::broken_invariant);
}
