// SPDX-License-Identifier: BSL-1.0
// Structs that hold everything that reflection knows.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "synod/reflect.hpp"

namespace synod::test {

enum class color : std::uint8_t { red, green, blue };
constexpr color last_value(color) { return color::blue; }
constexpr char const* name_of(color c) {
  return c == color::red ? "red" : c == color::green ? "green" : "blue";
}

enum class gear : std::int16_t { neutral, first };
constexpr gear last_value(gear) { return gear::first; }

struct leaf {
  bool yes = false;
  std::optional<std::int16_t> maybe;
};

struct everything {
  std::uint8_t small = 0;
  std::int32_t negative = 0;
  std::uint64_t large = 0;
  color paint = color::red;
  gear drive = gear::neutral;
  node_id node;
  position at;
  std::optional<node_id> voted_for;
  std::array<std::uint16_t, 2> pair{};
  fixed_vector<node_id, 3> voters;
  std::vector<leaf> leaves;
  std::string text;
  std::vector<std::byte> raw;
};

// A struct may hold itself through a vector.
struct tree {
  std::uint8_t value = 0;
  std::vector<tree> children;
};

struct nothing {};

struct view {
  std::uint8_t before = 0;
  std::span<std::byte const> bytes;
};

}  // namespace synod::test

BOOST_HANA_ADAPT_STRUCT(synod::test::leaf, yes, maybe);
BOOST_HANA_ADAPT_STRUCT(synod::test::everything, small, negative, large, paint, drive, node, at,
                        voted_for, pair, voters, leaves, text, raw);
BOOST_HANA_ADAPT_STRUCT(synod::test::tree, value, children);
BOOST_HANA_ADAPT_STRUCT(synod::test::nothing);
BOOST_HANA_ADAPT_STRUCT(synod::test::view, before, bytes);

namespace synod::test {

inline everything full() {
  everything e;
  e.small = 0x7f;
  e.negative = -2;
  e.large = 0x0102030405060708;
  e.paint = color::blue;
  e.drive = gear::first;
  e.node = {3};
  e.at = {{9}, {4}};
  e.voted_for = node_id{1};
  e.pair = {{0x1122, 0x3344}};
  e.voters.push_back({1});
  e.voters.push_back({2});
  e.leaves = {{true, std::int16_t{-1}}, {false, {}}};
  e.text = "hi";
  e.raw = {std::byte{0xab}};
  return e;
}

inline everything random_one(std::mt19937_64& random) {
  everything e;
  e.small = static_cast<std::uint8_t>(random());
  e.negative = static_cast<std::int32_t>(random());
  e.large = random() >> random() % 64;
  e.paint = static_cast<color>(random() % 3);
  e.drive = static_cast<gear>(random() % 2);
  e.node = {random()};
  e.at = {{random()}, {random()}};
  if (random() % 2 == 0) e.voted_for = node_id{random()};
  for (auto& each : e.pair) each = static_cast<std::uint16_t>(random());
  while (random() % 2 == 0 && !e.voters.full()) e.voters.push_back({random()});
  while (random() % 3 != 0) e.leaves.push_back({random() % 2 == 0, {}});
  for (auto& each : e.leaves) {
    if (random() % 2 == 0) each.maybe = static_cast<std::int16_t>(random());
  }
  while (random() % 5 != 0) e.text += static_cast<char>(random());
  while (random() % 5 != 0) e.raw.push_back(static_cast<std::byte>(random()));
  return e;
}

template <class T>
std::vector<std::byte> encoded(T const& value) {
  std::vector<std::byte> bytes(encoded_size(value));
  if (encode(value, bytes).value() != bytes.size()) std::abort();
  return bytes;
}

template <class... Numbers>
std::vector<std::byte> bytes_of(Numbers... numbers) {
  return {static_cast<std::byte>(numbers)...};
}

}  // namespace synod::test
