// SPDX-License-Identifier: BSL-1.0
// What a node said, it remembers; what it has not yet written, it has not said.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("an acknowledgement leaves once its entries are on disk", "[S02][T1-06]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 2);
  CHECK(g.last(2) == 3);
  CHECK(g.quiet() == false);
  CHECK(g.under_way(2, 1) == 0);
  g.sync(2);
  CHECK(g.saying(2, 1) == acknowledges(1, 3));
}

TEST_CASE("a retransmission does not overtake the first write", "[S02][T1-06]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  auto const append = g.take(1, 2);
  g.arrive(append);
  g.arrive(append);  // writes nothing, but promises what is not on disk yet
  CHECK(g.under_way(2, 1) == 0);
  g.hear(2, 1, shows_itself(1, at{3, 1}));
  CHECK(g.under_way(2, 1) == 0);
  g.sync(2);
  CHECK(g.under_way(2, 1) == 3);
}

TEST_CASE("what a crash has kept is acknowledged, what it has lost is not", "[S02][O-REC]") {
  for (std::size_t kept = 0; kept <= 3; ++kept) {
    CAPTURE(kept);
    group g(3);
    g.elect(1);
    for (char const* text : {"a", "b", "c"}) {
      g.propose(1, text);
      g.deliver(1, 2);
    }
    g.crash(2, kept);
    g.lose(2, 1);
    g.restart(2);
    CHECK(g.last(2) == 2 + kept);
    g.tick(1);
    g.settle();
    CHECK(g.last(2) == 5);
    CHECK(g.content(2, 5) == "c");
  }
}

TEST_CASE("completions in any order count as their contiguous part", "[S05][T1-07][R30]") {
  group g(3);
  g.elect(1);
  g.propose(1, "a");
  g.propose(1, "b");
  g.propose(1, "c");
  for (int i = 0; i < 3; ++i) g.deliver(1, 2);
  std::uint64_t const first = g.writes(2) - 2;
  g.complete(2, first + 2);
  CHECK(g.under_way(2, 1) == 0);
  g.complete(2, first);
  CHECK(g.under_way(2, 1) == 1);
  CHECK(g.saying(2, 1) == acknowledges(1, 3));
  g.complete(2, first + 1);
  CHECK(g.under_way(2, 1) == 3);
}

TEST_CASE("a sole voter's writes complete in reverse, and then nothing more happens",
          "[S05][T1-07][R30][O-LIVE]") {
  group g(1);
  g.tick(1);
  g.complete(1, 1);
  REQUIRE(g.role(1) == role::leader);
  g.propose(1, "x");
  REQUIRE(g.writes(1) == 3);
  g.complete(1, 3);
  CHECK(g.commit(1) == 1);
  g.complete(1, 2);
  CHECK(g.commit(1) == 3);
}

TEST_CASE("a leader's own writes complete in reverse, then the group idles", "[S05][R30]") {
  group g(3);
  g.elect(1);
  g.propose(1, "a");
  g.propose(1, "b");
  std::uint64_t const first = g.writes(1) - 1;
  g.complete(1, first + 1);
  g.complete(1, first);
  g.deliver(1, 2);
  g.deliver(1, 2);
  g.sync(2);
  g.lose(1, 3);
  g.deliver(2, 1);
  g.deliver(2, 1);
  CHECK(g.commit(1) == 4);
}

TEST_CASE("a completion counts once, and only one of this life", "[S05]") {
  group g(3);
  g.elect(1);
  io_id const one = g.of(1).writes[0].what.id;
  g.complete(1, 1);  // again
  CHECK(g.unmoved(1));
  io_id const future{one.life, g.writes(1) + 1};
  g.step(1, persisted{confirming::confirm(future)});
  CHECK(g.unmoved(1));
  g.propose(1, "x");
  g.step(1, persisted{confirming::confirm({next(one.life), g.writes(1)})});
  CHECK(g.unmoved(1));
  g.step(1, persisted{});
  CHECK(g.unmoved(1));
}

TEST_CASE("a write of the life before confirms nothing in this one", "[S05][T1-08]") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  io_id const old = g.of(2).writes[0].what.id;
  g.crash(2);
  g.restart(2);
  g.hear(2, 3, asks_for_vote(1, at{1, 0}));
  g.step(2, persisted{confirming::confirm(old)});
  CHECK(g.unmoved(2));
  CHECK(g.under_way(2, 3) == 0);
}

TEST_CASE("a late completion confirms nothing that has replaced what it wrote",
          "[S04][T1-08][T1-09]") {
  group g(3);
  g.elect(1);
  g.settle();
  g.hear(2, 1, appends(1, at{2, 1}, 1, 3), {"3", "4", "5"});
  g.hear(2, 3, appends(2, at{2, 1}, 2, 3), {"drei", "vier", "fuenf"});
  std::uint64_t const old = g.writes(2) - 1;
  g.complete(2, old);
  CHECK(g.see(2).on_disk.last() == log_index{2});
  CHECK(g.under_way(2, 3) == 0);
  g.complete(2, old + 1);
  CHECK(g.see(2).on_disk.last() == log_index{5});
  CHECK(g.under_way(2, 3) == 1);
}

