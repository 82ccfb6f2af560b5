// SPDX-License-Identifier: BSL-1.0
// Each oracle fires on a violation made by hand, and stays silent just before it.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "synod/sim/log_oracles.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

// A cluster that exists only in what is told to the oracles. Entry 1 is the configuration.
struct told {
  explicit told(std::uint64_t nodes = 3) {
    members who;
    for (std::uint64_t id = 1; id <= nodes; ++id) who.voters.push_back({id});
    oracles.begin(who, verdict);
  }

  // Appends one entry of this ballot at i that says `text`, replacing what is there.
  void write(std::size_t slot, std::uint64_t in, std::uint64_t i, std::string const& text,
             std::optional<std::uint64_t> vote = {}) {
    std::vector<std::byte> bytes(framed_bytes(text.size()));
    frame_entry(std::as_bytes(std::span{text}), bytes.data());
    log_batch batch;
    batch.in = {in};
    if (vote) batch.vote = node_id{*vote};
    if (i <= oracles.log_of(slot).live().last().value) batch.truncate_from = log_index{i};
    batch.entries = run{{{i}, {in}}, {i}, kind::payload};
    oracles.wrote(slot, batch, {bytes, 1}, {{1}, ++writes[slot]});
  }
  // The same on several nodes, and on their disks.
  void store(std::initializer_list<std::size_t> slots, std::uint64_t in, std::uint64_t i,
             std::string const& text) {
    for (std::size_t const slot : slots) {
      write(slot, in, i, text);
      sync(slot);
    }
  }
  // Installs a snapshot at i whose last entry is of ballot `of`.
  void install(std::size_t slot, std::uint64_t in, std::uint64_t i, std::uint64_t of) {
    log_batch batch;
    batch.in = {in};
    batch.chunk = snapshot_chunk{{{i}, {of}}, 0, 1, 1};
    oracles.wrote(slot, batch, {}, {{1}, ++writes[slot]});
  }
  void term(std::size_t slot, std::uint64_t in, std::optional<std::uint64_t> vote = {}) {
    log_batch batch;
    batch.in = {in};
    if (vote) batch.vote = node_id{*vote};
    oracles.wrote(slot, batch, {}, {{1}, ++writes[slot]});
  }
  void sync(std::size_t slot) { oracles.settled(slot, {{1}, writes[slot]}); }
  void lead(std::size_t slot, std::uint64_t in) {
    log_observation now = oracles.last_seen(slot);
    now.leads = true;
    now.in = {in};
    now.last = oracles.log_of(slot).live().last();
    oracles.observed(slot, now);
  }
  void decide(std::size_t slot, std::uint64_t upto, std::uint64_t in) {
    oracles.decided(slot, {upto}, {in});
    log_observation now = oracles.last_seen(slot);
    now.commit = {upto};
    now.last = oracles.log_of(slot).live().last();
    if (now.in.value < in) now.in = {in};
    oracles.observed(slot, now);
  }
  void say(std::size_t slot, std::size_t to, std::uint64_t in, std::optional<node_id> vote = {},
           std::optional<log_index> holds = {}) {
    log_testimony t;
    t.in = {in};
    t.vote = vote;
    t.holds = holds;
    oracles.said(slot, to, t);
  }

  bool silent() const { return !verdict.broken(); }
  std::string oracle() const { return verdict.broken() ? verdict.oracle() : "none"; }

  sim_verdict verdict;
  log_oracles oracles;
  std::uint64_t writes[max_voters] = {};
};

}  // namespace

TEST_CASE("O-ELECT: two leaders in one ballot, whatever lies between") {
  told t;
  t.lead(0, 1);
  t.oracles.crashed(0, 0);
  t.lead(1, 2);
  CHECK(t.silent());
  t.lead(2, 1);
  CHECK(t.oracle() == "O-ELECT");
}

