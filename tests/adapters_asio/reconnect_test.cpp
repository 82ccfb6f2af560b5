// SPDX-License-Identifier: BSL-1.0
// Peers that go, and come back.
#include "synod/adapters/asio/asio_transport.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

using namespace peers;

TEST_CASE("A peer that is gone is told once, and is back soon after it restarts") {
  boost::asio::io_context io;
  auto const where = locations(2);
  bool const dialler_restarts = GENERATE(true, false);
  std::size_t const gone = dialler_restarts ? 0 : 1;
  std::size_t const stays = 1 - gone;
  ear ears[2];
  std::optional<node> nodes[2];
  nodes[1].emplace(io, identity(2), where, ears[1]);
  nodes[0].emplace(io, identity(1), where, ears[0]);
  auto const both = [&] {
    return nodes[0]->net.is_connected({2}) && nodes[1]->net.is_connected({1});
  };
  REQUIRE(until(io, both));

  for (std::uint64_t life = 2; life < 5; ++life) {
    nodes[gone].reset();
    node_id const its_id{gone + 1};
    REQUIRE(until(io, [&] { return !nodes[stays]->net.is_connected(its_id); }));
    CHECK(!nodes[stays]->out.send(its_id, note{1, 1}, {}));
    pass(io, 150);
    auto who = identity(gone + 1);
    who.life = {life};
    who.process += life;
    nodes[gone].emplace(io, who, where, ears[gone]);
    REQUIRE(!nodes[gone]->wrong);
    auto const back = std::chrono::steady_clock::now();
    REQUIRE(until(io, both));
    CHECK(std::chrono::steady_clock::now() - back < std::chrono::milliseconds(1000));
    CHECK(nodes[stays]->out.send(its_id, note{life, 1}, {}));
    REQUIRE(until(io, [&] { return ears[gone].messages.size() == life - 1; }));
  }
  std::string const id = std::to_string(gone + 1);
  CHECK(ears[stays].count("+" + id) == 4);
  CHECK(ears[stays].count("~" + id + " it stops") == 3);
  CHECK(ears[stays].count("?" + id) == (dialler_restarts ? 0u : 3u));
}

TEST_CASE("A peer whose connection ends without a goodbye is lost, and that is told apart") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear heard;
  node two(io, identity(2), where, heard);
  {
    stranger dies(io, where[1].at.port);
    dies.say(frame_kind::hello, peer_hello{peer_protocol, identity(1), {2}});
    dies.say(frame_kind::ready);
    REQUIRE(until(io, [&] { return heard.count("+1") == 1 && !dies.is_closed(); }));
  }
  CHECK(until(io, [&] { return heard.count("-1 closed by the other side") == 1; }));
  CHECK(heard.told.size() == 2);
}

TEST_CASE("A goodbye arrives behind what was sent before it") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[2];
  node two(io, identity(2), where, ears[1]);
  {
    node one(io, identity(1), where, ears[0]);
    REQUIRE(until(io, [&] { return one.net.is_connected({2}) && two.net.is_connected({1}); }));
    for (std::uint64_t i = 0; i < 10; ++i) CHECK(one.out.send({2}, note{i, 1}, {}));
  }
  CHECK(until(io, [&] { return ears[1].count("~1 it stops") == 1; }));
  CHECK(ears[1].messages.size() == 10);
}

TEST_CASE("A newer connection of the same node takes the place of a dead one") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear heard;
  node two(io, identity(2), where, heard);
  auto const dial = [&](std::uint64_t life) {
    auto who = identity(1);
    who.life = {life};
    stranger s(io, where[1].at.port);
    s.say(frame_kind::hello, peer_hello{peer_protocol, who, {2}});
    s.say(frame_kind::ready);
    return s;
  };
  stranger first = dial(1);
  REQUIRE(until(io, [&] { return heard.count("+1 life 1") == 1; }));
  stranger second = dial(2);
  REQUIRE(until(io, [&] { return heard.count("+1 life 2") == 1; }));
  CHECK(heard.told ==
        std::vector<std::string>{"+1 life 1", "-1 the node connected anew", "+1 life 2"});
  CHECK(until(io, [&] { return first.is_closed(); }));
  CHECK(!second.is_closed());
  stranger late = dial(1);
  CHECK(until(io, [&] { return late.is_closed(); }));
  CHECK(!second.is_closed());
}

TEST_CASE("A connection on which nothing comes any more is given up, and dialled anew") {
  boost::asio::io_context io;
  tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  std::vector<peer_location> where{{{1}, {"127.0.0.1", 0}},
                                   {{2}, {"127.0.0.1", silent.local_endpoint().port()}}};
  ear heard;
  auto options = quick();
  options.silence = milliseconds(200);
  options.hello_timeout = milliseconds(200);
  node one(io, identity(1), where, heard, options);
  silent.non_blocking(true);
  auto const next = [&] {
    tcp::socket came(io);
    boost::system::error_code failed;
    REQUIRE(until(io, [&] { return silent.accept(came, failed), !failed; }));
    return stranger(std::move(came));
  };
  stranger mute = next();  // says hello, and then nothing more
  mute.say(frame_kind::hello, peer_hello{peer_protocol, identity(2), {1}});
  REQUIRE(until(io, [&] { return heard.count("+2") == 1; }));
  REQUIRE(until(io, [&] { return heard.count("-2 silent for 200 ms") == 1; }));
  stranger again = next();  // says nothing
  CHECK(until(io, [&] { return heard.count("?2") == 1; }));
  CHECK(heard.told.back().find("no hello within 200 ms") != std::string::npos);
}

TEST_CASE("A transport is destroyed with everything under way") {
  boost::asio::io_context io;
  auto const where = locations(3);
  ear ears[3];
  for (int turn = 0; turn < 20; ++turn) {
    node one(io, identity(1), where, ears[0]);
    node two(io, identity(2), where, ears[1]);
    for (int i = 0; i < turn; ++i) {
      io.restart();
      io.run_for(std::chrono::microseconds(300));
      one.out.send({2}, note{1, 1}, {});
      one.out.send({1}, note{1, 1}, {});
    }
  }
  io.restart();
  io.run();  // what is left ends by itself
  SUCCEED();
}
