// SPDX-License-Identifier: BSL-1.0
// Followers that lack what is compacted are brought up to date by a snapshot (Raft, section 7). The
// oracle O-SNAP (ghost.hpp) compares every snapshot that is installed with what was committed.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using usual_group = basic_group<usual>;

/// Parts of 64 bytes.
raft::options in_small_parts() {
  raft::options o;
  o.max_message_bytes = 64;
  return o;
}

/// Node 1 leads three nodes; 3 is cut off after entry 3. Entries up to 6 are committed, the leader
/// has a snapshot of `filling` bytes and more there, and nothing before it.
usual_group with_3_behind(std::size_t filling = 200) {
  usual_group g(3, in_small_parts());
  g.elect(1);
  g.propose(1, "a");
  g.settle();
  g.cut(3);
  for (char const* content : {"b", "c", "d"}) {
    g.propose(1, content);
    g.settle();
  }
  g.take_snapshot(1, 6, filling);
  g.compact(1, 6);
  return g;
}

bool sends_snapshot(usual_group const& g, name leader, name follower) {
  return g.peer(leader, follower).pace == pace::snapshot;
}
/// Heartbeats until the leader sends a part of a snapshot to 3.
void find_out(usual_group& g) {
  for (int i = 0; i < 9 && !sends_snapshot(g, 1, 3); ++i) {
    g.tick(1);
    if (sends_snapshot(g, 1, 3)) return;
    g.deliver(1, 3);
    g.sync(3);
    g.deliver(3, 1);
  }
  REQUIRE(sends_snapshot(g, 1, 3));
}
/// 3 is back, and the leader's first part is on its way to it; 2 hears nothing of that.
void begin_snapshot(usual_group& g) {
  g.mend(3);
  find_out(g);
  g.lose(1, 2);
}
/// So many parts arrive at 3, are written and answered.
void take_parts(usual_group& g, int count) {
  for (int n = 0; n < count; ++n) {
    g.deliver(1, 3);
    g.sync(3);
    g.deliver(3, 1);
  }
}

std::size_t parts(std::uint64_t bytes) { return static_cast<std::size_t>((bytes + 63) / 64); }

}  // namespace

TEST_CASE("what a follower lacks is compacted: it gets the snapshot, then the entries",
          "[S29][S40][S41]") {
  usual_group g = with_3_behind();
  g.propose(1, "e");
  g.settle();
  g.mend(3);
  find_out(g);
  CHECK(g[1].sends_snapshot());
  g.lose(1, 2);
  std::uint64_t const total = g.of(1).live.snapshot()->bytes;
  std::uint64_t expected = 0;
  for (std::size_t n = 0; n < parts(total); ++n) {
    fields const part = g.saying(1, 3);
    CHECK(part.what == verb::snapshot);
    CHECK(part.at == at{6, 1});
    CHECK(part.number == expected);
    CHECK(part.total == total);
    CHECK(g.under_way(1, 3) == 1);  // one at a time
    expected += part.count;
    CHECK(g.commit(3) < 6);
    g.deliver(1, 3);
    CHECK(g.under_way(3, 1) == 0);  // each is a write
    g.sync(3);
    g.deliver(3, 1);
  }
  CHECK(g.commit(3) == 6);
  CHECK(g.peer(1, 3).match == log_index{6});
  CHECK_FALSE(g[1].sends_snapshot());
  g.settle();
  CHECK(g.last(3) == 7);
  CHECK(g.content(3, 7) == "e");
  g.tick(1);
  g.settle();
  CHECK(g.commit(3) == 7);
  CHECK(g.of(3).live.snapshot() == g.of(1).live.snapshot());
}

TEST_CASE("nobody writes anything: it is brought up to date all the same",
          "[S29][O-LIVE][T4-14][T6-10]") {
  usual_group g = with_3_behind();
  g.mend(3);
  g.pass(milliseconds(600));
  CHECK(g.role(1) == role::leader);
  CHECK(g.term(1) == 1);
  CHECK(g.commit(3) == 6);
  CHECK(g.peer(1, 3).match == log_index{6});
  CHECK(g.peer(1, 3).pace == pace::replicate);
}

