// SPDX-License-Identifier: BSL-1.0
// What the command lines of the tools have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "examples/table/table.hpp"
#include "examples/tool/files.hpp"

namespace tool {

inline constexpr char exit_codes[] = "Exit: 0 done, 1 the input is wrong, 2 the command line is.";

/// An option that takes one of a few words; the first is what it is without.
template <class Value>
void add_choice(CLI::App& command, std::string const& name, Value& value, std::string const& help,
                std::vector<std::pair<std::string, Value>> const& choices) {
  std::vector<std::string> words;
  for (auto const& choice : choices) words.push_back(choice.first);
  auto const choose = [&value, choices](std::string const& word) {
    for (auto const& [name_of, value_of] : choices) {
      if (name_of == word) value = value_of;
    }
  };
  command.add_option_function<std::string>(name, choose, help)
      ->check(CLI::IsMember(words))
      ->default_str(words[0]);
}

inline void add_format(CLI::App& command, table::format& how) {
  add_choice(
      command, "--format", how, "how the answer is written",
      {{"table", table::format::text}, {"csv", table::format::csv}, {"json", table::format::json}});
}

/// Reads the command line and answers to the standard output; `answer` throws `bad_input`. Returns
/// the exit code.
template <class Answer>
int run(CLI::App& command_line, int count, char** words, Answer answer) {
  command_line.footer(exit_codes);
  try {
    command_line.parse(count, words);
  } catch (CLI::ParseError const& wrong) {
    return command_line.exit(wrong) == 0 ? 0 : 2;
  }
  try {
    answer();
    std::cout.flush();
    if (!std::cout) throw bad_input{"the standard output cannot be written"};
  } catch (bad_input const& wrong) {
    std::cerr << command_line.get_name() << ": " << wrong.what << '\n';
    return 1;
  }
  return 0;
}

}  // namespace tool
