// SPDX-License-Identifier: BSL-1.0
// What is committed (Raft, sections 5.3 and 5.4.2).
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("entries of older terms do not commit by counting: figure 8", "[S25][T2-06][R05]") {
  group g(5);
  g.elect(1);  // (a) S1 leads term 1 and brings entry 3 to S2 alone
  g.propose(1, "x");
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  g.lose_all();
  g.crash(1);
  g.tick(5);  // (b) S5 leads term 2 with S3 and S4, and tells nobody
  g.sync(5);
  g.lose(5, 2);
  g.deliver(5, 3);
  g.deliver(5, 4);
  g.sync(3);
  g.sync(4);
  g.deliver(3, 5);
  g.deliver(4, 5);
  REQUIRE(g.role(5) == role::leader);
  g.sync(5);
  g.lose_all();
  g.crash(5);
  g.restart(1);  // (c) S1 leads again and brings entry 3 of term 1 to S3
  g.tick(1);
  g.settle();  // it learns of term 2
  g.lose_all();
  while (g.role(1) != role::leader) {
    g.tick(1);
    g.sync(1);
    for (name const n : {2u, 3u}) {
      g.deliver(1, n);
      g.sync(n);
      g.deliver(n, 1);
    }
    g.lose_all();
    REQUIRE(g.term(1) < 10);
  }
  std::uint64_t const term = g.term(1);
  g.lose_all();
  g.sync(1);
  g.tick(1);
  g.deliver(1, 2);
  g.sync(2);
  g.deliver(2, 1);
  g.hear(1, 3, rejects(term, 3, at{2, 1}));
  g.lose(1, 4);
  REQUIRE(g.saying(1, 3, 1) == appends(term, at{2, 1}, 1, 1, 1));
  g.take(1, 3);
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);
  CHECK(g.peer(1, 3).match == log_index{3});
  CHECK(g.commit(1) == 1);  // three of five hold it, and still it may be overwritten
  g.lose_all();
  g.crash(1);
  g.restart(5);  // (d) S5 wins with S3 and S4, and does overwrite it
  g.cut(2);
  for (int i = 0; i < 5 && g.role(5) != role::leader; ++i) {
    g.tick(5);
    g.settle();
  }
  REQUIRE(g.role(5) == role::leader);
  CHECK(g.of(3).live.run_at({3})->first.in == ballot{2});
  g.mend(2);
  g.restart(1);
  g.pass(seconds(30));
  CHECK(g.terms(1) == g.terms(5));
}

TEST_CASE("an entry of the own term commits the older ones before it: figure 8 (e)", "[S25]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 2);
  g.sync(2);
  g.lose_all();
  g.crash(1);
  g.elect(2);
  CHECK(g.commit(2) == 4);
  CHECK(g.content(3, 3) == "x");
}

TEST_CASE("a new leader settles what it found, without any proposal", "[S18][R12][O-LIVE]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  for (name const n : {2u, 3u}) {
    g.deliver(1, n);
    g.sync(n);
  }
  g.lose_all();
  g.crash(1);  // on all, known committed by nobody
  g.elect(2);
  g.pass(seconds(1));
  CHECK(g.commit(2) >= 3);
  CHECK(g.commit(3) >= 3);
  CHECK(g.content(3, 3) == "x");
}

TEST_CASE("two of four hold an entry, and it is not committed", "[R11][T2-15][O-CDUR]") {
  group g(4);
  g.elect(1);
  g.propose(1, "x");
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  g.deliver(2, 1);
  CHECK(g.commit(1) == 2);
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);
  CHECK(g.commit(1) == 3);
}

TEST_CASE("every number of voters commits with more than half of them", "[R11][O-CDUR]") {
  for (std::size_t n = 1; n <= max_voters; ++n) {
    CAPTURE(n);
    group g(n);
    g.tick(1);
    g.settle();
    REQUIRE(g.commit(1) == 2);
    g.propose(1, "x");
    g.sync(1);
    for (std::size_t holders = 1; holders <= n; ++holders) {
      CHECK(g.commit(1) == (2 * holders > n ? 3u : 2u));
      if (holders < n) g.hear(1, holders + 1, acknowledges(1, 2));  // no news
      if (holders < n) {
        g.deliver(1, holders + 1);
        g.sync(holders + 1);
        g.deliver(holders + 1, 1);
      }
    }
  }
}

