// SPDX-License-Identifier: BSL-1.0
// Who leads (Raft, section 5.2).
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("a node whose patience ends campaigns, and leads with a majority") {
  group g(3);
  CHECK(g.role(1) == role::follower);
  g.tick(1);
  CHECK(g.role(1) == role::candidate);
  CHECK(g.term(1) == 1);
  CHECK(g.vote(1) == node_id{1});
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  CHECK(g.saying(2, 1) == votes(1, true));
  g.deliver(2, 1);
  CHECK(g.role(1) == role::leader);
  CHECK(g.see(1).leader == node_id{1});
  g.settle();
  CHECK(g.see(2).leader == node_id{1});
  CHECK(g.see(3).leader == node_id{1});
  CHECK(g.commit(1) == 2);
}

TEST_CASE("a vote request leaves once the candidate's own vote is on its disk", "[S01][R02]") {
  group g(3);
  g.tick(1);
  CHECK(g.last_effects(1)[0].what == emitted::write);
  CHECK(g.said_to(1, 2).size() == 1);
  CHECK(g.quiet());
  g.sync(1);
  CHECK(g.under_way(1, 2) == 1);
  CHECK(g.under_way(1, 3) == 1);
}

TEST_CASE("a candidate that crashes before its vote is durable has asked nobody", "[S01][R02]") {
  group g(3);
  g.tick(1);
  g.crash(1);
  g.deliver_all();
  g.restart(1);
  CHECK(g.term(1) == 0);
  g.elect(3);  // node 1 is free to grant the very term it had campaigned in
  CHECK(g.term(3) == 1);
  CHECK(g.vote(1) == node_id{3});
}

TEST_CASE("a candidate advertises its log only once it is durable", "[S12][T1-11]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 2);  // node 2 has x in memory, not on its disk
  g.tick(2);
  CHECK(g.role(2) == role::candidate);
  CHECK(g.under_way(2, 3) == 0);
  g.complete(2, g.writes(2));  // of its vote: what was written before may not be reported yet
  CHECK(g.under_way(2, 3) == 0);
  g.sync(2);
  CHECK(g.saying(2, 3).at == position(at{3, 1}));
}

TEST_CASE("a vote counts once, however often it comes", "[S13][R03]") {
  group g(5);
  g.tick(1);
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  auto const grant = g.take(2, 1);
  for (int i = 0; i < 4; ++i) g.arrive(grant);
  CHECK(g.role(1) == role::candidate);
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);
  CHECK(g.role(1) == role::leader);
}

TEST_CASE("the net repeats a grant while others elect another in the same term", "[S13][R03]") {
  group g(5);
  g.tick(1);
  g.tick(4);
  g.sync(1);
  g.sync(4);
  g.deliver(1, 2);
  g.deliver(4, 3);
  g.deliver(4, 5);
  for (name const n : {2u, 3u, 5u}) g.sync(n);
  auto const grant = g.take(2, 1);
  for (int i = 0; i < 3; ++i) g.arrive(grant);
  g.deliver(3, 4);
  g.deliver(5, 4);
  CHECK(g.role(4) == role::leader);
  CHECK(g.role(1) == role::candidate);
}

TEST_CASE("a stranger's vote and a refusal do not elect", "[S13]") {
  group g(3);
  g.tick(1);
  g.sync(1);
  g.hear(1, 77, votes(1, true));
  CHECK(g.role(1) == role::candidate);
  g.hear(1, 2, votes(1, false));
  g.hear(1, 2, votes(1, true));  // the first answer stands
  CHECK(g.role(1) == role::candidate);
  g.hear(1, 3, votes(1, true));
  CHECK(g.role(1) == role::leader);
}

TEST_CASE("a grant of an earlier term is late", "[S13][T2-11]") {
  group g(3);
  g.tick(1);
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  auto const late = g.take(2, 1);
  g.lose_all();
  g.tick(1);
  CHECK(g.term(1) == 2);
  g.sync(1);
  g.arrive(late);
  CHECK(g.role(1) == role::candidate);
  CHECK(g.unmoved(1));
}

TEST_CASE("an even number of voters wants more than half", "[R11][T2-15]") {
  group g(4);
  g.tick(1);
  g.sync(1);
  g.hear(1, 2, votes(1, true));
  CHECK(g.role(1) == role::candidate);
  g.hear(1, 3, votes(1, true));
  CHECK(g.role(1) == role::leader);
}

