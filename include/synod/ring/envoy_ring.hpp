// SPDX-License-Identifier: BSL-1.0
// The ring hash balancer of Envoy, point for point.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/xxh64.hpp"
#include "synod/ring/layout_ring.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/normal_weights.hpp"

namespace synod::inline SYNOD_ABI {

/// How large an `envoy_ring` is.
struct envoy_ring_options {
  /// Envoy's limit of both.
  static constexpr std::uint64_t max_size = 8 * 1024 * 1024;

  /// Envoy's `minimum_ring_size` and `maximum_ring_size`: 1 <= min <= max <= `max_size`.
  std::uint64_t min_ring_size = 1024;
  std::uint64_t max_ring_size = max_size;
  /// The weights are parts of 1 already, as of `envoy_locality_weight`.
  bool normalised = false;

  friend constexpr bool operator==(envoy_ring_options const&, envoy_ring_options const&) = default;
};

namespace detail {

template <class Hash>
struct envoy_layout {
  using hasher = Hash;
  using options = envoy_ring_options;
  static constexpr bool last_wins = false;

  // In double and in Envoy's order, each operation rounded on its own.
  static error count(std::span<ring_node const> nodes, options const& wanted,
                     std::uint32_t* counts) noexcept {
    if (wanted.min_ring_size < 1 || wanted.min_ring_size > wanted.max_ring_size ||
        wanted.max_ring_size > options::max_size) {
      return {errc::bad_option, "envoy: not 1 <= min_ring_size <= max_ring_size <= 2^23", 0};
    }
    normal_weights weights;
    auto const wrong = weights.take(nodes, wanted.normalised);
    if (wrong.code != errc::ok) return wrong;
    double const fewest =
        __builtin_ceil(rounded(weights.min() * static_cast<double>(wanted.min_ring_size)));
    double const scale =
        std::min(rounded(fewest / weights.min()), static_cast<double>(wanted.max_ring_size));
    double current = 0;
    double target = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      target = rounded(target + rounded(scale * weights[i]));
      if (!(target <= static_cast<double>(2 * options::max_size))) {
        return {errc::bad_input, "envoy: normalised weights that add up to more than 1", i};
      }
      for (counts[i] = 0; current < target; ++current) ++counts[i];
    }
    return {};
  }

  static bool place(std::string_view name, std::uint32_t count, std::uint64_t* points) noexcept {
    numbered_text text;
    if (!text.begin(name, '_')) return false;
    for (std::uint32_t i = 0; i < count; ++i) points[i] = Hash::hash(text.with(i), 0);
    return true;
  }
};

}  // namespace detail

/// A ring as Envoy lays it out for these hosts in this order: every hash has the owner it has
/// there.
///
/// A node's name is what Envoy hashes for the host: its address, "10.0.1.1:80", or its host name or
/// `hash_key` where those are configured. A weight is its `load_balancing_weight`; with weighted
/// localities see `envoy_locality_weight`. `owner_of` takes the hash of a request, which Envoy
/// makes of headers, cookies or addresses by XXH64 with seed 0, as `owner` does of a key.
///
/// A node's points are XXH64 of "name_i"; how many, follows from running sums over all nodes. So
/// they depend on the other nodes and on their order, and become fewer as nodes join: keys then
/// move between nodes that stay (docs/ring-layouts.md has figures). Of points that fall together,
/// that of the node listed first owns; Envoy leaves that open.
///
/// Errors beyond those of `hash_ring`: sizes out of their range (`bad_option`); weights whose sum
/// is not finite (`too_large`), or that differ by more than a double holds (`bad_input`).
template <class Hash = xxh64>
using basic_envoy_ring = basic_layout_ring<detail::envoy_layout<Hash>>;
using envoy_ring = basic_envoy_ring<>;

/// Where Envoy turns for a hash when its host predicate has refused so many hosts: the owner of the
/// point so many places further round the ring. Not always another node. O(log^2 points).
template <class Hash>
std::string_view envoy_retry_owner(basic_envoy_ring<Hash> const& ring, std::uint64_t hash,
                                   std::uint32_t attempt) noexcept {
  if (ring.empty()) return {};
  std::size_t first = 0;
  for (std::size_t count = ring.point_count(); count > 0;) {
    std::size_t const half = count / 2;
    bool const before = ring.point(first + half).point < hash;
    if (before) first += half + 1;
    count = before ? count - half - 1 : half;
  }
  return ring.nodes()[ring.point((first + attempt) % ring.point_count()).node].name;
}

}  // namespace synod::inline SYNOD_ABI
