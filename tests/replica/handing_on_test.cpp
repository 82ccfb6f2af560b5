// SPDX-License-Identifier: BSL-1.0
// What only a leader can do, asked of a follower; and what a leader does for others.
#include "tests/replica/stage.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using group = stage<diary, client, errand_outbox>;

errand answer_to(sent_errand const& asked, outcome what, std::uint32_t offset = 0) {
  errand e;
  e.what = errand::verb::answer;
  e.number = asked.what.number;
  e.offset = offset;
  e.outcome = what;
  return e;
}
errand proposal(std::uint64_t number, std::uint32_t entries = 1) {
  errand e;
  e.what = errand::verb::propose;
  e.number = number;
  e.entries = entries;
  return e;
}
std::string framed_text(std::vector<std::string> const& contents) {
  return text_of(framed(contents));
}
/// What a node was answered, as its client would hear it.
std::vector<heard> answers_to(group const& s, node_id to) {
  std::vector<heard> all;
  for (sent_errand const& e : s.errands) {
    if (e.to != to || e.what.what != errand::verb::answer) continue;
    all.push_back(
        {e.what.number, e.what.outcome, e.what.offset, e.bytes, e.what.reason, e.what.leader});
  }
  return all;
}

}  // namespace

TEST_CASE("a follower that knows no leader refuses") {
  group s(3);
  s.propose(7, {"a"});
  CHECK(s.hears.answers == std::vector{refused(7, why::not_leader)});
  CHECK(s.errands.empty());
}

TEST_CASE("a follower hands on to the leader, and passes on what that answers") {
  group s(3);
  s.follow();
  s.propose(7, {"a", "b", "c"});
  s.propose(8, {"d"});
  s.propose(9, {"e"});
  REQUIRE(s.errands.size() == 3);
  CHECK(s.hears.answers.empty());
  CHECK(s.errands[0].to == node_id{2});
  CHECK(s.errands[0].what.what == errand::verb::propose);
  CHECK(s.errands[0].what.entries == 3);
  CHECK(s.errands[0].bytes == framed_text({"a", "b", "c"}));
  s.hear(2, answer_to(s.errands[0], outcome::response), "3:a");
  s.hear(2, answer_to(s.errands[0], outcome::too_large, 1), "");
  s.hear(2, answer_to(s.errands[0], outcome::lost, 2), "");
  s.hear(2, answer_to(s.errands[1], outcome::unknown), "");
  errand no = answer_to(s.errands[2], outcome::refused);
  no.reason = why::not_leader;
  no.leader = node_id{3};
  s.hear(2, no, "");
  CHECK(s.hears.answers == std::vector{response(7, "3:a"), too_large(7, 1), lost(7, 2), unknown(8),
                                       refused(9, why::not_leader, node_id{3})});
  CHECK(s.node->counters().errands_sent == 3);
  s.poll(seconds(60));
  CHECK(s.hears.answers.size() == 5);
}

TEST_CASE("what was handed on is unknown without an answer, and answered once") {
  group s(3);
  s.follow();
  s.propose(7, {"a"});
  CHECK(*s.node->next_deadline() <= s.now + seconds(5));
  for (int i = 0; i < 49; ++i) {  // the leader lives, but does not answer
    s.poll(milliseconds(100));
    s.follow();
  }
  CHECK(s.hears.answers.empty());
  s.poll(milliseconds(100));
  CHECK(s.hears.answers == std::vector{unknown(7)});
  s.hear(2, answer_to(s.errands[0], outcome::response), "3:a");
  CHECK(s.hears.answers.size() == 1);
}

TEST_CASE("the connection to the leader is gone: unknown; and nothing more goes there") {
  group s(3);
  s.follow();
  s.propose(7, {"a"});
  s.node->disconnected({3}, s.now);
  CHECK(s.hears.answers.empty());
  s.node->disconnected({2}, s.now);
  CHECK(s.hears.answers == std::vector{unknown(7)});
  s.propose(8, {"b"});
  CHECK(s.hears.answers.back() == refused(8, why::not_leader, node_id{2}));
  CHECK(s.errands.size() == 1);
  s.hear(2, answer_to(s.errands[0], outcome::response), "3:a");  // it was on its way
  CHECK(s.hears.answers.size() == 2);
  s.propose(9, {"c"});  // and so node 2 is there
  CHECK(s.errands.size() == 2);
}

TEST_CASE("a restarted node takes no answer for one of its life before") {
  group s(3);
  s.follow();
  s.propose(7, {"a"});
  sent_errand const before = s.errands[0];
  s.start();
  s.follow();
  s.propose(7, {"b"});
  REQUIRE(s.errands.size() == 2);
  CHECK(s.errands[1].what.number != before.what.number);
  s.hear(2, answer_to(before, outcome::response), "3:a");
  CHECK(s.hears.answers.empty());
}

