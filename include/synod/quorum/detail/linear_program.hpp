// SPDX-License-Identifier: BSL-1.0
// Linear programmes solved exactly, for the analysis of quorum systems: integers in, fractions out.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "synod/base/contract.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/rational.hpp"

namespace synod::inline SYNOD_ABI::detail {

using integer = boost::multiprecision::cpp_int;

// The programme: the least cost of x with x >= 0, where each row of the sums over the columns is
// at most its bound, or equal to it. Bounds and costs are not negative, so that there is a least
// cost wherever there is an x at all.
struct program_row {
  integer bound;
  bool equal = false;
};
struct program_entry {
  std::size_t row;
  integer value;
};
struct program_column {
  integer cost;
  std::vector<program_entry> entries;  // of different rows
};

struct program_solution {
  rational cost;
  std::vector<rational> values;  // one a column
  // One a row: what a bound that is larger by one would save. The proof that it cannot be cheaper:
  // minus these, weighted with the rows, stay below the cost of every column and add up to `cost`.
  std::vector<rational> prices;
};

// The revised simplex method. The inverse of the basis is kept as integers over one denominator,
// the determinant of the basis; a pivot divides by the previous one without remainder (Edmonds'
// integer pivoting), so that no fraction is ever reduced and nothing is ever rounded. The column
// that promises most enters; after pivots without progress the first one that promises anything
// does, and of rows that tie the one with the first column leaves (Bland's rule), which cannot
// cycle.
class exact_simplex {
 public:
  // Steps of columns and of cells of the inverse: seconds' worth.
  static constexpr std::uint64_t work_limit = std::uint64_t{1} << 27;