TEST_CASE("O-VOTE: a second vote in a ballot, after a crash that lost the first") {
  told t;
  t.term(0, 1, 1);
  t.sync(0);
  t.say(0, 0, 1, node_id{1});
  t.oracles.crashed(0, 0);
  t.term(0, 1, 2);
  t.sync(0);
  CHECK(t.silent());
  t.say(0, 1, 1, node_id{2});
  CHECK(t.oracle() == "O-VOTE");
}

TEST_CASE("O-LMATCH: a leader shows an entry of its log as what it is") {
  told t;
  t.write(0, 1, 2, "a");
  t.term(0, 2);
  t.sync(0);
  auto const show = [&](std::uint64_t index, std::uint64_t in) {
    log_testimony shown;
    shown.in = {2};
    shown.shown = {{index}, {in}};
    t.oracles.said(0, 1, shown);
  };
  show(2, 1);
  show(0, 0);  // nothing
  CHECK(t.silent());
  SECTION("of no other ballot") { show(2, 0); }
  SECTION("and it has it") { show(3, 1); }
  CHECK(t.oracle() == "O-LMATCH");
}

TEST_CASE("O-LMATCH: one position, two contents") {
  told t;
  t.write(0, 1, 2, "a");
  t.write(1, 1, 2, "a");
  t.write(2, 2, 2, "b");
  CHECK(t.silent());
  t.write(2, 1, 2, "b");
  CHECK(t.oracle() == "O-LMATCH");
}

TEST_CASE("O-LMATCH: one position, two pasts") {
  told t;
  t.write(0, 1, 2, "a");
  t.write(1, 2, 2, "a");
  t.write(0, 3, 3, "same");
  CHECK(t.silent());
  t.write(1, 3, 3, "same");
  CHECK(t.oracle() == "O-LMATCH");
}

TEST_CASE("O-LCOMP: a leader without a committed entry") {
  told t;
  t.store({0, 1}, 1, 2, "a");
  t.lead(0, 1);
  t.decide(0, 2, 1);
  t.lead(1, 2);
  CHECK(t.silent());
  t.lead(2, 3);
  CHECK(t.oracle() == "O-LCOMP");
}

TEST_CASE("O-LCOMP: an older leader commits what a newer one lacks") {
  told t;
  t.store({0, 1}, 1, 2, "a");
  t.lead(0, 1);
  t.lead(2, 2);
  CHECK(t.silent());
  t.decide(0, 2, 1);
  CHECK(t.oracle() == "O-LCOMP");
}

TEST_CASE("O-LCOMP: what a later leader committed, an earlier one need not have") {
  told t;
  t.store({0, 1}, 2, 2, "a");
  t.lead(0, 2);
  t.decide(0, 2, 2);
  t.lead(2, 1);
  CHECK(t.silent());
}

TEST_CASE("O-SMS: another entry is decided") {
  told t;
  t.store({0, 1}, 1, 2, "a");
  t.decide(0, 2, 1);
  t.write(2, 2, 2, "b");
  CHECK(t.silent());
  t.decide(2, 2, 2);
  CHECK(t.oracle() == "O-SMS");
}

TEST_CASE("O-SMS: a gap, a repetition, another content in what is applied") {
  told t;
  t.store({0, 1}, 1, 2, "a");
  t.decide(0, 2, 1);
  std::uint64_t const first = t.oracles.log_of(0).live().at({1}).content;
  std::uint64_t const second = t.oracles.log_of(0).live().at({2}).content;
  SECTION("in order") {
    t.oracles.applied(0, {1}, first);
    t.oracles.applied(0, {2}, second);
    CHECK(t.silent());
    SECTION("twice") { t.oracles.applied(0, {2}, second); }
    SECTION("again in a new life, but not from the beginning") {
      t.oracles.started(0);
      t.oracles.applied(0, {2}, second);
    }
  }
  SECTION("a gap") { t.oracles.applied(0, {2}, second); }
  SECTION("another content") {
    t.oracles.applied(0, {1}, first);
    t.oracles.applied(0, {2}, second + 1);
  }
  if (t.silent()) return;  // the section above all others
  CHECK(t.oracle() == "O-SMS");
}

