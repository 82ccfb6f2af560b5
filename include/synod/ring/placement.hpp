// SPDX-License-Identifier: BSL-1.0
// What every placement of keys on nodes offers, whatever its algorithm.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/replicas.hpp"

namespace synod::inline SYNOD_ABI {

/// A value that gives every 64-bit hash an owner among its nodes, names a replica set for it, and
/// makes the placement that follows when a node comes or goes.
///
/// Semantics, which a concept cannot check. Equal placements place alike. A placement never
/// changes; `with` and `without` give the next one, and but for the nodes that came or went
/// everything stays where it was, exactly or nearly, as the algorithm says. Look-ups neither throw
/// nor allocate; where there are no nodes the owner is `no_node`. Indices are places in `nodes()`
/// and belong to that one placement.
template <class P>
concept placement = std::regular<P> && hash_policy<typename P::hasher> &&
                    requires(P const& p, std::uint64_t hash, typename P::node const& node,
                             spread how, std::span<std::uint32_t> out) {
                      { p.size() } noexcept -> std::same_as<std::size_t>;
                      { p.nodes() } noexcept -> std::same_as<std::span<typename P::node const>>;
                      { p.index_of(node.name) } noexcept -> std::same_as<std::uint32_t>;
                      { p.owner_index_of(hash) } noexcept -> std::same_as<std::uint32_t>;
                      { p.candidates_of(hash) } noexcept -> candidate_cursor;
                      { p.replicas_of(hash, out, how) } noexcept -> std::same_as<replica_count>;
                      { p.with(node) } noexcept -> std::same_as<result<P>>;
                      { p.without(node.name) } noexcept -> std::same_as<result<P>>;
                    };

/// A placement whose nodes may have weights, and get others.
template <class P>
concept weighted_placement =
    placement<P> && requires(P const& p, typename P::node const& node, double weight) {
      { p.reweighted(node.name, weight) } noexcept -> std::same_as<result<P>>;
    };

/// The type of a placement's replica walks.
template <class P>
using replica_walk_of = decltype(std::declval<P const&>().replicas_of(0, 0));

namespace detail {

/// What a placement offers besides its algorithm: keys hashed, names instead of indices, replica
/// sets. `Placement` derives from it and has `nodes()`, `owner_index_of(hash)`,
/// `candidates_of(hash)`, and `zone_numbers()` (of its nodes; null: no two share a zone) and
/// `zone_count()`.
template <class Placement, class Hash, class Name>
class placement_base {
  static_assert(detail::is_hash_policy<Hash>,
                "ring: hash policy lacks: "
                "static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept "
                "(or it is not an empty type)");

 public:
  using hasher = Hash;
  using node = basic_ring_node<Name>;

  /// Where a key is in the hash space. Text is hashed as its characters, bytes as they are,
  /// integers as eight little-endian bytes (hash/policy.hpp).
  static constexpr std::uint64_t hash_of(hashable_key auto const& key) noexcept {
    return hash_key<Hash>(key, 0);
  }

  /// The name of the node that a key, or a hash, belongs to; where there are no nodes, `Name{}`.
  constexpr Name owner(hashable_key auto const& key) const noexcept {
    return owner_of(hash_of(key));
  }
  constexpr Name owner_of(std::uint64_t hash) const noexcept {
    std::uint32_t const index = self().owner_index_of(hash);
    return index == no_node ? Name{} : self().nodes()[index].name;
  }
  /// Its index in `nodes()`, for tables of the caller's own beside them.
  constexpr std::uint32_t owner_index(hashable_key auto const& key) const noexcept {
    return self().owner_index_of(hash_of(key));
  }

  /// The replica set of a key, lazily: `count` nodes, the owner first. Where there are too few
  /// nodes (or zones), all there can be and a shortfall. Not for a placement about to vanish.
  constexpr auto replicas(hashable_key auto const& key, std::size_t count,
                          spread how = spread::nodes) const& noexcept {
    return replicas_of(hash_of(key), count, how);
  }
  constexpr auto replicas_of(std::uint64_t hash, std::size_t count,
                             spread how = spread::nodes) const& noexcept {
    auto const from = self().candidates_of(hash);
    return replica_walk<std::remove_const_t<decltype(from)>, Name>{
        picker(from, how), self().nodes().data(), available(count, how)};
  }
  void replicas(hashable_key auto const& key, std::size_t count,
                spread how = spread::nodes) const&& = delete;
  void replicas_of(std::uint64_t hash, std::size_t count,
                   spread how = spread::nodes) const&& = delete;

  /// The same into a span, as names or as indices in `nodes()`: fills its first `found` elements
  /// and leaves the rest alone.
  constexpr replica_count replicas(hashable_key auto const& key, std::span<Name> out,
                                   spread how = spread::nodes) const noexcept {
    return replicas_of(hash_of(key), out, how);
  }
  constexpr replica_count replicas(hashable_key auto const& key, std::span<std::uint32_t> out,
                                   spread how = spread::nodes) const noexcept {
    return replicas_of(hash_of(key), out, how);
  }
  constexpr replica_count replicas_of(std::uint64_t hash, std::span<Name> out,
                                      spread how = spread::nodes) const noexcept {
    auto const walk = replicas_of(hash, out.size(), how);
    std::size_t filled = 0;
    for (Name const name : walk) out[filled++] = name;
    return {walk.size(), walk.shortfall()};
  }
  constexpr replica_count replicas_of(std::uint64_t hash, std::span<std::uint32_t> out,
                                      spread how = spread::nodes) const noexcept {
    replica_count const count = available(out.size(), how);
    fill_replicas(picker(self().candidates_of(hash), how), count, out);
    return count;
  }

  /// Number of nodes.
  constexpr std::size_t size() const noexcept { return self().nodes().size(); }
  constexpr bool empty() const noexcept { return size() == 0; }

 private:
  constexpr Placement const& self() const noexcept { return static_cast<Placement const&>(*this); }

  template <class Cursor>
  constexpr replica_picker<Cursor> picker(Cursor from, spread how) const noexcept {
    return {from, self().zone_numbers(), how};
  }
  constexpr replica_count available(std::size_t asked, spread how) const noexcept {
    std::size_t const there = how == spread::zones ? self().zone_count() : size();
    std::size_t const found = std::min(asked, there);
    return {found, asked - found};
  }
};

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
