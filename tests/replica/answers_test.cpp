// SPDX-License-Identifier: BSL-1.0
// One replica, and everybody else played by the test: what its clients hear, and when it speaks.
#include <functional>

#include "tests/replica/stage.hpp"
#include "tests/support/violation.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("an applied entry is answered with what the machine said, each entry once") {
  stage<> s(1);
  s.lead();
  s.propose(7, {"a", "b"});
  CHECK(s.hears.answers.empty());
  s.poll();
  CHECK(s.hears.answers == std::vector{response(7, "3:a"), response(7, "4:b", 1)});
  CHECK(s.node->machine().entries ==
        std::vector<std::pair<std::uint64_t, std::string>>{{3, "a"}, {4, "b"}});
  CHECK(s.node->applied() == log_index{4});
  s.poll(seconds(1));
  CHECK(s.hears.answers.size() == 2);
}

TEST_CASE("a refusal passes on who leads") {
  stage<> s(3);
  s.propose(1, {"x"});
  s.hear(2, shows_itself(1, at{1, 0}));
  s.propose(2, {"x"});
  CHECK(s.hears.answers ==
        std::vector{refused(1, why::not_leader), refused(2, why::not_leader, node_id{2})});
}

TEST_CASE("an entry of another ballot in its place: lost", "[S47]") {
  stage<> s(3);
  s.lead();
  s.propose(7, {"mine", "mine too"});
  s.hear(2, appends(9, at{2, 1}, 9, 2, 1), {"theirs", "theirs too"});
  s.poll();
  CHECK(s.hears.answers.empty());  // not yet decided
  s.hear(2, shows_itself(9, at{4, 9}, 3));
  CHECK(s.hears.answers == std::vector{lost(7)});
  s.hear(2, shows_itself(9, at{4, 9}, 4));
  CHECK(s.hears.answers == std::vector{lost(7), lost(7, 1)});
  CHECK(s.node->machine().entries.size() == 2);
}

TEST_CASE("the entry survives by way of another leader: its response", "[S47]") {
  stage<> s(3);
  s.lead();
  s.propose(7, {"mine"});
  s.hear(2, shows_itself(9, at{3, 1}, 3));
  CHECK(s.hears.answers == std::vector{response(7, "3:mine")});
}

TEST_CASE("displaced, and lost after all", "[S47]") {
  stage<> s(3);
  s.lead();
  s.propose(1, {"a", "b", "c"});                         // 3 4 5 of term 1
  s.hear(2, appends(2, at{2, 1}, 2, 1, 2), {"theirs"});  // 3 of term 2 replaces them
  s.poll();
  s.lead();  // 4: the no-op of its new term
  std::uint64_t const term = s.term();
  s.propose(2, {"d"});  // 5 of the new term: displaces ticket 1
  s.poll();
  s.hear(2, acknowledges(term, 5));
  CHECK(s.hears.answers == std::vector{lost(1, 0), lost(1, 1), response(2, "5:d"), lost(1, 2)});
}

TEST_CASE("displaced, and applied after all", "[S47]") {
  stage<> s(3);
  s.lead();
  s.propose(1, {"a"});                                   // 3 of term 1, which node 2 has too
  s.hear(3, appends(2, at{2, 1}, 2, 1, 2), {"theirs"});  // node 3 replaces it
  s.poll();
  s.lead();
  s.propose(2, {"b"});  // 5
  std::uint64_t const term = s.term();
  s.hear(2, appends(term + 1, at{2, 1}, 1, 1, 3), {"a"});  // and node 2 brings it back
  s.poll();
  CHECK(s.hears.answers == std::vector{response(1, "3:a")});
}