TEST_CASE("a node that has nothing yet gets the snapshot too", "[S29][T4-14]") {
  usual_group g(3, in_small_parts());
  g.cut(3);
  g.elect(1);
  g.propose(1, "a");
  g.settle();
  g.take_snapshot(1, 3);
  g.compact(1, 3);
  REQUIRE(g.last(3) == 1);
  g.mend(3);
  g.pass(milliseconds(600));
  CHECK(g.commit(3) == 3);
  CHECK(g.term(1) == 1);
}

TEST_CASE("what is compacted has no term, and is never named with one", "[S21][T6-09][R08]") {
  // More runs than a core keeps: what it knows of the oldest, it knows from the store.
  usual_group g(3);
  g.elect(1);
  g.propose(1, "a");
  g.settle();
  g.cut(3);
  for (int i = 0; i < 10; ++i) {
    g.now = g.now + seconds(1);
    g.elect(2);
    g.now = g.now + seconds(1);
    g.elect(1);
  }
  REQUIRE(g.last(3) == 3);
  g.take_snapshot(1, 3);
  g.compact(1, 3);
  g.mend(3);
  for (int i = 0; i < 9 && g.last(3) != g.last(1); ++i) {
    g.tick(1);
    for (std::size_t n = g.under_way(1, 3); n != 0; --n) {
      CHECK(g.saying(1, 3).what != verb::snapshot);  // 3 holds the last compacted entry
      g.deliver(1, 3);
    }
    g.settle();
  }
  CHECK(g.last(3) == g.last(1));
}

TEST_CASE("a snapshot behind the entries that are sent for begins at once, not at a heartbeat") {
  usual_group g = with_3_behind();
  g.mend(3);
  g.tick(1);  // probes at the end of the log
  g.lose(1, 2);
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);  // refused: at 3 at the latest
  CHECK(sends_snapshot(g, 1, 3));
  CHECK(g.saying(1, 3).what == verb::snapshot);
}

TEST_CASE("a lost part is sent again by the heartbeat", "[S42][R22]") {
  usual_group g = with_3_behind();
  begin_snapshot(g);
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);
  auto const second = g.take(1, 3);  // lost
  g.tick(1);
  g.lose(1, 2);
  CHECK(g.saying(1, 3) == second.what);
  // A part that does not go on where the follower is changes nothing.
  fields ahead = second.what;
  ahead.number += 64;
  g.hear_part(3, 1, ahead, second.with.bytes);
  CHECK(g.see(3).incoming.received == 64);
  CHECK(g.last_effects(3).size() == 1);
  CHECK(g.said_to(3, 1).front() == expects(1, at{6, 1}, 64));
  g.settle();
  g.pass(milliseconds(500));
  CHECK(g.commit(3) == 6);
}

TEST_CASE("only a higher offset moves on, a lower one back; the same again is no news",
          "[S42][O-QUIET]") {
  usual_group g = with_3_behind(1000);
  g.mend(3);
  find_out(g);
  g.lose_all();
  auto const offset = [&] { return g.peer(1, 3).snapshot_offset(); };
  auto const hears = [&](std::uint64_t number) {
    g.hear(1, 3, expects(1, at{6, 1}, number));
    return g.said_to(1, 3);
  };
  CHECK(hears(0).empty());
  REQUIRE(hears(128).size() == 1);
  CHECK(g.said_to(1, 3).front().number == 128);
  CHECK(hears(128).empty());
  REQUIRE(hears(64).size() == 1);
  CHECK(g.said_to(1, 3).front().number == 64);
  CHECK(offset() == 64);
  std::uint64_t const total = g.of(1).live.snapshot()->bytes;
  for (std::uint64_t const number : {total, total + 1, ~std::uint64_t{0}}) {
    CHECK(hears(number).empty());
    CHECK(offset() == 64);
  }
}

TEST_CASE("parts and answers that arrive twice bring no more of them", "[S42][O-QUIET]") {
  usual_group g = with_3_behind(1000);
  g.mend(3);
  find_out(g);
  for (int i = 0; i < 200 && !g.quiet(); ++i) {
    g.lose(1, 2);
    if (g.under_way(1, 3) != 0) {
      auto const part = g.take(1, 3);
      g.arrive(part);
      g.arrive(part);
    }
    g.sync(3);
    if (g.under_way(3, 1) != 0) {
      auto const answer = g.take(3, 1);
      g.arrive(answer);
      g.arrive(answer);
    }
    CHECK(g.under_way(1, 3) <= 2);
    CHECK(g.under_way(3, 1) <= 4);
  }
  CHECK(g.commit(3) == 6);
}

