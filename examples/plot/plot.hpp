// SPDX-License-Identifier: BSL-1.0
// Charts as SVG, for the tools: lines, points and bars with axes, ticks and a legend. They follow
// the reader's light or dark background and need nothing but themselves. Any text and any numbers
// give a well-formed drawing; what cannot be shown (NaN, infinities, zero on a logarithmic axis)
// is left out.
#pragma once

#include <string>
#include <vector>

#include "examples/plot/scale.hpp"

namespace plot {

struct point {
  double x = 0;
  double y = 0;
};

/// A curve or a cloud. A point that cannot be shown interrupts a curve.
struct series {
  std::string name;  ///< in the legend
  std::vector<point> points;
};

/// What stands around the data.
struct frame {
  std::string title;
  axis x;
  axis y;
  double width = 640;   ///< of the whole drawing
  double height = 400;  ///< of the drawing without its legend
};

std::string line_chart(frame const& around, std::vector<series> const& all);
std::string scatter_chart(frame const& around, std::vector<series> const& all);

/// One value for each category; missing ones are not drawn.
struct bar_series {
  std::string name;
  std::vector<double> values;
};

struct bar_layout {
  bool stacked = false;     ///< on top of each other instead of side by side; negative values and
                            ///< logarithmic axes do not stack: such bars are drawn as they are
  bool horizontal = false;  ///< categories from top to bottom; `around.y` is still the values' axis
};

/// `around.x` is only the label of the categories, `around.y` the axis of the values.
std::string bar_chart(frame const& around, std::vector<std::string> const& categories,
                      std::vector<bar_series> const& all, bar_layout layout = {});

}  // namespace plot
