// SPDX-License-Identifier: BSL-1.0
// Contract violations, watched from outside: they end the process that commits one.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "synod/base/contract.hpp"

namespace synod::test {

/// What the contract handler is told when a child process does this; empty where it is told
/// nothing.
template <class Misuse>
std::string violation_of(Misuse&& misuse) {
  static int told = -1;
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  pid_t const child = fork();
  if (child == 0) {
    told = ends[1];
    set_contract_handler([](contract_violation const& v) {
      if (write(told, v.what, std::strlen(v.what)) < 0) std::_Exit(2);
      std::_Exit(1);
    });
    misuse();
    std::_Exit(0);
  }
  close(ends[1]);
  std::string what;
  char part[256];
  for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;) {
    what.append(part, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  bool const ended_well = WIFEXITED(status) && WEXITSTATUS(status) == (what.empty() ? 0 : 1);
  return ended_well ? what : "it crashed: " + what;
}

}  // namespace synod::test
