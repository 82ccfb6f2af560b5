// SPDX-License-Identifier: BSL-1.0
// A unit that includes xxHash in its own way, before ours, and uses it after.
#include <xxhash.h>

#include <string_view>

#include "synod/hash/xxh3.hpp"
#include "synod/hash/xxh64.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("xxHash included by the user gets along with ours", "[hash]") {
  std::string_view const text = "user:42";
  CHECK(XXH64(text.data(), text.size(), 7) == synod::xxh64::hash(text, 7));
  CHECK(XXH3_64bits(text.data(), text.size()) == synod::xxh3::hash(text, 0));
}
