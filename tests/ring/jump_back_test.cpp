// SPDX-License-Identifier: BSL-1.0
// JumpBackHash: the values of its author's library, frozen.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring/jump_back.hpp"
#include "tests/ring/laws.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod::test;
using synod::jump_back_bucket;

namespace {

static_assert(jump_back_bucket(0, 11) == 7);
static_assert(jump_back_bucket(42, 1) == 0);

constexpr std::array<std::uint32_t, 23> golden_buckets{
    1,      2,       3,       4,          5,          7,          8,         9,
    10,     11,      16,      17,         100,        1000,       1024,      1025,
    100001, 1048576, 1048577, 1000000000, 1073741824, 1073741825, 2147483647};
struct golden_row {
  std::uint64_t hash;
  std::array<std::uint32_t, golden_buckets.size()> expected;
};
// Printed by hash4j 0.22.0 (the same with 0.31.0):
// ConsistentHashing.jumpBackHash(PseudoRandomGeneratorProvider.splitMix64_V1()).
constexpr golden_row golden[] = {
    {0u, {0,  0,   0,   3,   4,     4,      7,      7,         7,         7,         7,        7,
          25, 313, 313, 313, 91636, 567353, 567353, 454938031, 454938031, 454938031, 454938031}},
    {1u, {0,  1,   1,   1,   1,     5,      5,      5,         5,         5,         12,       12,
          33, 492, 492, 492, 23745, 667116, 667116, 285879788, 285879788, 285879788, 285879788}},
    {2u, {0,  0,   0,   0,   0,     0,      0,      0,         0,         0,         0,        0,
          30, 990, 990, 990, 87758, 538078, 538078, 211244750, 211244750, 211244750, 211244750}},
    {42u, {0,  1,   2,   3,   3,     3,      3,      3,         3,         3,         3,        3,
           53, 166, 166, 166, 29222, 995878, 995878, 500642342, 500642342, 500642342, 500642342}},
    {18446744073709551615u,
     {0,  1,   2,   2,   2,     2,      7,      7,         7,         7,         7,         16,
      73, 288, 288, 288, 27680, 863264, 863264, 618230135, 618230135, 618230135, 1533357088}},
    {9223372036854775808u,
     {0,  1,   1,   1,   1,    1,      1,      1,         1,         1,         11,        11,
      98, 674, 674, 674, 8354, 390107, 390107, 313127899, 313127899, 313127899, 1209974946}},
    {3735928559u,
     {0,  0,   0,   0,   0,     0,      7,      7,         7,         7,         7,        7,
      27, 923, 923, 923, 27547, 387995, 387995, 719304975, 719304975, 719304975, 719304975}},
    {11400714819323198485u,
     {0,  0,   2,   2,   4,     4,      4,      8,         8,         10,        10,        10,
      20, 618, 618, 618, 83279, 106090, 106090, 242785898, 242785898, 242785898, 1639540212}},
    {10863919174838991u,
     {0,  1,   1,   1,   1,     1,       1,       8,         8,         10,        10,        10,
      10, 306, 306, 306, 95282, 1012786, 1012786, 680320379, 680320379, 680320379, 1758950450}},
    {81985529216486895u,
     {0,  0,   2,   3,   3,     3,      3,      3,         3,         3,         13,       13,
      23, 519, 519, 519, 86683, 407559, 407559, 613395101, 613395101, 613395101, 613395101}},
};

// The algorithm as the paper builds it up: all active indices of a hash, ranges from the top; of
// each range with its bit set the highest active one, then further draws downwards.
std::uint32_t by_definition(std::uint64_t hash, std::uint32_t buckets) {
  synod::splitmix64 draw{hash};
  std::uint64_t const first = draw();
  auto ranges = static_cast<std::uint32_t>(first ^ (first >> 32));
  for (int k = 31; k >= 0; --k) {
    std::uint32_t const bit = 1u << k;
    if ((ranges & bit) == 0) continue;
    if (bit < buckets) {
      unsigned const half = std::popcount(ranges) % 2 == 0 ? 0u : 32u;
      std::uint32_t index = bit + (static_cast<std::uint32_t>(first >> half) & (bit - 1));
      std::vector<std::uint32_t> drawn;
      while (index >= buckets) {
        if (drawn.empty()) {
          std::uint64_t const more = draw();
          drawn = {static_cast<std::uint32_t>(more >> 32), static_cast<std::uint32_t>(more)};
        }
        index = drawn.back() & (2 * bit - 1);
        drawn.pop_back();
        if (index < bit) break;
      }
      if (index >= bit) return index;
    }
    ranges ^= bit;
  }
  return 0;
}

}  // namespace

