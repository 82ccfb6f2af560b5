// SPDX-License-Identifier: BSL-1.0
// Configurations in the log of a follower: in force when appended, gone when truncated. Leaders of
// this version propose none, so the messages are hand-fed.
#include "tests/raft/group.hpp"

using namespace synod;
using namespace synod::test;

namespace {

fields configures(std::uint64_t term, position before, std::uint64_t of, members const& who) {
  fields f = appends(term, before, of, 1);
  f.kind = kind::configuration;
  f.who = who;
  return f;
}

}  // namespace

TEST_CASE("the founding configuration is in force, at the same place on every node") {
  group g(3);
  for (name const n : {1u, 2u, 3u}) {
    CHECK(g.see(n).in_force == configuration{at{1, 0}, members_of({1, 2, 3})});
  }
}

TEST_CASE("a configuration is in force from the moment it is in the log", "[S30][R16]") {
  group g(3);
  members const wider = members_of({1, 2, 3, 4, 5});
  g.hear(2, 1, configures(1, at{1, 0}, 1, wider));
  CHECK(g.see(2).in_force == configuration{at{2, 1}, wider});
  CHECK(g.last_effects(2)[0].batch.who == wider);
  CHECK(g.last_effects(2)[0].batch.entries->kind == kind::configuration);
  CHECK(g.commit(2) == 1);
  g.tick(2);  // and so it campaigns among five
  CHECK(g.said_to(2, 5).size() == 1);
  g.sync(2);
  g.hear(2, 3, votes(2, true));
  CHECK(g.role(2) == role::candidate);
  g.hear(2, 5, votes(2, true));
  CHECK(g.role(2) == role::leader);
}

TEST_CASE("a truncated configuration rolls back, any depth", "[S30][T3-04][T3-07][T3-08]") {
  group g(3);
  g.hear(2, 1, configures(1, at{1, 0}, 1, members_of({1, 2, 3, 4})));
  g.hear(2, 1, appends(1, at{2, 1}, 1, 1), {"x"});
  g.hear(2, 1, configures(1, at{3, 1}, 1, members_of({1, 2, 4})));
  g.hear(2, 1, configures(1, at{4, 1}, 1, members_of({2})));
  CHECK(g.see(2).in_force.at == position(at{5, 1}));
  CHECK(g.see(2).log.run_at({5})->first.index == log_index{5});  // a run of its own

  SECTION("the newest one") {
    g.hear(2, 3, appends(2, at{4, 1}, 2, 1), {"y"});
    CHECK(g.see(2).in_force == configuration{at{4, 1}, members_of({1, 2, 4})});
  }
  SECTION("two at once") {
    g.hear(2, 3, appends(2, at{3, 1}, 2, 1), {"y"});
    CHECK(g.see(2).in_force == configuration{at{2, 1}, members_of({1, 2, 3, 4})});
  }
  SECTION("all of them") {
    g.hear(2, 3, appends(2, at{1, 0}, 2, 1), {"y"});
    CHECK(g.see(2).in_force == configuration{at{1, 0}, members_of({1, 2, 3})});
  }
  SECTION("one for another") {
    g.hear(2, 3, configures(2, at{3, 1}, 2, members_of({7, 8, 9})));
    CHECK(g.see(2).in_force == configuration{at{4, 2}, members_of({7, 8, 9})});
    g.tick(2);  // it is no member any more
    CHECK(g.role(2) == role::follower);
  }
  SECTION("and survives a restart") {
    g.hear(2, 3, appends(2, at{4, 1}, 2, 1), {"y"});
    auto const in_force = g.see(2).in_force;
    g.sync(2);
    g.crash(2);
    g.restart(2);
    CHECK(g.see(2).in_force == in_force);
  }
}

TEST_CASE("a restart looks for the configuration up to the end of the log", "[S08][T3-05]") {
  group g(3);
  g.hear(2, 1, configures(1, at{1, 0}, 1, members_of({1, 2, 3, 4, 5})));
  g.sync(2);
  g.crash(2);
  g.restart(2);
  CHECK(g.commit(2) == 1);
  CHECK(g.see(2).in_force == configuration{at{2, 1}, members_of({1, 2, 3, 4, 5})});
}

TEST_CASE("a laggard is sent the configuration of the entry, not the latest", "[S30]") {
  group g(3);
  members const first = members_of({1, 2, 3, 4});
  members const second = members_of({1, 2, 3});
  g.hear(2, 1, configures(1, at{1, 0}, 1, first));
  g.hear(2, 1, configures(1, at{2, 1}, 1, second));
  g.elect(2);  // node 3 has neither
  CHECK(g.see(3).in_force == configuration{at{3, 1}, second});
  CHECK(g.of(3).live.configuration_before({3}) == configuration{at{2, 1}, first});
  CHECK(g.commit(2) == 4);
}

TEST_CASE("a configuration already there is not written again") {
  group g(3);
  g.hear(2, 1, configures(1, at{1, 0}, 1, members_of({1, 2})));
  auto const writes = g.writes(2);
  g.hear(2, 1, configures(1, at{1, 0}, 1, members_of({1, 2})));
  CHECK(g.writes(2) == writes);
}

TEST_CASE("an impossible configuration is dropped", "[O-ROBUST][S49]") {
  group g(3);
  fields f = configures(1, at{1, 0}, 1, {});
  g.hear(2, 1, f);
  CHECK(g.unmoved(2));
  f.who.reset();
  g.hear(2, 1, f);
  CHECK(g.unmoved(2));
  f = configures(1, at{1, 0}, 1, members_of({1, 2}));
  f.count = 2;
  g.hear(2, 1, f);
  CHECK(g.unmoved(2));
}

TEST_CASE("a configuration that names a voter twice is dropped", "[O-ROBUST][S49]") {
  group g(3);
  g.hear(2, 1, configures(1, at{1, 0}, 1, members_of({1, 1, 2})));
  CHECK(g.unmoved(2));
}
