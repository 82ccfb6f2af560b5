// SPDX-License-Identifier: BSL-1.0
// Clients on real sockets before a node that answers when the test says so.
#include "examples/server/clients.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "synod/machine/kv_commands.hpp"
#include "synod/machine/session_commands.hpp"
#include "tests/support/catch.hpp"

using namespace synod_server;

namespace {

namespace asio = boost::asio;
namespace machine = synod::machine;
using asio::ip::tcp;

// What a client asked of the node.
struct asked {
  synod::ticket as;
  bool in_log = false;
  byte_list what;
};

class fake_node final : public node {
 public:
  void propose(synod::ticket as, std::span<std::byte const> command) noexcept override {
    take(as, true, command);
  }
  void query(synod::ticket as, std::span<std::byte const> question) noexcept override {
    take(as, false, question);
  }
  bool has_leader() const noexcept override { return leader; }
  bool take_snapshot() override { return snapshot; }
  void after_requests() noexcept override {}
  node_status status() const override {
    node_status s;
    s.id = 7;
    s.role = "leader";
    return s;
  }

  bool leader = true;
  bool snapshot = true;
  std::deque<asked> waiting;
  std::size_t taken = 0;
  std::optional<synod::why> refuses;  // at once
  clients* all = nullptr;

 private:
  void take(synod::ticket as, bool in_log, std::span<std::byte const> what) {
    ++taken;
    if (refuses) {
      synod::answer no;
      no.what = synod::outcome::refused;
      no.reason = *refuses;
      return all->on_answer(as, no);
    }
    waiting.push_back({as, in_log, {what.begin(), what.end()}});
  }
};

client_limits small_limits() {
  client_limits limits;
  limits.max_clients = 4;
  limits.max_outstanding = 8;
  limits.max_unsent_bytes = 64 << 10;
  limits.max_memory_bytes = 1 << 20;
  limits.request_timeout = std::chrono::milliseconds{60'000};
  return limits;
}

class world {
 public:
  explicit world(client_limits const& limits = small_limits()) : all(loop, limits, out) {
    tcp::acceptor acceptor{loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    port = acceptor.local_endpoint().port();
    behind.all = &all;
    all.serve(std::move(acceptor), behind);
  }
  ~world() { all.close(); }

  // Lets everything happen that can happen now.
  void turn() {
    for (int quiet = 0; quiet < 3;) {
      loop.restart();
      quiet = loop.poll() == 0 ? quiet + 1 : 0;
      if (quiet != 0) std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
  }
  void turn_for(std::chrono::milliseconds time) {
    auto const end = clock::now() + time;
    while (clock::now() < end) turn();
  }

  void answer(synod::answer const& what) {
    REQUIRE_FALSE(behind.waiting.empty());
    asked const next = behind.waiting.front();
    behind.waiting.pop_front();
    all.on_answer(next.as, what);
  }
  void answer(synod::outcome what, synod::why reason = synod::why::not_leader) {
    synod::answer a;
    a.what = what;
    a.reason = reason;
    answer(a);
    all.pump();
    turn();
  }
  // As the machine would: a number, or a value.
  void answer_ok(std::int64_t number = 0, std::optional<std::string_view> value = std::nullopt) {
    REQUIRE_FALSE(behind.waiting.empty());
    machine::kv_response body;
    body.number = number;
    if (value) body.value = std::as_bytes(std::span{value->data(), value->size()});
    byte_list inner(synod::encoded_size(body));
    (void)synod::encode(body, inner);
    byte_list whole = inner;
    if (behind.waiting.front().in_log) {
      machine::session_response head;
      head.response = inner;
      whole.resize(synod::encoded_size(head));
      (void)synod::encode(head, whole);
    }
    synod::answer a;
    a.what = synod::outcome::response;
    a.response = whole;
    answer(a);
    all.pump();
    turn();
  }

  asio::io_context loop;
  event_log out{log_level::error, 7};
  fake_node behind;
  clients all;
  std::uint16_t port = 0;
};

class client {
 public:
  explicit client(world& in) : world_(in), socket_(in.loop) {
    socket_.connect({asio::ip::address_v4::loopback(), in.port});
    socket_.non_blocking(true);
    in.turn();
  }

  void send(std::string_view text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
      boost::system::error_code wrong;
      sent += socket_.write_some(asio::buffer(text.data() + sent, text.size() - sent), wrong);
      if (wrong && wrong != asio::error::would_block) return;
      world_.turn();
    }
  }
  // As much as the server takes; how much that was.
  std::size_t send_what_goes(std::string_view text) {
    std::size_t sent = 0;
    for (int stuck = 0; sent < text.size() && stuck < 3;) {
      boost::system::error_code wrong;
      std::size_t const count =
          socket_.write_some(asio::buffer(text.data() + sent, text.size() - sent), wrong);
      sent += count;
      stuck = count == 0 ? stuck + 1 : 0;
      world_.turn();
      if (wrong && wrong != asio::error::would_block) break;
    }
    return sent;
  }
  std::string receive() {
    std::string text;
    for (int quiet = 0; quiet < 2;) {
      world_.turn();
      char part[65536];
      boost::system::error_code wrong;
      std::size_t const count = socket_.read_some(asio::buffer(part), wrong);
      text.append(part, count);
      quiet = count == 0 ? quiet + 1 : 0;
      if (wrong && wrong != asio::error::would_block) {
        ended = true;
        break;
      }
    }
    return text;
  }
  std::string ask(std::string_view text) {
    send(text);
    return receive();
  }
  void close_write() { socket_.shutdown(tcp::socket::shutdown_send); }
  void close() { socket_.close(), world_.turn(); }

  bool ended = false;

 private:
  world& world_;
  tcp::socket socket_;
};

bool begins(std::string const& text, std::string_view with) {
  CAPTURE(text, with);
  return text.compare(0, with.size(), with) == 0;
}

}  // namespace

TEST_CASE("clients: commands that the server answers by itself", "[server]") {
  world in;
  client me{in};
  CHECK(me.ask("PING\r\n") == "+PONG\r\n");
  CHECK(me.ask("*2\r\n$4\r\nping\r\n$2\r\nhi\r\n") == "$2\r\nhi\r\n");
  CHECK(me.ask("ECHO x\r\n") == "$1\r\nx\r\n");
  CHECK(me.ask("SELECT 0\r\n") == "+OK\r\n");
  CHECK(begins(me.ask("SELECT 1\r\n"), "-ERR DB index is out of range"));
  CHECK(begins(me.ask("SELECT x\r\n"), "-ERR value is not an integer"));
  CHECK(begins(me.ask("AUTH secret\r\n"), "-ERR AUTH"));
  CHECK(begins(me.ask("nonsense a b\r\n"),
               "-ERR unknown command 'nonsense', with args beginning with: 'a' 'b' "));
  CHECK(me.ask("GET\r\n") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(me.ask("CONFIG GET save appendonly\r\n") ==
        "*4\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n$4\r\nsave\r\n$0\r\n\r\n");
  CHECK(begins(me.ask("CONFIG SET save x\r\n"), "-ERR CONFIG knows GET alone"));
  CHECK(me.ask("COMMAND COUNT\r\n") == ":" + std::to_string(all_commands().size()) + "\r\n");
  CHECK(begins(me.ask("COMMAND INFO get none\r\n"),
               "*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n"));
  CHECK(begins(me.ask("COMMAND DOCS get\r\n"), "*2\r\n$3\r\nget\r\n*6\r\n$7\r\nsummary\r\n"));
  CHECK(me.ask("SYNOD STATUS\r\n").find("\r\nid:7\r\n") != std::string::npos);
  CHECK(me.ask("INFO raft\r\n").find("role:leader\r\n") != std::string::npos);
  CHECK(me.ask("SYNOD SNAPSHOT\r\n") == "+Snapshot begun\r\n");
  in.behind.snapshot = false;
  CHECK(begins(me.ask("SYNOD SNAPSHOT\r\n"), "-ERR no snapshot"));
  CHECK(in.behind.waiting.empty());
  CHECK(me.ask("QUIT\r\n") == "+OK\r\n");
  CHECK(me.ended);
}

TEST_CASE("clients: CLIENT and HELLO", "[server]") {
  world in;
  client me{in};
  CHECK(me.ask("CLIENT ID\r\n") == ":1\r\n");
  CHECK(me.ask("CLIENT GETNAME\r\n") == "$-1\r\n");
  CHECK(me.ask("CLIENT SETNAME me\r\n") == "+OK\r\n");
  CHECK(me.ask("CLIENT GETNAME\r\n") == "$2\r\nme\r\n");
  CHECK(begins(me.ask("CLIENT SETNAME \"a b\"\r\n"), "-ERR Client names cannot contain spaces"));
  CHECK(me.ask("CLIENT SETINFO LIB-NAME test\r\n") == "+OK\r\n");
  CHECK(me.ask("CLIENT LIST\r\n").find(" name=me ") != std::string::npos);
  CHECK(me.ask("CLIENT INFO\r\n").find(" lib-name=test ") != std::string::npos);
  CHECK(begins(me.ask("CLIENT NO-EVICT ON\r\n"), "-ERR CLIENT NO-EVICT ON is not supported"));
  CHECK(begins(me.ask("CLIENT KILL x\r\n"), "-ERR unknown subcommand"));

  CHECK(begins(me.ask("HELLO\r\n"), "*14\r\n$6\r\nserver\r\n$5\r\nsynod\r\n"));
  CHECK(begins(me.ask("HELLO 3 SETNAME you\r\n"), "%7\r\n$6\r\nserver\r\n"));
  CHECK(me.ask("CLIENT GETNAME\r\n") == "$3\r\nyou\r\n");
  CHECK(begins(me.ask("CONFIG GET save\r\n"), "%1\r\n"));
  CHECK(begins(me.ask("HELLO 4\r\n"), "-NOPROTO"));
  CHECK(begins(me.ask("HELLO 3 AUTH a b\r\n"), "-ERR AUTH"));
  CHECK(begins(me.ask("HELLO 3 ELSE\r\n"), "-ERR Syntax error in HELLO"));
  CHECK(me.ask("RESET\r\n") == "+RESET\r\n");
  CHECK(me.ask("CLIENT GETNAME\r\n") == "$-1\r\n");
}

TEST_CASE("clients: replies come in the order of the requests", "[server]") {
  world in;
  client me{in};
  me.send("SET a 1\r\nPING\r\nINCR b\r\nECHO x\r\n");
  CHECK(me.receive().empty());
  REQUIRE(in.behind.waiting.size() == 2);
  asked const first = in.behind.waiting.front();
  in.behind.waiting.pop_front();
  in.answer_ok(5);  // of INCR
  CHECK(me.receive().empty());
  in.behind.waiting.push_back(first);
  in.answer_ok();
  CHECK(me.receive() == "+OK\r\n+PONG\r\n:5\r\n$1\r\nx\r\n");
}

TEST_CASE("clients: each reply in the protocol of the moment of its request", "[server]") {
  world in;
  client me{in};
  me.send("SET a 1 NX\r\nHELLO 3\r\nSET a 1 NX\r\n");
  synod::answer unmet;
  REQUIRE(in.behind.waiting.size() == 2);
  machine::kv_response body;
  body.status = machine::kv_status::unmet;
  byte_list inner(synod::encoded_size(body));
  (void)synod::encode(body, inner);
  machine::session_response head;
  head.response = inner;
  byte_list whole(synod::encoded_size(head));
  (void)synod::encode(head, whole);
  unmet.what = synod::outcome::response;
  unmet.response = whole;
  in.answer(unmet);
  in.answer(unmet);
  in.all.pump();
  std::string const replies = me.receive();
  CHECK(begins(replies, "$-1\r\n%7\r\n"));
  CHECK(replies.substr(replies.size() - 3) == "_\r\n");
}

TEST_CASE("clients: what one connection asks takes effect in order", "[server]") {
  world in;
  client me{in};
  SECTION("a question behind a command goes through the log") {
    me.send("SET a 1\r\nGET a\r\n");
    REQUIRE(in.behind.waiting.size() == 2);
    CHECK(in.behind.waiting[0].in_log);
    CHECK(in.behind.waiting[1].in_log);
    in.answer_ok();
    in.answer_ok(0, "1");
    CHECK(me.receive() == "+OK\r\n$1\r\n1\r\n");
  }
  SECTION("a command behind a question waits for it") {
    me.send("GET a\r\nSET a 1\r\n");
    REQUIRE(in.behind.waiting.size() == 1);
    CHECK_FALSE(in.behind.waiting[0].in_log);
    in.answer_ok(0, "0");
    REQUIRE(in.behind.waiting.size() == 1);
    CHECK(in.behind.waiting[0].in_log);
    in.answer_ok();
    CHECK(me.receive() == "$1\r\n0\r\n+OK\r\n");
  }
  SECTION("questions alone are asked beside the log, together") {
    me.send("GET a\r\nGET b\r\n");
    CHECK(in.behind.waiting.size() == 2);
    CHECK_FALSE(in.behind.waiting[1].in_log);
  }
  SECTION("how long a key has left, only the log knows") {
    me.send("TTL a\r\n");
    REQUIRE(in.behind.waiting.size() == 1);
    CHECK(in.behind.waiting[0].in_log);
  }
}

TEST_CASE("clients: what was refused is tried again", "[server]") {
  world in;
  client me{in};
  me.send("SET a 1\r\n");
  in.answer(synod::outcome::refused);
  CHECK(me.receive().empty());
  in.all.leader_changed();
  in.all.pump();
  REQUIRE(in.behind.waiting.size() == 1);
  in.answer(synod::outcome::lost);
  in.turn_for(std::chrono::milliseconds{60});  // by itself, while a leader is known
  REQUIRE(in.behind.waiting.size() == 1);
  in.answer_ok();
  CHECK(me.receive() == "+OK\r\n");

  SECTION("but not while there is no leader") {
    in.behind.leader = false;
    me.send("SET a 2\r\n");
    in.answer(synod::outcome::refused);
    std::size_t const taken = in.behind.taken;
    in.turn_for(std::chrono::milliseconds{60});
    CHECK(in.behind.taken == taken);
  }
}

TEST_CASE("clients: a refused command does not overtake one that was executed", "[server]") {
  world in;
  client me{in};
  me.send("SET a 1\r\nSET a 2\r\n");
  in.answer(synod::outcome::refused);
  in.turn_for(std::chrono::milliseconds{60});
  REQUIRE(in.behind.waiting.size() == 1);  // the second alone
  in.answer_ok();
  in.turn_for(std::chrono::milliseconds{60});
  CHECK(in.behind.waiting.empty());
  CHECK(me.receive() == "-TRYAGAIN not executed, while a later command was\r\n+OK\r\n");
}

TEST_CASE("clients: commands refused together are tried again in their order", "[server]") {
  world in;
  client me{in};
  me.send("SET a 1\r\nSET a 2\r\n");
  byte_list const first = in.behind.waiting[0].what;
  byte_list const second = in.behind.waiting[1].what;
  in.answer(synod::outcome::refused);
  in.answer(synod::outcome::refused);
  in.turn_for(std::chrono::milliseconds{60});
  REQUIRE(in.behind.waiting.size() == 2);
  CHECK(in.behind.waiting[0].what == first);
  CHECK(in.behind.waiting[1].what == second);
}

TEST_CASE("clients: an outcome that nobody knows is said to be unknown", "[server]") {
  world in;
  client me{in};
  me.send("INCR a\r\n");
  in.answer(synod::outcome::unknown);
  CHECK(begins(me.receive(), "-UNKNOWN outcome"));
  CHECK(in.behind.waiting.empty());

  SECTION("a question is asked again") {
    me.send("GET a\r\n");
    in.answer(synod::outcome::unknown);
    in.turn_for(std::chrono::milliseconds{60});
    CHECK(in.behind.waiting.size() == 1);
  }
  SECTION("and so is a request of a session, which is executed once") {
    me.send("SYNOD SESSION CALL 1 1 1 INCR a\r\n");
    byte_list const sent = in.behind.waiting[0].what;
    in.answer(synod::outcome::unknown);
    in.turn_for(std::chrono::milliseconds{60});
    REQUIRE(in.behind.waiting.size() == 1);
    CHECK(in.behind.waiting[0].what == sent);
  }
}

TEST_CASE("clients: refusals that do not pass", "[server]") {
  world in;
  client me{in};
  in.behind.refuses = synod::why::too_large;
  CHECK(begins(me.ask("SET a 1\r\n"), "-ERR the command is longer than the log takes"));
  in.behind.refuses = synod::why::stopped;
  CHECK(begins(me.ask("SET a 1\r\n"), "-TRYAGAIN this node has stopped"));
}

TEST_CASE("clients: nobody waits for ever", "[server]") {
  auto limits = small_limits();
  limits.request_timeout = std::chrono::milliseconds{100};
  world in{limits};
  client me{in};
  in.behind.leader = false;
  in.behind.refuses = synod::why::not_leader;
  me.send("SET a 1\r\n");
  in.turn_for(std::chrono::milliseconds{400});
  CHECK(begins(me.receive(), "-TRYAGAIN no leader answered in time: not executed"));

  in.behind.refuses.reset();
  me.send("SET a 1\r\nGET a\r\n");
  REQUIRE(in.behind.waiting.size() == 2);
  in.turn_for(std::chrono::milliseconds{400});
  std::string const replies = me.receive();
  CHECK(begins(replies, "-UNKNOWN outcome: no answer in time"));
  CHECK(replies.find("-TRYAGAIN no leader answered in time") != std::string::npos);
  in.answer_ok();  // too late: nobody hears it
  in.answer_ok(0, "1");
  CHECK(me.ask("PING\r\n") == "+PONG\r\n");
}

TEST_CASE("clients: a command that is wrong costs nothing but its reply", "[server]") {
  world in;
  client me{in};
  for (std::string_view wrong : {"SET a b PX\r\n", "SET a b NX XX\r\n", "INCRBY a x\r\n"}) {
    CAPTURE(wrong);
    CHECK(begins(me.ask(wrong), "-ERR"));
    CHECK(me.ask("PING\r\n") == "+PONG\r\n");
    me.send("GET a\r\n");
    me.send(wrong);
    in.answer_ok(1, "value");
    CHECK(begins(me.receive(), "$5\r\nvalue\r\n-ERR"));
  }
  CHECK(in.behind.waiting.empty());
}

TEST_CASE("clients: malformed requests end the connection, after the replies before them",
          "[server]") {
  world in;
  client me{in};
  me.send("SET a 1\r\n*1\r\n$-5\r\n");
  CHECK(me.receive().empty());
  in.answer_ok();
  CHECK(me.receive() == "+OK\r\n-ERR Protocol error: invalid bulk length\r\n");
  CHECK(me.ended);
  CHECK(in.all.counts().protocol_errors == 1);

  client web{in};
  CHECK(web.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n") ==
        "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(web.ended);
}

TEST_CASE("clients: the announcement of a huge request costs nothing", "[server]") {
  world in;
  client me{in};
  std::size_t const before = in.all.memory();
  CHECK(me.ask("*1024\r\n$1048576\r\n").empty());
  CHECK(in.all.memory() == before);
  me.close();
  CHECK(in.all.memory() == 0);
  CHECK(in.all.connected() == 0);
}

TEST_CASE("clients: as many as may be, and no more", "[server]") {
  world in;
  std::vector<std::unique_ptr<client>> few;
  for (int i = 0; i < 4; ++i) few.push_back(std::make_unique<client>(in));
  client one_more{in};
  CHECK(one_more.receive() == "-ERR max number of clients reached\r\n");
  CHECK(one_more.ended);
  few.pop_back();
  in.turn();
  client again{in};
  CHECK(again.ask("PING\r\n") == "+PONG\r\n");
}

TEST_CASE("clients: a connection has so many requests under way, and is read on later",
          "[server]") {
  world in;
  client me{in};
  std::string many;
  for (int i = 0; i < 20; ++i) many += "INCR n\r\n";
  me.send(many);
  CHECK(in.behind.waiting.size() == 8);
  in.answer_ok(1);
  in.answer_ok(2);
  CHECK(in.behind.waiting.size() == 8);
  for (int i = 3; i <= 20; ++i) in.answer_ok(i);
  std::string expected;
  for (int i = 1; i <= 20; ++i) expected += ":" + std::to_string(i) + "\r\n";
  CHECK(me.receive() == expected);
}

TEST_CASE("clients: who sends much waits behind itself, and others pass", "[server]") {
  client_limits limits = small_limits();
  limits.max_bytes_in_log = 1000;
  world in{limits};
  client greedy{in};
  client other{in};
  std::string const large = "SET large " + std::string(300, 'x') + "\r\n";
  std::string const huge = "SET huge " + std::string(2000, 'x') + "\r\n";
  greedy.send(large + large + large + large + huge + "INCR n\r\n");
  CHECK(in.behind.waiting.size() == 3);
  other.send("INCR n\r\n");
  CHECK(in.behind.waiting.size() == 4);
  for (int i = 0; i < 3; ++i) in.answer_ok();
  CHECK(in.behind.waiting.size() == 2);  // the other's, and the fourth
  in.answer_ok(7);
  CHECK(other.receive() == ":7\r\n");
  in.answer_ok();
  CHECK(in.behind.waiting.size() == 1);  // more than the limit, so it goes alone
  CHECK(in.behind.waiting.front().what.size() > 2000);
  in.answer_ok();
  in.answer_ok(8);
  CHECK(greedy.receive() == "+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n:8\r\n");
}

TEST_CASE("clients: who does not read is not read", "[server]") {
  world in;
  client me{in};
  std::string const ping = "ECHO " + std::string(10'000, 'x') + "\r\n";
  std::string flood;
  while (flood.size() < (32u << 20)) flood += ping;
  std::size_t const sent = me.send_what_goes(flood);
  CHECK(sent < flood.size());
  CHECK(in.all.memory() < (256u << 10));
  client other{in};
  CHECK(other.ask("PING\r\n") == "+PONG\r\n");
  // Everything that was asked is answered once it reads.
  std::size_t received = me.receive().size();
  for (int i = 0; i < 100 && received < sent / ping.size() * 10'000; ++i) {
    received += me.receive().size();
  }
  CHECK(received >= sent / ping.size() * 10'000);
}

TEST_CASE("clients: answers that find no room are asked for again", "[server]") {
  world in;
  client me{in};
  std::string const value(40'000, 'v');
  std::string const reply = "$40000\r\n" + value + "\r\n";
  std::string many;
  for (int i = 0; i < 8; ++i) many += "GET a\r\n";
  me.send(many);
  // All answers of one turn together are more than may wait for this client.
  std::size_t most = 0;
  std::string got;
  for (int i = 0; i < 200 && got.size() < 8 * reply.size(); ++i) {
    std::size_t const now = in.behind.waiting.size();
    for (std::size_t j = 0; j < now; ++j) in.answer_ok(0, value);
    most = std::max(most, in.all.memory());
    got += me.receive();
  }
  std::string expected;
  for (int i = 0; i < 8; ++i) expected += reply;
  CAPTURE(got.size(), expected.size(), got.substr(0, 20));
  CHECK((got == expected));
  CHECK(most < (256u << 10));
}

TEST_CASE("clients: who reads slowly waits for itself, and is not told that there is no leader",
          "[server]") {
  auto limits = small_limits();
  limits.request_timeout = std::chrono::milliseconds{1000};
  world in{limits};
  client me{in};
  std::string const value(40'000, 'v');
  std::string const reply = "$40000\r\n" + value + "\r\n";
  std::size_t most = 0;
  auto const answer_all = [&] {
    while (!in.behind.waiting.empty()) in.answer_ok(0, value);
    most = std::max(most, in.all.memory());
  };
  // Until the socket takes no more, and questions are left that nobody asks.
  std::size_t sent = 0;
  for (int blocked = 0; blocked < 4 && sent < 1000; ++sent) {
    me.send("GET a\r\n");
    blocked = in.behind.waiting.empty() ? blocked + 1 : 0;
    answer_all();
  }
  REQUIRE(sent < 1000);
  for (auto const end = clock::now() + std::chrono::milliseconds{1500}; clock::now() < end;) {
    in.turn();
    answer_all();
  }
  std::size_t received = 0;
  bool all_values = true;
  for (int i = 0; i < 1000 && received < sent * reply.size(); ++i) {
    std::string const part = me.receive();
    all_values = all_values && part.find("TRYAGAIN") == part.npos;
    received += part.size();
    answer_all();
  }
  CHECK(all_values);
  CHECK(received == sent * reply.size());
  CHECK(most < (512u << 10));
}

TEST_CASE("clients: who holds most is ended when all hold too much", "[server]") {
  world in;
  client small{in};
  small.send("*1\r\n$1000\r\n" + std::string(500, 'x'));
  client greedy{in};
  greedy.send_what_goes("*4\r\n$1048576\r\n" + std::string(1 << 20, 'x') + "\r\n$1048576\r\n" +
                        std::string(1 << 20, 'x'));
  CHECK(begins(greedy.receive(), "-ERR the memory for clients is used up"));
  CHECK(greedy.ended);
  CHECK(in.all.counts().evicted == 1);
  CHECK(in.all.memory() < (1u << 20));
  CHECK(begins(small.ask(std::string(500, 'x') + "\r\n"), "-ERR unknown command"));
}

TEST_CASE("clients: half a command, and no more of it", "[server]") {
  world in;
  client me{in};
  me.send("*2\r\n$3\r\nGET\r\n$1");
  me.close();
  CHECK(in.all.connected() == 0);
  client polite{in};
  polite.send("SET a 1\r\n");
  polite.close_write();
  in.turn();
  in.answer_ok();
  CHECK(polite.receive() == "+OK\r\n");
  CHECK(polite.ended);
}

TEST_CASE("clients: an answer for a client that is gone reaches nobody else", "[server]") {
  world in;
  client one{in};
  one.send("GET a\r\n");
  one.close();
  client two{in};  // at the same place
  two.send("GET b\r\n");
  REQUIRE(in.behind.waiting.size() == 2);
  in.answer_ok(0, "a");
  CHECK(two.receive().empty());
  in.answer_ok(0, "b");
  CHECK(two.receive() == "$1\r\nb\r\n");
}

TEST_CASE("clients: a clean stop answers what is under way and takes no more", "[server]") {
  world in;
  client me{in};
  me.send("SET a 1\r\n");
  bool idle = false;
  in.all.drain(std::chrono::seconds{10}, [&] { idle = true; });
  me.send("SET a 2\r\n");
  CHECK_FALSE(idle);
  in.answer_ok();
  CHECK(idle);
  CHECK(me.receive() == "+OK\r\n");
  CHECK(in.behind.waiting.empty());
}

TEST_CASE("clients: what is open at the end is answered all the same", "[server]") {
  world in;
  client me{in};
  client other{in};
  me.send("SET a 1\r\nGET a\r\n");
  other.send("GET a\r\n");
  in.all.drain(std::chrono::milliseconds{0}, [] {});
  in.all.close();
  std::string const replies = me.receive();
  CHECK(begins(replies, "-UNKNOWN outcome: no answer in time"));
  CHECK(replies.find("\r\n-TRYAGAIN ") != std::string::npos);
  CHECK(begins(other.receive(), "-TRYAGAIN "));
  CHECK(other.ended);
}
