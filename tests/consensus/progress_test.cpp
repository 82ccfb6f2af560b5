// SPDX-License-Identifier: BSL-1.0
// What a leader knows of one follower.
#include "synod/consensus/progress.hpp"

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

TEST_CASE("a follower is first probed from the end of the leader's log, one message at a time") {
  progress p = progress::after({7});
  CHECK(p.match == log_index{0});
  CHECK(p.next == log_index{8});
  CHECK(p.pace == pace::probe);
  CHECK(p.may_send(1));
  p.sent({9});
  CHECK_FALSE(p.may_send(100));
  CHECK(p.next == log_index{8});  // a probe is not taken for granted
}

TEST_CASE("the answer to the probe opens the window") {
  progress p = progress::after({7});
  p.sent({9});
  CHECK(p.acknowledged({9}));
  CHECK(p.pace == pace::replicate);
  CHECK(p.match == log_index{9});
  CHECK(p.next == log_index{10});
  CHECK(p.in_flight() == 0);
}

TEST_CASE("an answer short of the probe is kept, and the probe goes on") {
  progress p = progress::after({7});
  p.sent({8});
  CHECK(p.acknowledged({3}));
  CHECK(p.match == log_index{3});
  CHECK(p.pace == pace::probe);
  CHECK(p.next == log_index{8});
}

TEST_CASE("an acknowledgement of nothing new opens the window all the same") {
  progress p = progress::after({0});
  p.sent({0});
  CHECK(p.acknowledged({0}));
  CHECK(p.pace == pace::replicate);
  CHECK_FALSE(p.acknowledged({0}));
}

TEST_CASE("in replicate entries are in flight until acknowledged", "[S28]") {
  progress p = progress::after({0});
  p.acknowledged({0});
  p.sent({3});
  p.sent({5});
  CHECK(p.in_flight() == 5);
  CHECK(p.may_send(6));
  CHECK_FALSE(p.may_send(5));
  CHECK(p.acknowledged({3}));
  CHECK(p.in_flight() == 2);
  CHECK_FALSE(p.acknowledged({2}));
  CHECK(p.match == log_index{3});
}

TEST_CASE("a refusal of what is outstanding leads back, strictly and never below match",
          "[S26][R09]") {
  progress p = progress::after({9});
  p.sent({10});
  CHECK(p.refused({9}, {4}));
  CHECK(p.next == log_index{5});
  CHECK(p.may_send(1));
  CHECK_FALSE(p.refused({9}, {2}));  // an old answer
  CHECK(p.next == log_index{5});
  CHECK(p.refused({4}, {8}));  // a hint that leads nowhere: one step back
  CHECK(p.next == log_index{4});
  p.acknowledged({3});
  CHECK(p.match == log_index{3});
  p.sent({9});
  CHECK_FALSE(p.refused({3}, {0}));  // at match: agreed already
  CHECK(p.refused({9}, {0}));
  CHECK(p.next == log_index{4});
  CHECK(p.pace == pace::probe);
}

TEST_CASE("whatever answers come, match never falls and stays below next",
          "[S26][R09][T7-12][O-PROG]") {
  splitmix64 draw(1);
  for (int round = 0; round < 2'000; ++round) {
    std::uint64_t last = draw.below(10);
    progress p = progress::after({last});
    for (int i = 0; i < 40; ++i) {
      progress const before = p;
      switch (draw.below(4)) {
        case 0:
          last += draw.below(3);
          if (p.next.value <= last && p.may_send(4)) {
            p.sent({std::min(last, p.next.value + draw.below(3))});
          }
          break;
        case 1: {
          log_index const upto{draw.below(last + 1)};
          bool const news = p.acknowledged(upto);
          CHECK(p.match == (upto > before.match ? upto : before.match));
          CHECK(news == (p != before));
          break;
        }
        case 2: {
          bool const news = p.refused({draw.below(last + 2)}, {draw.below(last + 1)});
          CHECK(p.match == before.match);
          if (!news) CHECK(p == before);
          if (news && before.pace == pace::probe) CHECK(p.next < before.next);
          break;
        }
        default: break;
      }
      CHECK(p.match < p.next);
      CHECK(p.next.value <= last + 1);
    }
  }
}

TEST_CASE("a follower that needs a snapshot is sent no entries", "[S29]") {
  progress p = progress::after({7});
  p.acknowledged({7});
  p.has_of_snapshot(0);
  CHECK(p.pace == pace::snapshot);
  CHECK_FALSE(p.may_send(100));
  CHECK(p.match == log_index{7});
  p.has_of_snapshot(4096);
  CHECK(p.snapshot_offset() == 4096);
  CHECK(p.match == log_index{7});
}

TEST_CASE("an acknowledgement after the snapshot opens the window", "[T6-10]") {
  progress p = progress::after({7});
  p.has_of_snapshot(4096);
  p.needs_no_snapshot({5});
  CHECK(p.next == log_index{6});
  CHECK(p.acknowledged({5}));
  CHECK(p.pace == pace::replicate);
  CHECK(p.match == log_index{5});
  p.has_of_snapshot(4096);
  p.needs_no_snapshot({3});  // an older one than is known
  CHECK(p.next == log_index{6});
  CHECK(p.match == log_index{5});
}
