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
#include "synod/ring/placement.hpp"
#include "synod/ring/point_table.hpp"
#include "synod/ring/shared_array.hpp"

namespace synod::inline SYNOD_ABI {

/// A node and what it owns.
template <class Name>
struct basic_node_share {
  Name name{};
  double weight = 1.0;
  /// Its virtual nodes.
  std::uint32_t points = 0;
  /// What it owns of the hash space.
  ring_share share;

  friend constexpr bool operator==(basic_node_share const&, basic_node_share const&) = default;
};
using node_share = basic_node_share<std::string_view>;

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
/// that a ring hands out are good while it or a copy of it is there. Nodes have
/// texts for names, or numbers (`basic_hash_ring<xxh3, node_id>`).
///
/// Look-ups neither allocate nor throw and answer for every ring: on one without nodes, which only
/// default construction and moving from make, the owner is the empty name and `no_node`. Building
/// is O(points log points); where the memory is not to be had, the answer is `errc::exhausted`.
template <class Hash = xxh3, class Name = std::string_view>
class basic_hash_ring : public detail::placement_base<basic_hash_ring<Hash, Name>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  basic_hash_ring() = default;

  /// A ring of these nodes. Errors, each with the index of the node in the list: none given
  /// (`empty`), a node without a name or with a weight that is not finite and above zero
  /// (`bad_input`), a name for the second time (`duplicate`), more than `max_ring_nodes`, more than
  /// `max_ring_points` or 4 GiB of names (`too_large`).
  static result<basic_hash_ring> make(std::span<node const> nodes) noexcept {
    basic_hash_ring made;
    auto const wrong = made.nodes_.build(nodes, detail::node_order::by_name);
    if (wrong.code != errc::ok) return wrong;
    if (auto const many = too_many_points(nodes); many.code != errc::ok) return many;
    if (!made.place()) return detail::ring_out_of_memory;
    return made;
  }
  static result<basic_hash_ring> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// This ring and further nodes. Errors as of `make`; a node that is already there is a
  /// `duplicate`. Places are indices in the list given.
  result<basic_hash_ring> with(std::span<node const> added) const noexcept {
    std::size_t const old = this->size();
    auto all = detail::shared_array<node>::allocate(old + added.size());
    if (!all) return detail::ring_out_of_memory;
    for (std::size_t i = 0; i < old; ++i) all[i] = nodes()[i];
    for (std::size_t i = 0; i < added.size(); ++i) all[old + i] = added[i];
    auto made = make({all.data(), old + added.size()});
    if (made) return made;
    error wrong = made.error();
    wrong.place = wrong.place < old ? 0 : wrong.place - old;
    return wrong;
  }
  result<basic_hash_ring> with(node const& added) const noexcept {
    return with(std::span<node const>{&added, 1});
  }

  /// This ring without one node. Errors: no such node (`unknown`); the last one (`empty`).
  result<basic_hash_ring> without(Name name) const noexcept {
    std::uint32_t const gone = index_of(name);
    if (gone == no_node) return detail::ring_unknown_node;
    auto rest = detail::shared_array<node>::allocate(this->size());
    if (!rest) return detail::ring_out_of_memory;
    for (std::size_t i = 0; i < gone; ++i) rest[i] = nodes()[i];
    for (std::size_t i = gone + 1; i < this->size(); ++i) rest[i - 1] = nodes()[i];
    return make({rest.data(), this->size() - 1});
  }

  /// This ring with another weight for one node, whose points come or go at the end of their
  /// sequence: heavier, it only gains keys; lighter, it only loses. Errors: no such node
  /// (`unknown`), and as of `make`.
  result<basic_hash_ring> reweighted(Name name, double weight) const noexcept {
    std::uint32_t const changed = index_of(name);
    if (changed == no_node) return detail::ring_unknown_node;
    auto all = detail::shared_array<node>::allocate(this->size());
    if (!all) return detail::ring_out_of_memory;
    for (std::size_t i = 0; i < this->size(); ++i) all[i] = nodes()[i];
    all[changed].weight = weight;
    auto made = make({all.data(), this->size()});
    if (made) return made;
    return error{made.error().code, made.error().what, 0};
  }

  /// Index of the node that a hash belongs to, or `no_node`. Expected O(1).
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    return this->empty() ? no_node : points_[points_.find(hash)].node;
  }

  /// The owners of the points from a hash on, once round the ring.
  detail::point_cursor candidates_of(std::uint64_t hash) const noexcept {
    return points_.cursor_from(hash);
  }

  /// The nodes in order of their names. Indices are places in here; they belong to this ring alone.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  /// Number of zones; a node that names none is a zone of its own.
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  /// For each node the number of its zone; null where no two nodes share one.
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }

  /// Every node with its exact share of the hash space, in order of names. Counted when the ring
  /// was made: O(1) here. The shares add up to `ring_share::whole()`.
  std::span<basic_node_share<Name> const> balance() const noexcept {
    return {shares_.data(), shares_.size()};
  }

  /// Number of points of all nodes together.
  std::size_t point_count() const noexcept { return points_.size(); }
  /// Point i in the order of the ring; i is below `point_count()`.
  ring_point point(std::size_t i) const noexcept { return points_[i]; }

  /// Equal nodes with equal weights and zones, hence equal placement of everything.
  friend bool operator==(basic_hash_ring const& a, basic_hash_ring const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  static error too_many_points(std::span<node const> nodes) noexcept {
    std::uint64_t points = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      points += points_of_weight(nodes[i].weight);
      if (points > max_ring_points) return {errc::too_large, "ring: more than 2^31 points", i};
    }
    return {};
  }

  bool place() noexcept {
    shares_ = detail::shared_array<basic_node_share<Name>>::allocate(this->size());
    if (!shares_) return false;
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      auto const points = static_cast<std::uint32_t>(points_of_weight(nodes()[i].weight));
      shares_[i] = {nodes()[i].name, nodes()[i].weight, points, {}};
      count += points;
    }
    if (!points_.allocate(count)) return false;
    ring_point* next = points_.unsorted();
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      for (std::uint32_t seed = 0; seed < shares_[i].points; ++seed) {
        *next++ = {detail::hash_name<Hash>(nodes()[i].name, seed), i};
      }
    }
    points_.seal();
    for (std::size_t i = 0; i < count; ++i) shares_[points_[i].node].share += points_.share(i);
    return true;
  }

  detail::node_table<Name> nodes_;
  detail::point_table points_;
  detail::shared_array<basic_node_share<Name>> shares_;
};

/// The ring to use: XXH3, 160 points for a weight of 1, nodes with names.
using hash_ring = basic_hash_ring<>;
/// The same with numbers for names.
using numbered_hash_ring = basic_hash_ring<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
