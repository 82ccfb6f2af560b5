// SPDX-License-Identifier: BSL-1.0
// Commands, as clients write them, on the machine that the cluster replicates, and the replies.
#include "examples/server/database.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "synod/machine/kv.hpp"
#include "synod/machine/sessions.hpp"
#include "tests/support/catch.hpp"

using namespace synod_server;

namespace {

namespace machine = synod::machine;

// One machine; each command goes through the log, and what only asks beside it too: both must
// reply the same.
class database {
 public:
  std::string operator()(std::vector<std::string_view> const& command) {
    command_info const* const info = find_command(command[0]);
    REQUIRE(info != nullptr);
    REQUIRE(info->takes(command.size()));
    translation told;
    translate(*info, command, told);
    if (!told.error.empty()) return "-" + told.error;
    std::string beside;
    if (told.asks) {
      REQUIRE_FALSE(told.wrapped);
      std::size_t const size = machine_.query(told.command, room_);
      beside = rendered(told.form, false, size);
      byte_list wrapped;
      wrap_for_log(told.command, wrapped);
      told.command = wrapped;
    } else {
      REQUIRE(told.wrapped);
    }
    std::size_t const size = machine_.apply({++index_}, told.command, room_);
    std::string const reply = rendered(told.form, true, size);
    if (told.asks) CHECK(beside == reply);
    return reply;
  }

  void pass(synod::duration time) {
    std::array<std::byte, 32> command;
    now_ = now_ + time;
    std::size_t const size = machine_.advance(now_, command);
    (void)machine_.apply({++index_}, std::span{command}.first(size), room_);
  }

 private:
  std::string rendered(reply_form form, bool from_log, std::size_t size) {
    REQUIRE(size <= room_.size());
    std::string out;
    reply_writer writer{out, 2};
    render(form, from_log, std::span{room_}.first(size), writer);
    REQUIRE(out.size() >= 2);
    return out.substr(0, out.size() - 2);
  }

  machine::sessions<machine::kv> machine_;
  std::vector<std::byte> room_ = std::vector<std::byte>(machine_.max_response_bytes());
  synod::instant now_;
  std::uint64_t index_ = 0;
};

constexpr char not_an_integer[] = "-ERR value is not an integer or out of range";

}  // namespace

TEST_CASE("database: GET and SET", "[server]") {
  database db;
  CHECK(db({"get", "a"}) == "$-1");
  CHECK(db({"SET", "a", "1"}) == "+OK");
  CHECK(db({"get", "a"}) == "$1\r\n1");
  CHECK(db({"set", "a", "2", "nx"}) == "$-1");
  CHECK(db({"set", "b", "2", "XX"}) == "$-1");
  CHECK(db({"set", "a", "3", "xx", "get"}) == "$1\r\n1");
  CHECK(db({"set", "c", "3", "get"}) == "$-1");
  CHECK(db({"set", "c", "4", "nx", "get"}) == "$1\r\n3");
  CHECK(db({"get", "c"}) == "$1\r\n3");
  CHECK(db({"setnx", "d", "1"}) == ":1");
  CHECK(db({"setnx", "d", "2"}) == ":0");
  CHECK(db({"strlen", "a"}) == ":1");
  CHECK(db({"strlen", "none"}) == ":0");
  CHECK(db({"type", "a"}) == "+string");
  CHECK(db({"type", "none"}) == "+none");
  CHECK(db({"exists", "a", "none", "a"}) == ":2");
  CHECK(db({"dbsize"}) == ":3");
  CHECK(db({"del", "a", "none", "c"}) == ":2");
  CHECK(db({"dbsize"}) == ":1");
}

TEST_CASE("database: words of SET may be repeated, and the last lifetime counts", "[server]") {
  database db;
  CHECK(db({"set", "a", "1", "nx", "nx"}) == "+OK");
  CHECK(db({"set", "a", "2", "xx", "get", "xx", "get"}) == "$1\r\n1");
  CHECK(db({"set", "a", "3", "keepttl", "keepttl"}) == "+OK");
  CHECK(db({"set", "a", "4", "px", "x", "px", "-1", "px", "1500"}) == "+OK");
  CHECK(db({"pttl", "a"}) == ":1500");
  CHECK(db({"set", "a", "5", "px", "x", "keepttl"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "5", "keepttl", "px", "1"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "5", "px", "-1", "no"}) == "-ERR syntax error");
  CHECK(db({"get", "a"}) == "$1\r\n4");
}

