// SPDX-License-Identifier: BSL-1.0
#include "synod/adapters/asio/asio_transport.hpp"

#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

using namespace peers;

TEST_CASE("Two nodes meet, and what one sends the other hears, whole and in order") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[2];
  node two(io, identity(2), where, ears[1]);  // listens before it is dialled
  node one(io, identity(1), where, ears[0]);
  REQUIRE(!one.wrong);
  CHECK(!one.out.send({2}, note{1, 1}, {}));  // not yet connected: lost
  REQUIRE(until(io, [&] { return one.net.is_connected({2}) && two.net.is_connected({1}); }));
  CHECK(ears[0].told == std::vector<std::string>{"+2 life 1"});
  CHECK(ears[1].told == std::vector<std::string>{"+1 life 1"});
  CHECK(ears[0].incarnations[2] == 1002);
  CHECK(one.net.about({2}) == "node 2");

  auto const entries = entries_of(3, 100);
  errand asked;
  asked.what = errand::verb::query;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    REQUIRE(one.out.send({2}, note{i, 5}, i % 2 == 0 ? payload{} : payload{entries, 3}));
    asked.number = i;
    REQUIRE(one.out.send({2}, asked, bytes_of("how much?")));
    REQUIRE(two.out.send({1}, note{i, 6}, {}));
  }
  REQUIRE(until(io, [&] {
    return ears[0].messages.size() == 1000 && ears[1].messages.size() == 1000 &&
           ears[1].errands.size() == 1000;
  }));
  for (std::uint64_t i = 0; i < 1000; ++i) {
    auto const& heard = ears[1].messages[i];
    REQUIRE(heard.message == note{i, 5});
    REQUIRE(heard.from == node_id{1});
    REQUIRE(heard.bytes == (i % 2 == 0 ? std::vector<std::byte>{} : entries));
    REQUIRE(heard.entries == (i % 2 == 0 ? 0u : 3u));
    REQUIRE(ears[1].errands[i].first.number == i);
    REQUIRE(ears[1].errands[i].second == "how much?");
    REQUIRE(ears[0].messages[i].message == note{i, 6});
  }
}

TEST_CASE("Long messages pass up to the limit, and no longer ones") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[2];
  node one(io, identity(1), where, ears[0]);
  node two(io, identity(2), where, ears[1]);
  REQUIRE(until(io, [&] { return one.net.is_connected({2}); }));
  std::vector<std::byte> bytes(quick().max_frame_bytes - 17, std::byte{3});  // kind, count, note
  bytes.back() = std::byte{4};
  CHECK(one.out.send({2}, note{1, 0}, {bytes, 0}));
  REQUIRE(until(io, [&] { return ears[1].messages.size() == 1; }));
  CHECK(ears[1].messages[0].bytes == bytes);
  bytes.push_back({});
  CHECK(!one.out.send({2}, note{2, 0}, {bytes, 0}));
  CHECK(one.net.is_connected({2}));
}

TEST_CASE("Three nodes hold one connection a pair; a node hears itself; strangers hear nothing") {
  boost::asio::io_context io;
  auto const where = locations(3);
  ear ears[3];
  std::vector<std::unique_ptr<node>> nodes;
  for (std::uint64_t n = 3; n >= 1; --n) {
    nodes.insert(nodes.begin(), std::make_unique<node>(io, identity(n), where, ears[n - 1]));
  }
  REQUIRE(until(io, [&] {
    for (std::uint64_t a = 1; a <= 3; ++a) {
      for (std::uint64_t b = 1; b <= 3; ++b) {
        if (a != b && !nodes[a - 1]->net.is_connected({b})) return false;
      }
    }
    return true;
  }));
  CHECK(nodes[0]->out.send({1}, note{9, 9}, {}));
  CHECK(ears[0].messages.empty());  // not from within the call
  CHECK(!nodes[0]->out.send({4}, note{9, 9}, {}));
  CHECK(until(io, [&] { return ears[0].messages.size() == 1; }));
  CHECK(ears[0].messages[0].from == node_id{1});
  pass(io, 100);
  for (auto const& e : ears) CHECK(e.told.size() == 2);  // nobody flaps
}

TEST_CASE("Idle connections stay, and names and IPv6 work") {
  boost::asio::io_context io;
  std::string const host = GENERATE("localhost", "::1", "127.0.0.1");
  CAPTURE(host);
  std::vector<peer_location> where{{{1}, {host, free_port()}}, {{2}, {host, free_port()}}};
  ear ears[2];
  auto options = quick();
  options.silence = milliseconds(300);
  node two(io, identity(2), where, ears[1], options);
  if (two.wrong && host == "::1") {
    WARN("SKIPPED: IPv6: " << *two.wrong);
    return;
  }
  REQUIRE(!two.wrong);
  node one(io, identity(1), where, ears[0], options);
  REQUIRE(until(io, [&] { return one.net.is_connected({2}) && two.net.is_connected({1}); }));
  pass(io, 900);
  CHECK(ears[0].told.size() == 1);
  CHECK(ears[1].told.size() == 1);
}

TEST_CASE("A port in use and a host that does not exist are told in words") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[2];
  node one(io, identity(1), where, ears[0]);
  node again(io, identity(1), where, ears[1]);
  REQUIRE(again.wrong);
  CHECK(again.wrong->find("another process listens on this port") != std::string::npos);
  CHECK(again.wrong->find(to_text(where[0].at)) != std::string::npos);

  asio_transport<note, ear> other(io, identity(3), where, ears[1], quick());
  auto const wrong = other.listen({"no-such-host.invalid", 7000});
  REQUIRE(wrong);
  CHECK(wrong->find("'no-such-host.invalid' cannot be resolved") != std::string::npos);

  ear third;
  std::vector<peer_location> nowhere{{{1}, {"127.0.0.1", 0}}, {{2}, {"no-such-host.invalid", 1}}};
  node lost(io, identity(1), nowhere, third);
  REQUIRE(until(io, [&] { return third.count("cannot be resolved") == 1; }));
  pass(io, 200);
  CHECK(third.count("?2") == 1);  // once, not at every dial
}
