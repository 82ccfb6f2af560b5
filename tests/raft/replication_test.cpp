// SPDX-License-Identifier: BSL-1.0
// How logs become equal (Raft, section 5.3).
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

namespace {

/// Node 2 of three follows node 1 in term 1 and holds entries 2 .. last of it, all durable.
group follower_with(std::uint64_t last) {
  group g(3);
  g.hear(2, 1, appends(1, at{1, 0}, 1, static_cast<std::uint32_t>(last - 1)),
         std::vector<std::string>(last - 1, "old"));
  g.sync(2);
  g.lose_all();
  return g;
}

}  // namespace

TEST_CASE("an entry goes to everybody at once and back as an acknowledgement") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  CHECK(g.under_way(1, 2) == 1);
  CHECK(g.under_way(1, 3) == 1);
  CHECK(g.saying(1, 2) == appends(1, at{2, 1}, 1, 1, 2));
  g.deliver(1, 2);
  g.sync(2);
  CHECK(g.saying(2, 1) == acknowledges(1, 3));
  g.deliver(2, 1);
  CHECK(g.commit(1) == 2);
  g.sync(1);
  CHECK(g.commit(1) == 3);
}

TEST_CASE("entries are sent ahead of acknowledgements") {
  group g(3);
  g.elect(1);
  for (char const* text : {"a", "b", "c"}) g.propose(1, text);
  CHECK(g.under_way(1, 2) == 3);
  CHECK(g.saying(1, 2, 2).at == position(at{4, 1}));
  CHECK(g.peer(1, 2).in_flight() == 3);
  g.settle();
  CHECK(g.commit(1) == 5);
  CHECK(g.peer(1, 2).in_flight() == 0);
}

TEST_CASE("several entries of one proposal travel together") {
  group g(3);
  g.elect(1);
  g.propose(1, {"a", "b", "c"});
  CHECK(g.under_way(1, 2) == 1);
  CHECK(g.saying(1, 2).count == 3);
  g.settle();
  CHECK(g.content(3, 5) == "c");
}

TEST_CASE("what the net repeats changes nothing", "[T2-18]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  auto const append = g.take(1, 2);
  g.arrive(append);
  g.sync(2);
  auto const ack = g.take(2, 1);
  auto const writes = g.writes(2);
  for (int i = 0; i < 3; ++i) g.arrive(append);
  CHECK(g.writes(2) == writes);
  for (int i = 0; i < 3; ++i) g.arrive(ack);
  CHECK(g.unmoved(1));
  g.settle();
  CHECK(g.commit(1) == 3);
}

TEST_CASE("appends that overtake each other leave no gap") {
  group g(3);
  g.elect(1);
  g.propose(1, "a");
  g.propose(1, "b");
  auto const first = g.take(1, 2);
  g.deliver(1, 2);
  CHECK(g.last(2) == 2);
  CHECK(g.saying(2, 1) == rejects(1, 3, at{2, 1}));
  g.arrive(first);
  CHECK(g.last(2) == 3);
  g.settle();
  CHECK(g.content(2, 4) == "b");
  CHECK(g.peer(1, 2).pace == pace::replicate);
}

TEST_CASE("a lost append is found by the next heartbeat, without traffic", "[O-LIVE]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.lose_all();
  g.tick(1);
  g.settle();
  CHECK(g.commit(1) == 3);
  CHECK(g.last(2) == 3);
  CHECK(g.last(3) == 3);
}

TEST_CASE("a lost acknowledgement is repeated by the next heartbeat", "[O-LIVE]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.sync(1);
  for (name const n : {2u, 3u}) {
    g.deliver(1, n);
    g.sync(n);
  }
  g.lose_all();
  g.tick(1);
  g.settle();
  CHECK(g.commit(1) == 3);
}

TEST_CASE("a lost probe is sent again by the heartbeat, and only by it", "[S28][O-LIVE]") {
  group g(3);
  g.tick(1);
  g.sync(1);
  g.hear(1, 2, votes(1, true));
  CHECK(g.peer(1, 3).waiting);
  g.lose_all();
  g.propose(1, "x");
  CHECK(g.quiet());
  g.tick(1);
  CHECK(g.saying(1, 3).count == 1);  // the no-op: another run than "x"
  g.settle();
  CHECK(g.commit(1) == 3);
}

