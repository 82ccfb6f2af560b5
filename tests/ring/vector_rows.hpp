// SPDX-License-Identifier: BSL-1.0
// Tables of the reference vectors, row by row.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/testdata.hpp"

namespace synod::test {

using row = std::vector<std::string>;

/// The rows of testdata's `ring/NAME`, without the header; empty where it is not there.
inline std::optional<std::vector<row>> vector_rows(std::string const& name) {
  auto const table = testdata("ring/" + name);
  if (!table) return std::nullopt;
  std::vector<row> rows;
  std::istringstream lines{*table};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) continue;
    row& fields = rows.emplace_back();
    std::istringstream rest{line};
    for (std::string field; std::getline(rest, field, '\t');) fields.push_back(field);
  }
  return rows;
}

}  // namespace synod::test
