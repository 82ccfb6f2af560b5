// SPDX-License-Identifier: BSL-1.0
// A fingerprint is of the abstract state: every member shows in it, or stands on the list of
// exceptions here.
#include "tests/raft/group.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using state = raft::state<majority>;

std::uint64_t fingerprint_of(state const& s) {
  fingerprint_visitor visitor;
  raft::visit(s, visitor);
  return visitor.value();
}

/// Whether a change of the state changes its fingerprint.
template <class Change>
bool shows(state s, Change&& change) {
  auto const before = fingerprint_of(s);
  auto const was = s;
  change(s);
  REQUIRE_FALSE(s == was);
  return fingerprint_of(s) != before;
}

struct name_visitor {
  std::multiset<std::string> seen;
  template <class T>
  void operator()(char const* what, T const&) {
    seen.insert(what);
  }
};

state leading() {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  return g.see(1);
}
state following() {
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  g.deliver(1, 2);
  return g.see(2);
}
state campaigning() {
  group g(3);
  g.tick(1);
  return g.see(1);
}
state sounding_out() {
  basic_group<usual> g(3);
  g.tick(1);
  return g.see(1);
}

}  // namespace

TEST_CASE("these are all the members of the state") {
  // A new one does not compile here, and then wants its place below.
  auto const [options, random, writes, term, vote, term_write, log, on_disk, in_force, role, leader,
              commit, patience, deadline, incoming, votes, term_start, peers, heard, reads] =
      leading();
  CHECK(options.self == node_id{1});
  CHECK(peers.size() == max_voters);
}

TEST_CASE("whatever a node may still do shows in its fingerprint") {
  for (state const& s : {leading(), following(), campaigning()}) {
    CAPTURE(static_cast<int>(s.role));
    CHECK(shows(s, [](state& x) { x.options.self = {9}; }));
    CHECK(shows(s, [](state& x) { x.term = next(x.term); }));
    CHECK(shows(s, [](state& x) { x.vote = node_id{9}; }));
    CHECK(shows(s, [](state& x) { x.writes.issue(); }));
    CHECK(shows(s, [](state& x) {
      x.log.append({at{x.log.last_index().value + 1, 1}, next(x.log.last_index()), kind::no_op});
    }));
    CHECK(shows(s, [](state& x) { x.log = run_list<16>{at{5, 1}}; }));
    CHECK(shows(s, [](state& x) { x.on_disk.wrote({{1}, 9}, {1}); }));
    CHECK(shows(s, [](state& x) { x.on_disk = durable_log<4>{{77}}; }));
    CHECK(shows(s, [](state& x) { x.in_force.at.index = {2}; }));
    CHECK(shows(s, [](state& x) { x.in_force.at.in = {2}; }));
    CHECK(shows(s, [](state& x) { x.in_force.who.voters.push_back({9}); }));
    CHECK(shows(s, [](state& x) { x.in_force.who.voters[1] = {9}; }));
    CHECK(shows(s,
                [](state& x) { x.role = x.role == role::leader ? role::follower : role::leader; }));
    CHECK(shows(s, [](state& x) { x.leader = node_id{9}; }));
    CHECK(shows(s, [](state& x) { x.commit = {9}; }));
    CHECK(shows(s, [](state& x) { x.deadline.reset(); }));
    CHECK(shows(s, [](state& x) { x.incoming.at.index = {9}; }));
    CHECK(shows(s, [](state& x) { x.incoming.at.in = {9}; }));
    CHECK(shows(s, [](state& x) { x.incoming.total = 9; }));
    CHECK(shows(s, [](state& x) { x.incoming.received = 9; }));
  }
}

TEST_CASE("nobody, node 0 and their like differ") {
  CHECK(shows(following(), [](state& x) { x.vote.reset(); }));
  state s = following();
  s.vote.reset();
  CHECK(shows(s, [](state& x) { x.vote = node_id{0}; }));
  s.leader.reset();
  CHECK(shows(s, [](state& x) { x.leader = node_id{0}; }));
}