TEST_CASE("a follower replaces what another leader has written", "[S22][R07]") {
  group g = follower_with(7);
  g.hear(2, 3, appends(2, at{4, 1}, 2, 3), {"5", "6", "7"});
  CHECK(g.last_effects(2)[0].batch.truncate_from == log_index{5});
  CHECK(g.said_to(2, 3).at(0) == acknowledges(2, 7));
  CHECK(g.terms(2) == std::vector<std::uint64_t>{1, 1, 1, 2, 2, 2});
  CHECK(g.content(2, 6) == "6");
}

TEST_CASE("only the part that differs is replaced; its payload is skipped to", "[S22]") {
  group g = follower_with(5);
  g.hear(2, 3, appends(2, at{5, 1}, 2, 2), {"six", "seven"});
  g.hear(2, 1, appends(3, at{5, 1}, 2, 4), {"six", "seven", "eight", "nine"});
  log_batch const& b = g.last_effects(2)[0].batch;
  CHECK_FALSE(b.truncate_from);
  CHECK(b.skip == 2);
  CHECK(b.entries == run{at{8, 2}, {9}, kind::payload});
  CHECK(g.content(2, 9) == "nine");
}

TEST_CASE("a request shorter than the log cuts nothing", "[S22][T2-20]") {
  group g = follower_with(7);
  auto const writes = g.writes(2);
  g.hear(2, 1, appends(1, at{2, 1}, 1, 2), {"old", "old"});
  CHECK(g.last(2) == 7);
  g.hear(2, 1, shows_itself(1, at{3, 1}));
  CHECK(g.last(2) == 7);
  CHECK(g.writes(2) == writes);
}

TEST_CASE("an acknowledgement names what this request verified", "[S24][R10]") {
  group g = follower_with(9);
  g.hear(2, 3, shows_itself(2, at{5, 1}));
  CHECK(g.said_to(2, 3).at(0) == acknowledges(2, 5));
  g.hear(2, 3, appends(2, at{5, 1}, 1, 2), {"old", "old"});
  CHECK(g.said_to(2, 3).at(0) == acknowledges(2, 7));
  CHECK(g.last(2) == 9);
}

TEST_CASE("a tail that the leader never had is not counted", "[S24][R10]") {
  group g(3);
  g.elect(1);
  g.cut(1);
  g.propose(1, {"a", "b", "c"});
  g.sync(1);
  g.elect(2);
  g.crash(3);
  g.mend(1);
  g.propose(2, {"d", "e"});
  g.lose_all();
  g.hear(1, 2, shows_itself(2, at{2, 1}, 3));
  g.sync(1);
  g.deliver(1, 2);
  CHECK(g.commit(2) == 3);
  g.tick(2);
  g.settle();
  CHECK(g.content(1, 5) == "e");
  CHECK(g.commit(2) == 5);
}

TEST_CASE("a refused append names the last place where the logs may agree", "[S26][T4-08]") {
  group g = follower_with(5);
  g.hear(2, 3, shows_itself(2, at{9, 1}));
  CHECK(g.said_to(2, 3).at(0) == rejects(2, 9, at{5, 1}));
  g.hear(2, 3, appends(3, at{5, 1}, 2, 3), {"a", "b", "c"});
  g.hear(2, 1, shows_itself(4, at{7, 1}));  // node 2 has 7@2, and must look at term 1
  CHECK(g.said_to(2, 1).at(0) == rejects(4, 7, at{5, 1}));
}

TEST_CASE("tails that differ over their whole equal length agree in one more probe", "[T4-08]") {
  group g(3);
  g.elect(1);
  g.cut(1);
  g.propose(1, std::vector<std::string>(5, "lonely"));
  g.settle();
  g.elect(2);
  g.propose(2, std::vector<std::string>(4, "common"));
  g.settle();
  REQUIRE(g.last(1) == g.last(2));
  g.elect(3);
  g.mend(1);
  g.tick(3);
  g.deliver(3, 1);
  g.sync(1);
  CHECK(g.saying(1, 3) == rejects(3, 7, at{7, 1}));
  g.deliver(1, 3);
  CHECK(g.saying(3, 1).at == position(at{2, 1}));
  g.settle();
  CHECK(g.terms(1) == g.terms(2));
  CHECK(g.content(1, 7) == "common");
}

