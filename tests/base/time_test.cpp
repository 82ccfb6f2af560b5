// SPDX-License-Identifier: BSL-1.0
#include "synod/base/time.hpp"

#include <concepts>
#include <limits>

#include "synod/base/chrono.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

static_assert(std::totally_ordered<instant> && std::totally_ordered<duration>);
static_assert(!std::convertible_to<duration, instant> && !std::convertible_to<instant, duration>);
static_assert(!std::convertible_to<std::uint64_t, duration>);

TEST_CASE("units") {
  CHECK(seconds(1) == milliseconds(1'000));
  CHECK(milliseconds(1) == microseconds(1'000));
  CHECK(microseconds(1) == nanoseconds(1'000));
  CHECK(duration{} == nanoseconds(0));
}

TEST_CASE("an instant moves on, and never is passed") {
  instant const never{std::numeric_limits<std::uint64_t>::max()};
  CHECK(instant{5} + nanoseconds(3) == instant{8});
  CHECK(never + nanoseconds(1) == never);
  CHECK(instant{never.ns - 1} + seconds(9) == never);
  CHECK(instant{1} + duration{never.ns} == never);
}

TEST_CASE("a clock that steps back gives no negative span") {
  CHECK(instant{8} - instant{5} == nanoseconds(3));
  CHECK(instant{5} - instant{8} == duration{});
}

TEST_CASE("chrono converts both ways") {
  CHECK(from_chrono(std::chrono::milliseconds(3)) == milliseconds(3));
  CHECK(from_chrono(std::chrono::seconds(-3)) == duration{});
  CHECK(to_chrono(milliseconds(7)) == std::chrono::milliseconds(7));
  auto const now = std::chrono::steady_clock::time_point(std::chrono::seconds(12));
  CHECK(from_chrono(now) == instant{} + seconds(12));
  CHECK(to_chrono(from_chrono(now)) == now);
}
