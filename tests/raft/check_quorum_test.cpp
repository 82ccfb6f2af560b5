// SPDX-License-Identifier: BSL-1.0
// A leader that no quorum answers, or whose own disk does not work, leads no longer (Raft
// dissertation, section 6.2).
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using usual_group = basic_group<usual>;

}  // namespace

TEST_CASE("a leader that was heard once and is cut off for good steps down", "[S16][O-LIVE][R27]") {
  usual_group g(3);
  g.elect(1);
  g.tick(1);
  g.settle();
  g.cut(1);
  g.pass(milliseconds(1000));
  CHECK(g.role(1) == role::leader);
  g.pass(milliseconds(100));  // at the next heartbeat
  CHECK(g.role(1) != role::leader);
  CHECK_FALSE(g.see(1).leader);
}

TEST_CASE("it steps down in its own term, and keeps its vote", "[S11][S16]") {
  usual_group g(3);
  g.elect(1);
  g.cut(1);
  while (g.role(1) == role::leader) g.tick(1);
  CHECK(g.role(1) == role::follower);
  CHECK(g.term(1) == 1);
  CHECK(g.vote(1) == node_id{1});
  CHECK(g.last_effects(1).empty());
  g.hear(1, 2, asks_for_vote(1, at{9, 1}));
  CHECK(g.vote(1) == node_id{1});
}

TEST_CASE("half of an even number is no quorum that answers", "[S16]") {
  usual_group g(4);
  g.elect(1);
  g.cut(3);
  g.pass(seconds(3));
  CHECK(g.role(1) == role::leader);
  g.cut(4);
  g.pass(milliseconds(1200));
  CHECK(g.role(1) != role::leader);
}

TEST_CASE("a leader alone is a quorum of one") {
  usual_group g(1);
  g.elect(1);
  g.pass(seconds(10));
  CHECK(g.role(1) == role::leader);
}

TEST_CASE("any reply of its term to a leader is an answer; one to a candidate is none", "[S16]") {
  usual_group g(3);
  g.elect(1);
  for (fields const& f :
       {acknowledges(1, 2), rejects(1, 9, at{2, 1}), confirms(1, 7), expects(1, at{9, 1}, 5)}) {
    g.cut(1);
    g.pass(milliseconds(900));
    g.mend(1);
    g.hear(1, 2, f);
    REQUIRE(g.role(1) == role::leader);
  }
  g.cut(1);
  instant const last = g.now;
  g.pass(milliseconds(900));
  g.mend(1);
  for (fields const& f : {votes(1, true), pre_votes(1, true)}) {
    g.hear(1, 2, f);
    CHECK(g.unmoved(1));
  }
  g.cut(1);
  g.pass(milliseconds(300));
  CHECK(g.role(1) != role::leader);
  CHECK(g.now - last == milliseconds(1200));
}

TEST_CASE("a leader whose disk hangs loses its office, though it still speaks",
          "[S20][O-LIVE][T4-05]") {
  usual_group g(3);
  g.elect(1);
  g.tick(1);
  g.settle();
  g.propose(1, "x");  // this write never completes
  g.deliver_all();
  instant const began = g.now;
  while (g.role(1) == role::leader && g.now - began < seconds(5)) {
    g.tick(1);
    for (name const n : {2u, 3u}) g.sync(n);
    g.deliver_all();
  }
  CHECK(g.role(1) != role::leader);
  CHECK(g.now - began <= milliseconds(1100));
  CHECK(g.now - began >= milliseconds(900));
  // The others elect one that works, whatever the hung one tries.
  for (int i = 0; i < 200 && g.role(2) != role::leader && g.role(3) != role::leader; ++i) {
    name next = 1;
    for (name const n : {2u, 3u}) {
      if (*g[n].next_deadline() < *g[next].next_deadline()) next = n;
    }
    g.tick(next);
    for (int round = 0; round < 4; ++round) {
      for (name const n : {2u, 3u}) g.sync(n);
      g.deliver_all();
    }
  }
  name const leader = g.role(2) == role::leader ? 2 : 3;
  REQUIRE(g.role(leader) == role::leader);
  CHECK(g.commit(leader) == g.last(leader));
  CHECK(g.content(leader, 3) == "x");
}

TEST_CASE("a disk that is slow, or has nothing to do, works", "[S20]") {
  usual_group g(3);
  g.elect(1);
  g.pass(seconds(10));
  REQUIRE(g.role(1) == role::leader);
  for (int i = 0; i < 20; ++i) {
    g.propose(1, "x");
    instant const until = g.now + milliseconds(800);
    while (*g[1].next_deadline() < until) {
      g.tick(1);
      for (name const n : {2u, 3u}) g.sync(n);
      g.deliver_all();
    }
    g.now = until;
    g.settle();
  }
  CHECK(g.role(1) == role::leader);
  CHECK(g.term(1) == 1);
}

TEST_CASE("without check-quorum a leader leads until it hears of another") {
  group g(3);
  g.elect(1);
  g.cut(1);
  g.pass(seconds(60));
  CHECK(g.role(1) == role::leader);
}
