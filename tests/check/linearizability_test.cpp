// SPDX-License-Identifier: BSL-1.0
// What a history may look like, and what is said of it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synod/check.hpp"
#include "tests/check/evidence.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

using number = register_model<std::int64_t>;

struct history {
  std::vector<operation<number>> all;

  history& did(number::input asked, std::uint64_t called, std::uint64_t returned) {
    all.push_back({asked, number::output{}, {called}, instant{returned}});
    return *this;
  }
  history& did_not(number::input asked, std::uint64_t called, std::uint64_t returned) {
    all.push_back({asked, number::output{std::nullopt, false}, {called}, instant{returned}});
    return *this;
  }
  history& saw(std::int64_t value, std::uint64_t called, std::uint64_t returned) {
    all.push_back({number::read(), number::output{value}, {called}, instant{returned}});
    return *this;
  }
  history& left_open(number::input asked, std::uint64_t called) {
    all.push_back({asked, std::nullopt, {called}, std::nullopt});
    return *this;
  }
  history& took_effect(number::input asked, std::uint64_t called, std::uint64_t returned) {
    all.push_back({asked, std::nullopt, {called}, instant{returned}});
    return *this;
  }
  linearizability_report judge(linearizability_budget budget = {}) const {
    auto const report = check_linearizability<number>(all, {}, budget).value();
    CHECK(test::evidence_holds<number>(report, all));
    return report;
  }
  bool fine() const { return static_cast<bool>(judge()); }
};

}  // namespace

TEST_CASE("Nothing happened, and that is linearizable") {
  auto const report = history().judge();
  CHECK(report);
  CHECK(report.parts == 0);
  CHECK(report.order.empty());
}

TEST_CASE("What has returned comes before what is called later", "[lin_forgets_real_time]") {
  CHECK(history().did(number::write(1), 1, 2).saw(1, 3, 4).fine());
  CHECK(history().did(number::write(1), 1, 2).did(number::write(2), 3, 4).saw(2, 5, 6).fine());
  CHECK_FALSE(
      history().did(number::write(1), 1, 2).did(number::write(2), 3, 4).saw(1, 5, 6).fine());
}

TEST_CASE("What overlaps comes in any order, also where only an instant is shared",
          "[lin_orders_ties]") {
  CHECK(history().did(number::write(1), 1, 4).did(number::write(2), 2, 5).saw(1, 6, 7).fine());
  CHECK(history().did(number::write(1), 1, 4).did(number::write(2), 4, 5).saw(1, 6, 7).fine());
  CHECK(history().did(number::write(1), 1, 9).saw(1, 2, 3).saw(1, 4, 5).fine());
  CHECK_FALSE(history()
                  .did(number::write(0), 0, 1)
                  .did(number::write(1), 2, 9)
                  .saw(1, 3, 4)
                  .saw(0, 5, 6)
                  .fine());
}

TEST_CASE("An open operation takes effect late, or never", "[lin_open_never_happens]") {
  history h;
  h.did(number::write(1), 1, 2).left_open(number::write(2), 3);
  SECTION("never") { CHECK(h.saw(1, 100, 101).fine()); }
  SECTION("late") { CHECK(h.saw(1, 100, 101).saw(2, 102, 103).fine()); }
  SECTION("but once") {
    h.saw(2, 4, 5).did(number::write(3), 6, 7).saw(3, 8, 9).saw(2, 10, 11);
    CHECK_FALSE(h.fine());
  }
  SECTION("and not before it was called") {
    history early;
    early.did(number::write(1), 1, 2).saw(2, 3, 4).left_open(number::write(2), 5);
    CHECK_FALSE(early.fine());
  }
}

TEST_CASE("What took effect without a known answer did so before it returned") {
  auto const swap = number::compare_and_set(1, 2);
  CHECK(history().did(number::write(1), 1, 2).took_effect(swap, 3, 4).saw(2, 5, 6).fine());
  CHECK_FALSE(history().did(number::write(1), 1, 2).took_effect(swap, 3, 4).saw(1, 5, 6).fine());
  CHECK(history().did(number::write(3), 1, 2).took_effect(swap, 3, 4).saw(3, 5, 6).fine());
}

TEST_CASE("A comparison that failed had another value before it") {
  auto const swap = number::compare_and_set(1, 2);
  CHECK(history().did(number::write(3), 1, 2).did_not(swap, 3, 4).fine());
  CHECK_FALSE(history().did(number::write(1), 1, 2).did_not(swap, 3, 4).fine());
  CHECK(history()
            .did(number::write(1), 1, 2)
            .left_open(number::write(5), 2)
            .did_not(swap, 3, 4)
            .fine());
}

TEST_CASE("Of equal open operations as many take effect as were asked", "[lin_repeats_are_one]") {
  history h;
  auto const swap = number::compare_and_set(1, 2);
  h.did(number::write(1), 1, 2).left_open(swap, 3).left_open(swap, 4);
  h.saw(2, 5, 6).did(number::write(1), 7, 8).saw(2, 9, 10);
  SECTION("two") { CHECK(h.fine()); }
  SECTION("not three") { CHECK_FALSE(h.did(number::write(1), 11, 12).saw(2, 13, 14).fine()); }
}

