// SPDX-License-Identifier: BSL-1.0
// The consistent hash ring (Karger et al., STOC 1997) with virtual nodes and weights.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/node_table.hpp"
#include "synod/ring/point_table.hpp"
#include "synod/ring/replicas.hpp"

namespace synod::inline SYNOD_ABI {

/// Places keys on weighted, named nodes, so that a change of one node moves only keys to or from
/// it.
///
/// The placement is fixed for all time, and part of the interface:
/// - Virtual node i of a node is at `Hash::hash(name, i)`; a node has max(1, round(160 x weight))
/// of
///   them, whatever the other nodes are. A key is at its hash with seed 0 (`hash_of`).
/// - A hash belongs to the first point at or after it; beyond the last point, to the first one.
/// - Where points of several nodes fall together, the node whose name is smaller (bytewise) owns.
/// So the nodes as a set determine everything; the order they are given in never shows.
///
/// A regular value that never changes: `with`, `without` and `reweighted` give the next one. Copies
/// share their memory (copying is a few atomic increments) and may be used from any threads. Names
/// that a ring hands out are good while it or a copy of it is there.
///
/// Look-ups neither allocate nor throw and answer for every ring: on one without nodes, which only
/// default construction and moving from make, the owner is the empty name and `no_node`. Building
/// is O(points log points); where the memory is not to be had, the answer is `errc::exhausted`.
template <class Hash = xxh3>
class basic_hash_ring {
  static_assert(detail::is_hash_policy<Hash>,
                "ring: hash policy lacks: "
                "static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept "
                "(or it is not an empty type)");

 public:
  using hasher = Hash;

  basic_hash_ring() = default;

  /// A ring of these nodes. Errors, each with the index of the node in the list: none given
  /// (`empty`), a node without a name or with a weight that is not finite and above zero
  /// (`bad_input`), a name for the second time (`duplicate`), more than `max_ring_nodes`, more than
  /// `max_ring_points` or 4 GiB of names (`too_large`).
  static result<basic_hash_ring> make(std::span<ring_node const> nodes) noexcept {
    basic_hash_ring made;
    if (auto const wrong = made.nodes_.build(nodes); wrong.code != errc::ok) return wrong;
    if (!made.place()) return out_of_memory();
    return made;
  }
  static result<basic_hash_ring> make(std::initializer_list<ring_node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// This ring and further nodes. Errors as of `make`; a node that is already there is a
  /// `duplicate`. Places are indices in the list given.
  result<basic_hash_ring> with(std::span<ring_node const> added) const noexcept {
    std::size_t const old = size();
    auto all = detail::shared_array<ring_node>::allocate(old + added.size());
    if (!all) return out_of_memory();
    for (std::size_t i = 0; i < old; ++i) all[i] = nodes()[i];
    for (std::size_t i = 0; i < added.size(); ++i) all[old + i] = added[i];
    auto made = make({all.data(), old + added.size()});
    if (made) return made;
    error wrong = made.error();
    wrong.place = wrong.place < old ? 0 : wrong.place - old;
    return wrong;
  }
  result<basic_hash_ring> with(ring_node added) const noexcept {
    return with(std::span<ring_node const>{&added, 1});
  }

  /// This ring without one node. Errors: no such node (`unknown`); the last one (`empty`).
  result<basic_hash_ring> without(std::string_view name) const noexcept {
    std::uint32_t const gone = index_of(name);
    if (gone == no_node) return unknown_node();
    auto rest = detail::shared_array<ring_node>::allocate(size());
    if (!rest) return out_of_memory();
    for (std::size_t i = 0; i < gone; ++i) rest[i] = nodes()[i];
    for (std::size_t i = gone + 1; i < size(); ++i) rest[i - 1] = nodes()[i];
    return make({rest.data(), size() - 1});
  }

  /// This ring with another weight for one node, whose points come or go at the end of their
  /// sequence: heavier, it only gains keys; lighter, it only loses. Errors: no such node
  /// (`unknown`), and as of `make`.
  result<basic_hash_ring> reweighted(std::string_view name, double weight) const noexcept {
    std::uint32_t const changed = index_of(name);
    if (changed == no_node) return unknown_node();
    auto all = detail::shared_array<ring_node>::allocate(size());
    if (!all) return out_of_memory();
    for (std::size_t i = 0; i < size(); ++i) all[i] = nodes()[i];
    all[changed].weight = weight;
    auto made = make({all.data(), size()});
    if (made) return made;
    return error{made.error().code, made.error().what, 0};
  }

  /// Where a key is on the ring. Text is hashed as its characters, bytes as they are, integers as
  /// eight little-endian bytes (hash/policy.hpp).
  static std::uint64_t hash_of(hashable_key auto const& key) noexcept {
    return hash_key<Hash>(key, 0);
  }

  /// The name of the node that a key, or a hash, belongs to. Expected O(1) after hashing.
  std::string_view owner(hashable_key auto const& key) const noexcept {
    return owner_of(hash_of(key));
  }
  std::string_view owner_of(std::uint64_t hash) const noexcept {
    return empty() ? std::string_view{} : nodes_.nodes()[points_[points_.find(hash)].node].name;
  }
  /// Its index in `nodes()`, for tables of the caller's own beside them.
  std::uint32_t owner_index(hashable_key auto const& key) const noexcept {
    return owner_index_of(hash_of(key));
  }
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    return empty() ? no_node : points_[points_.find(hash)].node;
  }

