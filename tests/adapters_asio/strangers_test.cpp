// SPDX-License-Identifier: BSL-1.0
// Connections that mean no good, or do not know what they do.
#include "synod/adapters/asio/asio_transport.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

using namespace peers;

namespace {

struct scene {
  boost::asio::io_context io;
  std::vector<peer_location> where = locations(2);
  ear heard;
  node two{io, identity(2), where, heard};
  std::uint16_t port = where[1].at.port;

  // A stranger that has been let in as node 1.
  stranger let_in() {
    stranger s(io, port);
    s.say(frame_kind::hello, peer_hello{peer_protocol, identity(1), {2}});
    REQUIRE(until(io, [&] { return s.first_kind() == frame_kind::hello; }));
    s.say(frame_kind::ready);
    REQUIRE(until(io, [&] { return two.net.is_connected({1}); }));
    return s;
  }
};

std::vector<std::byte> a_message(std::uint64_t number, std::size_t size = 100) {
  byte_buffer out;
  append_frame(out, frame_kind::message, entries_of(1, size), std::uint32_t{1}, note{number, 0});
  return {out.bytes().begin(), out.bytes().end()};
}

}  // namespace

TEST_CASE("Garbage closes the connection, and its place is told") {
  scene s;
  stranger guest(s.io, s.port);
  guest.say(bytes_of("GET / HTTP/1.1\r\n\r\n"));
  CHECK(until(s.io, [&] { return guest.is_closed(); }));
  CHECK(s.heard.count("!said no hello: frame: none begins here, at byte 0") == 1);
  for (int i = 0; i < 20; ++i) {  // told once
    stranger again(s.io, s.port);
    again.say(bytes_of("GET / HTTP/1.1\r\n\r\n"));
    CHECK(until(s.io, [&] { return again.is_closed(); }));
  }
  CHECK(s.heard.told.size() == 1);
}

TEST_CASE("A message before the hello, or a second hello, closes the connection") {
  scene s;
  stranger hasty(s.io, s.port);
  hasty.say(a_message(1));
  CHECK(until(s.io, [&] { return hasty.is_closed(); }));
  CHECK(s.heard.messages.empty());

  stranger twice = s.let_in();
  twice.say(frame_kind::hello, peer_hello{peer_protocol, identity(1), {2}});
  CHECK(until(s.io, [&] { return twice.is_closed(); }));
  CHECK(s.heard.count("-1 frame: a second hello") == 1);
}

TEST_CASE("A frame in pieces arrives; half of one does nothing and does not block others") {
  scene s;
  stranger guest = s.let_in();
  auto const bytes = a_message(7);
  for (std::byte const each : bytes) {
    guest.say({&each, 1});
    s.io.restart();
    s.io.poll();
  }
  CHECK(until(s.io, [&] { return s.heard.messages.size() == 1; }));
  guest.say(std::span(bytes).first(bytes.size() / 2));
  pass(s.io, 50);
  CHECK(s.heard.messages.size() == 1);
  guest.say(std::span(bytes).subspan(bytes.size() / 2));
  CHECK(until(s.io, [&] { return s.heard.messages.size() == 2; }));
}

TEST_CASE("A wrong checksum and a huge length end the connection at the byte they stand at") {
  scene s;
  auto bytes = a_message(1);
  SECTION("a byte of the payload") {
    stranger guest = s.let_in();
    guest.say(bytes);
    bytes.back() ^= std::byte{1};
    guest.say(bytes);
    CHECK(until(s.io, [&] { return guest.is_closed(); }));
    CHECK(s.heard.messages.size() == 1);
    // hello, ready, a message, and the checksum's field
    std::size_t const hello =
        peer_frame_bytes(0, peer_hello{peer_protocol, identity(1), {2}}) + peer_frame_bytes(0);
    CHECK(s.heard.count("-1 frame: the checksum does not agree, at byte " +
                        std::to_string(hello + bytes.size() + 16)) == 1);
  }
  SECTION("a length") {
    stranger guest = s.let_in();
    bytes[13] = std::byte{1};  // 2^40 bytes
    guest.say(std::span(bytes).first(frame_overhead));
    CHECK(until(s.io, [&] { return guest.is_closed(); }));
    CHECK(s.heard.count("-1 frame: a payload beyond the limit") == 1);
  }
  SECTION("a length, before anything is known") {
    stranger guest(s.io, s.port);
    auto const longer = a_message(1, 1000);
    guest.say(std::span(longer).first(frame_overhead));
    CHECK(until(s.io, [&] { return guest.is_closed(); }));
    CHECK(s.heard.count("said no hello: frame: a payload beyond the limit") == 1);
  }
  SECTION("a message that is none") {
    stranger guest = s.let_in();
    guest.say(frame_kind::message, std::uint32_t{1}, note{1, 1});
    CHECK(until(s.io, [&] { return guest.is_closed(); }));
    CHECK(s.heard.count("-1 message: not as many entries as it says") == 1);
  }
}