TEST_CASE("O-CDUR: acknowledged by all, on the disks of half") {
  told t{4};
  for (std::size_t slot = 0; slot < 4; ++slot) t.write(slot, 1, 2, "a");
  t.sync(0);
  t.sync(1);
  SECTION("half of four") {
    t.decide(0, 2, 1);
    CHECK(t.oracle() == "O-CDUR");
  }
  SECTION("three of four") {
    t.sync(2);
    t.decide(0, 2, 1);
    CHECK(t.silent());
  }
}

TEST_CASE("O-PERSIST: a ballot, a vote, an acknowledgement that are not on disk") {
  told t;
  t.write(0, 1, 2, "a");
  t.lead(0, 1);
  t.term(1, 1, 1);
  SECTION("a ballot") {
    t.say(1, 0, 1);
    CHECK(t.oracle() == "O-PERSIST");
  }
  t.sync(1);
  SECTION("the ballot is") {
    t.say(1, 0, 1);
    t.say(1, 0, 1, node_id{1});
    CHECK(t.silent());
  }
  SECTION("a vote") {
    t.term(2, 1);
    t.sync(2);
    t.term(2, 1, 1);
    t.say(2, 0, 1, node_id{1});
    CHECK(t.oracle() == "O-PERSIST");
  }
  SECTION("an acknowledgement") {
    t.write(1, 1, 2, "a");
    t.say(1, 0, 1, {}, log_index{2});
    CHECK(t.oracle() == "O-PERSIST");
  }
  SECTION("an acknowledgement of another log than the leader's") {
    t.write(1, 1, 2, "a");
    t.write(1, 1, 3, "of an earlier leader");
    t.sync(1);
    t.say(1, 0, 1, {}, log_index{2});
    CHECK(t.silent());
    t.say(1, 0, 1, {}, log_index{3});
    CHECK(t.oracle() == "O-PERSIST");
  }
  SECTION("what a later ballot on the disk implies") {
    t.write(1, 1, 2, "a");
    t.write(1, 2, 2, "b");
    t.sync(1);
    t.say(1, 0, 1, {}, log_index{2});
    CHECK(t.silent());
  }
}

TEST_CASE("O-TRUNC: a decided entry is dropped") {
  told t;
  for (std::size_t slot : {0u, 1u}) {
    t.write(slot, 1, 2, "a");
    t.write(slot, 1, 3, "b");
    t.sync(slot);
  }
  t.decide(0, 2, 1);
  t.write(0, 2, 3, "c");
  CHECK(t.silent());
  t.write(0, 3, 2, "d");
  CHECK(t.oracle() == "O-TRUNC");
}

TEST_CASE("O-MONO: a ballot falls within a life, but not over a restart") {
  told t;
  t.lead(0, 5);
  t.oracles.crashed(0, 0);
  t.oracles.started(0);
  log_observation now;
  now.last = {1};
  now.in = {4};
  t.oracles.observed(0, now);
  CHECK(t.silent());
  now.in = {3};
  t.oracles.observed(0, now);
  CHECK(t.oracle() == "O-MONO");
}

TEST_CASE("O-PROG: a leader believes what is not on the follower's disk") {
  told t;
  t.write(0, 1, 2, "a");
  t.lead(0, 1);
  t.write(1, 1, 2, "a");
  t.oracles.believed(0, 1, {{1}, {3}});
  CHECK(t.silent());
  SECTION("not yet") { t.oracles.believed(0, 1, {{2}, {3}}); }
  SECTION("it sends what is there") {
    t.sync(1);
    t.oracles.believed(0, 1, {{2}, {3}});
    CHECK(t.silent());
    t.oracles.believed(0, 1, {{2}, {2}});
  }
  CHECK(t.oracle() == "O-PROG");
}

