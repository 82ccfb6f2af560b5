// SPDX-License-Identifier: BSL-1.0
// Jump hashing: the published values, and nodes behind the buckets.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "synod/ring/jump.hpp"
#include "tests/ring/laws.hpp"
#include "tests/ring/vector_rows.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod::test;
using synod::jump_bucket;

namespace {

// Also while compiling, where there is nothing to fuse or to rearrange.
static_assert(jump_bucket(10863919174838991, 11) == 6);
static_assert(jump_bucket(2, 100001) == 80343);
static_assert(jump_bucket(0xdeadbeef, 17) == 16);
static_assert(jump_bucket(0, 1) == 0);

}  // namespace

TEST_CASE("jump's golden values", "[ring][jump][golden]") {
  constexpr std::array<std::uint32_t, 8> of_hundred{0, 55, 62, 8, 45, 59, 86, 97};
  for (std::uint64_t key = 0; key < 8; ++key) CHECK(jump_bucket(key, 100) == of_hundred[key]);
  CHECK(jump_bucket(10863919174838991, 11) == 6);
  CHECK(jump_bucket(2, 100001) == 80343);
  CHECK(jump_bucket(0xdeadbeef, 17) == 16);
}

// Tables of dgryski/go-jump and google/guava, and computed ones up to 2^31 - 1 buckets.
TEST_CASE("jump agrees with the reference vectors", "[ring][jump][golden]") {
  auto const rows = vector_rows("jump.tsv");
  if (!rows) return;
  std::size_t wrong = 0;
  for (row const& fields : *rows) {
    auto const buckets = static_cast<std::uint32_t>(std::stoul(fields[1]));
    wrong += jump_bucket(std::stoull(fields[0]), buckets) != std::stoul(fields[2]);
  }
  CHECK(rows->size() == 743);
  CHECK(wrong == 0);
}

TEST_CASE("jump: a bucket more takes hashes, and nothing else moves",
          "[ring][jump][jump_goes_too_far]") {
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(500)) {
    std::uint32_t before = jump_bucket(hash, 1);
    wrong += before != 0;
    for (std::uint32_t buckets = 2; buckets < 600; ++buckets) {
      std::uint32_t const now = jump_bucket(hash, buckets);
      wrong += now != before && now != buckets - 1;
      before = now;
    }
    std::uint32_t const far = jump_bucket(hash, synod::max_buckets);
    wrong += far >= synod::max_buckets || jump_bucket(hash, far + 1) != far;
    if (far > 0) wrong += jump_bucket(hash, far) >= far;
  }
  CHECK(wrong == 0);
}

TEST_CASE("jump knows no bucket among none, nor among more than 2^31 - 1", "[ring][jump]") {
  CHECK(violation_of([] { (void)jump_bucket(1, 0); }) == "jump: no buckets, or more than 2^31 - 1");
  CHECK(violation_of([] { (void)jump_bucket(1, static_cast<std::uint32_t>(-1)); }) ==
        "jump: no buckets, or more than 2^31 - 1");
  CHECK(violation_of([] { (void)jump_bucket(1, 0x80000000u); }) ==
        "jump: no buckets, or more than 2^31 - 1");
}

TEMPLATE_TEST_CASE("node i is bucket i, and only the last can go", "[ring][jump][jump_back]",
                   synod::jump, synod::jump_back) {
  auto const three = TestType::make({{"z"}, {"a"}, {"m"}}).value();
  CHECK(three.nodes()[0].name == "z");
  CHECK(three.index_of("m") == 2);
  CHECK(three.with({"b"}).value().nodes()[3].name == "b");

  auto const refused = three.without("a");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == synod::errc::bad_input);
  CHECK(refused.error().place == 1);
  CHECK(std::string{refused.error().what}.find("only the last node can go") != std::string::npos);
  CHECK(three.without("m").value() == TestType::make({{"z"}, {"a"}}).value());

  auto const heavy = TestType::make({{"a"}, {"b", 2.0}});
  REQUIRE_FALSE(heavy);
  CHECK(heavy.error().code == synod::errc::bad_input);
  CHECK(heavy.error().place == 1);
  CHECK(std::string{heavy.error().what}.find("a weight other than 1") != std::string::npos);
  CHECK(three.with({"b", 0.5}).error().code == synod::errc::bad_input);
}

TEST_CASE("a jump places by its function", "[ring][jump]") {
  auto const nodes = some<synod::jump>(37);
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(1000)) {
    wrong += nodes.owner_index_of(hash) != jump_bucket(hash, 37);
  }
  CHECK(wrong == 0);
}