TEST_CASE("what counts as durable falls with a truncation", "[S04][T1-09]") {
  group g(3);
  g.hear(2, 1, appends(1, at{1, 0}, 1, 9), std::vector<std::string>(9, "x"));
  g.sync(2);
  CHECK(g.see(2).on_disk.last() == log_index{10});
  g.hear(2, 3, appends(2, at{5, 1}, 2, 1), {"y"});
  CHECK(g.see(2).on_disk.last() == log_index{5});
  g.sync(2);
  CHECK(g.see(2).on_disk.last() == log_index{6});
}

TEST_CASE("a leader that was a follower counts only what of its log is durable", "[S02][S04]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 2);
  g.lose_all();
  g.crash(1);
  g.tick(2);
  g.complete(2, g.writes(2));  // of its vote; the entry before is not reported
  CHECK(g.role(2) == role::candidate);
  CHECK(g.quiet());
  g.complete(2, g.writes(2) - 1);
  g.settle();
  CHECK(g.role(2) == role::leader);
  CHECK(g.commit(2) == 4);
}

TEST_CASE("a failed write stops the node, for good", "[S06][R15]") {
  for (auto const was : {role::follower, role::candidate, role::leader}) {
    group g(3);
    if (was == role::leader) g.elect(1);
    if (was == role::candidate) g.tick(1);
    if (was == role::follower) g.hear(1, 2, asks_for_vote(1, at{1, 0}));
    if (was == role::leader) g.propose(1, "x");
    g.lose_all();
    std::uint64_t const failing = g.writes(1);
    g.fail(1, failing);
    REQUIRE(g.last_effects(1).size() == 1);
    CHECK(g.last_effects(1)[0].what == emitted::stopped);
    CHECK(g.last_effects(1)[0].why_stopped == error{errc::write_failed, "", failing});
    CHECK_FALSE(g[1].next_deadline());
    g.step(1, tick{});
    CHECK(g.unmoved(1));
    g.hear(1, 2, asks_for_vote(9, at{9, 8}));
    CHECK(g.unmoved(1));
    g.hear(1, 2, shows_itself(9, at{1, 0}));
    CHECK(g.unmoved(1));
    g.complete(1, failing);
    CHECK(g.unmoved(1));
    g.fail(1, failing);
    CHECK(g.unmoved(1));
    CHECK(g.propose(1, "y").reason == why::stopped);
    CHECK(g.quiet());
  }
}

TEST_CASE("a leader whose write failed never writes that place of its term again", "[S07][T1-10]") {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 2);
  g.fail(1, g.writes(1));
  CHECK(g.propose(1, "y").reason == why::stopped);
  g.crash(1);
  g.restart(1);
  CHECK(g.role(1) == role::follower);
  g.pass(seconds(20));
  CHECK(g.term(1) > 1);
  CHECK(g.content(1, 3) == g.content(2, 3));
  CHECK(g.content(3, 3) == g.content(2, 3));
}

TEST_CASE("a restarted leader does not lead its old term again", "[S07]") {
  group g(3);
  g.elect(1);
  g.crash(1);
  g.restart(1);
  CHECK(g.role(1) == role::follower);
  CHECK(g.term(1) == 1);
  g.hear(1, 2, votes(1, true));
  CHECK(g.unmoved(1));
  g.tick(1);
  CHECK(g.term(1) == 2);
}

TEST_CASE("with 64 writes outstanding a follower drops what would need another", "[S05]") {
  group g(3);
  for (std::uint64_t i = 0; i < 64; ++i) {
    g.hear(2, 1, appends(1, at{1 + i, i == 0 ? 0u : 1u}, 1, 1), {"x"});
  }
  REQUIRE(g.writes(2) == 64);
  g.hear(2, 1, appends(1, at{65, 1}, 1, 1), {"x"});
  CHECK(g.unmoved(2));
  g.hear(2, 3, asks_for_vote(9, at{99, 8}));
  CHECK(g.unmoved(2));
  g.tick(2);  // it does not campaign, but waits on
  CHECK(g.role(2) == role::follower);
  CHECK(g.last_effects(2).empty());
  CHECK(*g[2].next_deadline() > g.now);
  g.complete(2, 64);
  CHECK(g[2].observe().writes.full());  // not contiguous
  g.complete(2, 1);
  g.hear(2, 1, appends(1, at{65, 1}, 1, 1), {"x"});
  CHECK(g.last(2) == 66);
}

TEST_CASE("a candidate whose ledger is full takes office when it is not", "[S05]") {
  group g(1);
  g.tick(1);
  g.sync(1);
  while (!g.see(1).writes.full()) g.propose(1, "x");
  CHECK(g.propose(1, "y").reason == why::full);
  g.settle();
  CHECK(g.commit(1) == g.last(1));
}

TEST_CASE("more writes than a core tells apart still commit together", "[S02]") {
  group g(1);
  g.elect(1);
  for (int i = 0; i < 20; ++i) g.propose(1, std::to_string(i));
  std::uint64_t const last = g.writes(1);
  for (std::uint64_t w = last - 19; w <= last; ++w) {
    g.complete(1, w);
    CHECK(g.commit(1) <= 2 + (w - (last - 20)));  // never more than is on disk
  }
  CHECK(g.commit(1) == 22);
}