TEST_CASE("a sole voter leads once its vote is on its disk, in a new term", "[T2-13]") {
  group g(1);
  g.tick(1);
  CHECK(g.role(1) == role::candidate);
  g.sync(1);
  CHECK(g.role(1) == role::leader);
  CHECK(g.term(1) == 1);
  CHECK(g.commit(1) == 2);  // its no-op: sync saw that write complete too
}

TEST_CASE("node 0 is a node like the others", "[T2-10]") {
  group g(std::vector<name>{0, 1, 2});
  g.tick(0);
  g.sync(0);
  g.deliver(0, 1);
  g.sync(1);
  CHECK(g.vote(1) == node_id{0});
  g.hear(1, 2, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(1, 2).at(0) == votes(1, false));
  g.deliver(1, 0);
  CHECK(g.role(0) == role::leader);
  g.settle();
  CHECK(g.see(2).leader == node_id{0});
  auto const answer = g.propose(2, "x");
  CHECK(answer.leader == node_id{0});
}

TEST_CASE("a higher term in any message is adopted, written, and clears the vote", "[S11]") {
  fields const newer[] = {asks_for_vote(7, at{1, 0}),
                          votes(7, true),
                          votes(7, false),
                          shows_itself(7, at{2, 1}),
                          shows_itself(7, at{9, 6}),
                          acknowledges(7, 2),
                          rejects(7, 2, at{1, 0})};
  for (fields const& f : newer) {
    CAPTURE(static_cast<int>(f.what));
    for (auto const was : {role::follower, role::candidate, role::leader}) {
      group g(3);
      if (was == role::leader) g.elect(1);
      if (was == role::candidate) g.tick(1);
      REQUIRE(g.role(1) == was);
      g.hear(1, 2, f);
      CHECK(g.role(1) == role::follower);
      CHECK(g.term(1) == 7);
      bool const asked = f.what == verb::vote && was != role::leader;
      CHECK(g.vote(1) == (asked ? std::optional(node_id{2}) : std::nullopt));
      REQUIRE(g.last_effects(1).size() >= 1);
      CHECK(g.last_effects(1)[0].what == emitted::write);
      CHECK(g.last_effects(1)[0].batch.in == ballot{7});
      CHECK(g.last_effects(1)[0].batch.vote == g.vote(1));
      CHECK(g.quiet());  // nothing said in the new term before it is durable
      CHECK(g[1].next_deadline());
    }
  }
}

TEST_CASE("a leader that steps down has its patience again", "[S20]") {
  group g(3);
  g.elect(1);
  g.hear(1, 2, votes(7, false));
  CHECK(*g[1].next_deadline() - g.now >= g.see(1).options.election_timeout);
  g.pass(seconds(10));
  CHECK(g.oracles.committed_entries() >= 2);
}

TEST_CASE("a candidate follows the leader of its own term", "[S19]") {
  group g(3);
  g.tick(1);
  g.hear(1, 2, shows_itself(1, at{1, 0}));
  CHECK(g.role(1) == role::follower);
  CHECK(g.see(1).leader == node_id{2});
  CHECK(g.vote(1) == node_id{1});
}

TEST_CASE("a leader that hears another of its own term halts aloud", "[S19]") {
  group g(3);
  g.elect(1);
  g.hear(1, 2, shows_itself(1, at{2, 1}));
  REQUIRE(g.last_effects(1).size() == 1);
  CHECK(g.last_effects(1)[0].what == emitted::stopped);
  CHECK(g.last_effects(1)[0].why_stopped.code == errc::broken_invariant);
  CHECK_FALSE(g[1].next_deadline());
  g.hear(1, 2, asks_for_vote(9, at{9, 8}));
  CHECK(g.unmoved(1));
  CHECK(g.propose(1, "x").reason == why::stopped);
}

TEST_CASE("every valid word of a leader resets the timer, a refused one too", "[S20][T4-18]") {
  group g(3);
  g.elect(1);
  auto const heard = [&](fields const& f, std::vector<std::string> const& with = {},
                         name from = 1) {
    g.now = g.now + milliseconds(100);
    auto const before = *g[2].next_deadline();
    g.hear(2, from, f, with);
    return before < *g[2].next_deadline();
  };
  CHECK(heard(shows_itself(1, at{2, 1})));
  CHECK(heard(appends(1, at{2, 1}, 1, 1), {"x"}));
  CHECK(heard(appends(1, at{9, 1}, 1, 1), {"y"}));  // a gap: refused
  CHECK_FALSE(g.said_to(2, 1).at(0).yes);
  CHECK_FALSE(heard(votes(1, true)));
  CHECK_FALSE(heard(acknowledges(1, 2)));
  CHECK_FALSE(heard(asks_for_vote(1, at{9, 1}), {}, 3));  // refused: its vote is given
}

