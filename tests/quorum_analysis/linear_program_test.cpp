// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/detail/linear_program.hpp"

#include <cstddef>
#include <random>
#include <vector>

#include "tests/support/catch.hpp"

using synod::rational;
using synod::detail::exact_simplex;
using synod::detail::integer;
using synod::detail::program_column;
using synod::detail::program_row;
using synod::detail::program_solution;

namespace {

struct program {
  std::vector<program_row> rows;
  std::vector<program_column> columns;

  synod::result<program_solution> solve() const { return exact_simplex(rows, columns).solve(); }
};

// From dense rows.
program dense(std::vector<std::vector<int>> const& rows, std::vector<int> const& bounds,
              std::vector<bool> const& equal, std::vector<int> const& costs) {
  program made;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    made.rows.push_back({bounds[row], equal[row]});
  }
  for (std::size_t column = 0; column < costs.size(); ++column) {
    program_column one{costs[column], {}};
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row][column] != 0) one.entries.push_back({row, rows[row][column]});
    }
    made.columns.push_back(one);
  }
  return made;
}

// Whether the values meet the rows, and the prices prove that nothing is cheaper (weak duality):
// both together make it the least cost, however it was found.
bool is_certified(program const& of, program_solution const& found) {
  std::vector<rational> sums(of.rows.size());
  rational cost = 0;
  for (std::size_t i = 0; i < of.columns.size(); ++i) {
    if (found.values[i] < 0) return false;
    cost += found.values[i] * of.columns[i].cost;
    rational saved = 0;
    for (auto const& entry : of.columns[i].entries) {
      sums[entry.row] += found.values[i] * entry.value;
      saved += found.prices[entry.row] * entry.value;
    }
    if (-saved > of.columns[i].cost) return false;
  }
  rational bound = 0;
  for (std::size_t row = 0; row < of.rows.size(); ++row) {
    if (of.rows[row].equal ? sums[row] != of.rows[row].bound : sums[row] > of.rows[row].bound) {
      return false;
    }
    if (!of.rows[row].equal && found.prices[row] < 0) return false;
    bound -= found.prices[row] * of.rows[row].bound;
  }
  return cost == found.cost && bound == found.cost;
}

// Farkas by brute force is too long; infeasible ones are made to be so.
program random_program(std::mt19937_64& random, bool feasible) {
  auto const number = [&random](int below) { return static_cast<int>(random() % unsigned(below)); };
  std::size_t const rows = 1 + random() % 6;
  std::size_t const columns = 1 + random() % 8;
  std::vector<std::vector<int>> matrix(rows, std::vector<int>(columns));
  std::vector<int> bounds(rows);
  std::vector<bool> equal(rows);
  std::vector<int> costs(columns);
  std::vector<int> point(columns);  // meets every row
  for (auto& cost : costs) cost = number(6);
  for (auto& value : point) value = number(4);
  for (std::size_t row = 0; row < rows; ++row) {
    int sum = -1;
    while (sum < 0) {
      sum = 0;
      for (std::size_t i = 0; i < columns; ++i) {
        matrix[row][i] = number(9) - 3;
        sum += matrix[row][i] * point[i];
      }
    }
    equal[row] = number(3) == 0;
    bounds[row] = sum + (equal[row] ? 0 : number(3));
  }
  if (!feasible) {  // the same sum is to be two numbers
    matrix.push_back(matrix.front());
    bounds.push_back(bounds.front() + 1);
    equal.front() = true;
    equal.push_back(true);
  }
  return dense(matrix, bounds, equal, costs);
}

}  // namespace

TEST_CASE("a programme solved by hand", "[analysis][simplex]") {
  // Of x + y >= 4 (with what is beyond, z), x <= 3: cheapest 2x + 3y.
  auto const of = dense({{1, 1, -1}, {1, 0, 0}}, {4, 3}, {true, false}, {2, 3, 0});
  auto const found = of.solve();
  REQUIRE(found);
  CHECK(found->cost == 9);
  CHECK(found->values == std::vector<rational>{3, 1, 0});
  CHECK(found->prices == std::vector<rational>{-3, 1});
}

TEST_CASE("least costs prove themselves", "[analysis][simplex]") {
  std::mt19937_64 random{6};
  std::size_t solved = 0;
  std::size_t positive = 0;
  for (int i = 0; i < 3000; ++i) {
    auto const of = random_program(random, true);
    auto const found = of.solve();
    if (!found || !is_certified(of, *found)) continue;
    ++solved;
    positive += found->cost > 0;
  }
  CHECK(solved == 3000);
  CHECK(positive > 300);
}

TEST_CASE("what nothing meets has no solution", "[analysis][simplex]") {
  std::mt19937_64 random{7};
  std::size_t refused = 0;
  for (int i = 0; i < 1000; ++i) refused += !random_program(random, false).solve();
  CHECK(refused == 1000);
  CHECK_FALSE(dense({{1}, {-1}}, {1, 0}, {true, true}, {0}).solve());
  CHECK(dense({}, {}, {}, {1}).solve()->cost == 0);
}

TEST_CASE("equations that say the same twice are one", "[analysis][simplex]") {
  auto const of = dense({{1, 1}, {1, 1}, {2, 2}}, {1, 1, 2}, {true, true, true}, {3, 2});
  auto const found = of.solve();
  REQUIRE(found);
  CHECK(found->cost == 2);
  CHECK(is_certified(of, *found));
}

// Beale's example, on which the rule of the most promising column alone goes round in circles.
TEST_CASE("no circles", "[analysis][simplex]") {
  // Scaled by 100 and bounded by x3 <= 1; costs shifted to be positive by x3 + y = 1.
  auto const of = dense({{25, -6000, -4, 900, 0}, {50, -9000, -2, 300, 0}, {0, 0, 1, 0, 1}},
                        {0, 0, 1}, {false, false, true}, {0, 15000, 0, 600, 2});
  auto const found = of.solve();
  REQUIRE(found);
  CHECK(is_certified(of, *found));
}

TEST_CASE("numbers of any size", "[analysis][simplex]") {
  integer const huge = boost::multiprecision::pow(integer(10), 60);
  program of{{{huge, true}}, {{1, {{0, 3}}}, {2, {{0, integer(huge + 1)}}}}};
  auto const found = of.solve();
  REQUIRE(found);
  CHECK(is_certified(of, *found));
  CHECK(found->cost == rational(2 * huge, huge + 1));
}