TEST_CASE("entries are applied once and in order, whatever is repeated", "[O-SMS]") {
  stage<> s(3);
  for (int i = 0; i < 3; ++i) {
    s.hear(2, appends(1, at{1, 0}, 1, 2, 3), {"a", "b"});
    s.poll();
  }
  s.hear(2, appends(1, at{3, 1}, 1, 1, 2), {"c"});
  s.hear(2, shows_itself(1, at{4, 1}, 4));
  s.hear(2, shows_itself(1, at{4, 1}, 4));
  CHECK(s.node->machine().entries ==
        std::vector<std::pair<std::uint64_t, std::string>>{{2, "a"}, {3, "b"}, {4, "c"}});
}

TEST_CASE("what a node promises leaves once it is on disk", "[O-PERSIST][S02]") {
  stage<> s(3, milliseconds(5));
  s.hear(2, appends(1, at{1, 0}, 1, 1), {"a"});
  CHECK(s.out.empty());
  s.poll();  // the sync begins
  s.hear(2, appends(1, at{2, 1}, 1, 1), {"b"});
  s.poll(milliseconds(4));
  CHECK(s.out.empty());
  CHECK(*s.node->next_deadline() <= instant{} + milliseconds(5));
  s.poll(milliseconds(1));  // the first write is durable, the second not
  REQUIRE(s.out.size() == 1);
  CHECK(s.out[0].what == acknowledges(1, 2));
  s.poll(milliseconds(4));
  CHECK(s.out.size() == 1);
  s.poll(milliseconds(1));
  REQUIRE(s.out.size() == 2);
  CHECK(s.out[1].what == acknowledges(1, 3));
}

TEST_CASE("a vote waits for the disk too", "[S01][O-PERSIST]") {
  stage<> s(3, milliseconds(5));
  s.hear(2, asks_for_vote(4, at{1, 0}));
  s.poll();
  s.poll(milliseconds(4));
  CHECK(s.out.empty());
  s.poll(milliseconds(1));
  REQUIRE(s.out.size() == 1);
  CHECK(s.out[0].what == votes(4, true));
}

TEST_CASE("entries travel with their payload, at once") {
  stage<> s(3);
  s.lead();
  s.hear(2, acknowledges(1, 2));
  s.propose(7, {"a", "b"});
  REQUIRE(s.out.size() >= 1);
  sent const& last = s.out.back();
  CHECK(last.to == node_id{2});
  CHECK(last.what.count == 2);
  CHECK(last.entries == 2);
  CHECK(last.payload == framed({"a", "b"}));
}

TEST_CASE("what stands in several pieces is shipped and applied piece by piece", "[T2-21]") {
  stage<> s(3, {}, {}, 64);
  s.lead();
  s.hear(2, acknowledges(1, 2));
  std::vector<std::string> const texts{"1234567890", "1234567891", "1234567892", "1234567893",
                                       "1234567894"};  // 14 bytes framed, and 4: three a chunk
  s.propose(7, texts);
  std::vector<std::string> shipped;
  for (sent const& m : s.out) {
    if (m.to != node_id{2}) continue;
    CHECK(m.entries == m.what.count);
    CHECK(m.entries <= 3);
    payload_reader reader({m.payload, m.entries});
    while (!reader.done()) shipped.push_back(text_of(reader.next()));
  }
  CHECK(shipped == texts);
  s.hear(2, acknowledges(1, 7));
  s.poll();
  REQUIRE(s.node->machine().entries.size() == 5);
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(s.node->machine().entries[i] == std::pair{i + 3, texts[i]});
    CHECK(s.hears.answers[i] ==
          response(7, std::to_string(i + 3) + ':' + texts[i], static_cast<std::uint32_t>(i)));
  }
}

