// SPDX-License-Identifier: BSL-1.0
// What was handed on ends once, whatever comes back and whatever does not.
#include "synod/replica/errands.hpp"

#include "tests/replica/stage.hpp"

using namespace synod;
using namespace synod::test;

namespace {

replica_options limits() {
  replica_options o;
  o.answer_timeout = seconds(5);
  o.max_batch_bytes = 1'000;
  o.max_waiting_bytes = 1'000;
  return o;
}
constexpr instant noon = instant{} + seconds(100);
constexpr node_id leader{2};

struct desk : errand_desk {
  client hears;
  desk() : errand_desk({3}, limits()) {}
  auto each() {
    return [this](ticket as, answer const& what) { hears.on_answer(as, what); };
  }
  errand propose(std::uint64_t as, std::uint32_t entries = 1, instant now = noon) {
    return open(errand::verb::propose, {as}, leader, entries, 10, now);
  }
  errand query(std::uint64_t as) { return open(errand::verb::query, {as}, leader, 0, 10, noon); }
  void back(errand const& of, outcome what, std::uint32_t offset = 0, std::string const& text = {},
            node_id from = leader) {
    errand e;
    e.what = errand::verb::answer;
    e.number = of.number;
    e.outcome = what;
    e.offset = offset;
    e.reason = why::full;
    answered(from, e, bytes_of(text), each());
  }
};

}  // namespace

TEST_CASE("errands: an answer finds its ticket, whatever the order") {
  desk d;
  errand const a = d.propose(7);
  errand const b = d.query(8);
  CHECK(a.what == errand::verb::propose);
  CHECK(a.entries == 1);
  CHECK(b.number == a.number + 1);
  d.back(b, outcome::response, 0, "b");
  d.back(a, outcome::too_large);
  CHECK(d.hears.answers == std::vector{response(8, "b"), too_large(7)});
  CHECK_FALSE(d.next_deadline());
}

TEST_CASE("errands: each entry of a proposal is answered, the last ends it") {
  desk d;
  errand const e = d.propose(7, 3);
  d.back(e, outcome::response, 0, "x");
  d.back(e, outcome::lost, 1);
  CHECK(d.next_deadline());
  d.back(e, outcome::response, 2, "z");
  CHECK_FALSE(d.next_deadline());
  CHECK(d.hears.answers == std::vector{response(7, "x"), lost(7, 1), response(7, "z", 2)});
}

TEST_CASE("errands: what answers twice, late or for somebody else changes nothing") {
  desk d;
  errand const e = d.propose(7, 2);
  errand const other = d.propose(8);
  d.back(e, outcome::response, 0, "x", {3});  // it went to node 2
  CHECK(d.hears.answers.empty());
  d.back(e, outcome::response, 0, "x");
  d.back(e, outcome::response, 0, "x");
  d.back(e, outcome::lost, 0);
  d.back(e, outcome::response, 1, "y");
  d.back(e, outcome::response, 1, "y");
  CHECK(d.hears.answers == std::vector{response(7, "x"), response(7, "y", 1)});
  d.back(other, outcome::response, 0, "o");
  d.back(other, outcome::response, 0, "o");
  d.back(e, outcome::unknown);
  errand never;
  never.number = 12345;
  d.back(never, outcome::response, 0, "?");
  CHECK(d.hears.answers.size() == 3);
}

TEST_CASE("errands: an answer that was lost on the way makes the rest unknown") {
  desk d;
  errand const e = d.propose(7, 3);
  d.back(e, outcome::response, 0, "x");
  d.back(e, outcome::response, 2, "z");
  CHECK(d.hears.answers == std::vector{response(7, "x"), unknown(7, 1)});
  d.back(e, outcome::response, 1, "y");
  CHECK(d.hears.answers.size() == 2);
}

TEST_CASE("errands: a refusal ends the whole proposal, but none that has been answered") {
  desk d;
  d.back(d.propose(7, 3), outcome::refused);
  CHECK(d.hears.answers == std::vector{refused(7, why::full)});
  errand const e = d.propose(8, 3);
  d.back(e, outcome::response, 0, "x");
  d.back(e, outcome::refused);
  CHECK(d.hears.answers.back() == unknown(8, 1));
  CHECK_FALSE(d.next_deadline());
}

TEST_CASE("errands: values that no node sends change nothing") {
  desk d;
  errand const e = d.propose(7, 2);
  d.back(e, static_cast<outcome>(17));
  CHECK(d.hears.answers.empty());
  d.back(e, outcome::response, 0, "x");
  d.back(e, outcome::response, 4'000'000'000, "y");
  CHECK(d.hears.answers == std::vector{response(7, "x"), unknown(7, 1)});
}

TEST_CASE("errands: without an answer a command is unknown, a question refused") {
  for (bool const by_time : {true, false}) {
    CAPTURE(by_time);
    desk d;
    d.propose(7, 2);
    d.query(8);
    if (by_time) {
      CHECK(d.next_deadline() == noon + seconds(5));
      d.expire(noon + milliseconds(4'999), d.each());
      CHECK(d.hears.answers.empty());
      d.expire(noon + seconds(5), d.each());
    } else {
      d.lost({3}, d.each());
      CHECK(d.hears.answers.empty());
      d.lost(leader, d.each());
    }
    CHECK(d.hears.answers == std::vector{unknown(7), refused(8, why::not_leader)});
    CHECK_FALSE(d.next_deadline());
  }
}

TEST_CASE("errands: they end in the order of their time, though one in the middle has ended") {
  desk d;
  d.propose(1, 1, noon);
  errand const second = d.propose(2, 1, noon + seconds(1));
  d.propose(3, 1, noon + seconds(2));
  d.back(second, outcome::response, 0, "2");
  d.expire(noon + seconds(5), d.each());
  CHECK(d.next_deadline() == noon + seconds(7));
  d.expire(noon + seconds(7), d.each());
  CHECK(d.hears.answers == std::vector{response(2, "2"), unknown(1), unknown(3)});
}

TEST_CASE("errands: a node that has gone gets nothing until it is heard") {
  desk d;
  d.lost(leader, d.each());
  CHECK(d.has_gone(leader));
  CHECK_FALSE(d.has_gone({3}));
  d.heard({3});
  CHECK(d.has_gone(leader));
  d.heard(leader);
  CHECK_FALSE(d.has_gone(leader));
}

TEST_CASE("errands: what is with leaders is bounded") {
  desk d;
  int open = 0;
  errand first;
  while (d.has_room(10)) {
    errand const e = d.propose(7);
    if (open++ == 0) first = e;
  }
  CHECK(open > 5);
  CHECK(open < 100);
  CHECK_FALSE(d.has_room(2'000));
  d.back(first, outcome::response);
  CHECK(d.has_room(10));
}

TEST_CASE("errands: another life has other numbers") {
  errand_desk before({1}, limits());
  errand_desk after({2}, limits());
  auto const number = [](errand_desk& d) {
    return d.open(errand::verb::propose, {1}, leader, 1, 1, noon).number;
  };
  std::uint64_t const one = number(before);
  CHECK(number(before) == one + 1);
  CHECK(number(after) > one + 1'000'000'000);
}
