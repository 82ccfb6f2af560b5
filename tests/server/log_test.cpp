// SPDX-License-Identifier: BSL-1.0
#include "examples/server/log.hpp"

#include "tests/support/catch.hpp"

using namespace synod_server;

TEST_CASE("log: one line an event, with level, time and node", "[server]") {
  std::chrono::system_clock::time_point const at{std::chrono::milliseconds{1'700'000'000'123}};
  CHECK(log_line(at, log_level::warn, 3, "text") ==
        "2023-11-14T22:13:20.123Z warn  node 3: text\n");
  CHECK(log_line(at, log_level::error, 12, "") == "2023-11-14T22:13:20.123Z error node 12: \n");
}

TEST_CASE("log: what came from outside cannot make lines of its own", "[server]") {
  std::string const line = log_line({}, log_level::info, 1, "a\nb\r\033[0m");
  CHECK(line.substr(line.size() - 9) == "a?b??[0m\n");
  CHECK(log_line({}, log_level::info, 1, std::string(100'000, 'x')).size() <= 4096);
}