TEST_CASE("A write that changes nothing where it could come first may be needed later",
          "[lin_writes_only_look]") {
  history h;
  h.did(number::write(1), 1, 2);
  h.did(number::write(1), 3, 6).did(number::write(2), 3, 6).saw(1, 7, 8);
  CHECK(h.fine());
}

TEST_CASE("Hundreds of open operations that nobody saw cost next to nothing") {
  history h;
  for (std::uint64_t i = 0; i < 300; ++i) h.left_open(number::read(), i);
  for (std::uint64_t i = 0; i < 300; ++i) h.left_open(number::write(7), i);
  h.did(number::write(7), 301, 302);
  for (std::uint64_t i = 0; i < 100; ++i) h.saw(7, 400 + 2 * i, 401 + 2 * i);
  auto const report = h.judge();
  CHECK(report);
  CHECK(report.steps < 100'000);
}

TEST_CASE("The evidence names the longest order and what cannot follow") {
  history h;
  h.did(number::write(1), 1, 2)
      .saw(1, 3, 4)
      .saw(5, 5, 8)
      .saw(6, 6, 7)
      .did(number::write(2), 10, 11);
  auto const report = h.judge();
  CHECK(report.verdict == linearizability::not_linearizable);
  CHECK(report.order == std::vector<std::size_t>{0, 1});
  CHECK(report.stuck == std::vector<std::size_t>{2, 3});
  CHECK(explain<number>(report, h.all) ==
        "not linearizable: 5 operations in 1 parts, 6 steps\n"
        "in this order:\n"
        "  #0 client 0 [1, 2] write 1 -> done   state: 1\n"
        "  #1 client 0 [3, 4] read -> 1   state: 1\n"
        "the state is now 1, and none of these can be next:\n"
        "  #2 client 0 [5, 8] read -> 5\n"
        "  #3 client 0 [6, 7] read -> 6\n");
}

TEST_CASE("The budget ends a search that would not, and a certain no beats it") {
  // Forty writes at once, and a value that nobody wrote: all orders would have to be tried.
  std::vector<operation<kv_model>> all;
  for (std::uint64_t i = 0; i < 40; ++i) {
    all.push_back({kv_model::append("hard", std::to_string(i)), kv_model::ok(), {1}, instant{50}});
  }
  all.push_back({kv_model::get("hard"), kv_model::found("none"), {60}, instant{61}});
  SECTION("of steps") {
    auto const report = check_linearizability<kv_model>(all, {}, {.steps = 10'000}).value();
    CHECK(report.verdict == linearizability::out_of_budget);
    CHECK(report.steps < 11'000);
    CHECK_FALSE(report.order.empty());
    CHECK(explain<kv_model>(report, all).starts_with("out of budget: 41 operations"));
  }
  SECTION("of bytes") {
    auto const report = check_linearizability<kv_model>(all, {}, {.bytes = 1 << 20}).value();
    CHECK(report.verdict == linearizability::out_of_budget);
    CHECK(report.configurations < 20'000);
  }
  SECTION("not where another part decides") {
    all.push_back({kv_model::get("sure"), kv_model::found("x"), {1}, instant{2}});
    auto const report = check_linearizability<kv_model>(all, {}, {.steps = 10'000}).value();
    CHECK(report.verdict == linearizability::not_linearizable);
    CHECK(report.stuck == std::vector<std::size_t>{41});
  }
}

TEST_CASE("Every key is judged alone", "[lin_first_part_decides]") {
  std::vector<operation<kv_model>> all;
  all.push_back({kv_model::set("a", "1"), kv_model::ok(), {1}, instant{2}});
  all.push_back({kv_model::get("b"), kv_model::found({}), {3}, instant{4}});
  CHECK(check_linearizability<kv_model>(all).value().parts == 2);
  CHECK(check_linearizability<kv_model>(all).value());
  all.push_back({kv_model::get("b"), kv_model::found("1"), {5}, instant{6}});
  CHECK_FALSE(check_linearizability<kv_model>(all).value());
}

TEST_CASE("A history that cannot be is an error with its place") {
  history h;
  h.did(number::write(1), 1, 2);
  SECTION("back in time") {
    h.did(number::write(1), 4, 3);
    auto const report = check_linearizability<number>(h.all);
    CHECK(report.error() == error{errc::bad_input, "", 1});
  }
  SECTION("an answer that never came") {
    h.saw(1, 3, 4).all.back().returned.reset();
    auto const report = check_linearizability<number>(h.all);
    CHECK(report.error() == error{errc::bad_input, "", 1});
  }
}

TEST_CASE("A model needs a step and a way to be told apart, no more") {
  // A counter that only tells whether it was even.
  struct parity {
    using input = int;
    using output = bool;
    bool odd = false;

    bool step(int by, std::optional<bool> const& was_odd) {
      bool const before = odd;
      odd = odd != (by % 2 != 0);
      return !was_odd || *was_odd == before;
    }
    std::uint64_t fingerprint() const { return odd ? 1 : 0; }
    bool operator==(parity const&) const = default;
  };
  static_assert(sequential_model<parity> && !partitioned_model<parity> && !telling_model<parity>);
  static_assert(partitioned_model<kv_model> && telling_model<kv_model>);
  std::vector<operation<parity>> all;
  all.push_back({1, false, {1}, instant{4}});
  all.push_back({1, true, {2}, instant{3}});
  CHECK(check_linearizability<parity>(all).value().order == std::vector<std::size_t>{0, 1});
}