TEST_CASE("a failed write: what is in the log is unknown, everything else refused", "[S06]") {
  stage<> s(3);
  s.lead();
  s.propose(1, {"a", "b"});
  s.propose(2, {"c"});  // waits for the batch of the first
  s.node->fail({{1}, 3}, s.now);
  CHECK(s.node->stopped().code == errc::write_failed);
  CHECK(s.hears.answers == std::vector{unknown(1), refused(2, why::stopped)});
  CHECK_FALSE(s.node->next_deadline());
  s.propose(3, {"d"});
  CHECK(s.hears.answers.back() == refused(3, why::stopped));
  s.out.clear();
  s.hear(2, asks_for_vote(99, at{99, 98}));
  s.poll(seconds(10));
  CHECK(s.out.empty());
  CHECK(s.hears.answers.size() == 3);
}

TEST_CASE("an orderly end answers everything that waits with unknown") {
  stage<> s(3);
  s.lead();
  s.propose(1, {"a", "b"});
  s.node->abandon();
  CHECK(s.hears.answers == std::vector{unknown(1)});
  s.node->abandon();
  CHECK(s.hears.answers.size() == 1);
}

TEST_CASE("what waited for a write that failed never leaves", "[S06][O-PERSIST]") {
  stage<> s(3, milliseconds(5));
  s.hear(2, asks_for_vote(4, at{1, 0}));
  s.poll();
  s.node->fail({{1}, 1}, s.now);
  s.poll(seconds(10));
  CHECK(s.out.empty());
}

TEST_CASE("a restart applies everything again, from the first entry on, to a new machine") {
  stage<> s(1);
  s.lead();
  s.propose(1, {"a", "b"});
  s.poll();
  auto const before = s.node->machine();
  s.start();
  CHECK(s.node->machine().entries.empty());
  CHECK(s.node->applied() == log_index{1});
  s.lead();
  CHECK(s.node->machine() == before);
  CHECK(s.hears.answers.size() == 2);  // nobody is answered twice
}

TEST_CASE("a node does not start on a store that was never founded, or lacks its first entries") {
  using node = stage<>::replica_type;
  std::vector<sent> out;
  client hears;
  memory_log empty;
  auto const unfounded = node::start({.self = {1}}, empty, {&out}, {}, hears, {});
  CHECK(unfounded.error().code == errc::empty);

  stage<> s(1);
  s.lead();
  s.propose(1, {"a"});
  s.poll();
  s.log.compact({2});
  auto const compacted = node::start({.self = {1}}, s.log, {&out}, {}, hears, {});
  CHECK(compacted.error() == error{errc::bad_recovered, "", 2});

  memory_log good;
  REQUIRE(good.bootstrap(members{s.node->core().observe().in_force.who}));
  auto const wrong = node::start({.self = {1}, .heartbeat = {}}, good, {&out}, {}, hears, {});
  CHECK(wrong.error().code == errc::bad_option);
}

namespace {

/// A handler that does what it must not.
struct meddler {
  std::function<void()> meddle = [] {};
  void on_answer(ticket, answer const&) noexcept { meddle(); }
};

}  // namespace

TEST_CASE("a handler that calls the replica is a violation") {
  std::string const what = "replica: called from its own handler, machine or transport";
  CHECK(violation_of([] {
          stage<diary, meddler> s(3);
          s.hears.meddle = [&] { s.propose(2, {"again"}); };
          s.propose(1, {"x"});  // refused at once
        }) == what);
  CHECK(violation_of([] {
          stage<diary, meddler> s(1);
          s.lead();
          s.hears.meddle = [&] { s.propose(2, {"again"}); };
          s.propose(1, {"x"});
          s.poll();  // applied
        }) == what);
}

TEST_CASE("a response that is longer than it may be: applied, but not to be had") {
  replica_options o;
  o.max_response_bytes = 100;
  stage<> s(1, {}, o);
  s.lead();
  s.propose(1, {std::string(98, 'x'), std::string(99, 'y'), "z"});
  s.poll();
  CHECK(s.hears.answers == std::vector{response(1, "3:" + std::string(98, 'x')), too_large(1, 1),
                                       response(1, "5:z", 2)});
  CHECK(s.node->machine().entries.size() == 3);
}