TEST_CASE("what a leader thinks of its followers shows") {
  for (std::size_t slot : {1u, 2u}) {
    CHECK(shows(leading(), [&](state& x) { x.peers[slot].match = {1}; }));
    CHECK(shows(leading(), [&](state& x) { x.peers[slot].next = {2}; }));
    CHECK(shows(leading(), [&](state& x) { x.peers[slot].pace = pace::probe; }));
    CHECK(shows(leading(), [&](state& x) { x.peers[slot].waiting = true; }));
  }
  for (std::size_t slot : {1u, 2u}) {
    CHECK(shows(leading(), [&](state& x) { x.peers[slot].confirmed = 1; }));
  }
  CHECK(shows(leading(), [](state& x) { x.term_start = {1}; }));
  CHECK(shows(leading(), [](state& x) { x.reads.at = {9}; }));
  CHECK(shows(leading(), [](state& x) { x.reads.waiting.push_back({7}); }));
}

TEST_CASE("a candidate's votes show") {
  CHECK(shows(campaigning(), [](state& x) { x.votes.vote(1, true); }));
  CHECK(shows(campaigning(), [](state& x) { x.votes.vote(1, false); }));
  CHECK(shows(campaigning(), [](state& x) { x.votes.vote(2, true); }));
  CHECK(shows(sounding_out(), [](state& x) { x.votes.vote(1, true); }));
  CHECK(shows(sounding_out(), [](state& x) { x.role = role::candidate; }));
}

TEST_CASE("completions show: contiguous, early, and whether the term is durable") {
  CHECK(shows(campaigning(), [](state& x) {
    x.writes.persisted(confirming::confirm({x.writes.latest().life, 1}));
  }));
  state s = campaigning();
  s.writes.issue();
  CHECK(shows(
      s, [](state& x) { x.writes.persisted(confirming::confirm({x.writes.latest().life, 2})); }));
  CHECK(shows(s, [](state& x) { x.term_write = 0; }));
}

TEST_CASE(
    "exceptions: what never changes, what was drawn, when a deadline is or a voter was heard, and "
    "the "
    "number of a round") {
  for (state const& s : {leading(), following(), campaigning()}) {
    CHECK_FALSE(shows(s, [](state& x) { x.options.seed += 1; }));
    CHECK_FALSE(shows(s, [](state& x) { x.options.max_in_flight = 1; }));
    CHECK_FALSE(shows(s, [](state& x) { x.random(); }));
    CHECK_FALSE(shows(s, [](state& x) { x.patience = {x.patience.ns + 1}; }));
    CHECK_FALSE(shows(s, [](state& x) { x.deadline = *x.deadline + seconds(1); }));
    CHECK_FALSE(shows(s, [](state& x) { x.heard[1] = x.heard[1] + seconds(1); }));
    CHECK_FALSE(shows(s, [](state& x) { ++x.reads.round; }));
  }
}

TEST_CASE("exceptions: what is left over of another role") {
  CHECK_FALSE(shows(following(), [](state& x) { x.votes = tally<majority>{majority(3)}; }));
  CHECK_FALSE(shows(following(), [](state& x) { x.term_start = {9}; }));
  CHECK_FALSE(shows(following(), [](state& x) { x.peers[1].match = {1}; }));
  CHECK_FALSE(shows(leading(), [](state& x) { x.votes = tally<majority>{}; }));
  CHECK_FALSE(shows(campaigning(), [](state& x) { x.peers[1].match = {1}; }));
  CHECK_FALSE(shows(leading(), [](state& x) { x.peers[6].match = {1}; }));  // nobody's slot
}

TEST_CASE("two histories that lead to one situation give one fingerprint") {
  group g(3);
  g.hear(2, 1, asks_for_vote(1, at{1, 0}));
  g.hear(2, 3, asks_for_vote(2, at{1, 0}));
  g.hear(2, 1, asks_for_vote(3, at{1, 0}));
  g.sync(2);
  group h(3);
  h.now = instant{} + seconds(7);
  h.hear(2, 1, asks_for_vote(3, at{1, 0}));
  CHECK(h[2].fingerprint() != g[2].fingerprint());  // not yet durable
  h.sync(2);
  CHECK(h[2].fingerprint() == g[2].fingerprint());
  CHECK_FALSE(h[2] == g[2]);
  h.crash(2);
  h.restart(2);  // another life
  CHECK(h[2].fingerprint() == g[2].fingerprint());
}

TEST_CASE("names are visited, each once where it is one thing") {
  name_visitor visitor;
  raft::visit(leading(), visitor);
  for (char const* what : {"self", "term", "vote", "role", "leader", "commit", "in force",
                           "in force at", "deadline armed", "term start", "on disk"}) {
    CHECK(visitor.seen.count(what) == 1);
  }
  CHECK(visitor.seen.count("match") == 3);
}
