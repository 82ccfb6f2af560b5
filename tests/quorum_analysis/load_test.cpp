// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/load.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "synod/quorum/flexible.hpp"
#include "synod/quorum/grid.hpp"
#include "synod/quorum/hierarchy.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "tests/quorum_analysis/systems.hpp"
#include "tests/support/catch.hpp"

using namespace analysis_tests;
using synod::dual;
using synod::errc;
using synod::find_load;
using synod::majority;
using synod::measure;
using synod::node_profile;
using synod::optimal_strategy;
using synod::quorum_expression;
using synod::quorum_strategy;
using synod::rational;
using synod::read_share;
using synod::read_write_quorums;
using synod::strategy_goal;
using synod::strategy_limits;
using synod::workload;

namespace {

// The optimum is one: its own strategy reaches the value, and the prices prove that none is better.
bool is_certified(read_write_quorums const& quorums, workload const& under) {
  auto const best = optimal_strategy(quorums, under);
  if (!best) return false;
  auto const measured = measure(quorums, under, best->strategy);
  return measured && measured->load == best->value &&
         proven_load(quorums, under, best->prices) == best->value;
}

rational greatest(rational const& a, rational const& b) { return std::max(a, b); }

// What Naor and Wool prove of every system whose quorums meet: the load is at least 1/c and c/n
// (so that it is at least 1/sqrt(n)), and the resilience below n times the load.
template <class System>
bool within_bounds(System const& system, rational const& load) {
  rational const n = system.size();
  rational const c = synod::find_smallest_quorum(system).value();
  rational const resilience = synod::find_resilience(system).value();
  return load >= greatest(1 / c, c / n) && load * load * n >= 1 && resilience <= n * load - 1 &&
         load <= 1;
}

}  // namespace

TEST_CASE("the load of every system of up to 5 members is certified and within bounds",
          "[analysis][load]") {
  std::size_t systems = 0;
  std::size_t wrong = 0;
  for (std::size_t n = 1; n <= 5; ++n) {
    for (auto const& system : systems_of(n)) {
      if (!brute_intersect(system, system)) continue;
      ++systems;
      auto const quorums = read_write_quorums::make(system, system).value();
      wrong += !is_certified(quorums, rational(1, 2));
      wrong += !within_bounds(system, find_load(system).value());
    }
  }
  CHECK(wrong == 0);
  CHECK(systems > 1000);
}

