// SPDX-License-Identifier: BSL-1.0
#include "synod/base/result.hpp"

#include <memory>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

TEST_CASE("a result is a value or an error with its place") {
  result<std::string> good{"value"};
  CHECK(good);
  CHECK(good.value() == "value");
  CHECK(*good == "value");
  CHECK(good->size() == 5);
  CHECK(good.error().code == errc::ok);

  result<std::string> const bad{error{errc::bad_input, "what it says", 7}};
  CHECK_FALSE(bad);
  CHECK(bad.error().code == errc::bad_input);
  CHECK(std::string(bad.error().what) == "what it says");
  CHECK(bad.error().place == 7);
}

TEST_CASE("a value can be moved out") {
  result<std::unique_ptr<int>> good{std::make_unique<int>(3)};
  auto const out = std::move(good).value();
  CHECK(*out == 3);
}

TEST_CASE("errors are equal by code and place: words are for people") {
  CHECK(error{errc::duplicate, "a", 1} == error{errc::duplicate, "b", 1});
  CHECK_FALSE(error{errc::duplicate, "a", 1} == error{errc::duplicate, "a", 2});
  CHECK_FALSE(error{errc::duplicate, "a", 1} == error{errc::unknown, "a", 1});
}

TEST_CASE("the value of an error is a violation") {
  char const* const what = "result: the value of an error was taken";
  CHECK(test::violation_of([] {
          result<int> const bad{error{errc::empty}};
          (void)bad.value();
        }) == what);
  CHECK(test::violation_of([] {
          result<int> bad{error{errc::empty}};
          (void)*std::move(bad);
        }) == what);
  CHECK(test::violation_of([] {
          result<std::string> bad{error{errc::empty}};
          (void)bad->size();
        }) == what);
}

TEST_CASE("results work while compiling") {
  constexpr result<int> good{3};
  static_assert(good && *good == 3);
  constexpr result<int> bad{error{errc::exhausted, "", 2}};
  static_assert(!bad && bad.error().place == 2);
}
