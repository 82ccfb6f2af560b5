// SPDX-License-Identifier: BSL-1.0
// The hashes as the compiler evaluates them, beside xxHash.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "synod/base/random.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/hash/xxh64.hpp"
#include "tests/support/catch.hpp"

using synod::hash_key;
using synod::xxh3;
using synod::xxh64;

namespace {

constexpr std::size_t longest = 1100;

// Bytes without a pattern, with many above 0x7f: the same at run time and while compiling.
template <std::size_t Size>
constexpr std::array<char, Size> noise() {
  std::array<char, Size> all{};
  synod::splitmix64 random{42};
  for (char& byte : all) byte = static_cast<char>(random() >> 56);
  return all;
}
constexpr auto bytes = noise<longest>();

constexpr std::uint64_t seeds[]{
    0, 1, 0x9e3779b1, 0x9e3779b185ebca8d, ~std::uint64_t{0}, 0x8000'0000'0000'0000};

// Both sides of every branch on the length, and the ends of XXH3's stripes and blocks.
constexpr std::array<std::size_t, 34> telling_lengths{
    0,  1,  2,   3,   4,   7,   8,   9,   15,  16,  17,  31,  32,   33,   63,   64,   65,
    96, 97, 127, 128, 129, 143, 144, 239, 240, 241, 256, 257, 1023, 1024, 1025, 1088, 1089};

template <class Hash>
constexpr auto while_compiling() {
  std::array<std::uint64_t, telling_lengths.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = Hash::hash({bytes.data(), telling_lengths[i]}, seeds[i % std::size(seeds)]);
  }
  return all;
}

// Frozen values of tests/hash/vectors_test.cpp and of the golden rings, by the compiler.
static_assert(xxh3::hash("s", 42) == 0x6ff667910303bbf7);
static_assert(xxh3::hash("ssss", 42) == 0xad354d74bd38f4f3);
static_assert(xxh3::hash("sssssssss", 42) == 0x0da073a781f442f8);
static_assert(xxh3::hash("alpha", 0) == 0xbe6903b5f625ab5a);
static_assert(xxh64::hash("a", 0) == 0xd24ec4f1a98c6e5b);
static_assert(hash_key<xxh3>("user:42") == 0x9fc1e605fa7174aa);
static_assert(hash_key<xxh3>(std::uint64_t{0x0102030405060708}) == 0x908faf195058ca9e);
static_assert(hash_key<xxh3>(7) == hash_key<xxh3>(std::int8_t{7}));

}  // namespace

TEST_CASE("the constexpr twins agree with xxHash on every length and seed", "[hash][constexpr]") {
  std::size_t wrong = 0;
  std::string_view const all{bytes.data(), bytes.size()};
  for (std::size_t length = 0; length <= longest; ++length) {
    for (std::uint64_t const seed : seeds) {
      auto const text = all.substr(0, length);
      wrong += synod::detail::constexpr_xxh3(text, seed) != xxh3::hash(text, seed) ? 1u : 0u;
      wrong += synod::detail::constexpr_xxh64(text, seed) != xxh64::hash(text, seed) ? 1u : 0u;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the constexpr twins agree with xxHash on random texts and seeds", "[hash][constexpr]") {
  synod::splitmix64 random{7};
  std::size_t wrong = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random.below(300), '\0');
    for (char& c : text) c = static_cast<char>(random());
    std::uint64_t const seed = random();
    wrong += synod::detail::constexpr_xxh3(text, seed) != xxh3::hash(text, seed) ? 1u : 0u;
    wrong += synod::detail::constexpr_xxh64(text, seed) != xxh64::hash(text, seed) ? 1u : 0u;
  }
  CHECK(wrong == 0);
}

TEST_CASE("what the compiler hashed is what the program hashes", "[hash][constexpr]") {
  constexpr auto by_xxh3 = while_compiling<xxh3>();
  constexpr auto by_xxh64 = while_compiling<xxh64>();
  for (std::size_t i = 0; i < telling_lengths.size(); ++i) {
    std::string_view const text{bytes.data(), telling_lengths[i]};
    std::uint64_t const seed = seeds[i % std::size(seeds)];
    CAPTURE(telling_lengths[i]);
    CHECK(by_xxh3[i] == xxh3::hash(text, seed));
    CHECK(by_xxh64[i] == xxh64::hash(text, seed));
  }
}