TEST_CASE("a leader counts itself only once its own write is durable", "[S02][T1-05][O-CDUR]") {
  group g(3);
  g.tick(1);
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  g.deliver(2, 1);
  REQUIRE(g.role(1) == role::leader);
  g.deliver(1, 2);
  g.sync(2);
  g.deliver(2, 1);
  CHECK(g.peer(1, 2).match == log_index{2});
  CHECK(g.commit(1) == 1);  // its own no-op is still on its way to the disk
  g.sync(1);
  CHECK(g.commit(1) == 2);
}

TEST_CASE("a sole voter commits nothing that is not on its disk", "[S02][T1-04]") {
  group g(1);
  g.elect(1);
  g.propose(1, "x");
  CHECK(g.commit(1) == 2);
  g.sync(1);
  CHECK(g.commit(1) == 3);
}

TEST_CASE("commit may run ahead of the leader's own disk, and a restart copes", "[S02][S08]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  for (name const n : {2u, 3u}) {
    g.deliver(1, n);
    g.sync(n);
    g.deliver(n, 1);
  }
  CHECK(g.commit(1) == 3);
  CHECK(g.of(1).image.last() == log_index{2});
  g.crash(1);
  g.restart(1);
  CHECK(g.last(1) == 2);
  CHECK(g.commit(1) == 1);
  g.pass(seconds(10));
  CHECK(g.content(1, 3) == "x");
}

TEST_CASE("a follower commits only what this message has verified", "[S23][T2-16][R06]") {
  group g(3);
  g.elect(1);
  g.propose(1, std::vector<std::string>(5, "common"));
  g.settle();
  g.tick(1);
  g.settle();
  REQUIRE(g.commit(3) == 7);
  g.cut(1);
  g.propose(1, {"8", "9", "10"});
  g.elect(2);
  g.propose(2, {"nine", "ten"});
  g.settle();
  REQUIRE(g.commit(2) == 10);
  g.mend(1);
  g.hear(1, 2, shows_itself(2, at{7, 1}, 10));
  CHECK(g.commit(1) == 7);
  fields no_op = appends(2, at{7, 1}, 2, 1, 10);
  no_op.kind = kind::no_op;
  g.hear(1, 2, no_op);
  CHECK(g.commit(1) == 8);
  g.lose_all();
  g.pass(seconds(1));
  CHECK(g.commit(1) == 10);
  CHECK(g.content(1, 10) == "ten");
}

TEST_CASE("a commit learnt before the entries are on disk is not forgotten", "[S23][T4-17]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);
  g.sync(1);
  REQUIRE(g.commit(1) == 3);
  g.deliver(1, 2);
  g.tick(1);
  g.deliver(1, 2);  // the commit index comes before the flush
  CHECK(g.commit(2) == 3);
  g.sync(2);
  CHECK(g.commit(2) == 3);
}

TEST_CASE("the commit index travels with the heartbeat of an idle leader", "[O-LIVE]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.settle();
  CHECK(g.commit(2) == 2);
  g.tick(1);
  g.settle();
  CHECK(g.commit(2) == 3);
  CHECK(g.commit(3) == 3);
}

TEST_CASE("a commit index in a message never lowers one", "[O-MONO]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.settle();
  g.tick(1);
  g.settle();
  g.hear(2, 1, shows_itself(1, at{3, 1}, 0));
  CHECK(g.commit(2) == 3);
}

TEST_CASE("acknowledgements in any order commit as the definition says", "[T2-14][O-CDUR]") {
  group g(5);
  g.elect(1);
  g.propose(1, std::vector<std::string>(10, "x"));
  g.sync(1);
  g.lose_all();
  splitmix64 draw(7);
  std::array<std::uint64_t, 5> held{12, 2, 2, 2, 2};
  for (int i = 0; i < 40; ++i) {
    std::size_t const slot = 1 + draw.below(4);
    std::uint64_t const upto = 2 + draw.below(11);
    // A real follower of that length, so that the oracles may look at its disk.
    if (upto > held[slot]) {
      g.hear(slot + 1, 1, appends(1, at{held[slot], 1}, 1, std::uint32_t(upto - held[slot])),
             std::vector<std::string>(upto - held[slot], "x"));
      g.sync(slot + 1);
      g.lose_all();
      held[slot] = upto;
    }
    g.hear(1, slot + 1, acknowledges(1, upto));
    auto sorted = held;
    std::sort(sorted.begin(), sorted.end());
    CHECK(g.commit(1) == sorted[2]);
  }
}
