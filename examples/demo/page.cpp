// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/page.hpp"

#include "examples/demo/screen.hpp"

namespace demo {
namespace {

std::string attribute(std::string_view name, double value) {
  return " " + std::string{name} + "=\"" + coordinate(value) + "\"";
}
std::string with_class(std::string_view look) { return " class=\"" + std::string{look} + "\""; }

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string coordinate(double at) { return fixed(at, 1); }

drawing::drawing(double width, double height, std::string_view title)
    : head_("<svg role=\"img\" viewBox=\"0 0 " + coordinate(width) + " " + coordinate(height) +
            "\" aria-label=\"" + escaped(title) + "\">\n") {}

void drawing::rect(double x, double y, double width, double height, std::string_view look,
                   std::string_view hint) {
  content_ += "<rect" + with_class(look) + attribute("x", x) + attribute("y", y) +
              attribute("width", width) + attribute("height", height);
  content_ += hint.empty() ? "/>\n" : "><title>" + escaped(hint) + "</title></rect>\n";
}

void drawing::line(double x1, double y1, double x2, double y2, std::string_view look) {
  content_ += "<line" + with_class(look) + attribute("x1", x1) + attribute("y1", y1) +
              attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

void drawing::path(std::string_view commands, std::string_view look) {
  content_ += "<path" + with_class(look) + " d=\"" + std::string{commands} + "\"/>\n";
}

void drawing::text(double x, double y, std::string_view content, std::string_view look) {
  content_ += "<text" + with_class(look) + attribute("x", x) + attribute("y", y) + ">" +
              escaped(content) + "</text>\n";
}

}  // namespace demo
