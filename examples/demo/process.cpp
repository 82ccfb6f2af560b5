// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "synod/base/chrono.hpp"

namespace demo {
namespace {

std::sig_atomic_t volatile asked_to_end = 0;

void connect(char const* file, int flags, int to) {
  int const from = open(file, flags, 0644);
  if (from < 0 || dup2(from, to) < 0) _exit(126);
  close(from);
}

/// In the child: nothing here may allocate.
[[noreturn]] void become(char* const* words, char const* output, char const* input, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);  // the demo has gone already
  setpgid(0, 0);
  connect(input, O_RDONLY, STDIN_FILENO);
  connect(output, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
  if (dup2(STDOUT_FILENO, STDERR_FILENO) < 0) _exit(126);
  close_range(3, ~0U, 0);
  execvp(words[0], words);
  _exit(127);
}

}  // namespace

process::process(std::vector<std::string> const& words, std::string const& output,
                 std::string const& input) {
  std::vector<char*> raw;
  for (std::string const& each : words) raw.push_back(const_cast<char*>(each.c_str()));
  raw.push_back(nullptr);
  char const* const from = input.empty() ? "/dev/null" : input.c_str();
  pid_t const parent = getpid();
  id_ = fork();
  if (id_ == 0) become(raw.data(), output.c_str(), from, parent);
  if (id_ < 0) {
    id_ = 0;
    ended_ = 127;
    return;
  }
  setpgid(id_, id_);
}

void process::swap(process& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(ended_, other.ended_);
}

void process::keep(int status) {
  ended_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  id_ = 0;
}

bool process::has_ended() {
  int status = 0;
  if (id_ != 0 && waitpid(id_, &status, WNOHANG) == id_) keep(status);
  return ended_.has_value();
}

void process::kill() {
  if (id_ == 0) return;
  ::kill(-id_, SIGKILL);
  ::kill(id_, SIGKILL);  // where it has not yet made its group
  int status = 0;
  if (waitpid(id_, &status, 0) == id_) keep(status);
}

void process::ask_to_stop() {
  if (id_ != 0) ::kill(id_, SIGTERM);
}

bool process::wait(synod::duration longest) {
  auto const end = std::chrono::steady_clock::now() + synod::to_chrono(longest);
  while (id_ != 0 && !has_ended()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = [](int which) { asked_to_end = which; };
  for (int const which : {SIGINT, SIGTERM, SIGHUP}) sigaction(which, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int interrupted() { return asked_to_end; }

}  // namespace demo