TEST_CASE("O-ELECT: a leader without a majority of the votes that were said") {
  told t{5};
  for (std::size_t slot : {0u, 1u}) {
    t.term(slot, 1, 1);
    t.sync(slot);
    t.say(slot, 0, 1, node_id{1});
  }
  SECTION("two of five") {
    t.lead(0, 1);
    CHECK(t.oracle() == "O-ELECT");
  }
  SECTION("three of five") {
    t.term(2, 1, 1);
    t.sync(2);
    t.say(2, 0, 1, node_id{1});
    t.lead(0, 1);
    CHECK(t.silent());
  }
}

TEST_CASE("O-LMATCH: a core that believes its log to be longer than what it wrote") {
  told t;
  t.write(0, 1, 2, "a");
  t.lead(0, 1);
  log_observation now = t.oracles.last_seen(0);
  CHECK(t.silent());
  now.last = {3};
  t.oracles.observed(0, now);
  CHECK(t.oracle() == "O-LMATCH");
}

TEST_CASE("a snapshot stands for the entries that were committed") {
  told t;
  for (std::size_t slot : {0u, 1u}) {
    t.write(slot, 1, 2, "a");
    t.write(slot, 1, 3, "b");
    t.sync(slot);
  }
  t.lead(0, 1);
  t.decide(0, 3, 1);
  ghost_state const& log = t.oracles.log_of(2).live();
  SECTION("into an empty log, on disk once it is settled") {
    t.install(2, 1, 3, 1);
    CHECK(log.last() == log_index{3});
    CHECK(log.chain_at({3}) == t.oracles.log_of(0).live().chain_at({3}));
    CHECK(t.oracles.log_of(2).disk().last() == log_index{1});
    t.sync(2);
    CHECK(t.oracles.log_of(2).disk().chain_at({3}) == log.chain_at({3}));
  }
  SECTION("what is behind it stays if its last entry is there") {
    for (std::uint64_t i : {2u, 3u, 4u}) t.write(2, 1, i, i == 2 ? "a" : i == 3 ? "b" : "c");
    t.install(2, 1, 3, 1);
    CHECK(log.last() == log_index{4});
  }
  SECTION("and goes where another one is") {
    for (std::uint64_t i : {2u, 3u, 4u}) t.write(2, 2, i, "of another leader");
    t.install(2, 2, 3, 1);
    CHECK(log.last() == log_index{3});
    CHECK(log.chain_at({3}) == t.oracles.log_of(0).live().chain_at({3}));
  }
  SECTION("a crash before it is settled leaves the log as it was") {
    t.write(2, 2, 2, "of another leader");
    t.sync(2);
    t.install(2, 2, 3, 1);
    t.oracles.crashed(2, 0);
    CHECK(log.last() == log_index{2});
    CHECK(log.at({2}).in == ballot{2});
  }
  CHECK(t.silent());
}

TEST_CASE("O-SNAP: a snapshot of what was not committed, or is no news") {
  told t;
  t.store({0, 1}, 1, 2, "a");
  t.lead(0, 1);
  t.decide(0, 2, 1);
  SECTION("of what is beyond") { t.install(2, 1, 3, 1); }
  SECTION("of another ballot") { t.install(2, 2, 2, 2); }
  SECTION("of what was decided here") { t.install(0, 1, 2, 1); }
  SECTION("restored beyond") { t.oracles.restored(2, {3}); }
  CHECK(t.oracle() == "O-SNAP");
}

TEST_CASE("the full check sees what the others saw") {
  told t;
  t.store({0, 1}, 1, 2, "a");
  t.decide(0, 2, 1);
  t.oracles.check_all(7);
  CHECK(t.silent());
}

TEST_CASE("the first violation counts") {
  sim_verdict verdict;
  CHECK_FALSE(verdict.broken());
  verdict.report("O-ELECT", "first");
  verdict.report("O-SMS", "second");
  CHECK(std::string(verdict.oracle()) == "O-ELECT");
  CHECK(verdict.what() == "first");
}
