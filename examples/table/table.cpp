// SPDX-License-Identifier: BSL-1.0
#include "examples/table/table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <utility>

#include "examples/text/utf8.hpp"

namespace table {
namespace {

std::string shortest(double number) {
  std::array<char, 32> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

std::string for_people(cell const& what, int digits) {
  if (auto const* number = std::get_if<double>(&what)) {
    std::array<char, 400> text{};
    int const length = std::snprintf(text.data(), text.size(), "%.*f", digits, *number);
    return {text.data(), static_cast<std::size_t>(length)};
  }
  if (auto const* count = std::get_if<std::uint64_t>(&what)) return std::to_string(*count);
  return std::get<std::string>(what);
}

std::string for_csv(cell const& what) {
  if (auto const* number = std::get_if<double>(&what)) return shortest(*number);
  if (auto const* count = std::get_if<std::uint64_t>(&what)) return std::to_string(*count);
  auto const& text = std::get<std::string>(what);
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char const c : text) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  return quoted + '"';
}

std::string for_json(cell const& what) {
  if (auto const* number = std::get_if<double>(&what)) {
    return std::isfinite(*number) ? shortest(*number) : "null";
  }
  if (auto const* count = std::get_if<std::uint64_t>(&what)) return std::to_string(*count);
  return json_string(std::get<std::string>(what));
}

}  // namespace

std::string json_string(std::string const& what) {
  std::string made = "\"";
  for (std::string_view rest = what; !rest.empty();) {
    std::size_t const length = text::character(rest);
    if (length == 0) {
      made += "\\ufffd";
    } else if (rest[0] == '"' || rest[0] == '\\') {
      made += std::string{'\\', rest[0]};
    } else if (static_cast<unsigned char>(rest[0]) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(rest[0]));
      made += escape.data();
    } else {
      made += rest.substr(0, length);
    }
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return made + '"';
}

writer::writer(std::ostream& out, format how, std::vector<column> columns)
    : out_(out), how_(how), columns_(std::move(columns)) {
  std::vector<cell> head;
  for (auto const& one : columns_) head.emplace_back(one.name);
  if (how_ == format::csv) write_csv(head);
  if (how_ == format::text) keep(head);
  if (how_ == format::json) out_ << '[';
}

void writer::row(std::vector<cell> const& cells) {
  if (how_ == format::csv) write_csv(cells);
  if (how_ == format::json) write_json(cells);
  if (how_ == format::text) keep(cells);
}

void writer::end() {
  if (how_ == format::json) out_ << (first_ ? "]\n" : "\n]\n");
  if (how_ == format::text) write_table();
}

void writer::keep(std::vector<cell> const& cells) {
  std::vector<kept_cell> row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    row.push_back(
        {for_people(cells[i], columns_[i].digits), !std::holds_alternative<std::string>(cells[i])});
  }
  kept_.push_back(std::move(row));
}

void writer::write_csv(std::vector<cell> const& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out_ << (i == 0 ? "" : ",") << for_csv(cells[i]);
  out_ << '\n';
}

void writer::write_json(std::vector<cell> const& cells) {
  out_ << (first_ ? "\n  {" : ",\n  {");
  first_ = false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out_ << (i == 0 ? "" : ", ") << json_string(columns_[i].name) << ": " << for_json(cells[i]);
  }
  out_ << '}';
}

void writer::write_table() {
  std::vector<std::size_t> widths(columns_.size());
  for (auto const& row : kept_) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], text::width(row[i].text));
  }
  for (auto const& row : kept_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string const blanks(widths[i] - text::width(row[i].text), ' ');
      // Numbers stand to the right, and the head as what stands below it.
      bool const right = kept_.size() > 1 && kept_[1][i].is_number;
      line += right ? blanks + row[i].text : row[i].text + blanks;
      line += "  ";
    }
    out_ << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
}

}  // namespace table
