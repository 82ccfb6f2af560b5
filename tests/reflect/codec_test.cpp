// SPDX-License-Identifier: BSL-1.0
#include <random>

#include "tests/reflect/samples.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::decode;
using synod::errc;
using synod::error;

namespace {

// While compiling as well.
constexpr std::uint64_t there_and_back(std::uint32_t n) {
  std::array<std::byte, 4> bytes{};
  (void)synod::encode(n, bytes);
  return *decode<std::uint32_t>(bytes);
}
static_assert(there_and_back(0x80706050) == 0x80706050);

template <class T>
void round_trips(T const& value) {
  auto const bytes = encoded(value);
  auto const back = decode<T>(bytes);
  REQUIRE(back);
  CHECK(synod::equal(*back, value));
  CHECK(encoded(*back) == bytes);
}

}  // namespace

TEST_CASE("the encoding is these bytes, so that a change is a decision", "[reflect][codec]") {
  std::vector<std::byte> const golden =
      bytes_of(0x7f,                                                        // small
               0xfe, 0xff, 0xff, 0xff,                                      // negative
               8, 7, 6, 5, 4, 3, 2, 1,                                      // large
               2,                                                           // paint
               1, 0,                                                        // drive
               3, 0, 0, 0, 0, 0, 0, 0,                                      // node
               9, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,              // at
               1, 1, 0, 0, 0, 0, 0, 0, 0,                                   // voted_for
               0x22, 0x11, 0x44, 0x33,                                      // pair
               2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,  // voters
               2, 0, 0, 0, 1, 1, 0xff, 0xff, 0, 0,                          // leaves
               2, 0, 0, 0, 'h', 'i',                                        // text
               1, 0, 0, 0, 0xab);                                           // raw
  CHECK(encoded(full()) == golden);
  CHECK(synod::equal(decode<everything>(golden).value(), full()));
}

TEST_CASE("what was encoded is decoded", "[reflect][codec]") {
  round_trips(everything{});
  round_trips(full());
  round_trips(nothing{});
  round_trips(tree{1, {{2, {}}, {3, {{4, {}}}}}});
  round_trips(tree{0, std::vector<tree>(100)});
  round_trips(synod::position{{1}, {2}});
  round_trips(synod::io_id{{1}, 2});
  round_trips(synod::seconds(3));
  round_trips(std::optional<bool>{false});
  round_trips(std::vector<std::vector<std::string>>{{"a"}, {}, {"b", ""}});
  round_trips(std::numeric_limits<std::int64_t>::min());
  std::mt19937_64 random{1};
  for (int i = 0; i < 1000; ++i) round_trips(random_one(random));
}

TEST_CASE("encoding that does not fit says what it needs and writes nothing", "[reflect][codec]") {
  std::array<std::byte, 7> small{};
  CHECK(synod::encode(std::uint64_t{~0ull}, small).error() == error{errc::too_large, "", 8});
  CHECK(small == std::array<std::byte, 7>{});
  CHECK(synod::encode(nothing{}, {}).value() == 0);
}

TEST_CASE("cut short at any byte is refused", "[reflect][codec]") {
  auto const bytes = encoded(full());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CAPTURE(n);
    auto const cut = decode<everything>(std::span{bytes}.first(n));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == errc::bad_input);
    CHECK(cut.error().place <= n);
  }
  CHECK(decode<everything>(std::span{bytes}.first(4)).error() == error{errc::bad_input, "", 1});
}

TEST_CASE("a changed bit is refused or makes another value", "[reflect][codec]") {
  auto bytes = encoded(full());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= std::byte{1} << bit % 8;
    if (auto const other = decode<everything>(bytes)) {
      CHECK_FALSE(synod::equal(*other, full()));
      CHECK(encoded(*other) == bytes);  // one value, one encoding
    } else {
      CHECK(other.error().place < bytes.size());
    }
    bytes[bit / 8] ^= std::byte{1} << bit % 8;
  }
}

TEST_CASE("bytes after the end are refused, unless they were asked for", "[reflect][codec]") {
  auto bytes = encoded(full());
  auto const size = bytes.size();
  bytes.push_back({});
  CHECK(decode<everything>(bytes).error() == error{errc::bad_input, "", size});
  auto const prefix = synod::decode_prefix<everything>(bytes);
  REQUIRE(prefix);
  CHECK(prefix->second == size);
  CHECK(synod::equal(prefix->first, full()));
}

TEST_CASE("values out of range are refused where they stand", "[reflect][codec]") {
  CHECK(decode<bool>(bytes_of(2)).error() == error{errc::bad_input, "", 0});
  CHECK(decode<std::optional<bool>>(bytes_of(1, 2)).error() == error{errc::bad_input, "", 1});
  CHECK(decode<std::optional<bool>>(bytes_of(3, 1)).error() == error{errc::bad_input, "", 0});
  CHECK(decode<color>(bytes_of(3)).error() == error{errc::bad_input, "", 0});
  CHECK(decode<gear>(bytes_of(0xff, 0xff)).error() == error{errc::bad_input, "", 0});
  CHECK(decode<gear>(bytes_of(1, 1)).error() == error{errc::bad_input, "", 0});
  using up_to_one = synod::fixed_vector<std::uint8_t, 1>;
  CHECK(decode<up_to_one>(bytes_of(1, 0, 0, 0, 9)).value()[0] == 9);
  CHECK(decode<up_to_one>(bytes_of(2, 0, 0, 0, 9, 9)).error() == error{errc::too_large, "", 0});
}

TEST_CASE("a length beyond the bytes is refused before anything is allocated", "[reflect][codec]") {
  auto const four_billion = bytes_of(0xff, 0xff, 0xff, 0xff, 0);
  CHECK(decode<std::string>(four_billion).error() == error{errc::bad_input, "", 0});
  CHECK(decode<std::vector<leaf>>(four_billion).error() == error{errc::bad_input, "", 0});
  CHECK(decode<std::vector<everything>>(four_billion).error() == error{errc::bad_input, "", 0});
  CHECK(decode<view>(bytes_of(7, 2, 0, 0, 0, 1)).error() == error{errc::bad_input, "", 1});
  // Two elements of at least 8 bytes do not fit 15.
  std::vector<std::byte> bytes(19);
  bytes[0] = std::byte{2};
  CHECK(decode<std::vector<std::uint64_t>>(bytes).error() == error{errc::bad_input, "", 0});
}

TEST_CASE("nesting has an end", "[reflect][codec]") {
  auto const nested = [](std::size_t depth) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < depth; ++i) {
      bytes.insert(bytes.end(), {std::byte{}, std::byte{1}, std::byte{}, std::byte{}, std::byte{}});
    }
    bytes.resize(bytes.size() + 5);
    return bytes;
  };
  CHECK(decode<tree>(nested(63)));
  CHECK(decode<tree>(nested(64)).error().code == errc::too_large);
  CHECK(decode<tree>(nested(1'000'000)).error().code == errc::too_large);
}

TEST_CASE("a view of bytes refers into what was decoded", "[reflect][codec]") {
  auto const bytes = bytes_of(7, 2, 0, 0, 0, 5, 6);
  auto const decoded = decode<view>(bytes).value();
  CHECK(decoded.bytes.data() == bytes.data() + 5);
  CHECK(decoded.bytes.size() == 2);
  round_trips(decoded);
}
