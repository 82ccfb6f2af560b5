// SPDX-License-Identifier: BSL-1.0
// Draws a chart of measurements, for the pages of docs/: CSV of series, x and y in, SVG out.
#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "examples/plot/plot.hpp"
#include "examples/table/csv.hpp"

namespace {

double number_of(std::string const& text, std::size_t line) {
  double value = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size()) {
    std::cerr << "draw: line " << line << ": '" << text << "' is no number\n";
    std::exit(1);
  }
  return value;
}

std::vector<plot::series> read_series(std::istream& in) {
  std::string const content{std::istreambuf_iterator<char>{in}, {}};
  auto const parsed = table::parse_csv(content);
  if (parsed.error.line != 0 || parsed.rows.empty()) {
    std::cerr << "draw: line " << parsed.error.line << ": no rows of series, x and y\n";
    std::exit(1);
  }
  std::vector<plot::series> all;
  for (auto const& [line, fields] : parsed.rows) {
    if (fields.size() != 3) {
      std::cerr << "draw: line " << line << ": not a series, an x and a y\n";
      std::exit(1);
    }
    auto named = all.begin();
    while (named != all.end() && named->name != fields[0]) ++named;
    if (named == all.end()) named = all.insert(all.end(), {fields[0], {}});
    named->points.push_back({number_of(fields[1], line), number_of(fields[2], line)});
  }
  return all;
}

}  // namespace

int main(int count, char** words) {
  plot::frame around;
  CLI::App tool{"Draws CSV rows of series, x and y from the standard input as SVG."};
  tool.add_option("--title", around.title, "above the chart");
  tool.add_option("--x", around.x.label, "what is on the x axis");
  tool.add_option("--y", around.y.label, "what is on the y axis");
  tool.add_flag("--log-x", around.x.logarithmic, "the x axis is logarithmic");
  tool.add_flag("--log-y", around.y.logarithmic, "the y axis is logarithmic");
  CLI11_PARSE(tool, count, words);
  std::cout << plot::line_chart(around, read_series(std::cin));
}
