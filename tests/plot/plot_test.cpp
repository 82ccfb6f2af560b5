// SPDX-License-Identifier: BSL-1.0
// The charts of the tools: whatever they are given, a well-formed drawing.
#include "examples/plot/plot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "examples/plot/svg.hpp"
#include "tests/support/catch.hpp"

using plot::bar_layout;
using plot::bar_series;
using plot::frame;
using plot::series;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Well-formed as far as our drawings go: one root, tags that close in order, attributes in quotes
// and at most once, no bare < or &.
class checker {
 public:
  explicit checker(std::string_view text) : rest_(text) {}

  bool well_formed() {
    while (!rest_.empty()) {
      if (rest_.front() != '<') {
        if (!content(rest_.substr(0, rest_.find('<')), open_.empty())) return false;
        rest_.remove_prefix(std::min(rest_.find('<'), rest_.size()));
      } else if (!tag()) {
        return false;
      }
    }
    return open_.empty() && roots_ == 1;
  }

 private:
  static bool content(std::string_view text, bool only_blank) {
    if (only_blank) return text.find_first_not_of(" \n") == text.npos;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '&') continue;
      auto const end = text.find(';', i);
      if (end == text.npos) return false;
      auto const name = text.substr(i + 1, end - i - 1);
      if (name != "lt" && name != "gt" && name != "amp" && name != "quot" && name != "#39") {
        return false;
      }
    }
    return true;
  }

  bool tag() {
    auto const end = rest_.find('>');
    if (end == rest_.npos) return false;
    std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open_.empty() || open_.back() != inside.substr(1)) return false;
      open_.pop_back();
      return true;
    }
    bool const empty = inside.ends_with('/');
    if (empty) inside.remove_suffix(1);
    auto const name = inside.substr(0, inside.find(' '));
    if (open_.empty()) ++roots_;
    if (!empty) open_.emplace_back(name);
    return attributes(inside.substr(name.size()));
  }

  static bool attributes(std::string_view text) {
    std::vector<std::string_view> names;
    while (!text.empty()) {
      auto const equals = text.find("=\"");
      if (text.front() != ' ' || equals == text.npos) return false;
      auto const name = text.substr(1, equals - 1);
      if (name.empty() || std::count(names.begin(), names.end(), name) != 0) return false;
      names.push_back(name);
      auto const close = text.find('"', equals + 2);
      if (close == text.npos || !content(text.substr(equals + 2, close - equals - 2), false)) {
        return false;
      }
      text.remove_prefix(close + 1);
    }
    return true;
  }

  std::string_view rest_;
  std::vector<std::string> open_;
  int roots_ = 0;
};

bool well_formed(std::string const& text) {
  return checker(text).well_formed() && text.find("nan") == text.npos &&
         text.find("inf") == text.npos;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

std::vector<double> ticks(plot::axis const& wanted, std::vector<double> const& values,
                          bool zero = false) {
  return plot::scale(wanted, values, zero).ticks();
}

}  // namespace

TEST_CASE("the check of these tests finds what is malformed", "[plot]") {
  CHECK(well_formed("<a><b c=\"d &amp; e\"/></a>\n"));
  for (auto const* wrong : {"", "<a>", "<a></b>", "<a/><b/>", "<a>&</a>", "<a b=c/>",
                            "<a b=\"c\" b=\"d\"/>", "<a b=\"&\"/>", "text<a/>", "<a"}) {
    CAPTURE(wrong);
    CHECK_FALSE(well_formed(wrong));
  }
}

TEST_CASE("a chart is well-formed, whatever its texts", "[plot]") {
  std::string const hostile = "<script>&amp;\"'</svg>]]>\x01\xff\xc3\xa9";
  frame const around{hostile, {hostile, false, {}, {}}, {hostile, true, {}, {}}};
  std::vector<series> const curves{{hostile, {{0, 1}, {1, 2}}}, {"", {}}};
  CHECK(well_formed(plot::line_chart(around, curves)));
  CHECK(well_formed(plot::scatter_chart(around, curves)));
  for (bool const stacked : {false, true}) {
    for (bool const horizontal : {false, true}) {
      CHECK(well_formed(plot::bar_chart(around, {hostile, "b"}, {{hostile, {1, 2}}, {"t", {3}}},
                                        {stacked, horizontal})));
    }
  }
}

