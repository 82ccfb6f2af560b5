// SPDX-License-Identifier: BSL-1.0
// Rows of results for people (a table), for spreadsheets (CSV) and for programs (JSON).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

namespace table {

enum class format { text, csv, json };

struct column {
  std::string name;
  int digits = 3;  ///< behind the point, in a table; CSV and JSON carry every digit there is
};

using cell = std::variant<std::string, double, std::uint64_t>;

/// Takes rows one by one. CSV (RFC 4180) and JSON (an array of objects; numbers that JSON has no
/// word for are null) are written as they come; a table when it is ended, for its columns' widths.
class writer {
 public:
  writer(std::ostream& out, format how, std::vector<column> columns);

  /// As many cells as there are columns.
  void row(std::initializer_list<cell> cells) { row(std::vector<cell>{cells}); }
  void row(std::vector<cell> const& cells);
  /// Writes what is left. Once, after the last row.
  void end();

 private:
  void keep(std::vector<cell> const& cells);
  void write_csv(std::vector<cell> const& cells);
  void write_json(std::vector<cell> const& cells);
  void write_table();

  struct kept_cell {
    std::string text;
    bool is_number = false;
  };

  std::ostream& out_;
  format how_;
  std::vector<column> columns_;
  std::vector<std::vector<kept_cell>> kept_;  // of a table, the head first
  bool first_ = true;
};

/// A text as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string const& what);

}  // namespace table
