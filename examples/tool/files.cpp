// SPDX-License-Identifier: BSL-1.0
#include "examples/tool/files.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace tool {

std::string read_file(std::string const& name) {
  auto const all_of = [](std::istream& in) {
    return std::string{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  };
  if (name == "-") return all_of(std::cin);
  std::ifstream file{name, std::ios::binary};
  std::string content = file ? all_of(file) : std::string{};
  if (!file) throw bad_input{name + ": cannot be read"};
  return content;
}

void write_file(std::string const& name, std::string const& content) {
  std::ofstream file{name, std::ios::binary};
  file << content;
  file.close();
  if (!file) throw bad_input{name + ": cannot be written"};
}

}  // namespace tool
