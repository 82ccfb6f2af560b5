// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/plain_load.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace demo {
namespace {

constexpr std::size_t benchmark_commands = 2000;
constexpr std::size_t cli_commands = 200;
constexpr synod::duration longest_round = synod::seconds(15);
constexpr synod::duration after_a_kill = synod::seconds(3);

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

plain_counts& plain_counts::operator+=(plain_counts const& other) {
  commands += other.commands;
  acknowledged += other.acknowledged;
  unknown += other.unknown;
  refused += other.refused;
  rounds += other.rounds;
  broken_rounds += other.broken_rounds;
  return *this;
}

plain_client::plain_client(program which, std::string folder, std::string key)
    : which_(which),
      output_(folder + (which == program::benchmark ? "/redis-benchmark.log" : "/redis-cli.log")),
      input_(folder + "/redis-cli.input"),
      key_(std::move(key)) {
  if (which_ == program::cli) {
    std::ofstream commands(input_);
    for (std::size_t i = 0; i < cli_commands; ++i) commands << "INCR " << key_ << '\n';
  }
}

void plain_client::turn(std::size_t node, std::uint16_t port, bool may_begin, synod::instant now) {
  if (runs_) {
    // redis-benchmark waits for ever where the server goes while it begins.
    if (now >= give_up_) runs_now_.kill();
    if (auto const status = runs_now_.ended()) end(*status);
  } else if (may_begin) {
    begin(node, port, now);
  }
}

void plain_client::killed(std::size_t node, synod::instant now) noexcept {
  if (!runs_ || node != node_) return;
  was_cut_off_ = true;
  give_up_ = now + after_a_kill;
}

void plain_client::begin(std::size_t node, std::uint16_t port, synod::instant now) {
  std::error_code ignored;
  std::filesystem::remove(output_, ignored);
  std::string const at = std::to_string(port);
  if (which_ == program::benchmark) {
    runs_now_ = process({"redis-benchmark", "-p", at, "-n", std::to_string(benchmark_commands),
                         "-c", "20", "-q", "INCR", key_},
                        output_);
  } else {
    runs_now_ = process({"redis-cli", "-p", at}, output_, input_);
  }
  node_ = node;
  give_up_ = now + longest_round;
  runs_ = true;
  was_cut_off_ = false;
}

void plain_client::end(int status) {
  plain_counts round;
  round.rounds = 1;
  round.commands = which_ == program::benchmark ? benchmark_commands : cli_commands;
  round.broken_rounds = status == 0 && !was_cut_off_ ? 0 : 1;
  if (which_ == program::cli) {
    count_replies(round);
  } else if (status == 0) {
    round.acknowledged = round.commands;
  } else {
    round.unknown = round.commands;  // it ends at the first error, and does not say how far it was
  }
  counts_ += round;
  runs_ = false;
}

// redis-cli prints a reply a line. Where its connection breaks it connects again and repeats the
// command without a word: each may have been executed once more than it says.
void plain_client::count_replies(plain_counts& round) const {
  std::ifstream lines(output_);
  for (std::string line; std::getline(lines, line);) {
    if (is_number(line)) {
      ++round.acknowledged;
    } else if (line.starts_with("TRYAGAIN") || line.starts_with("Could not connect")) {
      ++round.refused;
    }
  }
  round.acknowledged = std::min(round.acknowledged, round.commands);
  round.refused = std::min(round.refused, round.commands - round.acknowledged);
  round.unknown = round.commands - round.acknowledged - round.refused;
  if (was_cut_off_) {
    round.unknown = round.commands;
    round.refused = 0;
  }
}

}  // namespace demo
