// SPDX-License-Identifier: BSL-1.0
// Clocks that drift, stand still and jump, and never go back.
#include <cstdint>

#include "synod/sim/clock.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

TEST_CASE("a clock of its own rate shows what it ran") {
  sim_clock const fast({100}, {5000}, 2 * sim_clock::true_rate);
  CHECK(fast.at({100}) == instant{5000});
  CHECK(fast.at({110}) == instant{5020});
}

TEST_CASE("a time is shown at the first instant at which it is, and not before") {
  for (std::uint64_t const rate : {1ull, 7ull, 512ull, 1023ull, 1024ull, 1025ull, 4096ull}) {
    sim_clock const clock({17}, {1000}, rate);
    for (std::uint64_t shown = 1001; shown < 1100; ++shown) {
      instant const at = *clock.when({shown});
      CHECK(clock.at(at) >= instant{shown});
      CHECK(clock.at({at.ns - 1}) < instant{shown});
    }
  }
}

TEST_CASE("what was shown is shown at once") {
  sim_clock const clock({100}, {5000}, sim_clock::true_rate);
  CHECK(clock.when({5000}) == instant{100});
  CHECK(clock.when({4000}) == instant{100});
}

TEST_CASE("a clock that stands still shows nothing new, until it runs again") {
  sim_clock clock({0}, {1000}, sim_clock::true_rate);
  clock.run_at({50}, 0);
  CHECK(clock.at({10'000}) == instant{1050});
  CHECK_FALSE(clock.when({1051}).has_value());
  CHECK(clock.when({1050}).has_value());
  clock.run_at_own_rate({200});
  CHECK(clock.at({200}) == instant{1050});
  CHECK(clock.at({210}) == instant{1060});
  CHECK(clock.when({1060}) == instant{210});
}

TEST_CASE("a clock jumps forward and goes on at its rate") {
  sim_clock clock({0}, {1000}, sim_clock::true_rate / 2);
  clock.jump({100}, {500});
  CHECK(clock.at({100}) == instant{1550});
  CHECK(clock.at({120}) == instant{1560});
}

TEST_CASE("a time that is very far off overflows nothing") {
  sim_clock const clock({0}, {0}, 1);
  CHECK(*clock.when({~std::uint64_t{0}}) > instant{std::uint64_t{1} << 55});
}