TEST_CASE("database: lifetimes end by replicated time", "[server]") {
  database db;
  CHECK(db({"set", "a", "1", "px", "1500"}) == "+OK");
  CHECK(db({"pttl", "a"}) == ":1500");
  CHECK(db({"ttl", "a"}) == ":2");
  db.pass(synod::milliseconds(1499));
  CHECK(db({"pttl", "a"}) == ":1");
  CHECK(db({"get", "a"}) == "$1\r\n1");
  db.pass(synod::milliseconds(1));
  CHECK(db({"get", "a"}) == "$-1");
  CHECK(db({"ttl", "a"}) == ":-2");

  CHECK(db({"set", "b", "1"}) == "+OK");
  CHECK(db({"ttl", "b"}) == ":-1");
  CHECK(db({"expire", "b", "10"}) == ":1");
  CHECK(db({"expire", "none", "10"}) == ":0");
  CHECK(db({"set", "b", "2", "keepttl"}) == "+OK");
  CHECK(db({"ttl", "b"}) == ":10");
  CHECK(db({"persist", "b"}) == ":1");
  CHECK(db({"persist", "b"}) == ":0");
  CHECK(db({"ttl", "b"}) == ":-1");
  CHECK(db({"pexpire", "b", "20"}) == ":1");
  CHECK(db({"set", "b", "2"}) == "+OK");
  CHECK(db({"ttl", "b"}) == ":-1");
  CHECK(db({"expire", "b", "-1"}) == ":1");
  CHECK(db({"exists", "b"}) == ":0");
}

TEST_CASE("database: numbers", "[server]") {
  database db;
  CHECK(db({"incr", "n"}) == ":1");
  CHECK(db({"incrby", "n", "41"}) == ":42");
  CHECK(db({"decr", "n"}) == ":41");
  CHECK(db({"decrby", "n", "-1"}) == ":42");
  CHECK(db({"get", "n"}) == "$2\r\n42");
  CHECK(db({"incrby", "n", "9223372036854775807"}) == "-ERR increment or decrement would overflow");
  CHECK(db({"incrby", "n", "1x"}) == not_an_integer);
  CHECK(db({"incrby", "n", ""}) == not_an_integer);
  CHECK(db({"incrby", "n", "9223372036854775808"}) == not_an_integer);
  CHECK(db({"decrby", "n", "-9223372036854775808"}) == "-ERR decrement would overflow");
  CHECK(db({"set", "t", "text"}) == "+OK");
  CHECK(db({"incr", "t"}) == not_an_integer);
}

TEST_CASE("database: what is wrong with a command is said before it is replicated", "[server]") {
  database db;
  CHECK(db({"set", "a", "1", "no"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "1", "nx", "xx"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "1", "px"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "1", "px", "1", "ex", "1"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "1", "px", "1", "keepttl"}) == "-ERR syntax error");
  CHECK(db({"set", "a", "1", "px", "x"}) == not_an_integer);
  CHECK(db({"set", "a", "1", "px", "0"}) == "-ERR invalid expire time in 'set' command");
  CHECK(db({"set", "a", "1", "ex", "-1"}) == "-ERR invalid expire time in 'set' command");
  CHECK(db({"set", "a", "1", "ex", "9223372036854775807"}) ==
        "-ERR invalid expire time in 'set' command");
  CHECK(db({"expire", "a", "9223372036854775807"}) ==
        "-ERR invalid expire time in 'expire' command");
  CHECK(db({"set", "a", "1", "exat", "99"}).rfind("-ERR SET with EXAT or PXAT", 0) == 0);
  CHECK(db({"set", "a", "1", "PXAT", "99"}).rfind("-ERR SET with EXAT or PXAT", 0) == 0);
  CHECK(db({"expire", "a", "1", "nx"}) == "-ERR EXPIRE with NX, XX, GT or LT is not supported");
  CHECK(db({"exists", "a"}) == ":0");
}

