// SPDX-License-Identifier: BSL-1.0
#include "synod/adapters/asio/peer_frames.hpp"

#include <vector>

#include "synod/raft/description.hpp"
#include "synod/reflect/equality.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace synod;
using namespace synod::adapters;
constexpr std::size_t limit = 4096;

peer_hello a_hello() { return {peer_protocol, peers::identity(1), {2}}; }

std::vector<std::byte> framed(auto const& fill) {
  byte_buffer out;
  fill(out);
  return {out.bytes().begin(), out.bytes().end()};
}

}  // namespace

TEST_CASE("A frame is whole at its last byte and not before, and says how many it needs") {
  auto const bytes =
      framed([](byte_buffer& out) { append_frame(out, frame_kind::hello, {}, a_hello()); });
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    auto const part = scan_frame(std::span(bytes).first(n), limit);
    REQUIRE(part);
    CHECK(part->size == 0);
    CHECK(part->needed == (n < frame_overhead ? frame_overhead : bytes.size()));
  }
  auto const whole = scan_frame(bytes, limit);
  REQUIRE(whole);
  CHECK(whole->size == bytes.size());
  CHECK(whole->kind == frame_kind::hello);
  auto const back = decode<peer_hello>(whole->body);
  REQUIRE(back);
  CHECK(*back == a_hello());
}

TEST_CASE("Any byte that is changed is found out") {
  auto const bytes =
      framed([](byte_buffer& out) { append_frame(out, frame_kind::hello, {}, a_hello()); });
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    auto changed = bytes;
    changed[n] ^= std::byte{1};
    auto const found = scan_frame(changed, limit);
    // A longer length waits for more, which never agrees with the checksum.
    CHECK((!found || (found->size == 0 && n >= 8 && n < 16)));
    if (!found) CHECK(found.error().place <= bytes.size());
  }
}

TEST_CASE("A length beyond the limit is refused by the head alone, garbage by its first byte") {
  auto bytes = framed([](byte_buffer& out) { append_frame(out, frame_kind::alive, {}); });
  bytes.resize(frame_overhead);
  bytes[14] = std::byte{1};  // 2^48 bytes
  auto const huge = scan_frame(bytes, limit);
  REQUIRE(!huge);
  CHECK(huge.error().code == errc::too_large);
  CHECK(huge.error().place == 8);

  auto const garbage = scan_frame(peers::bytes_of("GET / HTTP/1.1"), limit);
  REQUIRE(!garbage);
  CHECK(garbage.error().place == 0);
  CHECK(scan_frame(peers::bytes_of("SYNX"), limit).error().place == 3);
}

TEST_CASE("A kind that does not exist, and a frame without one, are refused") {
  for (std::uint8_t kind : {std::uint8_t{0}, std::uint8_t{7}, std::uint8_t{255}}) {
    auto const bytes =
        framed([&](byte_buffer& out) { append_frame(out, static_cast<frame_kind>(kind), {}); });
    auto const found = scan_frame(bytes, limit);
    REQUIRE(!found);
    CHECK(found.error().place == frame_overhead);
  }
  std::vector<std::byte> empty(frame_overhead);
  REQUIRE(seal_frame(peer_frame_version, 0, empty));
  CHECK(!scan_frame(empty, limit));
}

TEST_CASE("A message of Raft and its entries come back, and only as many as it says") {
  raft::fields m;
  m.what = raft::verb::append;
  m.in = {7};
  m.count = 3;
  auto const entries = peers::entries_of(3, 10);
  for (std::uint32_t claimed : {0u, 2u, 3u, 4u, ~0u}) {
    auto const bytes = framed(
        [&](byte_buffer& out) { append_frame(out, frame_kind::message, entries, claimed, m); });
    auto const found = scan_frame(bytes, limit);
    REQUIRE(found);
    auto const in = read_message<raft::fields>(found->body);
    CAPTURE(claimed);
    if (claimed == 3 || claimed == 0) {  // 0: bytes that are no entries, as of a snapshot
      REQUIRE(in);
      CHECK(in->message == m);
      CHECK(in->entries.entries == claimed);
      CHECK(std::equal(entries.begin(), entries.end(), in->entries.bytes.begin(),
                       in->entries.bytes.end()));
    } else {
      CHECK(!in);
    }
  }
}

TEST_CASE("An errand comes back, and what belongs to it") {
  errand what;
  what.what = errand::verb::answer;
  what.number = 99;
  what.outcome = outcome::refused;
  what.leader = node_id{3};
  auto const bytes = framed([&](byte_buffer& out) {
    append_frame(out, frame_kind::errand, peers::bytes_of("response"), what);
  });
  auto const in = read_errand(scan_frame(bytes, limit)->body);
  REQUIRE(in);
  CHECK(equal(in->what, what));
  CHECK(peers::text_of(in->bytes) == "response");
  for (std::size_t cut = 0; cut < 26; ++cut) {  // what an errand takes
    CHECK(!read_errand(scan_frame(bytes, limit)->body.first(cut)));
  }
}

TEST_CASE("Bytes go from the front and come at the end") {
  byte_buffer buffer;
  std::vector<std::byte> expected;
  for (unsigned i = 0; i < 5000; ++i) {
    auto const room = buffer.room(i % 97 + 1);
    for (unsigned k = 0; k <= i % 97; ++k) {
      room[k] = static_cast<std::byte>(i + k);
      expected.push_back(room[k]);
    }
    buffer.append(i % 97 + 1);
    std::size_t const gone = i % 7 == 0 ? buffer.size() : i % 90;
    if (gone <= buffer.size()) {
      buffer.drop_front(gone);
      expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(gone));
    }
    auto const held = buffer.bytes();
    REQUIRE(std::equal(held.begin(), held.end(), expected.begin(), expected.end()));
  }
}
