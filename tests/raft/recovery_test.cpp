// SPDX-License-Identifier: BSL-1.0
// Starting from what a storage holds, and refusing what no core can have left there.
#include <limits>

#include "tests/raft/group.hpp"

using namespace synod;
using namespace synod::test;

namespace {

/// What a healthy store of three voters hands out: 1@0 founding, 2@3 no-op, 3..5@3.
struct healthy {
  std::vector<run> runs{{at{1, 0}, {1}, kind::configuration},
                        {at{2, 3}, {2}, kind::no_op},
                        {at{3, 3}, {5}, kind::payload}};
  std::vector<configuration> configurations{{at{1, 0}, members_of({1, 2, 3})}};
  life started{1};
  ballot in{3};
  std::optional<node_id> vote;
  position base;
  log_index commit{1};

  recovered_log get() const { return {started, in, vote, base, runs, configurations, commit}; }
  result<group::core> start(raft::options const& o = {.self = {1}}) const {
    return group::core::start(o, get(), instant{});
  }
};

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

}  // namespace

TEST_CASE("a node starts as a follower of what its storage holds", "[S08]") {
  healthy h;
  h.vote = node_id{2};
  auto const core = h.start();
  REQUIRE(core);
  auto const& s = core->observe();
  CHECK(s.role == role::follower);
  CHECK(s.term == ballot{3});
  CHECK(s.vote == node_id{2});
  CHECK_FALSE(s.leader);
  CHECK(s.log.last() == position(at{5, 3}));
  CHECK(s.on_disk.last() == log_index{5});
  CHECK(s.commit == log_index{1});
  CHECK(s.in_force == h.configurations.back());
  CHECK(core->durable_upto() == confirming::everything_upto({{1}, 0}));
  CHECK(core->next_deadline());
  CHECK(core->broken_invariant() == nullptr);
}

TEST_CASE("the same storage gives the same core, the next life other draws") {
  healthy h;
  CHECK(*h.start() == *h.start());
  auto const first = *h.start();
  h.started = {2};
  CHECK(h.start()->next_deadline() != first.next_deadline());
  CHECK(h.start()->fingerprint() == first.fingerprint());
}

TEST_CASE("options out of their range are refused") {
  auto const refused = [](auto&& spoil) {
    raft::options o{.self = {1}};
    spoil(o);
    auto const core = healthy{}.start(o);
    CHECK_FALSE(core);
    CHECK(core.error().code == errc::bad_option);
    CHECK(std::string(core.error().what).starts_with("raft: "));
  };
  refused([](auto& o) { o.heartbeat = {}; });
  refused([](auto& o) { o.election_timeout = {}; });
  refused([](auto& o) { o.election_timeout = milliseconds(199); });
  refused([](auto& o) { o.election_timeout = {top}; });
  refused([](auto& o) { o.heartbeat = {top}; });
  refused([](auto& o) { o.max_message_bytes = 0; });
  refused([](auto& o) { o.max_in_flight = 0; });
  refused([](auto& o) { o.max_uncommitted = 0; });
}

TEST_CASE("options at the ends of their range are taken") {
  raft::options o{.self = {1}};
  o.heartbeat = {1};
  o.election_timeout = {2};
  CHECK(healthy{}.start(o));
  o.heartbeat = milliseconds(500);
  o.election_timeout = milliseconds(1000);
  o.max_message_bytes = 1;
  o.max_in_flight = 1;
  o.max_uncommitted = 1;
  CHECK(healthy{}.start(o));
  o.election_timeout = seconds(std::uint64_t{1} << 32);
  CHECK(healthy{}.start(o));
}

