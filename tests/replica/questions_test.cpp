// SPDX-License-Identifier: BSL-1.0
// Questions are answered beside the log, and never with what was true before.
#include "tests/replica/stage.hpp"

namespace synod::test {

/// Is asked how much it holds, or for something big.
struct book : diary {
  std::size_t query(std::span<std::byte const> question, std::span<std::byte> out) const noexcept {
    if (text_of(question) == "big") return respond_text(std::string(1'000, 'x'), out);
    return respond_text(text_of(question) + '=' + std::to_string(entries.size()), out);
  }
  friend bool operator==(book const&, book const&) = default;
};
static_assert(queryable<book>);

}  // namespace synod::test

using namespace synod;
using namespace synod::test;

namespace {

using group = stage<book, client, errand_outbox>;

/// Leads, and what it began its term with is committed.
void lead(group& s) {
  s.lead();
  s.hear(2, acknowledges(s.term(), s.log.last().value));
  REQUIRE(s.node->applied() == s.log.last());
  s.out.clear();
}
/// The rounds that node 2 is asked to confirm.
std::vector<std::uint64_t> rounds(group const& s) {
  std::vector<std::uint64_t> all;
  for (sent const& m : s.out) {
    if (m.to == node_id{2} && m.what.what == raft::verb::confirm) all.push_back(m.what.number);
  }
  return all;
}
errand question(std::uint64_t number) {
  errand e;
  e.what = errand::verb::query;
  e.number = number;
  return e;
}

}  // namespace

TEST_CASE("one voter answers a question at once") {
  group s(1);
  s.lead();
  s.propose(1, {"a"});
  s.poll();
  s.query(7, "n");
  CHECK(s.hears.answers.back() == response(7, "n=1"));
  CHECK(s.node->counters().questions == 1);
}

TEST_CASE("a leader answers once a quorum has confirmed it", "[O-READ]") {
  group s(3);
  lead(s);
  s.query(7, "n");
  REQUIRE(rounds(s).size() == 1);
  CHECK(s.hears.answers.empty());
  s.poll(milliseconds(50));
  CHECK(s.hears.answers.empty());
  s.hear(2, confirms(s.term(), rounds(s)[0]));
  CHECK(s.hears.answers == std::vector{response(7, "n=0")});
}

TEST_CASE("confirmed, but its machine is behind: it waits until that has applied enough",
          "[O-READ]") {
  group s(3);
  s.lead();  // nothing of its own term is committed
  s.query(7, "n");
  REQUIRE(rounds(s).size() == 1);
  s.hear(2, confirms(s.term(), rounds(s)[0]));
  s.hear(3, confirms(s.term(), rounds(s)[0]));
  CHECK(s.hears.answers.empty());
  s.hear(2, acknowledges(s.term(), 2));
  CHECK(s.hears.answers == std::vector{response(7, "n=0")});
}

TEST_CASE("what comes while a round is confirmed goes with the next one, together", "[O-READ]") {
  group s(3);
  lead(s);
  s.query(1, "a");
  s.query(2, "b");
  s.query(3, "c");
  REQUIRE(rounds(s).size() == 1);
  s.propose(9, {"x"});
  s.poll();
  s.hear(2, acknowledges(s.term(), 3));
  s.hear(2, confirms(s.term(), rounds(s)[0]));
  CHECK(s.hears.answers == std::vector{response(9, "3:x"), response(1, "a=1")});
  REQUIRE(rounds(s).size() == 2);
  CHECK(s.node->counters().read_rounds == 2);
  s.hear(2, confirms(s.term(), rounds(s)[0]));  // once more: of the first round
  CHECK(s.hears.answers.size() == 2);
  s.hear(2, confirms(s.term(), rounds(s)[1]));
  CHECK(s.hears.answers.size() == 4);
  CHECK(s.hears.answers[2] == response(2, "b=1"));
  CHECK(s.hears.answers[3] == response(3, "c=1"));
}

TEST_CASE("a leader that was deposed and does not know it does not answer", "[O-READ][T5-03]") {
  group s(3);
  lead(s);
  // Nodes 2 and 3 have elected another, which has committed entries this node never saw.
  s.query(7, "n");
  for (int i = 0; i < 100; ++i) s.poll(milliseconds(100));
  CHECK(s.hears.answers.empty());
  s.hear(2, shows_itself(9, at{2, 1}, 2));  // now it hears of it, and hands the question on
  CHECK(s.hears.answers.empty());
  REQUIRE(s.errands.size() == 1);
  CHECK(s.errands[0].to == node_id{2});
  CHECK(s.errands[0].what.what == errand::verb::query);
  CHECK(s.errands[0].bytes == "n");
  s.hear(2, confirms(1, 1));  // of the old term: too late
  CHECK(s.hears.answers.empty());
}

TEST_CASE("confirmed, deposed before its machine had applied enough: the question goes on",
          "[O-READ]") {
  group s(3);
  s.lead();
  s.query(7, "n");
  s.hear(2, confirms(s.term(), rounds(s)[0]));
  CHECK(s.hears.answers.empty());
  s.hear(2, appends(9, at{1, 0}, 9, 1, 2), {"theirs"});
  CHECK(s.hears.answers.empty());  // though it has applied index 2 now
  REQUIRE(s.errands.size() == 1);
  CHECK(s.errands[0].bytes == "n");
}

TEST_CASE("a follower never asks its own machine", "[O-READ]") {
  group s(3);
  s.query(6, "n");
  CHECK(s.hears.answers == std::vector{refused(6, why::not_leader)});
  s.follow();  // its machine holds nothing
  s.query(7, "n");
  s.query(8, "n");
  s.query(9, "n");
  REQUIRE(s.errands.size() == 3);
  auto const back = [&](std::size_t of, outcome what) {
    errand e;
    e.what = errand::verb::answer;
    e.number = s.errands[of].what.number;
    e.outcome = what;
    return e;
  };
  s.hear(2, back(1, outcome::response), "n=77");
  s.hear(2, back(0, outcome::too_large), "");
  errand no = back(2, outcome::refused);
  no.reason = why::not_leader;
  no.leader = node_id{3};
  s.hear(2, no, "");
  CHECK(s.hears.answers == std::vector{refused(6, why::not_leader), response(8, "n=77"),
                                       too_large(7), refused(9, why::not_leader, node_id{3})});
}

TEST_CASE("a question without an answer is refused: it may be asked again") {
  group s(3);
  s.follow();
  s.query(7, "n");
  s.node->disconnected({2}, s.now);
  CHECK(s.hears.answers == std::vector{refused(7, why::not_leader)});
  s.query(8, "n");
  CHECK(s.hears.answers.back() == refused(8, why::not_leader, node_id{2}));
  s.follow();
  s.query(9, "n");
  CHECK(s.hears.answers.size() == 2);
  for (int i = 0; i < 50; ++i) {
    s.poll(milliseconds(100));
    s.follow();
  }
  CHECK(s.hears.answers.back() == refused(9, why::not_leader));
}

TEST_CASE("a leader answers the questions of others, and who is none sends them on") {
  group s(3);
  s.follow();
  s.hear(3, question(5), "n");
  REQUIRE(s.errands.size() == 1);
  CHECK(s.errands[0].what.outcome == outcome::refused);
  CHECK(s.errands[0].what.leader == node_id{2});
  CHECK(s.errands[0].what.number == 5);
  s.errands.clear();
  lead(s);
  s.hear(3, question(6), "n");
  s.query(6, "own");
  s.hear(2, confirms(s.term(), rounds(s)[0]));
  REQUIRE(s.errands.size() == 1);
  CHECK(s.errands[0].to == node_id{3});
  CHECK(s.errands[0].what.what == errand::verb::answer);
  CHECK(s.errands[0].what.number == 6);
  CHECK(s.errands[0].what.outcome == outcome::response);
  CHECK(s.errands[0].bytes == "n=0");
  CHECK(s.hears.answers.empty());
  s.hear(2, confirms(s.term(), rounds(s)[1]));
  CHECK(s.hears.answers == std::vector{response(6, "own=0")});
}

TEST_CASE("the questions of a node that has gone are answered to nobody") {
  group s(3);
  lead(s);
  s.hear(3, question(5), "n");
  s.hear(3, question(6), "n");
  s.node->disconnected({3}, s.now);
  s.hear(2, confirms(s.term(), rounds(s)[0]));
  s.hear(2, confirms(s.term(), rounds(s)[1]));
  CHECK(s.errands.empty());
}

TEST_CASE("an answer that is too long is not to be had") {
  replica_options o;
  o.max_response_bytes = 999;
  group s(1, {}, o);
  s.lead();
  s.query(7, "big");
  CHECK(s.hears.answers == std::vector{too_large(7)});
}

TEST_CASE("questions that wait are bounded, and end with the node") {
  replica_options o;
  o.max_batch_bytes = o.max_waiting_bytes = 1'000;
  group s(3, {}, o);
  lead(s);
  for (std::uint64_t as = 0; as < 20; ++as) s.query(as, std::string(100, '?'));
  CHECK(s.hears.answers.size() > 9);
  CHECK(s.hears.answers.size() < 18);
  CHECK(s.hears.answers.back() == refused(19, why::full));
  std::size_t const full = s.hears.answers.size();
  s.node->fail({{1}, 2}, s.now);
  CHECK(s.hears.answers.size() == 20);
  CHECK(s.hears.answers[full].reason == why::stopped);
  s.query(99, "n");
  CHECK(s.hears.answers.back() == refused(99, why::stopped));
}
