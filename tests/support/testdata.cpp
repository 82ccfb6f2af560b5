// SPDX-License-Identifier: BSL-1.0
#include "tests/support/testdata.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace synod::test {

std::optional<std::string> testdata(std::string_view relative) {
  char const* const chosen = std::getenv("SYNOD_TESTDATA");
  std::string const folder = chosen != nullptr ? chosen : SYNOD_TESTDATA;
  std::string const path = folder + "/" + std::string(relative);
  if (std::ifstream file(path, std::ios::binary); file) {
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  static bool said = false;
  if (!said) {
    said = true;
    std::cerr << "SKIPPED: what needs the reference vectors: no " << path << '\n';
  }
  return std::nullopt;
}

}  // namespace synod::test