TEST_CASE("A hello must come in time, and whole") {
  scene s;
  stranger mute(s.io, s.port);
  stranger slow(s.io, s.port);
  byte_buffer hello;
  append_frame(hello, frame_kind::hello, {}, peer_hello{peer_protocol, identity(1), {2}});
  auto const begun = std::chrono::steady_clock::now();
  std::size_t said = 0;
  CHECK(until(s.io, [&] {
    if (said < 20) slow.say(hello.bytes().subspan(said++, 1));
    bool const slow_is_closed = slow.is_closed();
    return mute.is_closed() && slow_is_closed;
  }));
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(450));
  CHECK(mute.first_kind() == frame_kind::refusal);
  CHECK(s.heard.count("refused: no hello within 500 ms") == 1);
}

TEST_CASE("500 connections that say nothing cost little, and keep no peer out") {
  scene s;
  std::vector<std::unique_ptr<stranger>> crowd;
  for (int i = 0; i < 500; ++i) crowd.push_back(std::make_unique<stranger>(s.io, s.port));
  ear first;
  node one(s.io, identity(1), s.where, first);
  CHECK(until(s.io, [&] { return one.net.is_connected({2}) && s.two.net.is_connected({1}); }));
  std::size_t open = 0;
  for (auto const& each : crowd) open += !each->is_closed();
  CHECK(open <= quick().max_half_open);
  CHECK(until(s.io, [&] {
    for (auto const& each : crowd) {
      if (!each->is_closed()) return false;
    }
    return true;
  }));
  CHECK(s.heard.told.size() <= 3);  // connected, too many, no hello
  CHECK(s.two.net.is_connected({1}));
}

TEST_CASE("A peer that does not read: its queue is bounded, the oldest stays, it costs no other") {
  scene s;
  stranger guest = s.let_in();
  auto const entries = entries_of(1, 60'000);
  std::uint64_t taken = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    if (s.two.out.send({1}, note{i, 0}, {entries, 1})) {
      CHECK(taken == i);  // no gap before the first loss
      ++taken;
    }
  }
  CHECK(taken >= quick().max_queue_bytes / entries.size() - 2);
  CHECK(taken <= quick().max_queue_bytes / entries.size());
  CHECK(!s.two.out.send({1}, errand{}, {}));
  // What was taken arrives, in order, once it reads.
  std::uint64_t next = 0;
  std::size_t at = 0;
  CHECK(until(s.io, [&] {
    (void)guest.is_closed();
    while (auto const found = scan_frame(std::span(guest.heard).subspan(at), 1 << 20)) {
      if (found->size == 0) break;
      if (found->kind == frame_kind::message) {
        auto const in = read_message<note>(found->body);
        REQUIRE(in);
        REQUIRE(in->message.number == next++);
      }
      at += found->size;
    }
    return next == taken;
  }));
}

TEST_CASE("Errands leave room for messages; frames are counted too") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[2];
  auto options = quick();
  options.max_queue_frames = 10;
  node one(io, identity(1), where, ears[0], options);
  node two(io, identity(2), where, ears[1], options);
  REQUIRE(until(io, [&] { return one.net.is_connected({2}); }));
  errand question;
  question.what = errand::verb::query;
  int errands = 0;
  int messages = 0;
  for (int i = 0; i < 20; ++i) errands += one.out.send({2}, question, {});
  for (int i = 0; i < 20; ++i) messages += one.out.send({2}, note{}, {});
  CHECK(errands == 5);
  CHECK(messages == 5);
  CHECK(until(io, [&] { return ears[1].errands.size() == 5 && ears[1].messages.size() == 5; }));
}