TEST_CASE("a follower many terms apart is brought up, a probe a term at most", "[T4-08][O-LIVE]") {
  group g(3);
  g.elect(3);
  g.cut(3);
  g.propose(3, std::vector<std::string>(40, "lonely"));
  g.settle();
  for (int i = 0; i < 24; ++i) {  // more terms than a core keeps runs of
    name const leader = i % 2 == 0 ? 1 : 2;
    g.elect(leader);
    g.propose(leader, "x" + std::to_string(i));
    g.settle();
  }
  g.mend(3);
  g.pass(milliseconds(100));
  std::size_t rounds = 0;
  while (g.last(3) != g.last(2) || g.terms(3) != g.terms(2)) {
    g.tick(2);
    g.settle();
    REQUIRE(++rounds < 40);
  }
  CHECK(g.content(3, g.last(2)) == "x23");
  CHECK(g.commit(3) == g.commit(2));
}

TEST_CASE("a leader many terms into its log finds an old follower's place", "[T4-08]") {
  group g(3);
  g.elect(1);
  g.cut(3);
  for (int i = 0; i < 20; ++i) g.elect(i % 2 == 0 ? 2 : 1);
  CHECK(g.see(1).log.before().index > log_index{2});  // the core has forgotten that far
  g.mend(3);
  g.tick(1);
  g.settle();
  CHECK(g.terms(3) == g.terms(1));
  CHECK(g.commit(1) == g.last(1));
}

TEST_CASE("an old refusal is no news", "[S26][T7-12][R09]") {
  group g(3);
  g.elect(1);
  g.propose(1, std::vector<std::string>(8, "x"));
  g.settle();
  REQUIRE(g.peer(1, 2).match == log_index{10});
  for (std::uint64_t const probed : {1u, 3u, 10u}) {
    g.hear(1, 2, rejects(1, probed, at{1, 0}));
    CHECK(g.unmoved(1));
  }
}

TEST_CASE("a probe's refusal counts only while that probe is the last word", "[S26][R09]") {
  group g(3);
  g.elect(1);
  g.cut(3);
  g.propose(1, std::vector<std::string>(8, "x"));
  g.settle();
  g.elect(2);
  g.mend(3);
  g.tick(2);
  REQUIRE(g.saying(2, 3).at == position(at{10, 1}));
  g.hear(2, 3, rejects(2, 10, at{2, 1}));
  CHECK(g.peer(2, 3).next == log_index{3});
  g.hear(2, 3, rejects(2, 10, at{1, 0}));  // the same refusal, late and with another hint
  CHECK(g.peer(2, 3).next == log_index{3});
  CHECK(g.unmoved(2));
  g.settle();
  CHECK(g.last(3) == 11);
}

TEST_CASE("a refusal never leads below what is known to match", "[S26][R09][O-PROG]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.propose(1, "y");
  g.deliver(1, 2);
  g.sync(2);
  g.deliver(2, 1);
  g.hear(1, 2, rejects(1, 4, at{1, 0}));  // of what is in flight, with a hint from long ago
  CHECK(g.peer(1, 2).match == log_index{3});
  CHECK(g.peer(1, 2).next == log_index{4});
}

TEST_CASE("an acknowledgement of what the leader does not have is dropped", "[T7-04][S49]") {
  group g(3);
  g.elect(1);
  for (std::uint64_t const index : {std::uint64_t{3}, std::uint64_t{8}, max_index}) {
    g.hear(1, 2, acknowledges(1, index));
    CHECK(g.unmoved(1));
  }
}

TEST_CASE("strangers and late answers of other terms are dropped", "[T7-12][S27]") {
  group g(3);
  g.elect(1);
  g.elect(1 + 1);
  g.propose(2, "x");
  for (name const from : {9u, 2u}) {  // unknown, itself
    g.hear(2, from, acknowledges(2, 4));
    CHECK(g.unmoved(2));
    g.hear(2, from, rejects(2, 3, at{1, 0}));
    CHECK(g.unmoved(2));
  }
  g.hear(2, 3, acknowledges(1, 4));
  CHECK(g.unmoved(2));
  g.hear(2, 3, rejects(1, 3, at{1, 0}));
  CHECK(g.unmoved(2));
}

