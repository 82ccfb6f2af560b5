// SPDX-License-Identifier: BSL-1.0
// Asking before standing (Raft dissertation, section 9.6), and holding to a leader that works
// (section 4.2.3).
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using usual_group = basic_group<usual>;

/// Node 1 leads three nodes, and the others have just heard of it.
usual_group led_by_1() {
  usual_group g(3);
  g.elect(1);
  g.tick(1);
  g.settle();
  return g;
}

fields reply_of(usual_group const& g, name n, name to) {
  auto const said = g.said_to(n, to);
  REQUIRE(said.size() == 1);
  return said.front();
}

}  // namespace

TEST_CASE("a node that hears of no leader asks before it raises its term", "[S14]") {
  usual_group g(3);
  g.tick(1);
  CHECK(g.role(1) == role::pre_candidate);
  CHECK(g.term(1) == 0);
  CHECK(g.writes(1) == 0);
  CHECK(g.saying(1, 2) == asks_for_pre_vote(1, at{1, 0}));
  g.deliver(1, 2);
  CHECK(g.saying(2, 1) == pre_votes(1, true));
  g.deliver(2, 1);
  CHECK(g.role(1) == role::candidate);
  CHECK(g.term(1) == 1);
  CHECK(g.vote(1) == node_id{1});
  CHECK(g.under_way(1, 2) == 0);  // its own vote first
  g.sync(1);
  CHECK(g.saying(1, 2) == asks_for_vote(1, at{1, 0}));
  g.settle();
  CHECK(g.role(1) == role::leader);
}

TEST_CASE("one voter elects itself without asking anybody") {
  usual_group g(1);
  g.tick(1);
  g.sync(1);
  CHECK(g.role(1) == role::leader);
  CHECK(g.term(1) == 1);
}

TEST_CASE("a pre-vote changes nothing at its receiver: no term, no vote, no timer", "[S14]") {
  usual_group g(3);
  auto const asked = [&](name n) {
    g.hear(n, 3, asks_for_pre_vote(8, at{9, 7}));
    CHECK(g.of(n).raft == g.of(n).before);
    CHECK(reply_of(g, n, 3) == pre_votes(8, true));
  };
  asked(2);  // a follower
  g.tick(1);
  asked(1);  // one that asks itself
  g.deliver(1, 2);
  g.deliver(2, 1);
  REQUIRE(g.role(1) == role::candidate);
  g.sync(1);
  asked(1);
}

TEST_CASE("a pre-vote that was granted is no vote", "[S14][T2-04]") {
  usual_group g(3);
  g.hear(2, 1, asks_for_pre_vote(1, at{1, 0}));
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  CHECK(g.vote(2) == node_id{3});
  CHECK(reply_of(g, 2, 3).yes);
}

TEST_CASE("a pre-vote is refused to a log that lacks entries, and to a term that has passed",
          "[S12][S14]") {
  usual_group g(3);
  g.hear(2, 1, appends(3, at{1, 0}, 3, 1), {"x"});
  g.sync(2);
  g.now = g.now + seconds(1);  // long enough for it to give its leader up
  g.hear(2, 3, asks_for_pre_vote(4, at{1, 0}));
  CHECK(reply_of(g, 2, 3) == pre_votes(3, false));  // in its own term, so that 3 learns
  g.hear(2, 3, asks_for_pre_vote(3, at{2, 3}));
  CHECK(reply_of(g, 2, 3) == pre_votes(3, false));
  g.hear(2, 3, asks_for_pre_vote(4, at{2, 3}));
  CHECK(reply_of(g, 2, 3) == pre_votes(4, true));
  CHECK(g.term(2) == 3);
}

TEST_CASE("a refusal tells a node of a lower term which term it is", "[S14][T4-02]") {
  usual_group g(3);
  g.cut(3);
  for (int i = 0; i < 3; ++i) {
    g.elect(1);
    g.elect(2);
  }
  std::uint64_t const term = g.term(2);
  g.crash(2);
  g.mend(3);
  g.tick(3);  // its log is no match for 1's, but without 1 there is no quorum either way
  g.deliver_all();
  CHECK(g.term(3) == term);
  CHECK(g.role(3) == role::follower);
  g.lose_all();
  g.pass(seconds(5));
  CHECK(g.role(1) == role::leader);
  CHECK(g.commit(3) == g.commit(1));
}

