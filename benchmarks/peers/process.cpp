// SPDX-License-Identifier: BSL-1.0
// Peers of other languages: a program each, spoken to in lines over two pipes (README.md).
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "benchmarks/peers/contender.hpp"

namespace peers {

namespace {

class process {
 public:
  explicit process(std::string const& command_line) {
    int to[2], from[2];
    // Closed in other peers: a pipe ends with the one that it leads to.
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) return;
    child_ = fork();
    if (child_ == 0) {
      dup2(to[0], STDIN_FILENO);
      dup2(from[1], STDOUT_FILENO);
      execl("/bin/sh", "sh", "-c", command_line.c_str(), nullptr);
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    to_ = fdopen(to[1], "w");
    from_ = fdopen(from[0], "r");
  }
  process(process const&) = delete;
  process& operator=(process const&) = delete;
  ~process() {
    if (to_ != nullptr) fclose(to_);
    if (from_ != nullptr) fclose(from_);
    if (child_ > 0) waitpid(child_, nullptr, 0);
    free(buffer_);
  }

  // The next line it says; empty at its end.
  std::string line() {
    ssize_t const length = from_ == nullptr ? -1 : getline(&buffer_, &capacity_, from_);
    return length <= 0 ? std::string{} : std::string(buffer_, static_cast<std::size_t>(length) - 1);
  }
  std::istringstream ask(std::string const& question) {
    if (to_ == nullptr) return {};
    fputs((question + '\n').c_str(), to_);
    fflush(to_);
    return std::istringstream{line()};
  }

 private:
  pid_t child_ = -1;
  FILE* to_ = nullptr;
  FILE* from_ = nullptr;
  char* buffer_ = nullptr;
  std::size_t capacity_ = 0;
};

std::vector<std::int64_t> counts_of(std::string const& list) {
  std::vector<std::int64_t> counts;
  std::istringstream in{list};
  for (std::string count; std::getline(in, count, ',');) counts.push_back(std::stoll(count));
  return counts;
}

}  // namespace

std::vector<contender> peers_of(std::string const& command, std::string const& directory) {
  auto const peer = std::make_shared<process>("exec " + command + " '" + directory + "'");
  std::vector<contender> found;
  for (std::string line = peer->line(); !line.empty(); line = peer->line()) {
    contender one;
    std::string counts;
    std::istringstream in{line};
    if (!(in >> one.name >> one.argument >> counts >> one.agreement >> one.package >>
          one.licence)) {
      std::cerr << "SKIPPED: a line of " << command << ": " << line << '\n';
      continue;
    }
    one.counts = counts_of(counts);
    one.answers = [peer, name = one.name](std::int64_t count) {
      auto said = peer->ask("check " + name + ' ' + std::to_string(count));
      std::vector<std::uint64_t> answers;
      for (std::uint64_t answer = 0; said >> answer;) answers.push_back(answer);
      return answers;
    };
    one.nanoseconds = [peer, name = one.name](std::int64_t count, std::size_t times) {
      auto said =
          peer->ask("run " + name + ' ' + std::to_string(count) + ' ' + std::to_string(times));
      std::int64_t nanoseconds = -1;
      said >> nanoseconds;
      return nanoseconds;
    };
    found.push_back(one);
  }
  if (found.empty()) std::cerr << "SKIPPED: " << command << ": it named no contender\n";
  return found;
}

}  // namespace peers
