// SPDX-License-Identifier: BSL-1.0
// The histories of testdata/linearizability, read as its README says.
#pragma once

#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "synod/check.hpp"

namespace synod::test {

using etcd_register = register_model<std::int64_t>;

/// A log of Jepsen's; instants are the numbers of its lines.
inline std::vector<operation<etcd_register>> read_etcd(std::string const& text) {
  std::vector<operation<etcd_register>> history;
  std::map<std::uint64_t, std::size_t> pending;
  std::istringstream lines(text);
  std::string line;
  for (std::uint64_t now = 1; std::getline(lines, line); ++now) {
    std::istringstream words(line);
    std::string info, util, dash, type, function, value, second;
    std::uint64_t process = 0;
    words >> info >> util >> dash >> process >> type >> function >> value >> second;
    if (info != "INFO") continue;
    if (type == ":invoke") {
      operation<etcd_register> made;
      made.client = process;
      made.called = {now};
      if (function == ":write") made.input = etcd_register::write(std::stoll(value));
      if (function == ":cas") {
        made.input =
            etcd_register::compare_and_set(std::stoll(value.substr(1)), std::stoll(second));
      }
      pending[process] = history.size();
      history.push_back(made);
      continue;
    }
    operation<etcd_register>& done = history[pending.at(process)];
    if (type == ":info") continue;
    done.returned = instant{now};
    if (value == ":timed-out") continue;  // a read without an answer
    etcd_register::output answer;
    answer.done = type == ":ok";
    if (function == ":read" && value != "nil") answer.value = std::stoll(value);
    done.output = answer;
  }
  return history;
}

/// The text between the quotes behind `name`; empty where there is none.
inline std::string quoted(std::string_view line, std::string_view name) {
  std::size_t const at = line.find(name);
  if (at == std::string_view::npos || line.substr(at + name.size(), 2) != " \"") return {};
  std::size_t const begin = at + name.size() + 2;
  return std::string(line.substr(begin, line.find('"', begin) - begin));
}

/// A history of a store of texts, which are empty at first.
inline std::vector<operation<kv_model>> read_kv(std::string const& text) {
  std::vector<operation<kv_model>> history;
  std::map<std::uint64_t, std::size_t> pending;
  std::istringstream lines(text);
  std::string line;
  for (std::uint64_t now = 1; std::getline(lines, line); ++now) {
    if (line.find(":process ") == std::string::npos) continue;
    std::uint64_t const process = std::stoull(line.substr(line.find(":process ") + 9));
    std::string const key = quoted(line, ":key");
    std::string const value = quoted(line, ":value");
    if (line.find(":type :invoke") != std::string::npos) {
      operation<kv_model> made;
      made.client = process;
      made.called = {now};
      made.input = line.find(":f :get") != std::string::npos   ? kv_model::get(key)
                   : line.find(":f :put") != std::string::npos ? kv_model::set(key, value)
                                                               : kv_model::append(key, value);
      pending[process] = history.size();
      history.push_back(made);
      continue;
    }
    operation<kv_model>& done = history[pending.at(process)];
    done.returned = instant{now};
    done.output = kv_model::found(value);
  }
  return history;
}

inline kv_model const empty_text{std::string()};

}  // namespace synod::test
