// SPDX-License-Identifier: BSL-1.0
// The placement is frozen. These values were made with the C library of xxHash and a linear search,
// not with synod; a change of any of them is a breaking release.
#include <cstdint>
#include <string>

#include "synod/ring.hpp"
#include "tests/support/catch.hpp"

using synod::hash_ring;

TEST_CASE("virtual node i of a node is at XXH3-64 of its name under seed i", "[ring][golden]") {
  auto const ring = hash_ring::make({{"alpha"}}).value();
  REQUIRE(ring.point_count() == 160);
  for (std::uint64_t const expected :
       {0xbe6903b5f625ab5au, 0x512a03e79074e07au, 0x0b59cfc74f9fe83du,
        0xcd145a3a56cbff1au}) {  // i = 0, 1, 2, 159
    bool found = false;
    for (std::size_t i = 0; i < ring.point_count(); ++i) found |= ring.point(i).point == expected;
    CAPTURE(expected);
    CHECK(found);
  }
}

TEST_CASE("golden owners on three weighted nodes", "[ring][golden]") {
  auto const ring = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  CHECK(ring.point_count() == 640);
  CHECK(ring.point(0) == synod::ring_point{0x00309c8e2d359d2a, 0});
  CHECK(ring.point(639) == synod::ring_point{0xff6f2bc187e9f8fa, 1});

  CHECK(hash_ring::hash_of("user:42") == 0x9fc1e605fa7174aa);
  CHECK(ring.owner("user:42") == "c");
  CHECK(ring.owner("user:43") == "b");
  CHECK(ring.owner("") == "b");
  CHECK(ring.owner("x") == "b");
  CHECK(ring.owner("/usr/include/stdio.h") == "a");
  CHECK(ring.owner(7) == "b");
  CHECK(ring.owner(-1) == "c");

  // One number for a hundred thousand owners (FNV-1a over their names).
  std::uint64_t all = 0xcbf29ce484222325;
  for (int i = 0; i < 100'000; ++i) {
    auto const owner = ring.owner("key-" + std::to_string(i));
    all = (all ^ static_cast<unsigned char>(owner.front())) * 0x100000001b3;
  }
  CHECK(all == 0x62416de876e370ae);
}

// A key of a node's name has the hash of that node's first point, and so belongs to it (H10).
TEST_CASE("a key called like a node belongs to that node", "[ring][golden]") {
  auto const ring = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  for (auto const& node : ring.nodes()) CHECK(ring.owner(node.name) == node.name);
}

TEST_CASE("golden shares, to the last hash", "[ring][golden]") {
  auto const ring = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const shares = ring.balance();
  CHECK((shares[0].share.hashes == 0x415b5fbf2b3d31e1));
  CHECK((shares[1].share.hashes == 0x7643bb8337a8e9b9));
  CHECK((shares[2].share.hashes == 0x4860e4bd9d19e466));
}

TEST_CASE("another hash policy lays out another ring", "[ring][golden]") {
  auto const ring = synod::basic_hash_ring<synod::xxh64>::make({{"a"}, {"b"}}).value();
  CHECK(ring.hash_of("a") == 0xd24ec4f1a98c6e5b);  // XXH64("a")
  CHECK(ring.owner("a") == "a");
}
