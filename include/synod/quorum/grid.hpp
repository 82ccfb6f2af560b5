// SPDX-License-Identifier: BSL-1.0
// Voters in rows and columns.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// Rows and columns of one number each; the voter of (row, column) is slot row * columns + column.
struct grid_shape {
  std::uint16_t rows = 0;
  std::uint16_t columns = 0;

  constexpr std::size_t size() const noexcept { return std::size_t{rows} * columns; }

  template <std::size_t Words>
  constexpr bool has_row(basic_voter_set<Words> set) const noexcept {
    if (columns > set.max_slots) return false;
    auto const row = basic_voter_set<Words>::first(columns);
    for (std::size_t r = 0; r < rows; ++r, set = set.dropping(columns)) {
      if (set.includes(row)) return columns > 0;
    }
    return false;
  }
  template <std::size_t Words>
  constexpr bool has_column(basic_voter_set<Words> set) const noexcept {
    auto full = set.within(columns);
    for (std::size_t r = 1; r < rows; ++r) {
      set = set.dropping(columns);
      full = full & set;
    }
    return rows > 0 && !full.empty();
  }

  friend constexpr bool operator==(grid_shape, grid_shape) = default;
};

}  // namespace detail

/// A whole row. Rows do not meet rows: a half of `grid`'s pair.
class grid_rows {
 public:
  constexpr grid_rows() = default;
  constexpr explicit grid_rows(detail::grid_shape shape) noexcept : shape_(shape) {}
  constexpr std::size_t size() const noexcept { return shape_.size(); }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    return shape_.has_row(set);
  }
  friend constexpr bool operator==(grid_rows, grid_rows) = default;

 private:
  detail::grid_shape shape_;
};

/// A whole column, which meets every row. Columns do not meet columns.
class grid_columns {
 public:
  constexpr grid_columns() = default;
  constexpr explicit grid_columns(detail::grid_shape shape) noexcept : shape_(shape) {}
  constexpr std::size_t size() const noexcept { return shape_.size(); }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    return shape_.has_column(set);
  }
  friend constexpr bool operator==(grid_columns, grid_columns) = default;

 private:
  detail::grid_shape shape_;
};

/// A whole row and a whole column: any two quorums meet, in two members at least where they share
/// no line. Of k * k members a quorum has 2k - 1, and any k - 1 may fail; the load falls as
/// 2 / sqrt(n) (Naor & Wool, The Load, Capacity, and Availability of Quorum Systems, 1998), where a
/// majority's stays above a half, but large grids fail easily. As a pair: rows read, columns write.
class grid {
 public:
  constexpr grid() = default;

  /// Slots row by row. Errors, place: the number that is wrong: `empty` (no rows, or no columns),
  /// `too_large` (more than `max_members`).
  static constexpr result<grid> make(std::size_t rows, std::size_t columns) noexcept {
    if (rows == 0 || columns == 0) return error{errc::empty, "grid: no members", 0};
    if (rows > max_members || columns > max_members / rows) {
      return error{errc::too_large, "grid: more than 65535 members",
                   rows > max_members ? rows : columns};
    }
    grid made;
    made.shape_ = {static_cast<std::uint16_t>(rows), static_cast<std::uint16_t>(columns)};
    return made;
  }

  constexpr std::size_t rows() const noexcept { return shape_.rows; }
  constexpr std::size_t columns() const noexcept { return shape_.columns; }
  constexpr std::size_t size() const noexcept { return shape_.size(); }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    return shape_.has_row(set) && shape_.has_column(set);
  }

  constexpr grid_rows reads() const noexcept { return grid_rows{shape_}; }
  constexpr grid_columns writes() const noexcept { return grid_columns{shape_}; }

  friend constexpr bool operator==(grid, grid) = default;

 private:
  detail::grid_shape shape_;
};

}  // namespace synod::inline SYNOD_ABI
