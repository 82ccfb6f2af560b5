// SPDX-License-Identifier: BSL-1.0
// What moves of a set of keys: against the owners asked one by one.
#include "synod/ring/movement.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/maglev.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::hash_ring;
using synod::key_movement;

namespace {

std::vector<std::uint64_t> random_hashes(std::size_t count) {
  synod::splitmix64 random{11};
  std::vector<std::uint64_t> all(count);
  for (auto& hash : all) hash = random();
  return all;
}

}  // namespace

TEST_CASE("movement counts the keys that change hands", "[ring][movement]") {
  using scripted_ring = synod::basic_hash_ring<scripted>;
  auto const before =
      scripted_ring::make({{"a:100", weight_of(1)}, {"b:200", weight_of(1)}}).value();
  auto const after = before.with({"c:150", weight_of(1)}).value();
  std::array<std::uint64_t, 7> const hashes{0, 100, 101, 150, 151, 200, 201};
  CHECK(movement(before, after, hashes) == key_movement{7, 2});
  CHECK(movement(before, after, hashes).fraction() == 2.0 / 7);

  std::vector<std::string> told;
  auto const tell = [&](std::string_view key, std::string_view from, std::string_view to) {
    told.push_back(std::string(key) + " " + std::string(from) + " " + std::string(to));
  };
  std::array<std::string_view, 3> const keys{"k:99", "k:101", "k:150"};
  CHECK(movement_of_keys(before, after, keys, tell) == key_movement{3, 2});
  CHECK(told == std::vector<std::string>{"k:101 b:200 c:150", "k:150 b:200 c:150"});
}

TEST_CASE("of no keys nothing moves", "[ring][movement]") {
  auto const ring = hash_ring::make({{"a"}}).value();
  std::vector<std::uint64_t> const none;
  CHECK(movement(ring, ring, none) == key_movement{});
  CHECK(movement(ring, ring, none).fraction() == 0.0);
  std::vector<int> const keys{1, 2, 3};
  CHECK(movement_of_keys(ring, ring, keys) == key_movement{3, 0});
  CHECK(movement_of_keys(hash_ring{}, ring, keys) == key_movement{3, 3});
  CHECK(movement_of_keys(hash_ring{}, hash_ring{}, keys) == key_movement{3, 0});
}

TEST_CASE("movement is what a plan says, for the hashes that there are",
          "[ring][movement][plan][model]") {
  auto const hashes = random_hashes(20'000);
  auto const before = hash_ring::make({{"a"}, {"b", 2.0}, {"c"}, {"d"}}).value();
  auto const after = before.without("b").value().with({"e", 1.5}).value();
  std::uint64_t moved = 0;
  for (std::uint64_t const hash : hashes) {
    for (auto const& move : plan(before, after)) {
      if (!move.interval.contains(hash)) continue;
      CHECK(before.owner_of(hash) == move.from);
      CHECK(after.owner_of(hash) == move.to);
      ++moved;
    }
  }
  CHECK(movement(before, after, hashes) == key_movement{hashes.size(), moved});
  double const share = plan(before, after).share().fraction();
  CHECK(movement(before, after, hashes).fraction() == Catch::Approx(share).margin(0.02));
}

TEST_CASE("nodes with ids move alike", "[ring][movement]") {
  using synod::node_id;
  using synod::numbered_hash_ring;
  auto const before = numbered_hash_ring::make({{node_id{1}}, {node_id{2}}}).value();
  auto const after = before.with({node_id{3}}).value();
  auto const hashes = random_hashes(1000);
  std::uint64_t to_new = 0;
  auto const counted = movement(
      before, after, hashes, [&](std::uint64_t, node_id, node_id to) { to_new += to.value == 3; });
  CHECK(counted.moved > 0);
  CHECK(counted.moved == to_new);
}

TEST_CASE("over all slots, what a Maglev table moves is counted exactly", "[ring][movement]") {
  auto const before = synod::maglev::make({{"a"}, {"b"}, {"c"}}, {.slots = 1009}).value();
  auto const after = before.with({"d"}).value();
  std::vector<std::uint64_t> hashes(1009);  // hash h is slot h: each slot once
  std::uint64_t differ = 0;
  for (std::uint64_t slot = 0; slot < hashes.size(); ++slot) {
    hashes[slot] = slot;
    if (before.nodes()[before.slot(slot)].name != after.nodes()[after.slot(slot)].name) ++differ;
  }
  CHECK(differ > 1009 / 4 - 20);
  CHECK(movement(before, after, hashes) == synod::key_movement{1009, differ});
}
