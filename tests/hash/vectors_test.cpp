// SPDX-License-Identifier: BSL-1.0
// The reference values of xxHash 0.8.1 (xxhash.tsv, text_keys.tsv), replayed through the policies
// and through their constexpr twins, and a few frozen here, at both sides of every branch on the
// length.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "synod/hash/xxh3.hpp"
#include "synod/hash/xxh64.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/testdata.hpp"

using synod::xxh3;
using synod::xxh64;

namespace {

// The buffer that the reference hashes prefixes of (its own generator).
std::string sanity_buffer() {
  std::string bytes(4161, '\0');
  std::uint64_t generator = 2654435761;
  for (char& byte : bytes) {
    byte = static_cast<char>(generator >> 56);
    generator *= 11400714785074694797u;
  }
  return bytes;
}

std::vector<std::string> fields(std::string const& line) {
  std::vector<std::string> all;
  std::istringstream rest{line};
  for (std::string field; std::getline(rest, field, '\t');) all.push_back(field);
  return all;
}

std::uint64_t hexadecimal(std::string const& digits) { return std::stoull(digits, nullptr, 16); }

}  // namespace

TEST_CASE("xxHash's own vectors, by length and seed", "[hash][vectors]") {
  auto const table = synod::test::testdata("hash/xxhash.tsv");
  if (!table) return;
  std::string const buffer = sanity_buffer();
  std::size_t xxh3_rows = 0;
  std::size_t xxh64_rows = 0;
  std::istringstream lines{*table};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    auto const row = fields(line);
    REQUIRE(row.size() == 4);
    auto const input = std::string_view{buffer}.substr(0, std::stoull(row[2]));
    CAPTURE(line);
    if (row[0] == "XXH3_64") {
      CHECK(xxh3::hash(input, hexadecimal(row[1])) == hexadecimal(row[3]));
      CHECK(synod::detail::constexpr_xxh3(input, hexadecimal(row[1])) == hexadecimal(row[3]));
      ++xxh3_rows;
    } else if (row[0] == "XXH64") {
      CHECK(xxh64::hash(input, hexadecimal(row[1])) == hexadecimal(row[3]));
      CHECK(synod::detail::constexpr_xxh64(input, hexadecimal(row[1])) == hexadecimal(row[3]));
      ++xxh64_rows;
    }
  }
  CHECK(xxh3_rows == 219);
  CHECK(xxh64_rows == 219);
}

TEST_CASE("xxHash of text keys", "[hash][vectors]") {
  auto const table = synod::test::testdata("hash/text_keys.tsv");
  if (!table) return;
  std::size_t rows = 0;
  std::istringstream lines{*table};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) continue;
    auto const row = fields(line);
    REQUIRE(row.size() == 3);
    CAPTURE(line);
    CHECK(synod::hash_key<xxh64>(row[0]) == hexadecimal(row[1]));
    CHECK(synod::hash_key<xxh3>(row[0]) == hexadecimal(row[2]));
    CHECK(synod::detail::constexpr_xxh64(row[0], 0) == hexadecimal(row[1]));
    CHECK(synod::detail::constexpr_xxh3(row[0], 0) == hexadecimal(row[2]));
    ++rows;
  }
  CHECK(rows == 200);
}

// Made with the C library. These are the values, so that a change of a hash is a decision and not
// an accident.
TEST_CASE("golden values around every branch of the hashes", "[hash][golden]") {
  struct golden {
    std::size_t length;
    std::uint64_t by_xxh3;
    std::uint64_t by_xxh64;
  };
  for (auto const& [length, by_xxh3, by_xxh64] : {
           golden{0, 0xb029411ff43d84d2, 0x98b1582b0977e704},
           golden{1, 0x6ff667910303bbf7, 0x87321adabec74791},
           golden{3, 0xe1b5ee739475bb87, 0xd5c1c6cd43a5d7ed},
           golden{4, 0xad354d74bd38f4f3, 0xd61056d33b6f9195},
           golden{8, 0x24b0688f8c2203fd, 0xc333ceafd181aa71},
           golden{9, 0x0da073a781f442f8, 0xba26615141dc7d60},
           golden{16, 0xa9fd48a27625cf8c, 0x5be3d4f570410585},
           golden{17, 0x3d8f83fa333c4896, 0x8e3b3b4fd24ab531},
           golden{128, 0x1161f0cda712d126, 0xe0a916e527b38c1d},
           golden{129, 0x16e356b29f6073c0, 0x1242500b32ab3550},
           golden{240, 0xb78d0ac378f3ec5c, 0x2cfba581c35810f8},
           golden{241, 0x171da55701f44fd0, 0xe8656e41748543c2},
           golden{1024, 0x6af47ec6af1041bc, 0x9916d956f8314d45},
       }) {
    CAPTURE(length);
    std::string const bytes(length, 's');
    CHECK(xxh3::hash(bytes, 42) == by_xxh3);
    CHECK(xxh64::hash(bytes, 42) == by_xxh64);
  }
}
