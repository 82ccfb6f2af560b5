// SPDX-License-Identifier: BSL-1.0
#include "tests/support/testdata.hpp"

#include <string>

#include "synod/version.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("the reference vectors are whole") {
  if (auto const vectors = synod::test::testdata("hash/xxhash.tsv")) {
    CHECK(vectors->size() > 1000);
  }
}

TEST_CASE("the version reads as its three numbers") {
  std::string const expected = std::to_string(SYNOD_VERSION_MAJOR) + "." +
                               std::to_string(SYNOD_VERSION_MINOR) + "." +
                               std::to_string(SYNOD_VERSION_PATCH);
  CHECK(expected == synod::version_string);
}