TEST_CASE("database: the lock of everyday use is released and renewed by its holder", "[server]") {
  database db;
  CHECK(db({"set", "lock", "me", "nx", "px", "1000"}) == "+OK");
  CHECK(db({"set", "lock", "you", "nx", "px", "1000"}) == "$-1");
  CHECK(db({"synod", "unlock", "lock", "you"}) == ":0");
  CHECK(db({"synod", "renew", "lock", "you", "2000"}) == ":0");
  CHECK(db({"synod", "renew", "lock", "me", "2000"}) == ":1");
  CHECK(db({"pttl", "lock"}) == ":2000");
  CHECK(db({"synod", "unlock", "lock", "me"}) == ":1");
  CHECK(db({"synod", "unlock", "lock", "me"}) == ":0");
  CHECK(db({"synod", "renew", "lock", "me", "2000"}) == ":0");
  CHECK(db({"synod", "unlock", "lock"}) ==
        "-ERR wrong number of arguments: SYNOD UNLOCK key token");
  CHECK(db({"synod", "renew", "lock", "me", "0"}) ==
        "-ERR invalid expire time in 'synod renew' command");
  CHECK(db({"synod", "else"}).rfind("-ERR SYNOD knows", 0) == 0);
}

TEST_CASE("database: a request of a session is executed once", "[server]") {
  database db;
  CHECK(db({"synod", "session", "open", "60000"}) == ":1");
  std::vector<std::string_view> const call{"synod", "session", "call", "1", "1", "1", "incr", "n"};
  CHECK(db(call) == ":1");
  CHECK(db(call) == ":1");
  CHECK(db({"get", "n"}) == "$1\r\n1");
  CHECK(db({"synod", "session", "call", "1", "2", "2", "incr", "n"}) == ":2");
  CHECK(db(call) == "-STALE this request counts as answered: not executed now");
  CHECK(db({"synod", "session", "call", "1", "3", "3", "get", "n"}) == "$1\r\n2");
  CHECK(db({"synod", "session", "call", "1", "4", "4", "set", "n", "x", "nx"}) == "$-1");
  CHECK(db({"synod", "session", "call", "1", "5", "5", "synod", "unlock", "n", "2"}) == ":1");
  CHECK(db({"synod", "session", "call", "1", "900", "5", "incr", "n"}) ==
        "-TRYAGAIN too far ahead of first_outstanding: not executed");
  CHECK(db({"synod", "session", "keepalive", "1"}) == "+OK");
  CHECK(db({"synod", "session", "close", "1"}) == "+OK");
  CHECK(db({"synod", "session", "keepalive", "1"}).rfind("-NOSESSION", 0) == 0);
  CHECK(db({"synod", "session", "call", "1", "6", "6", "incr", "n"}).rfind("-NOSESSION", 0) == 0);
  CHECK(db({"exists", "n"}) == ":0");

  CHECK(db({"synod", "session", "open", "0"}) == not_an_integer);
  CHECK(db({"synod", "session", "open", "9999999"}).rfind("-ERR a session's time-out", 0) == 0);
  CHECK(db({"synod", "session", "call", "1", "0", "1", "incr", "n"}) == not_an_integer);
  CHECK(db({"synod", "session", "call", "1", "1", "1", "ping"}) ==
        "-ERR SYNOD SESSION CALL takes a command of keys");
  CHECK(db({"synod", "session", "call", "1", "1", "1", "synod", "session", "open", "1"}) ==
        "-ERR SYNOD SESSION CALL takes a command of keys");
  CHECK(db({"synod", "session", "call", "1", "1", "1", "set", "n"}) ==
        "-ERR wrong number of arguments for 'set' command");
  CHECK(db({"synod", "session", "call", "1", "1", "1", "set", "n", "1", "px", "0"}) ==
        "-ERR invalid expire time in 'set' command");
}

TEST_CASE("database: limits of the machine", "[server]") {
  database db;
  std::string const long_key(4097, 'k');
  CHECK(db({"set", long_key, "1"}) == "-ERR the key is too long");
  CHECK(db({"incr", long_key}) == "-ERR the key is too long");
  std::string const value(1 << 20, 'v');
  CHECK(db({"set", "a", value}) == "+OK");
  CHECK(db({"strlen", "a"}) == ":1048576");
  CHECK(db({"set", "a", value + "v"}) == "-ERR the value is too long");
}