TEST_CASE("late grants of pre-votes are no votes", "[S13][R04]") {
  usual_group g(5);
  g.tick(1);
  g.deliver(1, 2);
  g.deliver(1, 3);
  g.deliver(2, 1);
  g.deliver(3, 1);
  REQUIRE(g.role(1) == role::candidate);
  g.deliver(1, 4);  // still the question
  g.deliver(1, 5);
  auto const of_4 = g.take(4, 1);
  auto const of_5 = g.take(5, 1);
  g.sync(1);
  g.lose_all();  // nobody hears that 1 stands
  g.cut(1);
  g.elect(2);
  REQUIRE(g.term(2) == 1);
  g.mend(1);
  g.arrive(of_4);
  g.arrive(of_5);
  CHECK(g.role(1) == role::candidate);
}

TEST_CASE("votes are no pre-votes, and pre-votes are for one term only", "[S13]") {
  usual_group g(5);
  g.tick(1);
  g.hear(1, 2, votes(0 + 1, true));  // of a term it has not entered: it does now
  CHECK(g.role(1) == role::follower);
  CHECK(g.term(1) == 1);
  g.tick(1);
  REQUIRE(g.role(1) == role::pre_candidate);
  for (fields const& f : {pre_votes(1, true), pre_votes(3, true), votes(1, true)}) {
    g.hear(1, 2, f);
    CHECK(g.unmoved(1));
    g.hear(1, 3, f);
    CHECK(g.unmoved(1));
  }
  g.hear(1, 2, pre_votes(2, true));
  g.hear(1, 2, pre_votes(2, true));  // one voter, however often
  CHECK(g.role(1) == role::pre_candidate);
  g.hear(1, 3, pre_votes(2, true));
  CHECK(g.role(1) == role::candidate);
}

TEST_CASE("one that asks votes for another in its own term, and follows its leader") {
  usual_group g(3);
  g.tick(1);
  g.hear(1, 2, asks_for_vote(1, at{1, 0}));
  CHECK(g.vote(1) == node_id{2});
  CHECK(g.role(1) == role::follower);
  g.sync(1);
  g.tick(1);
  REQUIRE(g.role(1) == role::pre_candidate);
  g.hear(1, 2, shows_itself(1, at{1, 0}));
  CHECK(g.role(1) == role::follower);
  CHECK(g.see(1).leader == node_id{2});
  CHECK(g.vote(1) == node_id{2});
}

TEST_CASE("one that asked in its own term and could not win asks again, and keeps its vote") {
  usual_group g(3);
  g.tick(1);
  g.deliver(1, 2);
  g.deliver(2, 1);
  g.sync(1);
  g.lose_all();
  g.tick(1);
  CHECK(g.role(1) == role::pre_candidate);
  CHECK(g.term(1) == 1);
  CHECK(g.vote(1) == node_id{1});
  g.hear(1, 2, votes(1, true));  // too late
  CHECK(g.role(1) == role::pre_candidate);
}

TEST_CASE("who hears a leader refuses candidates, and does not enter their term", "[S15]") {
  usual_group g = led_by_1();
  instant const heard = g.now;
  for (duration const later : {duration{}, milliseconds(999)}) {
    g.now = heard + later;
    for (fields const& f : {asks_for_vote(9, at{9, 8}), asks_for_pre_vote(9, at{9, 8})}) {
      g.hear(2, 3, f);
      CHECK(g.of(2).raft == g.of(2).before);
      CHECK_FALSE(reply_of(g, 2, 3).yes);
      CHECK(reply_of(g, 2, 3).in == ballot{1});
    }
  }
  g.now = heard + milliseconds(1000);
  g.hear(2, 3, asks_for_pre_vote(9, at{9, 8}));
  CHECK(reply_of(g, 2, 3) == pre_votes(9, true));
  g.hear(2, 3, asks_for_vote(9, at{9, 8}));
  CHECK(g.term(2) == 9);
  CHECK(reply_of(g, 2, 3).yes);
}