TEST_CASE("entries of another leader go whole, where the snapshot's last entry is not held",
          "[S41][O-LMATCH][T6-03][T6-04][R23]") {
  usual_group g = with_3_behind();
  // 3 has 4 .. 9 of a leader that nobody else followed, across the snapshot.
  g.mend(3);
  g.hear(3, 2, appends(1, at{3, 1}, 1, 1, 3), {"b"});
  g.cut(3);
  g.tick(3);
  REQUIRE(g.role(3) == role::pre_candidate);
  g.mend(3);
  g.hear(3, 2, appends(2, at{4, 1}, 2, 5, 3), {"p", "q", "r", "s", "t"});
  g.settle();
  g.lose_all();
  REQUIRE(g.last(3) == 9);
  g.now = g.now + seconds(3);
  g.hear(1, 3, asks_for_vote(2, at{1, 0}));  // term 2 is known
  g.elect(1);
  g.pass(seconds(1));
  CHECK(g.commit(3) == g.commit(1));
  CHECK(g.terms(1).size() == g.terms(3).size());
  CHECK(g.of(3).live.base() == at{6, 1});
  CHECK(g.of(3).image.base() == at{6, 1});
}

TEST_CASE("entries behind the snapshot stay where its last entry is held", "[S41]") {
  usual_group g = with_3_behind();
  // 3 holds 4 .. 8 of term 1 without knowing that any is committed.
  g.mend(3);
  g.hear(3, 1, appends(1, at{3, 1}, 1, 5, 3), {"b", "c", "d", "e", "f"});
  g.sync(3);
  g.lose_all();
  auto const whole = *g.of(1).live.snapshot();
  auto const bytes = *g.of(1).live.read_snapshot(
      {whole.at, 0, static_cast<std::uint32_t>(whole.bytes), whole.bytes});
  fields const all =
      brings(1, whole.at, 0, static_cast<std::uint32_t>(whole.bytes), whole.bytes, whole.who);
  g.hear_part(3, 1, all, {bytes.begin(), bytes.end()});
  CHECK(g.commit(3) == 6);
  CHECK(g.last(3) == 8);
  g.sync(3);
  CHECK(g.saying(3, 1) == acknowledges(1, 6));  // no more than the snapshot says
  CHECK(g.of(3).image.last() == log_index{8});
  CHECK(g.content(3, 8) == "f");
}

TEST_CASE("a snapshot of what is committed is not installed: the commit index is the answer",
          "[S41][T6-01][T6-02]") {
  usual_group g = with_3_behind();
  g.mend(3);
  g.pass(milliseconds(600));
  REQUIRE(g.commit(3) == 6);
  g.propose(1, "e");
  g.settle();
  g.tick(1);
  g.settle();
  REQUIRE(g.commit(3) == 7);
  std::size_t const writes = g.writes(3);
  for (std::uint64_t const index : {7u, 6u, 2u}) {
    g.hear_part(3, 1, brings(1, at{index, 1}, 0, 10, 10, members_of({1, 2, 3})),
                std::vector<std::byte>(10));
    REQUIRE(g.said_to(3, 1).size() == 1);
    CHECK(g.said_to(3, 1).front() == acknowledges(1, 7));
  }
  CHECK(g.writes(3) == writes);
  CHECK(g.content(3, 7) == "e");
}

TEST_CASE("installing leaves term and vote as they are", "[S41][O-VOTE][T6-08]") {
  usual_group g = with_3_behind();
  g.mend(3);
  g.now = g.now + seconds(3);
  g.hear(3, 2, asks_for_vote(5, at{6, 1}));
  g.sync(3);
  g.lose_all();
  REQUIRE(g.vote(3) == node_id{2});
  auto const whole = *g.of(1).live.snapshot();
  auto const bytes = *g.of(1).live.read_snapshot(
      {whole.at, 0, static_cast<std::uint32_t>(whole.bytes), whole.bytes});
  g.hear_part(
      3, 2, brings(5, whole.at, 0, static_cast<std::uint32_t>(whole.bytes), whole.bytes, whole.who),
      {bytes.begin(), bytes.end()});
  CHECK(g.commit(3) == 6);
  CHECK(g.term(3) == 5);
  CHECK(g.vote(3) == node_id{2});
  g.sync(3);
  CHECK(g.saying(3, 2) == acknowledges(5, 6));
  g.crash(3);
  g.restart(3);
  CHECK(g.term(3) == 5);
  CHECK(g.vote(3) == node_id{2});
  CHECK(g.commit(3) == 6);
}

