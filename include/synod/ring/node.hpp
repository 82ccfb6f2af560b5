// SPDX-License-Identifier: BSL-1.0
// Nodes as a placement is given them: a name or an id, a weight, a zone.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/hash/policy.hpp"

namespace synod::inline SYNOD_ABI {

/// What keys are placed on. The name is the node's identity.
template <class Name>
struct basic_ring_node {
  Name name{};
  /// Relative capacity, finite and above zero; 2.0 holds twice the keys of 1.0.
  double weight = 1.0;
  /// What may fail at once: a rack, a data centre. A node without one shares its fate with nobody.
  std::string_view zone{};

  friend constexpr bool operator==(basic_ring_node const&, basic_ring_node const&) = default;
};

/// A node with a text for a name: any bytes but none at all.
using ring_node = basic_ring_node<std::string_view>;
/// A node with a number for a name, hashed as an integer key is (hash/policy.hpp).
using numbered_node = basic_ring_node<node_id>;

/// Points of a node of weight 1. The standard deviation of its share is about 1 / sqrt(160) = 8 %
/// of that share.
inline constexpr std::uint64_t points_per_weight = 160;
/// Limits of a ring, beyond which `make` answers `errc::too_large`.
inline constexpr std::uint64_t max_ring_nodes = std::uint64_t{1} << 24;
inline constexpr std::uint64_t max_ring_points = std::uint64_t{1} << 31;
/// Index of the owner where there are no nodes.
inline constexpr std::uint32_t no_node = 0xffffffff;

/// Finite and above zero. By bits, so that -ffast-math cannot reason it away.
constexpr bool is_valid_weight(double weight) noexcept {
  // Not std::bit_cast: unless inlined, units for different instruction sets would share that.
  auto const bits = __builtin_bit_cast(std::uint64_t, weight);
  return bits != 0 && bits < 0x7ff0'0000'0000'0000;  // neither sign bit, infinity nor NaN
}

/// max(1, round(160 x weight)), half away from zero; `max_ring_points + 1` for all that is more
/// than a ring holds. The product is rounded to double on its own, also where the compiler may fuse
/// (-ffp-contract): the count is the same on every platform.
constexpr std::uint64_t points_of_weight(double weight) noexcept {
  double const product = static_cast<double>(points_per_weight) * weight;
  if (!(product < static_cast<double>(max_ring_points) + 0.5)) return max_ring_points + 1;
  auto const whole = static_cast<std::uint64_t>(product);
  std::uint64_t const rounded = product >= static_cast<double>(whole) + 0.5 ? whole + 1 : whole;
  return rounded == 0 ? 1 : rounded;
}

namespace detail {

/// A node's name under a seed.
template <class Hash>
constexpr std::uint64_t hash_name(std::string_view name, std::uint64_t seed) noexcept {
  return Hash::hash(name, seed);
}
template <class Hash>
constexpr std::uint64_t hash_name(node_id name, std::uint64_t seed) noexcept {
  return hash_key<Hash>(name.value, seed);
}

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
