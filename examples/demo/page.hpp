// SPDX-License-Identifier: BSL-1.0
// The little HTML and SVG that the report needs.
#pragma once

#include <string>
#include <string_view>

namespace demo {

/// Text as it stands in HTML: <, >, & and quotes escaped.
std::string escaped(std::string_view text);

/// A drawing of so many units; it scales with the page. Coordinates grow right and down. What is
/// drawn gets its look from its class; text is escaped here.
class drawing {
 public:
  drawing(double width, double height, std::string_view title);

  void rect(double x, double y, double width, double height, std::string_view look,
            std::string_view hint = {});
  void line(double x1, double y1, double x2, double y2, std::string_view look);
  /// From point to point; `commands` as of SVG's path.
  void path(std::string_view commands, std::string_view look);
  void text(double x, double y, std::string_view content, std::string_view look);

  /// What another drawing shows, on top.
  void add(drawing const& other) { content_ += other.content_; }

  std::string svg() const { return head_ + content_ + "</svg>\n"; }

 private:
  std::string head_;
  std::string content_;
};

/// A number as SVG takes it, to a tenth.
std::string coordinate(double at);

}  // namespace demo