  /// The first `count` distinct nodes from a key on, lazily: the owner and the next ones in ring
  /// order. Where there are fewer nodes, all of them and a shortfall. Not for a ring about to
  /// vanish.
  replica_walk replicas(hashable_key auto const& key, std::size_t count) const& noexcept {
    return replicas_of(hash_of(key), count);
  }
  replica_walk replicas_of(std::uint64_t hash, std::size_t count) const& noexcept {
    return {points_, nodes().data(), hash, available(count)};
  }
  void replicas(hashable_key auto const& key, std::size_t count) const&& = delete;
  void replicas_of(std::uint64_t hash, std::size_t count) const&& = delete;

  /// The same into a span, as names or as indices in `nodes()`: fills its first `found` elements
  /// and leaves the rest alone. O(points passed x out.size()).
  replica_count replicas(hashable_key auto const& key,
                         std::span<std::string_view> out) const noexcept {
    return replicas_of(hash_of(key), out);
  }
  replica_count replicas(hashable_key auto const& key,
                         std::span<std::uint32_t> out) const noexcept {
    return replicas_of(hash_of(key), out);
  }
  replica_count replicas_of(std::uint64_t hash, std::span<std::string_view> out) const noexcept {
    return fill(hash, out, [this](std::uint32_t node) { return nodes()[node].name; });
  }
  replica_count replicas_of(std::uint64_t hash, std::span<std::uint32_t> out) const noexcept {
    return fill(hash, out, [](std::uint32_t node) { return node; });
  }

  /// Number of nodes.
  std::size_t size() const noexcept { return nodes_.nodes().size(); }
  bool empty() const noexcept { return size() == 0; }
  /// The nodes in order of their names. Indices are places in here; they belong to this ring alone.
  std::span<ring_node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(std::string_view name) const noexcept { return nodes_.index_of(name); }

  /// Every node with its exact share of the hash space, in order of names. Counted when the ring
  /// was made: O(1) here. The shares add up to `ring_share::whole()`.
  std::span<node_share const> balance() const noexcept { return nodes_.shares(); }

  /// Number of points of all nodes together.
  std::size_t point_count() const noexcept { return points_.size(); }
  /// Point i in the order of the ring; i is below `point_count()`.
  ring_point point(std::size_t i) const noexcept { return points_[i]; }

  /// Equal nodes with equal weights, hence equal placement of everything.
  friend bool operator==(basic_hash_ring const& a, basic_hash_ring const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  bool place() noexcept {
    std::size_t count = 0;
    for (node_share const& node : balance()) count += node.points;
    if (!points_.allocate(count)) return false;
    ring_point* next = points_.unsorted();
    for (std::uint32_t node = 0; node < size(); ++node) {
      for (std::uint32_t i = 0; i < balance()[node].points; ++i) {
        *next++ = {Hash::hash(nodes()[node].name, i), node};
      }
    }
    points_.seal();
    for (std::size_t i = 0; i < count; ++i) nodes_.add_share(points_[i].node, points_.share(i));
    return true;
  }

  replica_count available(std::size_t asked) const noexcept {
    std::size_t const found = std::min(asked, size());
    return {found, asked - found};
  }

  template <class Element, class ElementOf>
  replica_count fill(std::uint64_t hash, std::span<Element> out,
                     ElementOf element_of) const noexcept {
    replica_count const count = available(out.size());
    std::size_t at = count.found == 0 ? 0 : points_.find(hash);
    for (std::size_t filled = 0; filled < count.found; ++at) {
      if (at >= points_.size()) at = 0;
      Element const next = element_of(points_[at].node);
      auto const end = out.begin() + static_cast<std::ptrdiff_t>(filled);
      if (std::find(out.begin(), end, next) == end) out[filled++] = next;
    }
    return count;
  }

  static error out_of_memory() noexcept { return {errc::exhausted, "ring: out of memory", 0}; }
  static error unknown_node() noexcept { return {errc::unknown, "ring: no node of that name", 0}; }

  detail::node_table nodes_;
  detail::point_table points_;
};

/// The ring to use: XXH3, 160 points for a weight of 1.
using hash_ring = basic_hash_ring<>;

}  // namespace synod::inline SYNOD_ABI
