// SPDX-License-Identifier: BSL-1.0
// Framed entries: what is written is read, and nothing but whole entries is taken from outside.
#include "synod/consensus/payload.hpp"

#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

std::vector<std::byte> framed(std::vector<std::string> const& contents) {
  std::vector<std::byte> bytes;
  for (std::string const& content : contents) {
    std::size_t const at = bytes.size();
    bytes.resize(at + framed_bytes(content.size()));
    CHECK(frame_entry(std::as_bytes(std::span{content.data(), content.size()}),
                      bytes.data() + at) == bytes.size() - at);
  }
  return bytes;
}

}  // namespace

TEST_CASE("an entry is a little-endian length and its content") {
  auto const bytes = framed({std::string("ab"), ""});
  std::vector<std::byte> const golden{std::byte{2},   {}, {}, {}, std::byte{'a'},
                                      std::byte{'b'}, {}, {}, {}, {}};
  CHECK(bytes == golden);
  auto const long_one = framed({std::string(0x01'02'03, 'x')});
  CHECK(long_one[0] == std::byte{3});
  CHECK(long_one[1] == std::byte{2});
  CHECK(long_one[2] == std::byte{1});
  CHECK(long_one[3] == std::byte{0});
}

TEST_CASE("what was framed is read back") {
  splitmix64 draw(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> contents;
    for (std::uint64_t n = draw.below(6); n != 0; --n) {
      contents.push_back(std::string(draw.below(300), static_cast<char>(draw.below(256))));
    }
    auto const bytes = framed(contents);
    auto const parsed = parse_payload(bytes);
    REQUIRE(parsed);
    CHECK(parsed->entries == contents.size());
    CHECK(parsed->bytes.data() == bytes.data());
    payload_reader reader(*parsed);
    for (std::string const& content : contents) {
      REQUIRE_FALSE(reader.done());
      auto const got = reader.next();
      CHECK(std::string(reinterpret_cast<char const*>(got.data()), got.size()) == content);
    }
    CHECK(reader.done());
  }
}

TEST_CASE("no bytes are no entries") {
  auto const none = parse_payload({});
  REQUIRE(none);
  CHECK(none->entries == 0);
  CHECK(payload_reader(*none).done());
}

TEST_CASE("every truncation but at an entry's end is refused", "[O-ROBUST][T7-02]") {
  std::vector<std::string> const contents{"one", "", "three", std::string(300, 'x')};
  auto const bytes = framed(contents);
  std::size_t whole = 0;
  for (std::size_t n = 0; n <= bytes.size(); ++n) {
    std::size_t entries = 0;
    std::size_t end = 0;
    while (entries < contents.size() && end < n) end += framed_bytes(contents[entries++].size());
    auto const parsed = parse_payload({bytes.data(), n});
    CHECK(parsed.has_value() == (end == n));
    if (parsed) {
      CHECK(parsed->entries == entries);
      ++whole;
    }
  }
  CHECK(whole == contents.size() + 1);
}

TEST_CASE("a length that reaches beyond the bytes is refused", "[O-ROBUST][T7-01]") {
  for (unsigned const wrong : {3u, 5u, 255u}) {
    auto bytes = framed({std::string("abcd")});
    bytes[0] = static_cast<std::byte>(wrong);
    CHECK_FALSE(parse_payload(bytes));
  }
  std::vector<std::byte> const most(4, std::byte{0xff});
  CHECK_FALSE(parse_payload(most));
}

TEST_CASE("random bytes are refused or are whole entries", "[O-ROBUST]") {
  splitmix64 draw(4);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes(draw.below(24));
    for (std::byte& b : bytes)
      b = static_cast<std::byte>(draw.below(4) == 0 ? draw() : draw.below(3));
    if (auto const parsed = parse_payload(bytes)) {
      std::size_t read = 0;
      for (payload_reader reader(*parsed); !reader.done();)
        read += framed_bytes(reader.next().size());
      CHECK(read == bytes.size());
    }
  }
}