TEST_CASE("a grant resets the timer; a higher term and a refused candidate do not", "[S20]") {
  group g(3);
  g.elect(1);
  auto const before = *g[2].next_deadline();
  g.now = g.now + milliseconds(100);
  g.hear(2, 3, asks_for_vote(2, at{1, 0}));  // not up to date
  CHECK(g.term(2) == 2);
  CHECK(*g[2].next_deadline() == before);
  g.hear(2, 3, asks_for_vote(3, at{2, 1}));
  CHECK(g.vote(2) == node_id{3});
  CHECK(before < *g[2].next_deadline());
}

TEST_CASE("a leader of an earlier term resets nothing", "[S20]") {
  group g(3);
  g.hear(2, 3, asks_for_vote(5, at{1, 0}));
  auto const before = *g[2].next_deadline();
  g.now = g.now + milliseconds(100);
  g.hear(2, 1, shows_itself(4, at{1, 0}));
  CHECK(*g[2].next_deadline() == before);
  CHECK(g.said_to(2, 1).at(0).in == ballot{5});
}

TEST_CASE("ticks before the deadline do nothing") {
  group g(3);
  g.step(1, tick{});
  CHECK(g.unmoved(1));
  g.elect(1);
  g.step(1, tick{});
  CHECK(g.unmoved(1));
}

TEST_CASE("patience is drawn from one to two time-outs, anew for each campaign") {
  group g(3);
  std::set<std::uint64_t> drawn;
  for (int i = 0; i < 50; ++i) {
    duration const patience = *g[1].next_deadline() - g.now;
    CHECK(patience >= milliseconds(1000));
    CHECK(patience < milliseconds(2000));
    drawn.insert(patience.ns);
    g.tick(1);
  }
  CHECK(drawn.size() > 45);
}

TEST_CASE("a candidate that wins nothing tries the next term") {
  group g(3);
  for (std::uint64_t term = 1; term < 5; ++term) {
    g.tick(1);
    g.sync(1);
    CHECK(g.term(1) == term);
    CHECK(g.under_way(1, 2) == term);
  }
}

TEST_CASE("a split vote ends in a leader without any traffic", "[O-LIVE]") {
  group g(4);
  g.tick(1);
  g.tick(2);
  g.sync(1);
  g.sync(2);
  g.deliver(1, 3);
  g.deliver(2, 4);
  g.settle();
  CHECK(g.role(1) == role::candidate);
  CHECK(g.role(2) == role::candidate);
  g.pass(seconds(10));
  CHECK(g.oracles.committed_entries() >= 1);
}

TEST_CASE("a node outside its configuration does not campaign, but votes", "[S17]") {
  group g(3);
  g.found(9, members_of({1, 2, 3}));
  g.tick(9);
  CHECK(g.role(9) == role::follower);
  CHECK(g.term(9) == 0);
  CHECK(g.last_effects(9).empty());
  CHECK(*g[9].next_deadline() > g.now);
  g.hear(9, 1, asks_for_vote(1, at{1, 0}));
  CHECK(g.said_to(9, 1).at(0) == votes(1, true));
}

TEST_CASE("a stable leader stays: its heartbeats keep everybody quiet", "[O-QUIET]") {
  group g(5);
  g.elect(3);
  g.pass(seconds(60));
  for (name const n : {1u, 2u, 3u, 4u, 5u}) CHECK(g.term(n) == 1);
}

TEST_CASE("the survivors of a leader elect another, and it rejoins", "[O-LIVE]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.settle();
  g.crash(1);
  g.pass(seconds(10));
  CHECK(g.term(2) == g.term(3));
  CHECK(g.see(2).leader);
  g.restart(1);
  g.pass(seconds(10));
  CHECK(g.see(1).leader == g.see(2).leader);
  CHECK(g.commit(1) == g.commit(2));
  CHECK(g.content(1, 3) == "x");
}
