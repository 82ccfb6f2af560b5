// SPDX-License-Identifier: BSL-1.0
#include <type_traits>

#include "synod/quorum/voter_set.hpp"
#include "tests/support/catch.hpp"

using synod::voter_set;

static_assert(std::is_trivially_copyable_v<voter_set>);
static_assert(!std::is_convertible_v<unsigned, voter_set>, "a slot is not a set");

TEST_CASE("a voter set holds slots", "[quorum][voter_set]") {
  voter_set set;
  CHECK(set.empty());
  set.insert(0);
  set.insert(63);
  set.insert(63);
  CHECK(set.size() == 2);
  CHECK(set.contains(0));
  CHECK(set.contains(63));
  CHECK_FALSE(set.contains(1));
  CHECK_FALSE(set.contains(64));
  CHECK_FALSE(set.contains(~std::size_t{0}));
}

TEST_CASE("a voter set knows its size", "[quorum][voter_set]") {
  for (std::size_t n = 0; n <= 64; ++n) CHECK(voter_set::first(n).size() == n);
  std::uint64_t mask = 1;
  std::size_t wrong = 0;
  for (int i = 0; i < 10'000; ++i) {
    mask = mask * 6364136223846793005 + 1442695040888963407;
    std::size_t count = 0;
    for (std::size_t slot = 0; slot < 64; ++slot) count += mask >> slot & 1;
    wrong += voter_set::of_mask(mask).size() != count;
  }
  CHECK(wrong == 0);
}

TEST_CASE("set operations stay among the first n slots", "[quorum][voter_set]") {
  auto const a = voter_set::of_mask(0b0011);
  auto const b = voter_set::of_mask(0b0110);
  CHECK((a | b) == voter_set::of_mask(0b0111));
  CHECK((a & b) == voter_set::of_mask(0b0010));
  CHECK(a.complement(4) == voter_set::of_mask(0b1100));
  CHECK(a.complement(0).empty());
  CHECK(voter_set::first(0).empty());
  CHECK(voter_set::first(64).size() == 64);
  CHECK(voter_set{}.complement(64) == voter_set::first(64));
}