TEST_CASE("a restart in the middle begins anew, and campaigns with what was there before",
          "[S42][S43][T6-11][T6-14]") {
  usual_group g = with_3_behind();
  begin_snapshot(g);
  take_parts(g, 2);
  REQUIRE(g.see(3).incoming.received == 128);
  g.crash(3);
  g.restart(3);
  CHECK(g.see(3).incoming == raft::incoming_snapshot{});
  CHECK(g.commit(3) <= 3);
  CHECK(g.see(3).log.last() == at{3, 1});
  g.deliver(1, 3);  // the third part
  CHECK(g.said_to(3, 1).front() == expects(1, at{6, 1}, 0));
  g.sync(3);
  g.deliver(3, 1);
  CHECK(g.saying(1, 3).number == 0);
  g.pass(seconds(1));
  CHECK(g.commit(3) == 6);
}

TEST_CASE("a crash before the last part is on disk leaves the old log, after it the snapshot",
          "[O-REC][T6-04]") {
  for (std::size_t const kept : {0u, 1u}) {
    usual_group g = with_3_behind(0);
    begin_snapshot(g);
    while (g.commit(3) != 6) {
      g.sync(3);
      if (g.under_way(3, 1) != 0) g.deliver(3, 1);
      g.deliver(1, 3);
    }
    g.crash(3, kept);
    g.restart(3);
    CHECK(g.see(3).log.last() == (kept == 0 ? at{3, 1} : at{6, 1}));
    CHECK(g.commit(3) == (kept == 0 ? 1 : 6));
    g.pass(seconds(1));
    CHECK(g.commit(3) == 6);
  }
}

TEST_CASE("another snapshot in the middle begins anew", "[S42][O-LIVE][T6-17]") {
  usual_group g = with_3_behind(1000);
  begin_snapshot(g);
  take_parts(g, 3);
  g.propose(1, "e");
  g.sync(1);
  g.deliver(1, 2);
  g.sync(2);
  g.deliver(2, 1);
  REQUIRE(g.commit(1) == 7);
  g.take_snapshot(1, 7, 80);  // shorter than what was sent of the other
  g.compact(1, 7);
  auto const old = g.take(1, 3);
  g.arrive(old);
  g.sync(3);
  g.deliver(3, 1);
  CHECK(g.saying(1, 3).at == at{7, 1});
  CHECK(g.saying(1, 3).number == 0);
  g.settle();
  CHECK(g.commit(3) == 7);
  g.arrive(old);
  CHECK(g.see(3).incoming.received == 0);
}

TEST_CASE("another term, or another snapshot, begins anew", "[S42][T4-16]") {
  usual_group g(3);
  members const who = members_of({1, 2, 3});
  std::vector<std::byte> const ten(10);
  auto const received = [&] { return g.see(3).incoming.received; };
  g.hear_part(3, 1, brings(1, at{9, 1}, 0, 10, 40, who), ten);
  g.hear_part(3, 1, brings(1, at{9, 1}, 10, 10, 40, who), ten);
  CHECK(received() == 20);
  g.hear_part(3, 1, brings(1, at{12, 1}, 20, 10, 40, who), ten);
  CHECK(received() == 0);
  g.hear_part(3, 1, brings(1, at{12, 1}, 0, 10, 40, who), ten);
  CHECK(received() == 10);
  g.hear_part(3, 1, brings(1, at{12, 1}, 10, 10, 50, who), ten);
  CHECK(received() == 0);
  g.hear_part(3, 1, brings(1, at{12, 1}, 0, 10, 50, who), ten);
  g.hear_part(3, 2, brings(2, at{12, 1}, 10, 10, 50, who), ten);
  CHECK(received() == 0);
  CHECK(g.see(3).leader == node_id{2});
  g.hear_part(3, 2, brings(2, at{12, 1}, 0, 10, 50, who), ten);
  g.now = g.now + seconds(2);
  g.hear(3, 1, asks_for_vote(3, at{9, 1}));
  CHECK(received() == 0);
  g.sync(3);
}