  exact_simplex(std::vector<program_row> const& rows, std::vector<program_column> const& columns)
      : rows_(rows), columns_(columns), inverse_(rows.size()), in_basis_(columns.size(), false) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      SYNOD_EXPECTS(rows[i].bound >= 0, "linear programme: a negative bound");
      inverse_[i].resize(rows.size());
      inverse_[i][i] = 1;
      values_.push_back(rows[i].bound);
      basis_.push_back(columns.size() + i);
    }
    in_basis_.resize(columns.size() + rows.size(), false);
    for (std::size_t const column : basis_) in_basis_[column] = true;
  }

  // Errors: `unknown`, no x meets the rows; `too_large`, more work than `work_limit`.
  result<program_solution> solve() {
    if (!minimize(true)) return too_long();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (is_artificial(basis_[i]) && values_[i] != 0) {
        return error{errc::unknown, "linear programme: nothing meets all rows", i};
      }
    }
    drive_out_artificials();
    if (!minimize(false)) return too_long();
    return solution();
  }

 private:
  // Columns beyond the given ones: of each row its slack, or for an equation what it lacks, which
  // must vanish in the first of the two rounds.
  bool is_artificial(std::size_t column) const {
    return column >= columns_.size() && rows_[column - columns_.size()].equal;
  }
  integer cost_of(std::size_t column, bool first_round) const {
    if (first_round) return is_artificial(column) ? 1 : 0;
    return column < columns_.size() ? columns_[column].cost : integer(0);
  }

  // The prices of the rows, times the denominator.
  std::vector<integer> prices(bool first_round) const {
    std::vector<integer> all(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      integer const cost = cost_of(basis_[i], first_round);
      if (cost == 0) continue;
      for (std::size_t row = 0; row < rows_.size(); ++row) all[row] += cost * inverse_[i][row];
    }
    return all;
  }

  // What one unit of the column would add to the cost, times the denominator.
  integer reduced_cost(std::size_t column, std::vector<integer> const& price,
                       bool first_round) const {
    if (column >= columns_.size()) {
      return denominator_ * cost_of(column, first_round) - price[column - columns_.size()];
    }
    integer sum = denominator_ * cost_of(column, first_round);
    for (program_entry const& entry : columns_[column].entries) {
      sum -= price[entry.row] * entry.value;
    }
    return sum;
  }

  // The column in terms of the basis, times the denominator.
  std::vector<integer> in_terms_of_basis(std::size_t column) const {
    std::vector<integer> weights(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (column >= columns_.size()) {
        weights[i] = inverse_[i][column - columns_.size()];
        continue;
      }
      for (program_entry const& entry : columns_[column].entries) {
        weights[i] += inverse_[i][entry.row] * entry.value;
      }
    }
    return weights;
  }

  static error too_long() {
    return {errc::too_large, "linear programme: too much work", work_limit};
  }

  // False: too much work.
  bool minimize(bool first_round) {
    std::size_t idle = 0;  // pivots since the last progress
    for (;;) {
      std::size_t const none = in_basis_.size();
      auto const price = prices(first_round);
      std::size_t entering = none;
      integer best = 0;
      for (std::size_t column = 0; column < none; ++column) {
        if (in_basis_[column] || is_artificial(column)) continue;
        integer const reduced = reduced_cost(column, price, first_round);
        if (reduced >= best) continue;
        best = reduced;
        entering = column;
        if (idle > rows_.size()) break;
      }
      if (entering == none) return true;
      work_ += rows_.size() * rows_.size() + columns_.size();
      if (work_ > work_limit) return false;

      auto const weights = in_terms_of_basis(entering);
      std::size_t leaving = rows_.size();
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (weights[i] <= 0) continue;
        if (leaving == rows_.size()) {
          leaving = i;
          continue;
        }
        integer const difference = values_[i] * weights[leaving] - values_[leaving] * weights[i];
        if (difference < 0 || (difference == 0 && basis_[i] < basis_[leaving])) leaving = i;
      }
      SYNOD_EXPECTS(leaving != rows_.size(), "linear programme: a negative cost");
      idle = values_[leaving] == 0 ? idle + 1 : 0;
      pivot(entering, leaving, weights);
    }
  }

  void pivot(std::size_t entering, std::size_t leaving, std::vector<integer> const& weights) {
    integer const& by = weights[leaving];
    auto const eliminate = [&](integer& from, integer const& weight, integer const& pivoted) {
      from *= by;
      if (weight != 0) from -= weight * pivoted;
      from /= denominator_;
    };
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i == leaving) continue;
      for (std::size_t row = 0; row < rows_.size(); ++row) {
        if (inverse_[i][row] == 0 && (weights[i] == 0 || inverse_[leaving][row] == 0)) continue;
        eliminate(inverse_[i][row], weights[i], inverse_[leaving][row]);
      }
      eliminate(values_[i], weights[i], values_[leaving]);
    }
    denominator_ = by;
    if (denominator_ < 0) turn_signs();
    in_basis_[basis_[leaving]] = false;
    in_basis_[entering] = true;
    basis_[leaving] = entering;
  }

  void turn_signs() {
    denominator_ = -denominator_;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (integer& entry : inverse_[i]) entry = -entry;
      values_[i] = -values_[i];
    }
  }

  // What is left of them is 0; where no other column could replace one, its row says nothing new.
  void drive_out_artificials() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!is_artificial(basis_[i])) continue;
      for (std::size_t column = 0; column < in_basis_.size(); ++column) {
        if (in_basis_[column] || is_artificial(column)) continue;
        auto const weights = in_terms_of_basis(column);
        if (weights[i] == 0) continue;
        pivot(column, i, weights);
        break;
      }
    }
  }

  program_solution solution() const {
    program_solution found;
    found.values.resize(columns_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (basis_[i] >= columns_.size()) continue;
      found.values[basis_[i]] = rational(values_[i], denominator_);
      found.cost += rational(columns_[basis_[i]].cost * values_[i], denominator_);
    }
    for (integer const& price : prices(false)) {
      found.prices.push_back(rational(integer(-price), denominator_));
    }
    return found;
  }

  std::vector<program_row> const& rows_;
  std::vector<program_column> const& columns_;
  std::vector<std::vector<integer>> inverse_;
  integer denominator_ = 1;
  std::vector<integer> values_;     // of the columns in the basis, times the denominator
  std::vector<std::size_t> basis_;  // one column a row
  std::vector<bool> in_basis_;
  std::uint64_t work_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