TEST_CASE("what a follower may hand on is bounded") {
  replica_options o;
  o.max_batch_bytes = o.max_waiting_bytes = 1'000;
  group s(3, {}, o);
  s.follow();
  for (std::uint64_t as = 0; as < 20; ++as) s.propose(as, {std::string(90, 'x')});
  CHECK(s.errands.size() > 2);
  CHECK(s.errands.size() < 11);
  CHECK(s.hears.answers.size() == 20 - s.errands.size());
  CHECK(s.hears.answers.back() == refused(19, why::full, node_id{2}));
  s.propose(77, {std::string(2'000, 'x')});
  CHECK(s.hears.answers.back() == refused(77, why::too_large));
}

TEST_CASE("what the transport could not take is refused at once") {
  stage<diary, client, full_outbox> s(3);
  s.follow();
  s.propose(7, {"a"});
  s.propose(8, {"b"});
  CHECK(s.errands.size() == 1);
  CHECK(s.hears.answers == std::vector{refused(8, why::full, node_id{2})});
  s.hear(2, answer_to(s.errands[0], outcome::response), "3:a");
  s.propose(9, {"c"});
  CHECK(s.hears.answers.back() == refused(9, why::full, node_id{2}));
  s.poll(seconds(60));
  CHECK(s.hears.answers.size() == 3);
}

TEST_CASE("a leader does for others what it does for its own") {
  replica_options o;
  o.max_response_bytes = 100;
  group s(1, {}, o);
  s.lead();
  s.hear(3, proposal(77, 3), framed_text({"a", std::string(200, 'b'), "c"}));
  s.poll();
  CHECK(answers_to(s, {3}) ==
        std::vector{response(77, "3:a"), too_large(77, 1), response(77, "5:c", 2)});
  CHECK(s.hears.answers.empty());
  CHECK(s.node->counters().errands_served == 1);
}

TEST_CASE("a number of another node is no ticket of this one") {
  group s(1, milliseconds(5));
  s.lead();
  s.propose(7, {"mine"});
  s.hear(2, proposal(7), framed_text({"of 2"}));
  s.hear(3, proposal(7), framed_text({"of 3"}));
  s.sync();
  CHECK(s.hears.answers == std::vector{response(7, "3:mine")});
  CHECK(answers_to(s, {2}) == std::vector{response(7, "4:of 2")});
  CHECK(answers_to(s, {3}) == std::vector{response(7, "5:of 3")});
}

TEST_CASE("who is no leader sends the asker on, and hands on nothing of others") {
  group s(3);
  s.hear(3, proposal(1), framed_text({"a"}));
  s.follow();
  s.hear(3, proposal(2), framed_text({"b"}));
  CHECK(answers_to(s, {3}) ==
        std::vector{refused(1, why::not_leader), refused(2, why::not_leader, node_id{2})});
  CHECK(s.errands.size() == 2);
}

TEST_CASE("malformed errands change nothing") {
  group s(1);
  s.lead();
  s.hear(3, proposal(1, 0), "");
  s.hear(3, proposal(2, 2), framed_text({"a"}));
  s.hear(3, proposal(3, 1), "xyz");
  s.hear(3, proposal(4, 1), std::string("\xff\xff\xff\xff", 4));
  errand strange = proposal(5);
  strange.what = static_cast<errand::verb>(9);
  s.hear(3, strange, framed_text({"a"}));
  s.poll();
  CHECK(s.errands.empty());
  CHECK(s.node->machine().entries.empty());
}

TEST_CASE("a node that has gone is answered nothing; its entries count") {
  group s(1, milliseconds(5));
  s.lead();
  s.hear(3, proposal(1), framed_text({"in flight"}));
  s.hear(3, proposal(2), framed_text({"collected"}));
  s.hear(2, proposal(3), framed_text({"of another"}));
  s.node->disconnected({3}, s.now);
  s.sync();
  CHECK(answers_to(s, {3}).empty());
  CHECK(answers_to(s, {2}) == std::vector{response(3, "5:of another")});
  CHECK(s.node->machine().entries.size() == 3);
}

TEST_CASE(
    "an office lost: what is in the log waits, what was collected goes to the new leader, once") {
  group s(3);
  s.lead();
  s.propose(1, {"in flight"});
  s.propose(2, {"collected", "collected too"});
  s.hear(3, proposal(77), framed_text({"of 3"}));
  CHECK(s.hears.answers.empty());
  s.errands.clear();
  s.hear(2, appends(9, at{2, 1}, 9, 1, 1), {"theirs"});
  REQUIRE(s.errands.size() == 2);
  CHECK(s.errands[0].to == node_id{2});
  CHECK(s.errands[0].what.what == errand::verb::propose);
  CHECK(s.errands[0].bytes == framed_text({"collected", "collected too"}));
  CHECK(answers_to(s, {3}) == std::vector{refused(77, why::not_leader, node_id{2})});
  s.hear(2, shows_itself(9, at{3, 9}, 3));
  CHECK(s.hears.answers == std::vector{lost(1)});
  CHECK(s.errands.size() == 2);
}

TEST_CASE("an office lost to nobody yet: what was collected is refused, and is in no log") {
  group s(3);
  s.lead();
  s.propose(1, {"in flight"});
  s.propose(2, {"collected"});
  s.hear(2, asks_for_vote(9, at{9, 8}));
  CHECK(s.hears.answers == std::vector{refused(2, why::not_leader)});
  CHECK(s.log.last() == log_index{3});
  s.lead();  // again: nothing is proposed anew
  CHECK(s.log.last() == log_index{4});
}

TEST_CASE("handed on, and then a leader itself: the answer still counts") {
  group s(3);
  s.follow();
  s.propose(7, {"a"});
  s.lead();
  s.hear(2, answer_to(s.errands[0], outcome::response), "3:a");
  CHECK(s.hears.answers == std::vector{response(7, "3:a")});
}

TEST_CASE("an orderly end tells those who asked from elsewhere too") {
  group s(3);
  s.lead();
  s.hear(3, proposal(1), framed_text({"in flight"}));
  s.hear(3, proposal(2), framed_text({"collected"}));
  s.node->abandon();
  CHECK(answers_to(s, {3}) == std::vector{unknown(1), refused(2, why::stopped)});
  group follower(3);
  follower.follow();
  follower.propose(7, {"a"});
  follower.node->abandon();
  CHECK(follower.hears.answers == std::vector{unknown(7)});
}
