// SPDX-License-Identifier: BSL-1.0
// A store that has forgotten its first entries, under a core that keeps the newest 16 runs only.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

/// Node 1 leads, and all three know that 1 .. 3 are committed.
void commit_everywhere(group& g) {
  g.elect(1);
  g.propose(1, "a");
  g.settle();
  g.tick(1);
  g.settle();
  for (name const n : {1u, 2u, 3u}) REQUIRE(g[n].commit() == log_index{3});
}

}  // namespace

TEST_CASE("entries are replaced right behind what is compacted", "[S21][S22]") {
  group g(3);
  commit_everywhere(g);
  for (std::uint64_t term = 4; term <= 23; ++term) {  // 20 runs, of as many leaders
    g.hear(2, term % 2 == 0 ? 1 : 3,
           appends(term, at{term - 1, term == 4 ? 1 : term - 1}, term, 1, 3), {"x"});
    g.sync(2);
  }
  g.of(2).live.compact({3});
  g.of(2).image.compact({3});
  g.hear(2, 1, appends(50, at{3, 1}, 50, 1, 3), {"z"});
  CHECK(g[2].observe().log.last() == at{4, 50});
  CHECK(g[2].broken_invariant() == nullptr);
}

TEST_CASE("a follower is brought up to date from right behind what is compacted", "[S29]") {
  group g(3);
  commit_everywhere(g);
  log_index const applied = g[3].commit();
  g.cut(3);
  for (int i = 0; i < 10; ++i) {
    g.elect(2);
    g.elect(1);
  }
  g.of(1).live.compact(applied);
  g.of(1).image.compact(applied);
  g.mend(3);
  g.tick(1);
  g.settle();
  g.tick(1);
  g.settle();
  CHECK(g[3].observe().log.last() == g[1].observe().log.last());
  CHECK(g[3].commit() == g[1].commit());
}
