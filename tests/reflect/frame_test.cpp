// SPDX-License-Identifier: BSL-1.0
#include "tests/reflect/samples.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::errc;
using synod::error;

namespace {

constexpr std::uint32_t version = 3;
constexpr std::uint64_t limit = 1000;

template <class T>
std::vector<std::byte> framed(T const& value) {
  std::vector<std::byte> bytes(synod::frame_overhead + synod::encoded_size(value));
  REQUIRE(synod::encode_frame(version, value, bytes).value() == bytes.size());
  return bytes;
}

}  // namespace

TEST_CASE("a frame is these bytes", "[reflect][frame]") {
  auto const golden = bytes_of('S', 'Y', 'N', '1', 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xc8, 0x01,
                               0xca, 0x3b, 0x50, 0xcd, 0xbc, 0x50, 0x34, 0x12);
  CHECK(framed(std::uint16_t{0x1234}) == golden);
}

TEST_CASE("a frame gives back what was put in", "[reflect][frame]") {
  auto const bytes = framed(full());
  CHECK(synod::equal(synod::decode_frame<everything>(version, bytes, limit).value(), full()));

  auto two = bytes;
  two.insert(two.end(), bytes.begin(), bytes.end());
  auto const first = synod::read_frame(version, two, limit).value();
  CHECK(first.size == bytes.size());
  CHECK(first.payload.data() == two.data() + synod::frame_overhead);
  CHECK(synod::decode_frame<everything>(version, two, limit).error() ==
        error{errc::bad_input, "", bytes.size()});
}

TEST_CASE("a frame with any bit changed is refused", "[reflect][frame]") {
  auto bytes = framed(full());
  std::size_t accepted = 0;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= std::byte{1} << bit % 8;
    accepted += static_cast<bool>(synod::read_frame(version, bytes, ~std::uint64_t{0}));
    bytes[bit / 8] ^= std::byte{1} << bit % 8;
  }
  CHECK(accepted == 0);
}

TEST_CASE("a frame cut short at any byte is refused", "[reflect][frame]") {
  auto const bytes = framed(full());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CHECK(synod::read_frame(version, std::span{bytes}.first(n), limit).error() ==
          error{errc::bad_input, "", n});
  }
}

TEST_CASE("a frame is refused with the place", "[reflect][frame]") {
  auto const bytes = framed(full());
  auto const changed = [&](std::size_t at, unsigned to) {
    auto copy = bytes;
    copy[at] = static_cast<std::byte>(to);
    return synod::read_frame(version, copy, limit).error();
  };
  CHECK(changed(2, 'X') == error{errc::bad_input, "", 0});
  CHECK(changed(4, 4) == error{errc::bad_input, "", 4});
  CHECK(changed(15, 1) == error{errc::too_large, "", 8});
  CHECK(changed(16, std::to_integer<unsigned>(~bytes[16])) == error{errc::corrupt, "", 16});
  CHECK(changed(40, 99) == error{errc::corrupt, "", 16});
  auto const payload = bytes.size() - synod::frame_overhead;
  CHECK(synod::read_frame(version, bytes, payload));
  CHECK(synod::read_frame(version, bytes, payload - 1).error() == error{errc::too_large, "", 8});
}

TEST_CASE("an error inside a frame has its place in the whole", "[reflect][frame]") {
  auto const bytes = framed(std::array<std::uint8_t, 2>{1, 2});
  using flags = std::array<bool, 2>;
  CHECK(synod::decode_frame<flags>(version, bytes, limit).error() ==
        error{errc::bad_input, "", synod::frame_overhead + 1});
}

TEST_CASE("a frame that does not fit says what it needs", "[reflect][frame]") {
  std::vector<std::byte> small(25);
  CHECK(synod::encode_frame(version, std::uint16_t{1}, small).error() ==
        error{errc::too_large, "", 26});
  CHECK(synod::seal_frame(version, 2, small).error() == error{errc::too_large, "", 26});
  CHECK(synod::seal_frame(version, 0, std::span{small}.first(23)).error() ==
        error{errc::too_large, "", 24});
}
