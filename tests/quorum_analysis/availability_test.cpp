// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/availability.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "synod/quorum/grid.hpp"
#include "synod/quorum/hierarchy.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/rational.hpp"
#include "tests/quorum_analysis/systems.hpp"
#include "tests/support/catch.hpp"

using namespace analysis_tests;
using synod::availability;
using synod::errc;
using synod::find_availability;
using synod::majority;
using synod::rational;

namespace {

// The sum over all sets of those that are up.
template <class System>
rational naive(System const& system, std::vector<rational> const& failing) {
  rational up = 0;
  for (std::uint64_t mask = 0; mask < std::uint64_t{1} << system.size(); ++mask) {
    if (!system.is_quorum(set_of(mask))) continue;
    rational probability = 1;
    for (std::size_t i = 0; i < failing.size(); ++i) {
      probability *= set_of(mask).contains(i) ? rational(1 - failing[i]) : failing[i];
    }
    up += probability;
  }
  return up;
}

// How many roundings the result is away from the exact one.
double roundings(double result, rational const& exact) {
  rational const away =
      exact == 0 ? rational(result) : rational((rational(result) - exact) / exact);
  return std::abs(away.convert_to<double>()) / (std::numeric_limits<double>::epsilon() / 2);
}

template <class System>
double worst_roundings(System const& system, std::vector<double> const& failing) {
  std::vector<rational> const exact_failing(failing.begin(), failing.end());
  auto const exact = find_availability(system, std::span<rational const>(exact_failing)).value();
  auto const found = find_availability(system, std::span<double const>(failing)).value();
  CHECK(exact.up + exact.down == 1);
  return std::max(roundings(found.up, exact.up), roundings(found.down, exact.down));
}

std::string printed(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

}  // namespace

TEST_CASE("availability is the sum over all sets, for all systems of up to 5 members",
          "[analysis][availability]") {
  std::size_t wrong = 0;
  double worst = 0;
  for (std::size_t n = 1; n <= 5; ++n) {
    std::vector<rational> exact;
    std::vector<double> odd;
    std::vector<rational> odd_exact;
    for (std::size_t i = 0; i < n; ++i) {
      exact.push_back(rational(2 * i + 1, 16));
      odd.push_back(0.3 / static_cast<double>(i * i + 1));
      odd_exact.push_back(rational(odd.back()));
    }
    std::size_t number = 0;
    for (auto const& system : systems_of(n)) {
      rational const up = naive(system, exact);
      auto const found = find_availability(system, std::span<rational const>(exact)).value();
      wrong += found.up != up || found.down != 1 - up;
      if (n == 5 && number++ % 50 != 0) continue;  // long fractions take their time
      auto const rounded = find_availability(system, std::span<double const>(odd)).value();
      rational const odd_up = naive(system, odd_exact);
      worst = std::max({worst, roundings(rounded.up, odd_up), roundings(rounded.down, 1 - odd_up)});
    }
  }
  CHECK(wrong == 0);
  CHECK(worst <= 4 * 5);
}

TEST_CASE("three systems of nine members, to the digits of the table", "[analysis][availability]") {
  auto const grid = synod::grid::make(3, 3).value();
  auto const hierarchy = synod::hierarchy::make(3, 3).value();
  auto const up = [](auto const& system, double p) {
    return find_availability(system, p).value().up;
  };
  CHECK(printed(up(majority{9}, 0.01), 9) == "0.999999988");
  CHECK(printed(up(majority{9}, 0.1), 5) == "0.99911");
  CHECK(printed(up(hierarchy, 0.01), 8) == "0.99999973");
  CHECK(printed(up(hierarchy, 0.1), 5) == "0.99769");
  CHECK(printed(up(grid, 0.01), 5) == "0.99995");
  CHECK(printed(up(grid, 0.1), 5) == "0.96669");
}

TEST_CASE("rare failures keep their digits", "[analysis][availability]") {
  // By hand: five of nine fail, to the first order 126 p^5; 1 - up would say 0.
  auto const rare = find_availability(majority{9}, 1e-9).value();
  CHECK(rare.up > 1 - 1e-15);
  CHECK(std::abs(rare.down / 126e-45 - 1) < 1e-7);

  for (double const p : {1e-12, 1e-3, 0.1, 0.5, 0.9, 1 - 1e-12}) {
    CAPTURE(p);
    CHECK(worst_roundings(synod::hierarchy::make(3, 3).value(), std::vector<double>(9, p)) < 36);
    CHECK(worst_roundings(majority{25}, std::vector<double>(25, p)) < 100);
  }
}

TEST_CASE("counting members is as good as trying sets", "[analysis][availability]") {
  std::vector<double> failing;
  for (int i = 0; i < 11; ++i) failing.push_back(0.05 * i);
  std::vector<rational> const exact(failing.begin(), failing.end());
  std::span<rational const> const given(exact);
  // The same system once by its count and once as an expression, which is searched.
  auto const text = synod::quorum_expression::parse("6 of (a, b, c, d, e, f, g, h, i, j, k)");
  CHECK(find_availability(majority{11}, given).value().up ==
        find_availability(*text, given).value().up);
}

TEST_CASE("members that surely fail or never do", "[analysis][availability]") {
  std::array<double, 3> const one_dead{1, 0, 0};
  std::array<double, 3> const two_dead{1, 1, 0};
  auto const text = *synod::quorum_expression::parse("2 of (a, b, c)");
  for (auto const& up : {find_availability(majority{3}, std::span<double const>(one_dead)),
                         find_availability(text, std::span<double const>(one_dead))}) {
    CHECK((up->up == 1 && up->down == 0));
  }
  for (auto const& down : {find_availability(majority{3}, std::span<double const>(two_dead)),
                           find_availability(text, std::span<double const>(two_dead))}) {
    CHECK((down->up == 0 && down->down == 1));
  }
}

TEST_CASE("nobody is never available", "[analysis][availability]") {
  CHECK(find_availability(majority{0}, 0.5).value().down == 1);
  CHECK(find_availability(synod::quorum_expression{}, 0.5).value().up == 0);
}

TEST_CASE("probabilities that are none are refused, by place", "[analysis][availability]") {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  double const infinity = std::numeric_limits<double>::infinity();
  for (double const wrong : {-0.1, 1.1, -1e-300, nan, infinity, -infinity}) {
    CAPTURE(wrong);
    std::array<double, 3> const failing{0.1, 0.1, wrong};
    CHECK(find_availability(majority{3}, std::span<double const>(failing)).error() ==
          synod::error{errc::bad_input, "", 2});
  }
  std::array<double, 2> const few{0.1, 0.1};
  CHECK(find_availability(majority{3}, std::span<double const>(few)).error() ==
        synod::error{errc::bad_input, "", 2});
}

TEST_CASE("an expression without a member twice is answered by its shape",
          "[analysis][availability]") {
  std::string pairs = "(a0 and b0)";
  for (int i = 1; i < 32; ++i) {
    pairs += " or (a" + std::to_string(i) + " and b" + std::to_string(i) + ")";
  }
  auto const found = find_availability(*synod::quorum_expression::parse(pairs), 0.5).value();
  CHECK(std::abs(found.down / std::pow(0.75, 32) - 1) < 1e-14);
  CHECK(find_availability(majority{64}, 0.1).value().up > 0.999);

  // The same with a member twice, which changes nothing but has to be searched.
  auto const once = *synod::quorum_expression::parse("2 of (a:2, b, (c or d and e):3)");
  auto const twice = *synod::quorum_expression::parse(
      "2 of (a:2, b, (c or d and e):3) and "
      "(a or b or c or d)");
  std::vector<double> const failing{0.5, 0.25, 0.125, 0.75, 0.0625};
  std::vector<rational> const exact(failing.begin(), failing.end());
  CHECK(find_availability(once, std::span<rational const>(exact)).value().up ==
        find_availability(twice, std::span<rational const>(exact)).value().up);
}

TEST_CASE("an availability that is too far is an error", "[analysis][availability]") {
  struct pairs_of_64 {  // one of each
    std::size_t size() const noexcept { return 64; }
    bool is_quorum(synod::voter_set set) const noexcept {
      constexpr std::uint64_t firsts = 0x5555555555555555;
      return ((set.mask() | set.mask() >> 1) & firsts) == firsts;
    }
    bool operator==(pairs_of_64 const&) const = default;
  };
  CHECK(find_availability(pairs_of_64{}, 0.1).error().code == errc::too_large);
}