TEST_CASE("a recovered state that no core has left is refused, with its place", "[S03][O-REC]") {
  auto const refused = [](char const* what, std::uint64_t place, auto&& spoil) {
    CAPTURE(what);
    healthy h;
    spoil(h);
    auto const core = h.start();
    CHECK_FALSE(core);
    CHECK(core.error().code == errc::bad_recovered);
    CHECK(core.error().place == place);
    CHECK(std::string(core.error().what).starts_with("raft: recovered: "));
  };
  refused("no life", 0, [](auto& h) { h.started = {}; });
  refused("term beyond its limit", 0, [](auto& h) { h.in = {max_ballot + 1}; });
  refused("no configuration", 0, [](auto& h) { h.configurations.clear(); });
  refused("no voters", 1, [](auto& h) { h.configurations[0].who = {}; });
  refused("a gap", 4, [](auto& h) { h.runs[2].first.index = {4}; });
  refused("an overlap", 2, [](auto& h) { h.runs[2].first.index = {2}; });
  refused("an empty run", 3, [](auto& h) { h.runs[2].last = {2}; });
  refused("a falling ballot", 3, [](auto& h) { h.runs[2].first.in = {2}; });
  refused("an entry of a later term", 5, [](auto& h) { h.in = {2}; });
  refused("commit beyond the log", 6, [](auto& h) { h.commit = {6}; });
  refused("commit below the base", 1, [](auto& h) {
    h.base = at{2, 3};
    h.runs.erase(h.runs.begin(), h.runs.begin() + 2);
  });
  refused("a first run at or below the base", 3, [](auto& h) {
    h.base = at{3, 3};
    h.commit = {3};
    h.runs.erase(h.runs.begin(), h.runs.begin() + 2);
  });
  refused("a base later than the log", 3, [](auto& h) {
    h.base = at{2, 4};
    h.commit = {2};
    h.in = {4};
    h.runs.erase(h.runs.begin(), h.runs.begin() + 2);
  });
  refused("too long a log", max_index + 1, [](auto& h) { h.runs[2].last = {max_index + 1}; });
  refused("a configuration beyond the log", 5, [](auto& h) { h.configurations[0].at.index = {6}; });
  refused("a run over the end of all numbers, another from 0", top, [](auto& h) {
    h.runs[2].last = {top};
    h.runs.push_back({at{0, 3}, {7}, kind::payload});
  });
  refused("a run of no known kind", 3, [](auto& h) { h.runs[2].kind = static_cast<kind>(3); });
  refused("a voter named twice", 1,
          [](auto& h) { h.configurations[0].who = members_of({1, 1, 2}); });
  refused("nothing at all", 1, [](auto& h) { h.runs.clear(); });
}

TEST_CASE("a store may leave out older runs", "[S12]") {
  healthy h;
  h.runs = {{at{40, 2}, {50}, kind::payload}, {at{51, 3}, {60}, kind::payload}};
  auto const core = h.start();
  REQUIRE(core);
  CHECK(core->observe().log.last() == position(at{60, 3}));
  CHECK(core->observe().log.before() == position(at{50, 2}));
}

TEST_CASE("a store may know nothing but what it has compacted", "[S21]") {
  healthy h;
  h.base = at{9, 3};
  h.commit = {9};
  h.runs.clear();
  auto const core = h.start();
  REQUIRE(core);
  CHECK(core->observe().log.last() == position(at{9, 3}));
  CHECK(core->commit() == log_index{9});
}

TEST_CASE("more runs than a core keeps: it keeps the newest") {
  healthy h;
  for (std::uint64_t i = 6; i < 60; ++i) h.runs.push_back({at{i, i}, {i}, kind::payload});
  h.in = {60};
  auto const core = h.start();
  REQUIRE(core);
  CHECK(core->observe().log.last() == position(at{59, 59}));
  CHECK(core->observe().log.size() == 16);
}

TEST_CASE("a crash at any write of an election and some proposals is survived",
          "[S08][O-REC][O-VOTE][O-SMS]") {
  // Every node in turn crashes after every prefix of its writes; the oracles judge.
  for (name victim = 1; victim <= 3; ++victim) {
    for (std::size_t kept = 0; kept < 8; ++kept) {
      CAPTURE(victim, kept);
      group g(3);
      g.tick(1);
      g.sync(1);
      for (name const n : {2u, 3u}) {
        g.deliver(1, n);
        g.sync(n);
        g.deliver(n, 1);
      }
      for (char const* text : {"a", "b", "c"}) {
        if (g.role(1) == role::leader) g.propose(1, text);
        if (g.under_way(1, 2) != 0) g.deliver(1, 2);
        if (g.under_way(1, 3) != 0) g.deliver(1, 3);
      }
      g.crash(victim, kept);
      g.deliver_all();
      g.restart(victim);
      auto const once = g[victim];
      g.crash(victim);
      g.restart(victim);  // idempotent, but for the life and what is drawn from it
      CHECK(g[victim].fingerprint() == once.fingerprint());
      g.pass(seconds(20));
      CHECK(g.oracles.committed_entries() >= 2);
      for (name const n : {2u, 3u}) CHECK(g.terms(n) == g.terms(1));
      CHECK(g.commit(1) == g.last(1));
    }
  }
}

TEST_CASE("all nodes crash and start again, and nothing committed is lost", "[S08][O-LCOMP]") {
  group g(3);
  for (int round = 0; round < 5; ++round) {
    g.pass(seconds(5));
    for (name const n : {1u, 2u, 3u}) {
      if (g.role(n) == role::leader) {
        g.propose(n, std::to_string(round));
        g.settle();
        g.propose(n, "perhaps lost");
      }
    }
    for (name const n : {1u, 2u, 3u}) g.crash(n);
    g.lose_all();
    for (name const n : {1u, 2u, 3u}) g.restart(n);
  }
  g.pass(seconds(20));
  CHECK(g.oracles.committed_entries() >= 10);
  CHECK(g.terms(1) == g.terms(2));
  CHECK(g.terms(1) == g.terms(3));
}