TEST_CASE("jump_back's golden values", "[ring][jump_back][golden][jump_back_keeps_the_draw]") {
  for (auto const& [hash, expected] : golden) {
    for (std::size_t i = 0; i < golden_buckets.size(); ++i) {
      CAPTURE(hash, golden_buckets[i]);
      CHECK(jump_back_bucket(hash, golden_buckets[i]) == expected[i]);
    }
  }
}

// The same sum (FNV-1a over the buckets) came from hash4j, over the same million draws.
TEST_CASE("jump_back agrees with the author's library a million times",
          "[ring][jump_back][golden][jump_back_keeps_the_draw]") {
  synod::splitmix64 draw{12345};
  std::uint64_t sum = 0xcbf29ce484222325;
  for (int i = 0; i < 1'000'000; ++i) {
    std::uint64_t const size = draw();
    std::uint64_t const hash = draw();
    auto const buckets = std::max(static_cast<std::uint32_t>(size >> 33) >> (size & 31), 1u);
    sum = (sum ^ jump_back_bucket(hash, buckets)) * 0x100000001b3;
  }
  CHECK(sum == 0x149e0ca8880b5477);
}

TEST_CASE("jump_back is its definition", "[ring][jump_back][model]") {
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(300)) {
    for (std::uint32_t buckets = 1; buckets < 300; ++buckets) {
      wrong += jump_back_bucket(hash, buckets) != by_definition(hash, buckets);
    }
    for (std::uint32_t const buckets : {0x3fffffffu, 0x40000000u, 0x40000001u, 0x7fffffffu}) {
      wrong += jump_back_bucket(hash, buckets) != by_definition(hash, buckets);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("jump_back: a bucket more takes hashes, and nothing else moves",
          "[ring][jump_back][jump_back_keeps_the_draw]") {
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(500)) {
    std::uint32_t before = jump_back_bucket(hash, 1);
    wrong += before != 0;
    for (std::uint32_t buckets = 2; buckets < 600; ++buckets) {
      std::uint32_t const now = jump_back_bucket(hash, buckets);
      wrong += now != before && now != buckets - 1;
      before = now;
    }
    std::uint32_t const far = jump_back_bucket(hash, synod::max_buckets);
    wrong += far >= synod::max_buckets || jump_back_bucket(hash, far + 1) != far;
    if (far > 0) wrong += jump_back_bucket(hash, far) >= far;
  }
  CHECK(wrong == 0);
}

TEST_CASE("jump_back knows no bucket among none, nor among more than 2^31 - 1",
          "[ring][jump_back]") {
  for (std::uint32_t const buckets : {0u, static_cast<std::uint32_t>(-1), 0x80000000u}) {
    CHECK(violation_of([buckets] { (void)jump_back_bucket(1, buckets); }) ==
          "jump_back: no buckets, or more than 2^31 - 1");
  }
}

TEST_CASE("a jump_back places by its function", "[ring][jump_back]") {
  auto const nodes = some<synod::jump_back>(37);
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(1000)) {
    wrong += nodes.owner_index_of(hash) != jump_back_bucket(hash, 37);
  }
  CHECK(wrong == 0);
}