TEST_CASE("an append inside what a follower has compacted matches", "[S21][T4-13]") {
  group g(3);
  g.elect(1);
  g.propose(1, {"a", "b", "c", "d"});
  g.settle();
  g.tick(1);
  g.settle();
  REQUIRE(g.commit(2) == 6);
  for (auto* log : {&g.of(2).live, &g.of(2).image}) log->compact({5});
  g.crash(2);
  g.restart(2);
  g.hear(2, 1, appends(1, at{2, 1}, 1, 2), {"a", "b"});
  CHECK(g.said_to(2, 1).at(0) == acknowledges(1, 5));  // all of it is committed
  g.hear(2, 1, appends(1, at{2, 1}, 1, 4), {"a", "b", "c", "d"});
  CHECK(g.said_to(2, 1).at(0) == acknowledges(1, 6));
  CHECK(g.last(2) == 6);
}

TEST_CASE("a leader sends nothing from before what it has compacted", "[S21][R08]") {
  group g(3);
  g.elect(1);
  g.cut(3);
  g.propose(1, {"a", "b", "c"});
  g.settle();
  for (auto* log : {&g.of(1).live, &g.of(1).image}) log->compact({4});
  g.crash(1);
  g.restart(1);
  g.elect(1);
  g.mend(3);
  g.tick(1);
  g.settle();
  for (int i = 0; i < 5; ++i) {
    g.tick(1);
    g.settle();
  }
  CHECK(g.last(3) == 2);  // no snapshots yet: it waits for one, unharmed
  CHECK(g.commit(3) == 1);
  CHECK(g.commit(1) == g.last(1));
}

TEST_CASE("a message carries at most so many bytes, and at least one entry", "[S28][T2-21]") {
  std::string const big(30, 'x');
  for (std::uint64_t const limit : {34u, 67u, 68u, 69u, 200u}) {
    CAPTURE(limit);
    raft::options o;
    o.max_message_bytes = limit;
    group g(3, o);
    g.elect(1);
    g.cut(3);
    for (int i = 0; i < 6; ++i) g.propose(1, big);
    g.settle();
    g.mend(3);
    std::uint64_t const bytes_an_entry = framed_bytes(big.size());
    for (int i = 0; i < 20 && g.last(3) != 8; ++i) {
      g.tick(1);
      while (!g.quiet()) {
        if (g.under_way(1, 3) != 0) CHECK(g.saying(1, 3).count * bytes_an_entry <= limit);
        g.settle();
      }
    }
    CHECK(g.last(3) == 8);
  }
}

TEST_CASE("so many entries are in flight to a follower, and no more", "[S28]") {
  raft::options o;
  o.max_in_flight = 4;
  group g(3, o);
  g.elect(1);
  g.propose(1, {"1", "2", "3"});
  g.propose(1, {"4", "5", "6", "7"});
  CHECK(g.peer(1, 2).in_flight() <= 4);
  g.settle();
  CHECK(g.commit(1) == 9);
}

TEST_CASE("a full window opens with the acknowledgement", "[S28][T4-10]") {
  raft::options o;
  o.max_in_flight = 2;
  group g(3, o);
  g.elect(1);
  for (int i = 0; i < 10; ++i) g.propose(1, std::to_string(i));
  CHECK(g.under_way(1, 2) == 2);
  g.settle();
  CHECK(g.commit(1) == 12);
  g.propose(1, std::vector<std::string>(9, "together"));
  CHECK(g.saying(1, 2).count <= 2);
  g.settle();
  CHECK(g.commit(1) == 21);
  // All of a window lost: the heartbeat finds out.
  g.propose(1, "a");
  g.propose(1, "b");
  g.propose(1, "c");
  g.lose_all();
  g.tick(1);
  g.settle();
  CHECK(g.commit(1) == 24);
}

TEST_CASE("a message whose entries were replaced before it left is lost", "[O-LMATCH]") {
  group g(3);
  g.elect(1);
  g.propose(1, "mine");
  auto const late = g.take(1, 3);
  g.lose_all();
  g.elect(2);
  g.propose(2, "yours");
  g.settle();
  CHECK(g.content(1, 4) == "yours");
  g.arrive(late);  // of term 1
  CHECK(g.content(3, 4) == "yours");
}

TEST_CASE("a follower that comes back empty-handed gets what it lacks", "[O-LIVE]") {
  group g(3);
  g.elect(1);
  g.cut(3);
  for (int i = 0; i < 5; ++i) {
    g.propose(1, std::to_string(i));
    g.settle();
  }
  g.crash(3);
  g.mend(3);
  g.restart(3);
  g.tick(1);
  g.settle();
  CHECK(g.last(3) == 7);
  g.tick(1);
  g.settle();
  CHECK(g.commit(3) == 7);
}
