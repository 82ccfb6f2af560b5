// SPDX-License-Identifier: BSL-1.0
// Requests of the Redis protocol: however the bytes arrive, the same requests, or the same refusal.
#include "examples/server/resp_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

using namespace std::string_literals;
using synod_server::resp_limits;
using synod_server::resp_reader;

namespace {

using request = std::vector<std::string>;

struct outcome {
  std::vector<request> requests;
  std::string problem;
  std::size_t left = 0;  // bytes that belong to no complete request

  friend bool operator==(outcome const&, outcome const&) = default;
};

// Takes all requests from bytes that arrive in pieces, each `unread` in memory of its own, so that
// a reader that kept a pointer into an earlier one would be seen by the sanitizers.
outcome read_pieces(std::vector<std::string_view> const& pieces, resp_limits const& limits = {}) {
  outcome out;
  resp_reader reader{limits};
  std::string unread;
  std::vector<std::string_view> words;
  for (std::string_view const piece : pieces) {
    unread = unread + std::string{piece};
    while (true) {
      std::string const now = unread;
      auto const status = reader.read(now);
      if (status == resp_reader::status::malformed) {
        out.problem = reader.problem();
        return out;
      }
      if (status == resp_reader::status::incomplete) {
        CHECK(reader.needed() > now.size());
        break;
      }
      reader.arguments(now, words);
      out.requests.emplace_back(words.begin(), words.end());
      CHECK(reader.consumed() <= now.size());
      unread.erase(0, reader.consumed());
      reader.next();
    }
  }
  out.left = unread.size();
  CHECK(reader.between_requests() == unread.empty());
  return out;
}

outcome read_all(std::string_view text, resp_limits const& limits = {}) {
  return read_pieces({text}, limits);
}

// The same in two pieces, cut at every place, and byte by byte.
outcome read_every_way(std::string_view text, resp_limits const& limits = {}) {
  outcome const whole = read_all(text, limits);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    CHECK(read_pieces({text.substr(0, cut), text.substr(cut)}, limits) == whole);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  CHECK(read_pieces(bytes, limits) == whole);
  return whole;
}

std::string problem_of(std::string_view text, resp_limits const& limits = {}) {
  return read_every_way(text, limits).problem;
}

}  // namespace

TEST_CASE("resp_reader: arrays of bulk strings", "[server]") {
  auto const one = read_every_way("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
  CHECK(one.requests == std::vector<request>{{"GET", "key"}});
  CHECK(one.left == 0);

  auto const several =
      read_every_way("*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n*1\r\n$4\r\nPI");
  CHECK(several.requests == std::vector<request>{{"PING"}, {"SET", "a", ""}});
  CHECK(several.left == 10);

  CHECK(read_every_way("*2\r\n$3\r\nGET\r\n$6\r\n\0\r\n$1\xff\r\n"s).requests ==
        std::vector<request>{{"GET", "\0\r\n$1\xff"s}});
}

TEST_CASE("resp_reader: arrays of nothing are no request", "[server]") {
  auto const out = read_every_way("*0\r\n*-1\r\n\r\n*1\r\n$1\r\nx\r\n");
  CHECK(out.requests == std::vector<request>{{}, {}, {}, {"x"}});
  CHECK(out.problem.empty());
}

TEST_CASE("resp_reader: inline commands", "[server]") {
  CHECK(read_every_way("PING\r\n").requests == std::vector<request>{{"PING"}});
  CHECK(read_every_way("PING\n").requests == std::vector<request>{{"PING"}});
  CHECK(read_every_way("  SET  a\tb \r\nGET a\n").requests ==
        std::vector<request>{{"SET", "a", "b"}, {"GET", "a"}});
  CHECK(read_every_way("SET \"a b\" 'c d' x\"\"y\r\n").problem.empty() == false);
  CHECK(read_every_way("SET \"a b\" 'c \\'d' \"\"\r\n").requests ==
        std::vector<request>{{"SET", "a b", "c 'd", ""}});
  CHECK(read_every_way("ECHO \"\\x41\\n\\r\\t\\a\\b\\q\\\"\\xz\"\r\n").requests ==
        std::vector<request>{{"ECHO", "A\n\r\t\a\bq\"xz"}});
}

TEST_CASE("resp_reader: what is malformed is refused as Redis refuses it", "[server]") {
  CHECK(problem_of("*x\r\n") == "Protocol error: invalid multibulk length");
  CHECK(problem_of("*1025\r\n") == "Protocol error: invalid multibulk length");
  CHECK(problem_of("*1\n$4\r\nPING\r\n") == "Protocol error: invalid multibulk length");
  CHECK(problem_of("*99999999999999999999\r\n") == "Protocol error: invalid multibulk length");
  CHECK(problem_of("*" + std::string(100, '1')) == "Protocol error: too big mbulk count string");
  CHECK(problem_of("*1\r\nPING\r\n") == "Protocol error: expected '$', got 'P'");
  CHECK(problem_of("*1\r\n\0"s) == "Protocol error: expected '$', got '?'");
  CHECK(problem_of("*1\r\n$-1\r\n") == "Protocol error: invalid bulk length");
  CHECK(problem_of("*1\r\n$1048577\r\n") == "Protocol error: invalid bulk length");
  CHECK(problem_of("*1\r\n$4294967297\r\n") == "Protocol error: invalid bulk length");
  CHECK(problem_of("*1\r\n$\r\n") == "Protocol error: invalid bulk length");
  CHECK(problem_of("*1\r\n$" + std::string(100, '1')) ==
        "Protocol error: too big bulk count string");
  CHECK(problem_of("*1\r\n$1\r\nabc") == "Protocol error: a bulk string longer than its length");
  CHECK(problem_of("SET \"a\r\n") == "Protocol error: unbalanced quotes in request");
  CHECK(problem_of("SET 'a'b\r\n") == "Protocol error: unbalanced quotes in request");
}

TEST_CASE("resp_reader: limits", "[server]") {
  resp_limits limits;
  limits.max_arguments = 3;
  limits.max_bulk_bytes = 8;
  limits.max_inline_bytes = 12;
  limits.max_request_bytes = 40;
  CHECK(problem_of("*4\r\n", limits) == "Protocol error: invalid multibulk length");
  CHECK(problem_of("*1\r\n$9\r\n", limits) == "Protocol error: invalid bulk length");
  CHECK(problem_of("1234567890123", limits) == "Protocol error: too big inline request");
  CHECK(problem_of("a b c d\r\n", limits) == "Protocol error: too many words in an inline request");
  CHECK(problem_of("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$8\r\n", limits) ==
        "Protocol error: too big request");
  CHECK(read_every_way("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$1\r\n1\r\n", limits)
            .problem.empty());
  CHECK(read_every_way("123456789 1\r\n", limits).problem.empty());
}

TEST_CASE("resp_reader: a length alone asks for no memory, and says what is to come", "[server]") {
  resp_limits const limits;
  resp_reader reader{limits};
  std::string const head = "*1\r\n$1048576\r\n";
  CHECK(reader.read(head) == resp_reader::status::incomplete);
  CHECK(reader.needed() == head.size() + 1048576 + 2);
}