TEST_CASE("any word of a leader counts, one that is refused too", "[S15][S20]") {
  usual_group g = led_by_1();
  g.now = g.now + milliseconds(900);
  g.hear(2, 1, shows_itself(1, at{50, 1}));  // far beyond its log
  REQUIRE_FALSE(reply_of(g, 2, 1).yes);
  g.now = g.now + milliseconds(900);
  g.hear(2, 3, asks_for_vote(9, at{9, 8}));
  CHECK(g.term(2) == 1);
}

TEST_CASE("a leader refuses candidates as long as a quorum answers it", "[S15]") {
  usual_group g = led_by_1();
  g.now = g.now + milliseconds(1000);
  g.hear(1, 3, asks_for_vote(9, at{9, 8}));
  CHECK(g.of(1).raft == g.of(1).before);
  CHECK_FALSE(reply_of(g, 1, 3).yes);
  g.now = g.now + nanoseconds(1);
  g.hear(1, 3, asks_for_vote(9, at{9, 8}));
  CHECK(g.term(1) == 9);
  CHECK(g.role(1) == role::follower);
}

TEST_CASE("who asks itself forgets its leader and does not refuse others", "[S15][T4-01]") {
  usual_group g = led_by_1();
  g.crash(1);
  g.tick(2);
  g.lose_all();
  g.tick(3);
  g.lose_all();
  CHECK_FALSE(g.see(2).leader);
  g.pass(seconds(4));
  CHECK((g.role(2) == role::leader || g.role(3) == role::leader));
}

TEST_CASE("a node that was cut off comes back and disturbs nobody", "[S14][O-QUIET]") {
  usual_group g = led_by_1();
  g.cut(3);
  g.pass(seconds(20));
  CHECK(g.term(3) == 1);
  g.mend(3);
  g.pass(seconds(20));
  CHECK(g.role(1) == role::leader);
  CHECK(g.term(1) == 1);
  CHECK(g.see(3).leader == node_id{1});
}

TEST_CASE("a node that still hears of a leader does not keep the others from electing one",
          "[S16][T4-29]") {
  // 1 leads, but only 2 hears it, and it hears nobody.
  usual_group g(5);
  g.elect(1);
  for (name const n : {3u, 4u, 5u}) g.part(1, n);
  g.block(2, 1);
  g.pass(seconds(6));
  name const leader = g.role(3) == role::leader ? 3 : g.role(4) == role::leader ? 4 : 5;
  CHECK(g.role(leader) == role::leader);
  CHECK(g.role(1) != role::leader);
  CHECK(g.propose(leader, "x").accepted);
  g.settle();
  CHECK(g.commit(leader) == g.last(leader));
}

TEST_CASE("the only node that sees a quorum becomes its leader", "[S16][T4-29]") {
  // Everybody sees 2, and nobody else; 1 led before.
  usual_group g(5);
  g.elect(1);
  for (name const a : {1u, 3u, 4u, 5u}) {
    for (name const b : {1u, 3u, 4u, 5u}) {
      if (a != b) g.block(a, b);
    }
  }
  g.pass(seconds(10));
  CHECK(g.role(2) == role::leader);
  std::uint64_t const term = g.term(2);
  g.pass(seconds(20));
  CHECK(g.role(2) == role::leader);
  CHECK(g.term(2) == term);
}

TEST_CASE("a node without pre-vote answers those that ask", "[S14]") {
  group g(3);
  g.hear(2, 1, asks_for_pre_vote(1, at{1, 0}));
  CHECK(g.of(2).raft == g.of(2).before);
  REQUIRE(g.said_to(2, 1).size() == 1);
  CHECK(g.said_to(2, 1).front() == pre_votes(1, true));
}

TEST_CASE("a pre-vote of a term that is not durable waits for it", "[S01]") {
  usual_group g(3);
  g.hear(1, 2, asks_for_vote(4, at{1, 0}));  // term 4, and a vote, not yet on its disk
  g.tick(1);
  REQUIRE(g.role(1) == role::pre_candidate);
  CHECK(g.under_way(1, 3) == 0);
  g.sync(1);
  CHECK(g.saying(1, 3) == asks_for_pre_vote(5, at{1, 0}));
}
