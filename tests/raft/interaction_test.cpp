// SPDX-License-Identifier: BSL-1.0
// The outcomes that the whole-group scripts of etcd's raft library expect
// (shared/testdata/raft-interaction), of a group that goes the same ways.
#include "tests/raft/group.hpp"
#include "tests/raft/messages.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using usual_group = basic_group<usual>;

/// So long after anybody was heard that nobody holds to a leader.
template <class Group>
void wait(Group& g) {
  g.now = g.now + milliseconds(1000);
}

}  // namespace

TEST_CASE("prevote.txt: a log that is behind gets no pre-votes, one that is not gets the office") {
  struct only_pre_vote : raft::with<option::storage<memory_log>, option::check_quorum<false>> {};
  basic_group<only_pre_vote> g(3);
  g.elect(1);
  g.propose(1, "prop_1");
  g.deliver(1, 2);
  g.sync(1);
  g.sync(2);
  g.lose(1, 3);  // 3 is behind
  wait(g);
  g.tick(3);
  g.settle();
  CHECK(g.term(3) == 1);
  CHECK(g.role(3) != role::leader);
  g.tick(1);
  g.settle();
  CHECK(g.role(1) == role::leader);
  CHECK(g.last(3) == g.last(1));
  wait(g);
  g.tick(2);
  g.settle();
  CHECK(g.role(2) == role::leader);
  CHECK(g.term(2) == 2);
}

TEST_CASE("prevote_checkquorum.txt: no pre-votes while voters hear a leader") {
  usual_group g(3);
  g.elect(1);
  g.tick(1);
  g.settle();
  auto const campaigns = [&](name n) {  // without waiting for its own deadline
    REQUIRE(g.role(n) == role::follower);
    instant const before = g.now;
    g.tick(n);
    g.now = before;
  };
  campaigns(2);
  g.settle();
  CHECK(g.role(1) == role::leader);
  CHECK(g.term(2) == 1);

  // 1 is silent, and 2 has not heard it for long enough: it helps 3.
  g.cut(1);
  g.lose_all();
  wait(g);
  g.tick(3);
  REQUIRE(g.role(3) == role::pre_candidate);
  g.settle();
  CHECK(g.role(3) == role::leader);
  CHECK(g.term(3) == 2);
  g.mend(1);
  g.tick(3);
  g.settle();
  REQUIRE(g.see(1).leader == node_id{3});

  // A quorum that has given a leader up replaces it, although it is alive.
  campaigns(1);
  g.lose_all();
  CHECK(g.role(1) == role::pre_candidate);
  campaigns(2);
  g.settle();
  CHECK(g.role(2) == role::leader);
  CHECK(g.term(2) == 3);
  CHECK(g.role(3) == role::follower);
}

TEST_CASE(
    "checkquorum.txt: votes are refused beside a leader; one that nobody answers steps down") {
  struct only_check_quorum : raft::with<option::storage<memory_log>, option::pre_vote<false>> {};
  basic_group<only_check_quorum> g(3);
  g.elect(1);
  g.tick(1);
  g.settle();
  g.hear(1, 2, asks_for_vote(2, at{2, 1}));
  g.hear(3, 2, asks_for_vote(2, at{2, 1}));
  CHECK(g.term(1) == 1);
  CHECK(g.term(3) == 1);
  g.lose_all();
  instant const heard = g.now;
  while (g.role(1) == role::leader) {
    g.tick(1);
    g.lose_all();
  }
  CHECK(g.now - heard == milliseconds(1100));
  CHECK(g.term(1) == 1);
  g.tick(2);
  g.settle();
  CHECK(g.role(2) == role::leader);
}

TEST_CASE("snapshot_succeed_via_app_resp.txt: a snapshot of the last entry is all that is needed") {
  usual_group g(3);
  g.cut(3);
  g.elect(1);
  g.propose(1, "x");
  g.settle();
  std::uint64_t const last = g.last(1);
  g.take_snapshot(1, last);
  g.compact(1, last);
  g.mend(3);
  for (int i = 0; i < 3; ++i) {
    g.tick(1);
    g.settle();
  }
  CHECK(g.peer(1, 3).pace == pace::replicate);
  CHECK(g.peer(1, 3).match == log_index{last});
  CHECK(g.peer(1, 3).next == log_index{last + 1});
  CHECK(g.commit(3) == last);
}

TEST_CASE("slow_follower_after_compaction.txt: a full window is no obstacle", "[T6-09]") {
  raft::options o;
  o.max_in_flight = 2;
  usual_group g(3, o);
  g.elect(1);
  for (char const* content : {"12", "13", "14"}) g.propose(1, content);
  g.settle();
  REQUIRE(g.peer(1, 3).match == log_index{5});
  for (char const* content : {"15", "16", "17", "18"}) {
    g.propose(1, content);
    for (int i = 0; i < 3; ++i) {
      g.sync(1);
      while (g.under_way(1, 2) != 0) g.deliver(1, 2);
      g.sync(2);
      while (g.under_way(2, 1) != 0) g.deliver(2, 1);
    }
  }
  REQUIRE(g.commit(1) == 9);
  REQUIRE(g.peer(1, 3).next == log_index{8});
  REQUIRE_FALSE(g.peer(1, 3).may_send(2));
  g.lose(1, 3);
  g.take_snapshot(1, 8);
  g.compact(1, 8);
  g.tick(1);
  g.settle();
  CHECK(g.peer(1, 3).pace == pace::replicate);
  CHECK(g.peer(1, 3).match == log_index{9});
  CHECK(g.of(3).live.base() == at{8, 1});
}
