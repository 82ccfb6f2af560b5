// SPDX-License-Identifier: BSL-1.0
// What each verb does to a key, and which answers it may give.
#include <optional>
#include <string>

#include "synod/check/kv_model.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

// A key whose value is `value`, after one operation with that answer; nothing where the answer is
// wrong.
struct one_key {
  kv_model state;

  bool may(kv_model::input const& asked, kv_model::output const& answered) {
    return state.step(asked, answered);
  }
  std::optional<std::string> const& value() const { return state.value; }
};

one_key holding(char const* value) { return {kv_model{std::string(value)}}; }

}  // namespace

TEST_CASE("A value that is set is there until it is removed") {
  one_key k;
  CHECK(k.may(kv_model::get("k"), kv_model::found({})));
  CHECK(k.may(kv_model::set("k", "a"), kv_model::ok()));
  CHECK(k.may(kv_model::get("k"), kv_model::found("a")));
  CHECK_FALSE(k.may(kv_model::get("k"), kv_model::found({})));
  CHECK(k.may(kv_model::remove("k"), kv_model::number(1)));
  CHECK(k.may(kv_model::remove("k"), kv_model::number(0)));
  CHECK_FALSE(k.may(kv_model::remove("k"), kv_model::number(1)));
  CHECK(k.may(kv_model::get("k"), kv_model::found({})));
}

TEST_CASE("An empty value is a value") {
  one_key k = holding("");
  CHECK(k.may(kv_model::get("k"), kv_model::found("")));
  CHECK_FALSE(k.may(kv_model::get("k"), kv_model::found({})));
  CHECK(k.may(kv_model::remove("k"), kv_model::number(1)));
}

TEST_CASE("Conditions are those of before") {
  SECTION("if absent") {
    one_key k;
    CHECK(k.may(kv_model::set_if_absent("k", "a"), kv_model::done(true)));
    CHECK(k.may(kv_model::set_if_absent("k", "b"), kv_model::done(false)));
    CHECK(k.value() == "a");
    CHECK_FALSE(k.may(kv_model::set_if_absent("k", "b"), kv_model::done(true)));
  }
  SECTION("if present") {
    one_key k;
    CHECK(k.may(kv_model::set_if_present("k", "a"), kv_model::done(false)));
    CHECK(k.value() == std::nullopt);
    CHECK_FALSE(k.may(kv_model::set_if_present("k", "a"), kv_model::done(true)));
    k = holding("a");
    CHECK(k.may(kv_model::set_if_present("k", "b"), kv_model::done(true)));
    CHECK(k.value() == "b");
  }
}

TEST_CASE("An exchange answers what was there") {
  one_key k;
  CHECK(k.may(kv_model::exchange("k", "a"), kv_model::found({})));
  CHECK(k.may(kv_model::exchange("k", "b"), kv_model::found("a")));
  CHECK_FALSE(k.may(kv_model::exchange("k", "c"), kv_model::found("a")));
}

TEST_CASE("Appending to nothing sets") {
  one_key k;
  CHECK(k.may(kv_model::append("k", "a"), kv_model::ok()));
  CHECK(k.may(kv_model::append("k", "b"), kv_model::ok()));
  CHECK(k.value() == "ab");
}

TEST_CASE("Numbers are decimal text; nothing is 0; what does not fit is not done") {
  one_key k;
  CHECK(k.may(kv_model::increment("k"), kv_model::number(1)));
  CHECK(k.may(kv_model::increment("k", -3), kv_model::number(-2)));
  CHECK(k.value() == "-2");
  CHECK_FALSE(k.may(kv_model::increment("k"), kv_model::number(0)));
  SECTION("too large") {
    k = holding("9223372036854775807");
    CHECK(k.may(kv_model::increment("k"), kv_model::done(false)));
    CHECK(k.value() == "9223372036854775807");
    CHECK(k.may(kv_model::increment("k", -1), kv_model::number(9223372036854775806)));
  }
  SECTION("no number") {
    char const* const text = GENERATE("", "a", "1a", " 1", "01", "+1", "-0", "9223372036854775808");
    k = holding(text);
    CHECK(k.may(kv_model::increment("k"), kv_model::done(false)));
    CHECK(k.value() == text);
    CHECK_FALSE(k.may(kv_model::increment("k"), kv_model::number(2)));
  }
}

TEST_CASE("Without an answer every verb is possible and does what it does") {
  kv_model state{std::string("1")};
  CHECK(state.step(kv_model::increment("k"), std::nullopt));
  CHECK(state.value == "2");
  CHECK(state.step(kv_model::set_if_absent("k", "x"), std::nullopt));
  CHECK(state.value == "2");
  CHECK(state.step(kv_model::exchange("k", "x"), std::nullopt));
  CHECK(state.step(kv_model::get("k"), std::nullopt));
  CHECK(state.step(kv_model::append("k", "y"), std::nullopt));
  CHECK(state.value == "xy");
  CHECK(state.step(kv_model::remove("k"), std::nullopt));
  CHECK(state.value == std::nullopt);
}

TEST_CASE("An operation can be told") {
  CHECK(kv_model::text(kv_model::get("k"), kv_model::found("v")) == "get \"k\" -> \"v\"");
  CHECK(kv_model::text(kv_model::get("k"), kv_model::found({})) == "get \"k\" -> nothing");
  CHECK(kv_model::text(kv_model::set("k", "v"), kv_model::ok()) == "set \"k\" \"v\" -> done");
  CHECK(kv_model::text(kv_model::increment("k", 2), kv_model::number(5)) ==
        "increment \"k\" by 2 -> 5");
  CHECK(kv_model::text(kv_model::increment("k"), kv_model::done(false)) ==
        "increment \"k\" by 1 -> not done");
  CHECK(kv_model::text(kv_model::remove("k"), std::nullopt) == "remove \"k\"");
}
