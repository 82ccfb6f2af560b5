// SPDX-License-Identifier: BSL-1.0
// Replies in both versions of the protocol.
#include "examples/server/resp_reply.hpp"

#include <limits>
#include <string>

#include "tests/support/catch.hpp"

using synod_server::reply_writer;

namespace {

template <class Write>
std::string reply(int protocol, Write write) {
  std::string out;
  reply_writer writer{out, protocol};
  write(writer);
  return out;
}

}  // namespace

TEST_CASE("resp_reply: what both versions share", "[server]") {
  for (int const protocol : {2, 3}) {
    CAPTURE(protocol);
    CHECK(reply(protocol, [](auto& r) { r.simple("OK"); }) == "+OK\r\n");
    CHECK(reply(protocol, [](auto& r) { r.error("ERR no"); }) == "-ERR no\r\n");
    CHECK(reply(protocol, [](auto& r) { r.integer(-7); }) == ":-7\r\n");
    CHECK(reply(protocol, [](auto& r) { r.integer(std::numeric_limits<std::int64_t>::min()); }) ==
          ":-9223372036854775808\r\n");
    CHECK(reply(protocol, [](auto& r) { r.bulk("a\r\nb"); }) == "$4\r\na\r\nb\r\n");
    CHECK(reply(protocol, [](auto& r) { r.bulk(""); }) == "$0\r\n\r\n");
    CHECK(reply(protocol, [](auto& r) { r.array(2); }) == "*2\r\n");
  }
}

TEST_CASE("resp_reply: what version 2 lacks is written as it is expected there", "[server]") {
  CHECK(reply(2, [](auto& r) { r.null(); }) == "$-1\r\n");
  CHECK(reply(3, [](auto& r) { r.null(); }) == "_\r\n");
  CHECK(reply(2, [](auto& r) { r.null_array(); }) == "*-1\r\n");
  CHECK(reply(3, [](auto& r) { r.null_array(); }) == "_\r\n");
  CHECK(reply(2, [](auto& r) { r.map(3); }) == "*6\r\n");
  CHECK(reply(3, [](auto& r) { r.map(3); }) == "%3\r\n");
  CHECK(reply(2, [](auto& r) { r.set(3); }) == "*3\r\n");
  CHECK(reply(3, [](auto& r) { r.set(3); }) == "~3\r\n");
  CHECK(reply(2, [](auto& r) { r.verbatim("ab"); }) == "$2\r\nab\r\n");
  CHECK(reply(3, [](auto& r) { r.verbatim("ab"); }) == "=6\r\ntxt:ab\r\n");
}

TEST_CASE("resp_reply: an error stays one line, whatever a client sent", "[server]") {
  CHECK(reply(2, [](auto& r) { r.error("ERR 'a\r\n+OK\r\n'"); }) == "-ERR 'a  +OK  '\r\n");
}
