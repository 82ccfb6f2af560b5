// SPDX-License-Identifier: BSL-1.0
// synod-judge FILE: whether a history of clients of a key-value server is linearizable.
//
// A line an operation: client, begin and end in ns, kind, key, argument, response, with blanks
// between. End and response are `-` where no answer came: the operation may happen at any time from
// its begin on, or never. The argument is `-` where there is none; the response is `ok`, `nil`, or
// a value. Status 0: linearizable, 1: not, 2: not to be read, 3: not decided within the budget.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "synod/check/explain.hpp"
#include "synod/check/kv_model.hpp"
#include "synod/check/linearizability.hpp"

namespace {

using model = synod::kv_model;
using operation = synod::operation<model>;

struct line {
  std::uint64_t client = 0;
  std::string begin, end, kind, key, argument, response;

  friend std::istream& operator>>(std::istream& in, line& into) {
    return in >> into.client >> into.begin >> into.end >> into.kind >> into.key >> into.argument >>
           into.response;
  }
};

template <class Number>
std::optional<Number> number_of(std::string const& text) {
  Number value = 0;
  char const* const last = text.data() + text.size();
  auto const [stopped, failure] = std::from_chars(text.data(), last, value);
  if (failure != std::errc{} || stopped != last) return std::nullopt;
  return value;
}

std::optional<model::input> input_of(line const& read) {
  if (read.kind == "get") return model::get(read.key);
  if (read.kind == "set") return model::set(read.key, read.argument);
  if (read.kind == "setnx") return model::set_if_absent(read.key, read.argument);
  if (read.kind == "incr") return model::increment(read.key);
  if (read.kind == "del") return model::remove(read.key);
  return std::nullopt;
}

std::optional<model::output> output_of(line const& read) {
  if (read.kind == "get") {
    return model::found(read.response == "nil" ? std::nullopt : std::optional(read.response));
  }
  if (read.kind == "set") {
    return read.response == "ok" ? std::optional(model::ok()) : std::nullopt;
  }
  auto const number = number_of<std::int64_t>(read.response);
  if (!number) return std::nullopt;
  if (read.kind == "setnx") return model::done(*number == 1);
  return model::number(*number);
}

std::optional<operation> operation_of(line const& read) {
  auto const input = input_of(read);
  auto const begin = number_of<std::uint64_t>(read.begin);
  if (!input || !begin) return std::nullopt;
  operation made{.input = *input, .called = synod::instant{*begin}, .client = read.client};
  if (read.end == "-") return made;
  auto const end = number_of<std::uint64_t>(read.end);
  made.output = output_of(read);
  if (!end || !made.output) return std::nullopt;
  made.returned = synod::instant{*end};
  return made;
}

/// Empty, and says why, where a line is not to be read.
std::optional<std::vector<operation>> history_of(std::istream& in) {
  std::vector<operation> history;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    std::istringstream words(text);
    line read;
    auto const made = words >> read ? operation_of(read) : std::nullopt;
    if (!made) {
      std::cerr << "synod-judge: line " << number << " is no operation: " << text << '\n';
      return std::nullopt;
    }
    history.push_back(*made);
  }
  return history;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: synod-judge FILE\n";
    return 2;
  }
  std::ifstream in(arguments[1]);
  if (!in) {
    std::cerr << "synod-judge: cannot read " << arguments[1] << '\n';
    return 2;
  }
  auto const history = history_of(in);
  if (!history) return 2;

  auto const begin = std::chrono::steady_clock::now();
  std::span<operation const> const all(*history);
  auto const report = synod::check_linearizability<model>(all);
  if (!report) {
    std::cerr << "synod-judge: " << report.error().what << " (operation " << report.error().place
              << ")\n";
    return 2;
  }
  auto const took = std::chrono::steady_clock::now() - begin;
  std::cout << synod::explain<model>(*report, all) << "  in "
            << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
  switch (report->verdict) {
    case synod::linearizability::linearizable: return 0;
    case synod::linearizability::not_linearizable: return 1;
    case synod::linearizability::out_of_budget: break;
  }
  return 3;
}
