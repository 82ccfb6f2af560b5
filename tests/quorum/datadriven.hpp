// SPDX-License-Identifier: BSL-1.0
// The text format of etcd-io/raft's vectors: a line with a command and its arguments, lines of
// input, `----`, lines of expected output up to a blank one.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace synod::test {

struct scenario {
  std::string command;   ///< the whole line
  std::string input;     ///< its lines, joined by blanks
  std::string expected;  ///< its lines, each with its line end
};

inline std::vector<scenario> scenarios(std::string const& text) {
  std::vector<scenario> all;
  std::istringstream lines{text};
  std::string line;
  while (std::getline(lines, line)) {
    if (line.empty() || line.front() == '#') continue;
    scenario next{line, {}, {}};
    while (std::getline(lines, line) && line != "----") next.input += line + " ";
    while (std::getline(lines, line) && !line.empty()) next.expected += line + "\n";
    all.push_back(next);
  }
  return all;
}

/// What stands between the brackets of `name=(...)`, or after `name=`; nothing where the command
/// does not have it.
inline std::optional<std::string> argument(std::string const& command, std::string_view name) {
  std::string const opening = " " + std::string{name} + "=";
  auto const from = command.find(opening);
  if (from == std::string::npos) return std::nullopt;
  auto const begin = from + opening.size();
  if (command[begin] != '(') return command.substr(begin, command.find(' ', begin) - begin);
  return command.substr(begin + 1, command.find(')', begin) - begin - 1);
}

/// The elements of such a list; none where the command does not have it.
inline std::vector<std::string> elements(std::string const& command, std::string_view name) {
  std::vector<std::string> values;
  std::istringstream list{argument(command, name).value_or("")};
  for (std::string value; std::getline(list, value, ',');) {
    std::erase(value, ' ');
    values.push_back(value);
  }
  return values;
}

}  // namespace synod::test
