// SPDX-License-Identifier: BSL-1.0
// What a client hears: accepted with a place, or refused with a reason and a name.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("a leader accepts, and names the place of the first entry") {
  group g(3);
  g.elect(1);
  CHECK(g.propose(1, "x").accepted == position(at{3, 1}));
  CHECK(g.propose(1, {"y", "z"}).accepted == position(at{4, 1}));
  CHECK(g.propose(1, "w").accepted == position(at{6, 1}));
  log_batch const& b = g.last_effects(1)[0].batch;
  CHECK(b.entries == run{at{6, 1}, {6}, kind::payload});
  CHECK(b.skip == 0);
}

TEST_CASE("a follower refuses, with the leader it knows") {
  group g(3);
  auto const early = g.propose(2, "x");
  CHECK_FALSE(early.accepted);
  CHECK(early.reason == why::not_leader);
  CHECK_FALSE(early.leader);
  g.elect(1);
  auto const later = g.propose(2, "x");
  CHECK(later.reason == why::not_leader);
  CHECK(later.leader == node_id{1});
  CHECK(g.last_effects(2).size() == 1);
}

TEST_CASE("a candidate knows no leader, nor does a deposed one itself") {
  group g(3);
  g.elect(1);
  g.tick(2);
  CHECK(g.propose(2, "x").reason == why::not_leader);
  CHECK_FALSE(g.propose(2, "x").leader);
  g.hear(1, 2, votes(9, false));
  CHECK_FALSE(g.propose(1, "x").leader);
}

TEST_CASE("too much uncommitted: full") {
  raft::options o;
  o.max_uncommitted = 3;
  group g(3, o);
  g.elect(1);
  CHECK(g.propose(1, {"a", "b"}).accepted);
  auto const refused = g.propose(1, {"c", "d"});
  CHECK(refused.reason == why::full);
  CHECK(refused.leader == node_id{1});  // itself: ask again
  CHECK(g.propose(1, "c").accepted);
  CHECK(g.propose(1, "d").reason == why::full);
  g.settle();
  CHECK(g.propose(1, {"d", "e", "f"}).accepted);
  g.settle();
  CHECK(g.commit(1) == 8);
}

TEST_CASE("64 outstanding writes: full") {
  group g(3);
  g.elect(1);
  for (int i = 0; i < 64; ++i) CHECK(g.propose(1, "x").accepted);
  CHECK(g.propose(1, "y").reason == why::full);
  g.complete(1, g.writes(1) - 63);
  CHECK(g.propose(1, "y").accepted);
  CHECK(g.propose(1, "z").reason == why::full);
  g.settle();  // the 65th found the followers' ledgers full, and was as good as lost
  g.tick(1);
  g.settle();
  CHECK(g.commit(1) == 2 + 65);
}

TEST_CASE("more than one message carries: too large") {
  raft::options o;
  o.max_message_bytes = 20;
  group g(3, o);
  g.elect(1);
  CHECK(g.propose(1, std::string(17, 'x')).reason == why::too_large);
  CHECK(g.propose(1, std::string(16, 'x')).accepted);
  CHECK(g.propose(1, {"123456", "123456"}).accepted);
  CHECK(g.propose(1, {"123456", "1234567"}).reason == why::too_large);
}

TEST_CASE("a refusal changes nothing, and is certainly in no log") {
  raft::options o;
  o.max_uncommitted = 1;
  group g(3, o);
  g.elect(1);
  g.propose(1, "x");
  for (name const n : {1u, 2u}) {
    auto const before = g[n];
    CHECK_FALSE(g.propose(n, "y").accepted);
    CHECK(g[n] == before);
    CHECK(g.last_effects(n).size() == 1);
  }
}

TEST_CASE("entries of no bytes are entries") {
  group g(3);
  g.elect(1);
  CHECK(g.propose(1, {"", ""}).accepted);
  g.settle();
  CHECK(g.commit(1) == 4);
  CHECK(g.last(3) == 4);
}

TEST_CASE("an accepted entry may be lost with its leader", "[S47]") {
  group g(3);
  g.elect(1);
  g.cut(1);
  position const lonely = *g.propose(1, "lonely").accepted;
  g.elect(2);
  g.propose(2, "common");
  g.settle();
  g.mend(1);
  g.pass(seconds(1));
  CHECK(g.of(1).live.run_at(lonely.index)->first.in != lonely.in);
}
