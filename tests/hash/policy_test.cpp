// SPDX-License-Identifier: BSL-1.0
#include "synod/hash/policy.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synod/hash/colliding.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/hash/xxh64.hpp"
#include "tests/support/catch.hpp"

using synod::hash_key;
using synod::xxh3;

namespace {

struct throwing {
  static std::uint64_t hash(std::string_view, std::uint64_t) { return 0; }
};
struct narrow {
  static std::uint32_t hash(std::string_view, std::uint64_t) noexcept { return 0; }
};
struct without_seed {
  static std::uint64_t hash(std::string_view) noexcept { return 0; }
};
struct with_state {
  static std::uint64_t hash(std::string_view, std::uint64_t) noexcept { return 0; }
  int state = 0;
};
// A policy need not be xxHash, and may run while compiling.
struct length_plus_seed {
  static constexpr std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    return bytes.size() + seed;
  }
};

static_assert(synod::hash_policy<xxh3>);
static_assert(synod::hash_policy<synod::xxh64>);
static_assert(synod::hash_policy<synod::colliding<8>>);
static_assert(synod::hash_policy<length_plus_seed>);
static_assert(!synod::hash_policy<throwing>);
static_assert(!synod::hash_policy<narrow>);
static_assert(!synod::hash_policy<without_seed>);
static_assert(!synod::hash_policy<with_state>);

static_assert(synod::text_key<std::string>);
static_assert(synod::text_key<char[8]>);
static_assert(synod::bytes_key<std::vector<std::byte>>);
static_assert(synod::bytes_key<std::array<std::byte, 16>>);
static_assert(synod::integer_key<std::uint64_t>);
static_assert(synod::integer_key<short>);
static_assert(!synod::hashable_key<bool>);
static_assert(!synod::hashable_key<char>, "a character is neither text nor a number");
static_assert(!synod::hashable_key<double>);
static_assert(!synod::hashable_key<void*>);
static_assert(!synod::hashable_key<std::vector<int>>);

static_assert(hash_key<length_plus_seed>("four", 3) == 7);
static_assert(hash_key<length_plus_seed>(1, 3) == 11, "an integer is eight bytes");

}  // namespace

TEST_CASE("text and the same bytes are the same key", "[hash]") {
  std::array const bytes{std::byte{'u'}, std::byte{':'}, std::byte{'4'}};
  CHECK(hash_key<xxh3>(bytes) == hash_key<xxh3>("u:4"));
  CHECK(hash_key<xxh3>(std::string{"u:4"}) == hash_key<xxh3>(std::string_view{"u:4"}));
  CHECK(hash_key<xxh3>(std::span<std::byte const>{}) == hash_key<xxh3>(""));
}

TEST_CASE("an integer is hashed as its eight little-endian bytes", "[hash][golden]") {
  constexpr char bytes[]{8, 7, 6, 5, 4, 3, 2, 1};
  CHECK(hash_key<xxh3>(std::uint64_t{0x0102030405060708}) == xxh3::hash({bytes, 8}, 0));
  CHECK(hash_key<xxh3>(std::uint64_t{0x0102030405060708}) == 0x908faf195058ca9e);
}

TEST_CASE("the width of an integer does not show", "[hash]") {
  CHECK(hash_key<xxh3>(7) == hash_key<xxh3>(std::uint64_t{7}));
  CHECK(hash_key<xxh3>(std::int8_t{-1}) == hash_key<xxh3>(std::int64_t{-1}));
  CHECK(hash_key<xxh3>(-1) != hash_key<xxh3>(0xffffffffu));
}

TEST_CASE("a seed is no part of the text", "[hash]") {
  CHECK(xxh3::hash("node1", 2) != xxh3::hash("node", 12));
  CHECK(xxh3::hash("node", 0) != xxh3::hash("node", 1));
}

TEST_CASE("the colliding policy collides", "[hash]") {
  std::vector<int> met(256);
  for (int key = 0; key < 10'000; ++key) {
    auto const hash = hash_key<synod::colliding<8>>(key);
    REQUIRE(hash < 256);
    CHECK(hash == (hash_key<xxh3>(key) & 0xff));
    ++met[hash];
  }
  for (int const times : met) CHECK(times > 0);
}
