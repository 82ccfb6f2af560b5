// SPDX-License-Identifier: BSL-1.0
// The scenarios of a room once more, under each known wrong rule that is named: those that bear its
// name as their tag pass without it and fail with it.
#define CATCH_CONFIG_RUNNER
#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "synod/base/mutant.hpp"

namespace {

enum class verdict { passed, failed, crashed };

/// Runs the scenarios of that tag in a process of their own; a contract violation ends it.
verdict run(std::string const& tag, std::uint64_t chosen) {
  std::fflush(nullptr);
  pid_t const child = fork();
  if (child == 0) {
    synod::mutant::chosen = chosen;
    int const nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    char const* const arguments[] = {"scenarios", tag.c_str(), "--abort", "--warn", "NoTests"};
    std::_Exit(Catch::Session().run(5, arguments) == 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return verdict::crashed;
  return WEXITSTATUS(status) == 0 ? verdict::passed : verdict::failed;
}

}  // namespace

int main(int count, char** arguments) {
  int wrong = 0;
  for (int i = 1; i < count; ++i) {
    char const* const id = arguments[i];
    std::string const tag = "[" + std::string(id) + "]";
    bool const sound = run(tag, 0) == verdict::passed;
    verdict const under_mutant = run(tag, synod::mutant::id(id));
    bool const killed = under_mutant != verdict::passed;
    std::printf("%s: %s\n", id,
                !sound   ? "its scenarios fail without it, or there are none"
                : killed ? under_mutant == verdict::crashed ? "killed (crashed)" : "killed"
                         : "SURVIVED");
    wrong += sound && killed ? 0 : 1;
  }
  return wrong == 0 && count > 1 ? 0 : 1;
}
