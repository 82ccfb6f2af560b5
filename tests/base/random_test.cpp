// SPDX-License-Identifier: BSL-1.0
#include "synod/base/random.hpp"

#include <array>
#include <set>

#include "tests/support/catch.hpp"

using namespace synod;

TEST_CASE("SplitMix64 draws its published numbers") {
  splitmix64 zero(0);
  CHECK(zero() == 0xe220a8397b1dcdaf);
  CHECK(zero() == 0x6e789e6aa1b965f4);
  CHECK(zero() == 0x06c45d188009454f);
  splitmix64 other(1234567);
  CHECK(other() == 6457827717110365317u);
  CHECK(other() == 3203168211198807973u);
  CHECK(other() == 9817491932198370423u);
}

TEST_CASE("numbers below a bound are below it, and all occur") {
  splitmix64 draw(5);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7'000; ++i) {
    std::uint64_t const n = draw.below(7);
    REQUIRE(n < 7);
    ++seen[n];
  }
  for (int const times : seen) CHECK((times > 800 && times < 1'200));
  CHECK(draw.below(1) == 0);
}

TEST_CASE("generators are values") {
  splitmix64 a(3);
  a();
  splitmix64 b = a;
  CHECK(a == b);
  CHECK(a() == b());
  b();
  CHECK_FALSE(a == b);
  static_assert(splitmix64(1)() == splitmix64(1)());
}

TEST_CASE("mix loses nothing of small numbers") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 100'000; ++i) seen.insert(mix(i));
  CHECK(seen.size() == 100'000);
}