TEST_CASE("the load of every system with its dual, for mixed workloads and nodes, is certified",
          "[analysis][load]") {
  std::mt19937_64 random{4};
  auto const number = [&random](unsigned below) { return 1 + random() % below; };
  std::size_t wrong = 0;
  for (auto const& system : systems_of(4)) {
    std::vector<node_profile> nodes;
    for (int i = 0; i < 4; ++i) nodes.push_back({number(20), number(20), number(5)});
    std::vector<read_share> shares;
    for (std::size_t i = 0; i < number(3); ++i) {
      shares.push_back({rational(number(11) - 1, 10), number(9)});
    }
    auto const quorums = read_write_quorums::make(system, dual(system)).value();
    for (auto const& under : {workload(rational(0)), workload(rational(1)),
                              workload(rational(3, 7)), workload(shares, nodes)}) {
      wrong += !is_certified(quorums, under);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("majorities, grids and hierarchies have the loads that are known", "[analysis][load]") {
  // By symmetry (Naor and Wool): the smallest quorum's part of all members.
  for (std::size_t n = 1; n <= 13; ++n) {
    CHECK(find_load(majority{n}).value() == rational(n / 2 + 1, n));
  }
  for (std::size_t k = 1; k <= 4; ++k) {
    auto const grid = synod::grid::make(k, k).value();
    CHECK(find_load(grid).value() == rational(2 * k - 1, k * k));
    CHECK(find_load(grid.reads(), grid.writes(), rational(1, 3)).value() == rational(1, k));
    CHECK(within_bounds(grid, find_load(grid).value()));
  }
  auto const hierarchy = synod::hierarchy::make(3, 3).value();
  CHECK(find_load(hierarchy).value() == rational(4, 9));
  CHECK(within_bounds(hierarchy, find_load(hierarchy).value()));
}

TEST_CASE("three systems of nine members, to the numbers of the table", "[analysis][load]") {
  auto const grid = synod::grid::make(3, 3).value();
  auto const hierarchy = synod::hierarchy::make(3, 3).value();
  // A whole row, and one of each further row.
  auto const wall = quorum_expression::parse(
      "(a and b and c or d and e and f or g and h and i) and "
      "(a or b or c) and (d or e or f) and (g or h or i)");
  auto const facts = [](auto const& system) {
    return std::vector<std::size_t>{synod::list_minimal_quorums(system).value().size(),
                                    synod::find_smallest_quorum(system).value(),
                                    synod::find_resilience(system).value()};
  };
  CHECK(facts(majority{9}) == std::vector<std::size_t>{126, 5, 4});
  CHECK(facts(hierarchy) == std::vector<std::size_t>{27, 4, 3});
  CHECK(facts(grid) == std::vector<std::size_t>{9, 5, 2});
  CHECK(facts(*wall) == std::vector<std::size_t>{27, 5, 2});
}

TEST_CASE("reads and writes of flexible sizes", "[analysis][load]") {
  auto const pair = synod::flexible::make(5, 2, 4).value();
  for (int percent = 0; percent <= 100; percent += 10) {
    rational const reading(percent, 100);
    CHECK(find_load(pair.reads(), pair.writes(), reading).value() ==
          (2 * reading + 4 * (1 - reading)) / 5);
  }
}

TEST_CASE("reads and writes of named members meet by name", "[analysis][load]") {
  auto const reads = *quorum_expression::parse("a and b or c and d");
  auto const writes = *quorum_expression::parse("(d or c) and (b or a)");  // other slots
  CHECK(find_load(reads, writes, 1).value() == rational(1, 2));
  CHECK(find_load(reads, writes, rational(1, 2)).value() ==
        find_load(reads, reads.dual(), rational(1, 2)).value());
  auto const few = *quorum_expression::parse("c");
  CHECK(find_load(few, *quorum_expression::parse("c and a"), 0).value() == 1);
  CHECK(find_load(few, reads, 0).error().code == errc::bad_input);
}

TEST_CASE("prices that prove nothing prove 0", "[analysis][load]") {
  auto const quorums = read_write_quorums::make(majority{3}, majority{3}).value();
  workload const half{rational(1, 2)};
  std::vector<rational> const third(3, rational(1, 3));
  CHECK(proven_load(quorums, half, third) == rational(2, 3));
  CHECK(proven_load(quorums, half, std::vector<rational>(3, rational(1, 2))) == 0);
  CHECK(proven_load(quorums, half, std::vector<rational>{2, -1, 0}) == 0);
  CHECK(proven_load(quorums, half, std::vector<rational>(2)) == 0);
}

TEST_CASE("limits hold, and a looser one never costs", "[analysis][load]") {
  auto const reads = *quorum_expression::parse("a*b + c*d*e");
  std::vector<node_profile> const nodes{{4, 2, 1}, {2, 1, 1}, {4, 2, 3}, {2, 1, 4}, {4, 2, 5}};
  auto const quorums = read_write_quorums::make(reads, reads.dual()).value();
  workload const under(rational(1, 2), nodes);
  rational before = 0;
  int solved = 0;
  for (int tenths = 50; tenths >= 10; --tenths) {
    strategy_limits limits;
    limits.latency = rational(tenths, 10);
    auto const best = optimal_strategy(quorums, under, strategy_goal::load, limits);
    if (!best) {
      CHECK(best.error().code == errc::unknown);
      continue;
    }
    ++solved;
    auto const measured = measure(quorums, under, best->strategy).value();
    CHECK(measured.load == best->value);
    CHECK(measured.latency <= *limits.latency);
    CHECK(best->value >= before);
    before = best->value;

    // The other way round: with that load as the limit, that latency can be had.
    strategy_limits back;
    back.load = best->value;
    auto const fastest = optimal_strategy(quorums, under, strategy_goal::latency, back).value();
    CHECK(fastest.value <= *limits.latency);
    CHECK(measure(quorums, under, fastest.strategy).value().load <= best->value);
  }
  CHECK(solved > 10);
}

TEST_CASE("pairs that cannot be used are refused", "[analysis][load]") {
  auto const grid = synod::grid::make(2, 2).value();
  CHECK(read_write_quorums::make(grid.reads(), grid.reads()).error().code == errc::bad_input);
  CHECK(read_write_quorums::make(majority{3}, majority{4}).error() ==
        synod::error{errc::bad_input, "", 4});
  CHECK(read_write_quorums::make(majority{0}, majority{0}).error().code == errc::empty);
  CHECK(read_write_quorums::make(majority{3}, majority{3}, 2).error().code == errc::empty);
  CHECK(read_write_quorums::make(majority{3}, majority{3}, 1).value().reads().size() == 1);
  CHECK(read_write_quorums::make(majority{64}, majority{64}).error().code == errc::too_large);
  CHECK(find_load(grid.writes()).error().code == errc::bad_input);

  auto const large = read_write_quorums::make(majority{21}, majority{21});
  REQUIRE(large);
  CHECK(optimal_strategy(*large, rational(1, 2)).error().code == errc::too_large);

  CHECK(read_write_quorums::make(majority{20}, majority{20}, 1000000).error().code == errc::empty);
  CHECK(read_write_quorums::make(majority{20}, majority{20}, 9).value().reads().size() == 1);
  auto const three_of_forty = synod::flexible::make(40, 3, 38).value();
  CHECK(
      read_write_quorums::make(three_of_forty.reads(), three_of_forty.writes(), 20).error().code ==
      errc::too_large);
  auto const survivors = read_write_quorums::make(majority{13}, majority{13}, 2).value();
  CHECK(survivors.reads().size() == 715);  // 9 of 13
  CHECK(optimal_strategy(survivors, rational(1, 2)).value().value == rational(9, 13));
}

TEST_CASE("too many shares are refused", "[analysis][load]") {
  auto const quorums = read_write_quorums::make(majority{9}, majority{9}).value();
  std::vector<read_share> shares;
  for (int i = 0; i < 57; ++i) shares.push_back({rational(i, 100), 1});
  CHECK(optimal_strategy(quorums, shares).error() == synod::error{errc::too_large, "", 513});
}

TEST_CASE("workloads that make no sense are refused, by place", "[analysis][load]") {
  auto const quorums = read_write_quorums::make(majority{3}, majority{3}).value();
  auto const refused = [&](workload const& under) {
    auto const found = optimal_strategy(quorums, under);
    CHECK(measure(quorums, under, synod::uniform_strategy(quorums)).error() == found.error());
    return found.error();
  };
  using synod::error;
  CHECK(refused(std::vector<read_share>{}) == error{errc::empty, "", 0});
  CHECK(refused(rational(-1, 10)) == error{errc::bad_input, "", 0});
  CHECK(refused(rational(11, 10)) == error{errc::bad_input, "", 0});
  CHECK(refused({{{rational(1), 1}, {rational(0), 0}}, {}}) == error{errc::bad_input, "", 1});
  CHECK(refused({rational(1), {{1, 1, 0}}}) == error{errc::bad_input, "", 1});
  CHECK(refused({rational(1), {{}, {0, 1, 0}, {}}}) == error{errc::bad_input, "", 1});
  CHECK(refused({rational(1), {{}, {}, {1, -1, 0}}}) == error{errc::bad_input, "", 2});
  CHECK(refused({rational(1), {{}, {}, {1, 1, -1}}}) == error{errc::bad_input, "", 2});

  strategy_limits limits;
  limits.load = -1;
  CHECK(optimal_strategy(quorums, rational(1), strategy_goal::network, limits).error().code ==
        errc::bad_option);
  limits.load = 1;
  CHECK(optimal_strategy(quorums, rational(1), strategy_goal::load, limits).error().code ==
        errc::bad_option);
}

TEST_CASE("strategies that are none are refused", "[analysis][load]") {
  auto const quorums = read_write_quorums::make(majority{3}, majority{3}).value();
  auto const refused = [&](quorum_strategy const& strategy) {
    return measure(quorums, rational(1, 2), strategy).error();
  };
  quorum_strategy const good{{{set_of(0b011), 1}}, {{set_of(0b111), 1}}};
  CHECK(measure(quorums, rational(1, 2), good).value().load == 1);
  CHECK(refused({{{set_of(0b011), rational(1, 2)}}, good.writes}).code == errc::bad_input);
  CHECK(refused({{}, good.writes}).code == errc::bad_input);
  CHECK(refused({{{set_of(0b011), 2}, {set_of(0b101), -1}}, good.writes}).code == errc::bad_input);
  CHECK(refused({good.reads, {{set_of(0b110), rational(1, 2)}, {set_of(0b1), rational(1, 2)}}}) ==
        synod::error{errc::bad_input, "", 1});
}

TEST_CASE("numbers are read as they are written", "[analysis][rational]") {
  using synod::parse_rational;
  CHECK(parse_rational("0.1").value() == rational(1, 10));
  CHECK(parse_rational("-12.50").value() == rational(-25, 2));
  CHECK(parse_rational("2/6").value() == rational(1, 3));
  CHECK(parse_rational("1e-3").value() == rational(1, 1000));
  CHECK(parse_rational("+.5E2").value() == 50);
  CHECK(parse_rational("7.").value() == 7);
  using synod::error;
  CHECK(parse_rational("").error() == error{errc::bad_input, "", 0});
  CHECK(parse_rational("-").error() == error{errc::bad_input, "", 1});
  CHECK(parse_rational(".").error() == error{errc::bad_input, "", 1});
  CHECK(parse_rational("1/").error() == error{errc::bad_input, "", 2});
  CHECK(parse_rational("1/0").error() == error{errc::bad_input, "", 2});
  CHECK(parse_rational("1e").error() == error{errc::bad_input, "", 2});
  CHECK(parse_rational("1.5x").error() == error{errc::bad_input, "", 3});
  CHECK(parse_rational("nan").error() == error{errc::bad_input, "", 0});
  CHECK(parse_rational("1e301").error().code == errc::too_large);
  CHECK(parse_rational("1e99999999999999999999").error().code == errc::too_large);
  CHECK(parse_rational(std::string(2000, '1')).error().code == errc::too_large);

  CHECK(synod::exactly(0.1).value() != rational(1, 10));
  CHECK(synod::exactly(0.375).value() == rational(3, 8));
  CHECK(synod::exactly(std::numeric_limits<double>::quiet_NaN()).error().code == errc::bad_input);
  CHECK(synod::exactly(std::numeric_limits<double>::infinity()).error().code == errc::bad_input);
}
