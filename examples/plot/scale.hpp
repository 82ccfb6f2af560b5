// SPDX-License-Identifier: BSL-1.0
// From values to places on a chart: ranges, ticks and their numbers, linear and logarithmic.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace plot {

struct axis {
  std::string label;
  bool logarithmic = false;      ///< values of zero or less are then left out
  std::optional<double> from{};  ///< where the axis begins; empty: chosen from the data
  std::optional<double> to{};    ///< where it ends
};

/// The range of an axis, its ticks, and where a value stands on it: 0 at the beginning, 1 at the
/// end.
class scale {
 public:
  /// For these values; those that cannot be shown are ignored. A wish of the axis that leaves no
  /// range is ignored too. `zero`: a linear range reaches to zero, as bars need it.
  scale(axis const& wanted, std::vector<double> const& values, bool zero);

  bool shows(double value) const;
  double operator()(double value) const;

  double from() const { return from_; }
  double to() const { return to_; }
  /// In rising order, all within the range.
  std::vector<double> const& ticks() const { return ticks_; }

 private:
  void widen_to_ticks(bool keep_from, bool keep_to);

  bool logarithmic_;
  double from_ = 0;
  double to_ = 1;
  std::vector<double> ticks_;
};

/// A number as an axis shows it: up to six digits, powers of ten beyond.
std::string number(double value);

}  // namespace plot