TEST_CASE("the sender dies: the next leader sends its own", "[S42][T4-16]") {
  usual_group g = with_3_behind();
  g.tick(1);
  g.settle();
  g.take_snapshot(2, 6, 300);
  g.compact(2, 6);
  begin_snapshot(g);
  take_parts(g, 2);
  g.crash(1);
  g.pass(seconds(5));
  CHECK(g.role(2) == role::leader);
  CHECK(g.commit(3) == 7);
}

TEST_CASE("a part is a word of the leader, one that does not go on too", "[S20][S43]") {
  usual_group g(3);
  members const who = members_of({1, 2, 3});
  for (std::uint64_t const offset : {0u, 20u, 0u, 10u}) {
    g.now = g.now + milliseconds(900);
    g.hear_part(3, 1, brings(1, at{9, 1}, offset, 10, 40, who), std::vector<std::byte>(10));
    CHECK(g.see(3).leader == node_id{1});
    CHECK(*g[3].next_deadline() == g.now + g.see(3).patience);
    g.hear(3, 2, asks_for_vote(9, at{9, 1}));
    CHECK(g.term(3) == 1);
  }
}

TEST_CASE("an older term's part is refused in this node's own; a second leader's is the end",
          "[S19]") {
  usual_group g(3);
  g.elect(1);
  members const who = members_of({1, 2, 3});
  g.hear(3, 2, shows_itself(4, at{1, 0}));
  g.sync(3);
  g.hear_part(3, 1, brings(1, at{9, 1}, 0, 10, 40, who), std::vector<std::byte>(10));
  REQUIRE(g.said_to(3, 1).size() == 1);
  CHECK(g.said_to(3, 1).front() == expects(4, at{9, 1}, 0));
  CHECK(g.see(3).incoming == raft::incoming_snapshot{});
  g.hear_part(1, 2, brings(1, at{9, 1}, 0, 10, 40, who), std::vector<std::byte>(10));
  CHECK_FALSE(g[1].next_deadline());
}

TEST_CASE("the snapshot's configuration is in force, unless a later one is kept", "[S40]") {
  usual_group g(3);
  members const later = members_of({1, 2, 3, 4});
  std::vector<std::byte> const bytes = g.oracles.snapshot_at({1}, 0);
  auto const size = static_cast<std::uint32_t>(bytes.size());
  auto const node = [&](members const& who, position of) {
    memory_log log;
    REQUIRE(log.bootstrap(members_of({1, 2, 3})));
    recovered_log const held = log.recover().value();
    using core = usual_group::core;
    core c = core::start({.self = {3}}, held, instant{}).value();
    std::vector<effect<fields>> did;
    framed with;
    auto const hear = [&](fields const& f) {
      recorder<fields, memory_log> host{log, with, did};
      c.step(received<fields>{{1}, f, with.entries, with.bytes.size()}, instant{}, host);
    };
    with = framed({"x", "y"});
    hear(appends(1, at{1, 0}, 1, 2));
    with = {};
    fields configuration = appends(1, at{3, 1}, 1, 1);
    configuration.kind = kind::configuration;
    configuration.who = later;
    hear(configuration);
    with.bytes = bytes;
    hear(brings(1, of, 0, size, size, who));
    CHECK(c.broken_invariant() == nullptr);
    // What the store hands out at the next start is the same.
    CHECK(log.recover()->configurations.back().who == c.observe().in_force.who);
    CHECK(log.recover()->commit == c.commit());
    return c.observe();
  };
  auto const kept = node(members_of({1, 3}), at{3, 1});
  CHECK(kept.in_force == configuration{at{4, 1}, later});
  CHECK(kept.log.last() == at{4, 1});
  auto const covered = node(members_of({1, 3}), at{4, 1});
  CHECK(covered.in_force == configuration{at{4, 1}, members_of({1, 3})});
  auto const beyond = node(members_of({1, 3}), at{9, 1});
  CHECK(beyond.in_force == configuration{at{9, 1}, members_of({1, 3})});
  CHECK(beyond.log.last() == at{9, 1});
}

TEST_CASE("an append that begins inside of the snapshot matches, and is acknowledged",
          "[S21][T4-13]") {
  usual_group g = with_3_behind();
  g.mend(3);
  g.pass(milliseconds(600));
  REQUIRE(g.of(3).live.base() == at{6, 1});
  g.hear(3, 1, appends(1, at{2, 1}, 1, 4), {"a", "b", "c", "d"});
  REQUIRE(g.said_to(3, 1).size() == 1);
  CHECK(g.said_to(3, 1).front() == acknowledges(1, 6));
  CHECK(g.last(3) == 6);
}

