// SPDX-License-Identifier: BSL-1.0
#include "examples/plot/svg.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "examples/text/utf8.hpp"

namespace plot {

namespace {

// Eight colours that people with any colour vision tell apart (Okabe and Ito), darkened or
// lightened where they would not stand out from the ground.
constexpr std::string_view style = R"(<style>
svg{background:#fff;color-scheme:light dark}
text{font:12px system-ui,sans-serif;fill:#222}
.title{font-size:15px;font-weight:600}
.mid{text-anchor:middle}.end{text-anchor:end}
.axis{fill:none;stroke:#222}.grid{stroke:#ddd}
.curve{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.mark{fill:#fff;stroke:currentColor;stroke-width:1.5}
.bar{fill:currentColor}
.d1{stroke-dasharray:8 4}.d2{stroke-dasharray:2 3}.d3{stroke-dasharray:10 3 2 3}
.s0{color:#0072b2}.s1{color:#d55e00}.s2{color:#009e73}.s3{color:#b0538c}
.s4{color:#8a7500}.s5{color:#2a94cc}.s6{color:#c27a00}.s7{color:#555}
@media(prefers-color-scheme:dark){
svg{background:#15181c}text{fill:#dde}
.axis{stroke:#dde}.grid{stroke:#3a3f45}.mark{fill:#15181c}
.s0{color:#4aa8e0}.s1{color:#ff8a3d}.s2{color:#2fcf9f}.s3{color:#e29ac4}
.s4{color:#f0e442}.s5{color:#8fd3ff}.s6{color:#ffc04d}.s7{color:#aaa}}
</style>
)";

// How many bytes the character at the front has; 0 where it is none that XML allows.
std::size_t character(std::string_view at) {
  auto const lead = static_cast<unsigned char>(at.front());
  bool const control = lead < 0x20 && lead != '\t' && lead != '\n' && lead != '\r';
  bool const no_character = at.starts_with("\xef\xbf\xbe") || at.starts_with("\xef\xbf\xbf");
  return control || no_character ? 0 : text::character(at);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    std::size_t const length = character(text);
    switch (text.front()) {
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '&': safe += "&amp;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += length == 0 ? text::replacement : text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return safe;
}

std::string coordinate(double at) {
  if (!std::isfinite(at)) return "0";
  std::array<char, 32> digits{};
  double const tenths = std::round(std::clamp(at, -1e9, 1e9) * 10) / 10 + 0.0;
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), tenths).ptr;
  return {digits.data(), end};
}

double width_of(std::string_view text) { return 6.6 * static_cast<double>(text::width(text)); }

drawing::drawing(double width, double height, std::string_view title) {
  svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"";
  attribute("viewBox", "0 0 " + coordinate(width) + " " + coordinate(height));
  attribute("width", width);
  attribute("height", height);
  svg_ += ">\n<title>" + escaped(title) + "</title>\n";
  svg_ += style;
}

void drawing::attribute(std::string_view name, double value) { attribute(name, coordinate(value)); }

void drawing::attribute(std::string_view name, std::string_view value) {
  svg_.append(" ").append(name).append("=\"").append(value).append("\"");
}

void drawing::line(double x1, double y1, double x2, double y2, std::string_view look) {
  path("M" + coordinate(x1) + " " + coordinate(y1) + "L" + coordinate(x2) + " " + coordinate(y2),
       look);
}

void drawing::path(std::string_view commands, std::string_view look) {
  svg_ += "<path";
  attribute("class", look);
  attribute("d", commands);
  svg_ += "/>\n";
}

void drawing::rect(double x, double y, double width, double height, std::string_view look,
                   std::string_view hint) {
  svg_ += "<rect";
  attribute("class", look);
  attribute("x", x);
  attribute("y", y);
  attribute("width", width);
  attribute("height", height);
  svg_ += hint.empty() ? "/>\n" : "><title>" + escaped(hint) + "</title></rect>\n";
}

void drawing::text(double x, double y, std::string_view content, std::string_view look,
                   bool rotated) {
  svg_ += "<text";
  attribute("class", look);
  attribute("x", x);
  attribute("y", y);
  if (rotated) attribute("transform", "rotate(-90 " + coordinate(x) + " " + coordinate(y) + ")");
  svg_ += ">" + escaped(content) + "</text>\n";
}

// A nested drawing cuts off what leaves it, without an id that could clash with another chart of
// the same page.
void drawing::clip(double x, double y, double width, double height) {
  svg_ += "<svg";
  attribute("x", x);
  attribute("y", y);
  attribute("width", width);
  attribute("height", height);
  attribute("viewBox", coordinate(x) + " " + coordinate(y) + " " + coordinate(width) + " " +
                           coordinate(height));
  svg_ += ">\n";
}

void drawing::unclip() { svg_ += "</svg>\n"; }

}  // namespace plot