TEST_CASE("text is escaped; what XML forbids is replaced", "[plot]") {
  CHECK(plot::escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(plot::escaped("caf\xc3\xa9 \xf0\x9f\x8c\x8d") == "caf\xc3\xa9 \xf0\x9f\x8c\x8d");
  std::string const replaced = "\xef\xbf\xbd";
  CHECK(plot::escaped("\x01") == replaced);
  CHECK(plot::escaped("\xc3") == replaced);                                // cut off
  CHECK(plot::escaped("\xc0\xaf") == replaced + replaced);                 // an overlong slash
  CHECK(plot::escaped("\xed\xa0\x80") == replaced + replaced + replaced);  // a surrogate
  CHECK(plot::escaped("\xef\xbf\xbf") == replaced + replaced + replaced);  // U+FFFF
  CHECK(plot::escaped(std::string_view("\0", 1)) == replaced);
}

TEST_CASE("numbers that cannot be shown are left out", "[plot]") {
  std::vector<double> const odd{not_a_number, infinity, -infinity, 1e308, -1e308, 0, -1, 5e-324, 1};
  for (bool const logarithmic : {false, true}) {
    series one{"s", {}};
    for (double const x : odd) {
      for (double const y : odd) one.points.push_back({x, y});
    }
    frame const around{"t", {"x", logarithmic, {}, {}}, {"y", logarithmic, not_a_number, infinity}};
    CHECK(well_formed(plot::line_chart(around, {one})));
    CHECK(well_formed(plot::scatter_chart(around, {one})));
    for (bool const stacked : {false, true}) {
      CHECK(well_formed(plot::bar_chart(around, {"a", "b"}, {{"s", odd}}, {stacked, false})));
    }
  }
}

TEST_CASE("a chart of nothing is a frame", "[plot]") {
  for (bool const logarithmic : {false, true}) {
    frame const around{"", {"", logarithmic, {}, {}}, {"", logarithmic, {}, {}}};
    CHECK(well_formed(plot::line_chart(around, {})));
    CHECK(well_formed(plot::bar_chart(around, {}, {})));
    CHECK(well_formed(plot::bar_chart(around, {"a"}, {})));
    CHECK(well_formed(plot::line_chart({"t", {}, {}, 0, 0}, {{"s", {{1, 1}}}})));
  }
}

TEST_CASE("a curve is interrupted where a point cannot be shown", "[plot]") {
  frame const around{"t", {"x", false, 0, 4}, {"y", false, 0, 4}};
  auto const whole = plot::line_chart(around, {{"s", {{0, 1}, {1, 1}, {2, 1}, {3, 1}}}});
  auto const cut = plot::line_chart(around, {{"s", {{0, 1}, {1, not_a_number}, {2, 1}, {3, 1}}}});
  auto const curve = [](std::string const& svg) {
    auto const at = svg.find("<path class=\"curve s0\"");
    return svg.substr(at, svg.find('\n', at) - at);
  };
  CHECK(count(curve(whole), "M") == 1);
  CHECK(count(curve(cut), "M") == 2);
}

TEST_CASE("there is a bar for every value, as high as its value", "[plot]") {
  frame const around{"t", {"", false, {}, {}}, {"y", false, 0, 8}};
  std::vector<bar_series> const two{{"s", {1, 2, 4}}, {"t", {4, 2}}};
  auto const side = plot::bar_chart(around, {"a", "b", "c"}, two);
  CHECK(count(side, "class=\"bar s0\"") == 4);  // three, and one in the legend
  CHECK(count(side, "class=\"bar s1\"") == 3);
  CHECK(count(side, "<title>s, c: 4</title>") == 1);

  // Stacked, the second begins where the first ends.
  auto const stack = plot::bar_chart(around, {"a"}, {{"s", {2}}, {"t", {6}}}, {true, false});
  double const height = 400 - 48 - 36;
  CHECK(count(stack, "y=\"" + plot::coordinate(36 + height * 0.75) + "\"") == 1);
  CHECK(count(stack, "height=\"" + plot::coordinate(height * 0.75) + "\"") == 1);
  CHECK(count(stack, "y=\"36\"") >= 1);
}

TEST_CASE("ticks are round numbers within the range", "[plot]") {
  CHECK(ticks({}, {0, 1}) == std::vector<double>{0, 0.2, 0.4, 0.2 * 3, 0.8, 1});
  CHECK(ticks({"", false, 0.5, 2.5}, {}) == std::vector<double>{0.5, 1, 1.5, 2, 2.5});
  CHECK(ticks({"", true, {}, {}}, {1, 1000}) == std::vector<double>{1, 10, 100, 1000});
  CHECK(ticks({"", true, {}, {}}, {1, 9}) == std::vector<double>{1, 2, 5, 10});
  CHECK(ticks({}, {3, 7}, true).front() == 0);
  CHECK(ticks({}, {-3, -7}, true).back() == 0);
  for (auto const& values : std::vector<std::vector<double>>{
           {5, 5}, {0, 0}, {-1e-9, 1e-9}, {1e299, -1e299}, {1e-300, 1e300}, {0.1, 0.3}, {}}) {
    for (bool const logarithmic : {false, true}) {
      plot::scale const made({"", logarithmic, {}, {}}, values, false);
      CAPTURE(values, logarithmic, made.from(), made.to());
      CHECK(made.from() < made.to());
      CHECK(made.ticks().size() >= 2);
      CHECK(made.ticks().size() <= 20);
      CHECK(std::is_sorted(made.ticks().begin(), made.ticks().end()));
      for (double const value : values) {
        if (made.shows(value)) CHECK((made(value) >= -1e-9 && made(value) <= 1 + 1e-9));
      }
    }
  }
}

TEST_CASE("an axis begins and ends where it is told to", "[plot]") {
  plot::scale const told({"", false, 0.1, 0.73}, {0, 1}, false);
  CHECK(told.from() == 0.1);
  CHECK(told.to() == 0.73);
  plot::scale const reversed({"", false, 2, 1}, {0, 1}, false);
  CHECK((reversed.from() == 0 && reversed.to() == 1));
  plot::scale const below_data({"", false, {}, -5}, {0, 1}, false);
  CHECK((below_data.to() == -5 && below_data.from() < -5));
  plot::scale const above_data({"", true, 50, {}}, {1, 10}, false);
  CHECK((above_data.from() == 50 && above_data.to() > 50));
}

TEST_CASE("numbers are short", "[plot]") {
  CHECK(plot::number(0) == "0");
  CHECK(plot::number(-0.0) == "0");
  CHECK(plot::number(0.1 + 0.2) == "0.3");
  CHECK(plot::number(250000) == "250000");
  CHECK(plot::number(1e6) == "10⁶");
  CHECK(plot::number(-2.5e-10) == "-2.5·10⁻¹⁰");
}
