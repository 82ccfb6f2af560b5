// SPDX-License-Identifier: BSL-1.0
// Who gets a vote (Raft, sections 5.2 and 5.4.1), and how it is remembered.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("a grant leaves once the vote is on disk, with its term in one write", "[S01][T1-06]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  REQUIRE(g.writes(2) == 1);
  CHECK(g.last_effects(2)[0].batch.in == ballot{1});
  CHECK(g.last_effects(2)[0].batch.vote == node_id{1});
  CHECK(g.quiet());
  g.sync(2);
  CHECK(g.saying(2, 1) == votes(1, true));
}

TEST_CASE("a vote that was not durable was not given", "[S01][T1-01]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  g.crash(2);
  g.restart(2);
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  g.sync(2);
  CHECK(g.under_way(2, 1) == 0);
  CHECK(g.saying(2, 3) == votes(1, true));
}

TEST_CASE("a restarted voter remembers whom it voted for", "[S01][S08]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  g.sync(2);
  g.crash(2);
  g.restart(2);
  CHECK(g.vote(2) == node_id{1});
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(2, 3).at(0) == votes(1, false));
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(2, 1).at(0) == votes(1, true));
}

TEST_CASE("granting the same candidate again writes nothing", "[S12]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  CHECK(g.writes(2) == 1);
  CHECK(g.said_to(2, 1).at(0) == votes(1, true));
  CHECK(g.quiet());  // the repeated promise waits for the same write
  g.sync(2);
  CHECK(g.under_way(2, 1) == 2);
}

TEST_CASE("one vote a term") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(2, 3).at(0) == votes(1, false));
  CHECK(g.writes(2) == 1);
  g.hear(2, 3, asks_for_vote(2, at{1, 0}));
  CHECK(g.said_to(2, 3).at(0) == votes(2, true));
}

TEST_CASE("a refusal in a term that is not durable waits for it", "[S01]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  CHECK(g.quiet());
  g.sync(2);
  CHECK(g.under_way(2, 3) == 1);
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  CHECK(g.under_way(2, 3) == 2);  // now at once
}

TEST_CASE("stepping down in the same term keeps the vote", "[S11][T2-01]") {
  group g(3);
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  g.sync(2);
  g.hear(2, 3, shows_itself(1, at{9, 1}));  // does not match; node 2 follows 3
  CHECK_FALSE(g.said_to(2, 3).at(0).yes);
  CHECK(g.see(2).leader == node_id{3});
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(2, 1).at(0) == votes(1, false));
  CHECK(g.vote(2) == node_id{3});
}

TEST_CASE("a candidate that follows in its own term keeps its vote for itself", "[S11][T2-01]") {
  group g(3);
  g.tick(2);
  g.sync(2);
  g.hear(2, 3, shows_itself(1, at{1, 0}));
  CHECK(g.role(2) == role::follower);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(2, 1).at(0) == votes(1, false));
}

TEST_CASE("candidates and leaders grant nobody in their own term", "[T1-03]") {
  group g(3);
  g.tick(1);
  g.hear(1, 2, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(1, 2).at(0) == votes(1, false));
  group h(3);
  h.elect(1);
  h.hear(1, 2, asks_for_vote(1, at{9, 1}));
  CHECK(h.said_to(1, 2).at(0) == votes(1, false));
}

TEST_CASE("freshness is last term first, then last index", "[S12][R01]") {
  struct row {
    position candidate, own;
    bool fresh;
  };
  row const table[] = {
      {at{5, 2}, at{5, 2}, true},  {at{6, 2}, at{5, 2}, true},  {at{4, 2}, at{5, 2}, false},
      {at{1, 3}, at{9, 2}, true},  {at{9, 1}, at{6, 2}, false}, {at{0, 0}, at{0, 0}, true},
      {at{0, 0}, at{1, 0}, false}, {at{9, 2}, at{1, 3}, false},
  };
  for (row const& r : table) CHECK(raft::up_to_date(r.candidate, r.own) == r.fresh);
}

TEST_CASE("a long tail of an old term wins nobody who has committed since", "[S12][R01]") {
  group g(3);
  g.elect(1);
  g.propose(1, std::vector<std::string>(4, "common"));
  g.settle();
  g.cut(1);
  g.propose(1, std::vector<std::string>(9, "lonely"));
  g.elect(2);
  g.propose(2, "committed");
  g.settle();
  g.tick(2);
  g.settle();
  CHECK(g.commit(3) == 8);
  g.mend(1);
  CHECK(g.last(1) > g.last(3));
  g.hear(1, 3, votes(2, false));  // node 1 learns of the term and campaigns
  g.tick(1);
  g.settle();
  CHECK(g.role(1) != role::leader);
  g.pass(seconds(20));
  CHECK(g.content(1, 8) == "committed");
}

TEST_CASE("a candidate behind its times learns the term", "[S11]") {
  group g(3);
  g.elect(1);
  g.crash(3);
  g.elect(2);
  g.restart(3);
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(2, 3).at(0) == votes(2, false));
  g.deliver(2, 3);
  CHECK(g.term(3) == 2);
}

TEST_CASE("a wholly compacted log votes by its last position", "[S12][S21][T2-08][T2-09]") {
  group g(3);
  g.elect(1);
  g.propose(1, {"a", "b", "c"});
  g.settle();
  g.tick(1);
  g.settle();
  REQUIRE(g.commit(2) == 5);
  g.of(2).live.compact({5});
  g.of(2).image.compact({5});
  g.crash(2);
  g.restart(2);
  g.hear(2, 3, asks_for_vote(7, at{4, 1}));
  CHECK(g.said_to(2, 3).at(0) == votes(7, false));
  g.hear(2, 3, asks_for_vote(7, at{5, 1}));
  CHECK(g.said_to(2, 3).at(0) == votes(7, true));
}

TEST_CASE("terms never fall", "[O-MONO][T2-12][T2-19]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(6, at{1, 0}));
  g.hear(2, 3, shows_itself(4, at{1, 0}));
  CHECK(g.term(2) == 6);
  CHECK(g.vote(2) == node_id{1});
  g.hear(2, 3, asks_for_vote(6, at{1, 0}));
  CHECK(g.said_to(2, 3).at(0) == votes(6, false));
  g.hear(2, 3, shows_itself(6, at{9, 1}));
  CHECK(g.term(2) == 6);
}
