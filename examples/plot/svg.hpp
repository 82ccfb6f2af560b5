// SPDX-License-Identifier: BSL-1.0
// The little SVG that charts need: elements by class, text escaped.
#pragma once

#include <string>
#include <string_view>

namespace plot {

/// Text as it may stand in XML: <, >, & and quotes escaped; what XML forbids (control characters,
/// bytes that are no UTF-8) replaced by U+FFFD.
std::string escaped(std::string_view text);

/// A number as SVG takes it, to a tenth, whatever the locale.
std::string coordinate(double at);

/// About how wide the text is in the 12-pixel font of the charts.
double width_of(std::string_view text);

/// A drawing of so many units; it scales with the page. Coordinates grow right and down. What is
/// drawn gets its look from its class: `s0` to `s7` are the colours of series.
class drawing {
 public:
  drawing(double width, double height, std::string_view title);

  void line(double x1, double y1, double x2, double y2, std::string_view look);
  /// `commands` as of SVG's path.
  void path(std::string_view commands, std::string_view look);
  void rect(double x, double y, double width, double height, std::string_view look,
            std::string_view hint = {});
  /// `rotated`: by a quarter turn to the left, about its own place.
  void text(double x, double y, std::string_view content, std::string_view look,
            bool rotated = false);
  /// Everything until `unclip` is cut off at this rectangle; its coordinates stay as they are.
  void clip(double x, double y, double width, double height);
  void unclip();

  std::string finished() const { return svg_ + "</svg>\n"; }

 private:
  void attribute(std::string_view name, double value);
  void attribute(std::string_view name, std::string_view value);

  std::string svg_;
};

}  // namespace plot
