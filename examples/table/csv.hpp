// SPDX-License-Identifier: BSL-1.0
// CSV as spreadsheets write it (RFC 4180): commas, quotes, lines that end as they like.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace table {

struct csv_row {
  std::size_t line = 0;  ///< of the file, from 1
  std::vector<std::string> fields;
};

/// What is wrong with a file, and where.
struct csv_error {
  std::size_t line = 0;    ///< 0: nothing is wrong
  std::size_t column = 0;  ///< in bytes, from 1
  std::string what;
};

struct csv_file {
  std::vector<csv_row> rows;
  csv_error error;
};

/// All rows but empty lines. Errors: a quote that is never closed, text before or after a quoted
/// field, a quote within an unquoted one, a byte of zero.
csv_file parse_csv(std::string_view content);

}  // namespace table