TEST_CASE("votes and pre-votes compare with the snapshot where all else is compacted",
          "[S12][T2-08]") {
  usual_group g = with_3_behind();
  g.mend(3);
  g.pass(milliseconds(600));
  g.crash(3);
  g.restart(3);
  REQUIRE(g.see(3).log.last() == at{6, 1});
  g.hear(3, 2, asks_for_pre_vote(9, at{5, 1}));
  CHECK_FALSE(g.said_to(3, 2).front().yes);
  g.hear(3, 2, asks_for_vote(9, at{5, 1}));
  CHECK_FALSE(g.said_to(3, 2).front().yes);
  g.hear(3, 2, asks_for_vote(9, at{6, 1}));
  CHECK(g.said_to(3, 2).front().yes);
}

TEST_CASE("any acknowledgement at or above what is compacted ends it, nothing else does",
          "[O-LIVE][T6-10]") {
  usual_group g = with_3_behind(1000);
  g.propose(1, "e");
  g.settle();
  g.mend(3);
  find_out(g);
  g.lose_all();
  for (fields const& f : {acknowledges(1, 3), rejects(1, 3, at{2, 1}), acknowledges(1, 99)}) {
    g.hear(1, 3, f);
    CHECK(sends_snapshot(g, 1, 3));
  }
  // Entries that were on their way before have arrived all the same.
  g.hear(3, 1, appends(1, at{3, 1}, 1, 4), {"b", "c", "d", "e"});
  g.sync(3);
  g.deliver(3, 1);
  CHECK(g.peer(1, 3).pace == pace::replicate);
  CHECK(g.peer(1, 3).match == log_index{7});
  CHECK(g.peer(1, 3).next == log_index{8});
}

TEST_CASE("without a snapshot nothing is sent to one that lacks what is compacted") {
  usual_group g(3);
  g.elect(1);
  g.cut(3);
  g.propose(1, "a");
  g.settle();
  g.compact(1, 3);
  g.mend(3);
  g.tick(1);
  g.deliver_all();
  g.settle();
  g.tick(1);
  CHECK(g.said_to(1, 3).empty());
  CHECK_FALSE(g[1].sends_snapshot());
}

TEST_CASE("parts that no leader can have sent are dropped", "[O-ROBUST][S49]") {
  usual_group g(3);
  g.elect(1);
  members const who = members_of({1, 2, 3});
  std::vector<std::byte> const ten(10);
  auto const dropped = [&](fields const& f, std::size_t bytes = 10) {
    g.hear_part(3, 1, f, std::vector<std::byte>(bytes));
    CHECK(g.unmoved(3));
  };
  std::uint64_t const top = ~std::uint64_t{0};
  fields const good = brings(1, at{9, 1}, 0, 10, 40, who);
  dropped(good, 9);
  dropped(good, 11);
  dropped(brings(1, at{9, 1}, 0, 0, 40, who), 0);
  dropped(brings(1, at{9, 1}, 31, 10, 40, who));
  dropped(brings(1, at{9, 1}, top - 5, 10, 40, who));
  dropped(brings(1, at{9, 1}, top, 10, top, who));
  dropped(brings(1, at{9, 1}, 0, 10, top, who));
  dropped(brings(1, at{9, 1}, 0, 10, 9, who));
  dropped(brings(1, at{9, 2}, 0, 10, 40, who));  // of a later term than its own
  dropped(brings(1, at{0, 0}, 0, 10, 40, who));
  dropped(brings(1, at{max_index + 1, 1}, 0, 10, 40, who));
  dropped(brings(1, at{9, 1}, 0, 10, 40, {}));
  dropped(brings(1, at{9, 1}, 0, 10, 40, members_of({1, 1})));
  fields without = good;
  without.who.reset();
  dropped(without);
  framed with({"x"});
  with.bytes.resize(10);
  g.arrive({{1}, {3}, good, with});
  CHECK(g.unmoved(3));
  g.hear(1, 3, expects(1, at{9, 1}, 5));  // nothing is sent to it
  CHECK(g.last_effects(1).empty());
  g.hear_part(3, 1, good, ten);
  CHECK(g.see(3).incoming.received == 10);
}
