// SPDX-License-Identifier: BSL-1.0
#include "synod/base/contract.hpp"

#include <csignal>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

TEST_CASE("what holds is silent, what does not is told with its words") {
  CHECK(test::violation_of([] { SYNOD_EXPECTS(1 + 1 == 2, "never said"); }).empty());
  CHECK(test::violation_of([] { SYNOD_EXPECTS(1 + 1 == 3, "sums"); }) == "sums");
}

TEST_CASE("the condition is evaluated once") {
  int times = 0;
  SYNOD_EXPECTS(++times == 1, "once");
  CHECK(times == 1);
}

TEST_CASE("the handler of the program is replaced and given back") {
  auto const mine = [](contract_violation const&) {};
  contract_handler const before = set_contract_handler(mine);
  CHECK(set_contract_handler(before) == static_cast<contract_handler>(mine));
  CHECK(set_contract_handler(before) == before);
}

TEST_CASE("a handler that returns, or none, does not let the program go on") {
  for (bool const with_handler : {false, true}) {
    pid_t const child = fork();
    if (child == 0) {
      std::signal(SIGILL, SIG_DFL);  // the test framework's own would report a failure
      std::signal(SIGTRAP, SIG_DFL);
      set_contract_handler(with_handler ? [](contract_violation const&) {}
                                        : static_cast<contract_handler>(nullptr));
      SYNOD_EXPECTS(false, "the end");
      std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
}
