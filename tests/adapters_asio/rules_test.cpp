// SPDX-License-Identifier: BSL-1.0
// The rules that need no socket: who is let in, addresses, pauses, reports.
#include "synod/adapters/asio/peer_address.hpp"
#include "synod/adapters/asio/peer_hello.hpp"
#include "synod/adapters/asio/peer_options.hpp"
#include "synod/adapters/asio/redial_pause.hpp"
#include "synod/adapters/asio/report_once.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace synod;
using namespace synod::adapters;

std::optional<refusal> verdict(peer_hello const& hello, std::optional<node_id> dialled,
                               std::optional<known_peer> const& known) {
  auto const why = judge(hello, peers::identity(2), dialled, known);
  return why ? std::optional(why->why) : std::nullopt;
}

}  // namespace

TEST_CASE("A hello that agrees in everything is accepted, any other is refused for its reason") {
  peer_hello const right{peer_protocol, peers::identity(1), {2}};
  known_peer const met{1001, life{1}, 2001};
  CHECK(!verdict(right, {}, known_peer{}));
  CHECK(!verdict(right, {}, met));

  auto hello = right;
  hello.protocol = 2;
  CHECK(verdict(hello, {}, met) == refusal::another_protocol);
  hello = right;
  hello.from.cluster = "red";
  CHECK(verdict(hello, {}, met) == refusal::another_cluster);
  hello = right;
  hello.from.node = {2};
  CHECK(verdict(hello, {}, met) == refusal::own_id);
  hello = right;
  hello.to = {3};
  CHECK(verdict(hello, {}, met) == refusal::not_addressed);
  CHECK(verdict(right, {}, std::nullopt) == refusal::unknown_node);
  hello = right;
  hello.from = peers::identity(3);
  CHECK(verdict(hello, {}, known_peer{}) == refusal::wrong_direction);
  CHECK(!verdict(hello, node_id{3}, known_peer{}));
  CHECK(verdict(hello, node_id{4}, known_peer{}) == refusal::not_addressed);
  hello = right;
  hello.from.incarnation = 1;
  CHECK(verdict(hello, {}, met) == refusal::another_incarnation);
  hello = right;
  hello.from.life = {0};
  CHECK(verdict(hello, {}, met) == refusal::older_life);
  hello = right;
  hello.from.process = 1;
  CHECK(verdict(hello, {}, met) == refusal::second_process);
  hello.from.life = {2};
  CHECK(!verdict(hello, {}, met));
}

TEST_CASE("What comes from the network is printable in a log") {
  peer_refusal const r{refusal::another_cluster, "\x1b[2Jred\n" + std::string(1000, 'x'), "blue"};
  CHECK(to_text(r) == "another cluster (?[2Jred?" + std::string(56, 'x') + " instead of blue)");
}

TEST_CASE("Addresses are read, and printed as they are read") {
  for (auto const* text : {"localhost:7001", "10.0.0.1:0", "[::1]:65535", "a.b-c:1"}) {
    auto const at = parse_peer_address(text);
    REQUIRE(at);
    CHECK(to_text(*at) == text);
  }
  CHECK(parse_peer_address("[::1]:7001")->host == "::1");
  struct wrong {
    char const* text;
    std::uint64_t place;
  };
  for (auto const& each : {wrong{"host", 4}, wrong{":1", 0}, wrong{"host:", 5}, wrong{"host:x", 5},
                           wrong{"host:1x", 6}, wrong{"host:65536", 5}, wrong{"::1:7001", 0},
                           wrong{"[]:1", 0}, wrong{"h:99999999999999999999", 2}, wrong{"", 0}}) {
    CAPTURE(each.text);
    auto const at = parse_peer_address(each.text);
    REQUIRE(!at);
    CHECK(at.error().place == each.place);
  }
}

TEST_CASE("Pauses double to the cap, each between a half and the whole, as the seed draws them") {
  redial_pause pause(milliseconds(50), milliseconds(1000), 42);
  redial_pause same(milliseconds(50), milliseconds(1000), 42);
  redial_pause other(milliseconds(50), milliseconds(1000), 43);
  bool differs = false;
  for (std::uint64_t whole : {50u, 100u, 200u, 400u, 800u, 1000u, 1000u}) {
    duration const drawn = pause.next();
    CHECK(drawn <= milliseconds(whole));
    CHECK(drawn.ns >= milliseconds(whole).ns / 2);
    CHECK(drawn == same.next());
    differs = differs || drawn != other.next();
  }
  CHECK(differs);
  pause.reset();
  CHECK(pause.next() <= milliseconds(50));
  pause.lengthen();
  CHECK(pause.next() >= milliseconds(500));
}

TEST_CASE("The same trouble of the same one is told once a minute, all trouble 64 times") {
  report_once reports;
  instant const now{5};
  CHECK(reports.is_due("a", "x", now));
  CHECK(!reports.is_due("a", "x", now + seconds(59)));
  CHECK(reports.is_due("a", "y", now));
  CHECK(reports.is_due("b", "x", now));
  CHECK(reports.is_due("a", "x", now + seconds(60)));
  int told = 0;
  for (int i = 0; i < 1000; ++i) told += reports.is_due("flood", std::to_string(i), now);
  CHECK(told <= 64);
  CHECK(told >= 60);
}

TEST_CASE("Options out of their range are named") {
  CHECK(check(peer_options{}).code == errc::ok);
  peer_options o;
  o.max_queue_bytes = o.max_frame_bytes;
  CHECK(check(o).code == errc::bad_option);
  o = {};
  o.silence = o.keep_alive;
  CHECK(check(o).code == errc::bad_option);
  o = {};
  o.least_pause = {};
  CHECK(check(o).code == errc::bad_option);
  o = {};
  o.unmet_after = {};
  CHECK(check(o).code == errc::bad_option);
}
