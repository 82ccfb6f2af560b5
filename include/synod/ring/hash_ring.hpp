// SPDX-License-Identifier: BSL-1.0
// The consistent hash ring (Karger et al., STOC 1997) with virtual nodes and weights.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/detail/line_cursor.hpp"
#include "synod/ring/detail/line_edit.hpp"
#include "synod/ring/detail/line_table.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/point_layout.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"
#include "synod/ring/point.hpp"

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
/// is O(points) for a hash that spreads them; where the memory is not to be had, the answer is
/// `errc::exhausted`.
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
    auto const wrong = made.nodes_.build(
        nodes, SYNOD_MUTANT(Q02, detail::node_order::by_name, detail::node_order::as_given));
    if (wrong.code != errc::ok) return wrong;
    if (auto const many = too_many_points(nodes); many.code != errc::ok) return many;
    auto shares = shares_of(made.nodes());
    if (!shares || !made.lay_out(shares)) return detail::ring_out_of_memory;
    made.shares_ = std::move(shares);
    return made;
  }
  static result<basic_hash_ring> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// This ring and further nodes. Errors as of `make`; a node that is already there is a
  /// `duplicate`. Places are indices in the list given.
  ///
  /// Few new points are put in where they belong, in a copy of the memory; in the ring's own memory
  /// if the ring is an rvalue and no copy of it is there. Otherwise all is merged into a new one.
  /// So this takes less than `make`: a copy's time; or O(nodes + new points). When the answer is an
  /// error, the ring is as it was, also as an rvalue.
  result<basic_hash_ring> with(std::span<node const> added) const& noexcept {
    return next([&](basic_hash_ring& ring) { return ring.add(added); });
  }
  result<basic_hash_ring> with(std::span<node const> added) && noexcept {
    return std::move(*this).next([&](basic_hash_ring& ring) { return ring.add(added); });
  }
  result<basic_hash_ring> with(node const& added) const& noexcept {
    return with(std::span<node const>{&added, 1});
  }
  result<basic_hash_ring> with(node const& added) && noexcept {
    return std::move(*this).with(std::span<node const>{&added, 1});
  }

  /// This ring without one node. Errors: no such node (`unknown`); the last one (`empty`). In place
  /// where `with` is.
  result<basic_hash_ring> without(Name name) const& noexcept {
    return next([&](basic_hash_ring& ring) { return ring.remove(name); });
  }
  result<basic_hash_ring> without(Name name) && noexcept {
    return std::move(*this).next([&](basic_hash_ring& ring) { return ring.remove(name); });
  }

  /// This ring with another weight for one node, whose points come or go at the end of their
  /// sequence: heavier, it only gains keys; lighter, it only loses. Errors: no such node
  /// (`unknown`), and as of `make`. In place where `with` is.
  result<basic_hash_ring> reweighted(Name name, double weight) const& noexcept {
    return next([&](basic_hash_ring& ring) { return ring.reweight(name, weight); });
  }
  result<basic_hash_ring> reweighted(Name name, double weight) && noexcept {
    return std::move(*this).next(
        [&](basic_hash_ring& ring) { return ring.reweight(name, weight); });
  }

  /// Index of the node that a hash belongs to, or `no_node`. Expected O(1), one cache line.
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    return points_.owner(SYNOD_MUTANT(Q01, hash, hash + 1));
  }

  /// The owners of many hashes: the first `hashes.size()` elements of `out`, which has as many at
  /// least. Faster than one by one: memory is read ahead, and where the machine has AVX2, that is
  /// used.
  void owners_of(std::span<std::uint64_t const> hashes,
                 std::span<std::uint32_t> out) const noexcept {
    SYNOD_EXPECTS(out.size() >= hashes.size(), "ring: owners_of: no room for the owners");
    points_.owners(hashes.data(), hashes.size(), out.data());
  }
  /// The same for keys, in anything contiguous.
  template <class Keys>
    requires requires(Keys const& given) {
      requires hashable_key<typename decltype(std::span{given})::value_type>;
    }
  void owners(Keys const& given, std::span<std::uint32_t> out) const noexcept {
    std::span const keys{given};
    SYNOD_EXPECTS(out.size() >= keys.size(), "ring: owners: no room for the owners");
    constexpr std::size_t block = 64;
    std::uint64_t hashes[block];
    for (std::size_t i = 0; i < keys.size(); i += block) {
      std::size_t const here = std::min(block, keys.size() - i);
      for (std::size_t j = 0; j < here; ++j) {
        hashes[j] = this->hash_of(keys[i + j]);
        points_.prefetch(hashes[j]);
      }
      points_.owners(hashes, here, out.data() + i);
    }
  }

  /// The owners of the points from a hash on, once round the ring.
  detail::line_cursor candidates_of(std::uint64_t hash) const noexcept {
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
  /// Point i in the order of the ring; i is below `point_count()`. O(log points); all of them one
  /// after the other are cheaper by `points()`.
  ring_point point(std::size_t i) const noexcept {
    return points_.at(points_.store().position_of(static_cast<std::uint32_t>(i)));
  }
  /// All points in order: a cursor with `done()`, `operator*` and `advance()`, good while the ring
  /// is there and stays where it is.
  detail::point_walk points() const& noexcept { return detail::point_walk{points_}; }
  void points() const&& = delete;

  /// Equal nodes with equal weights and zones, hence equal placement of everything.
  friend bool operator==(basic_hash_ring const& a, basic_hash_ring const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  using share_list = detail::shared_array<basic_node_share<Name>>;
  using point_list = detail::shared_array<ring_point>;
  using index_list = detail::shared_array<std::uint32_t>;

  // Whether these fit beside so many points.
  static error too_many_points(std::span<node const> nodes, std::uint64_t points = 0) noexcept {
    return detail::count_points(nodes, points);
  }

  template <class Change>
  result<basic_hash_ring> next(Change change) const& noexcept {
    basic_hash_ring made = *this;
    if (auto const wrong = change(made); wrong.code != errc::ok) return wrong;
    return made;
  }
  template <class Change>
  result<basic_hash_ring> next(Change change) && noexcept {
    if (auto const wrong = change(*this); wrong.code != errc::ok) return wrong;
    return std::move(*this);
  }

  // What follows changes this ring, or leaves it as it was and answers with an error.

  error add(std::span<node const> added) noexcept {
    if (added.empty() && !this->empty()) return {};
    auto moved_to = index_list::allocate(this->size());
    if (!moved_to) return detail::ring_out_of_memory;
    auto nodes = nodes_;
    auto wrong = nodes.add(added, {moved_to.data(), moved_to.size()});
    if (wrong.code == errc::ok) wrong = too_many_points(added, point_count());
    if (wrong.code != errc::ok) return wrong;

    std::uint64_t count = 0;
    for (node const& one : added) count += points_of_weight(one.weight);
    auto points = point_list::allocate(count);
    if (!points) return detail::ring_out_of_memory;
    ring_point* end = points.data();
    for (node const& one : added) {
      end = write_points(one.name, nodes.index_of(one.name), 0, points_of_weight(one.weight), end);
    }
    return become(std::move(nodes), {{}, in_order(points), {moved_to.data(), moved_to.size()}});
  }

  error remove(Name name) noexcept {
    std::uint32_t const gone = index_of(name);
    if (gone == no_node) return detail::ring_unknown_node;
    if (this->size() == 1) return {errc::empty, "ring: no nodes", 0};
    auto moved_to = same_indices();
    auto points = point_list::allocate(shares_[gone].points);
    auto nodes = nodes_;
    if (!moved_to || !points || !nodes.remove(gone)) return detail::ring_out_of_memory;
    moved_to[gone] = no_node;
    for (std::size_t i = gone + 1; i < this->size(); ++i) --moved_to[i];
    write_points(name, gone, 0, points.size(), points.data());
    return become(std::move(nodes), {in_order(points), {}, {moved_to.data(), moved_to.size()}});
  }

  error reweight(Name name, double weight) noexcept {
    std::uint32_t const index = index_of(name);
    if (index == no_node) return detail::ring_unknown_node;
    node const changed{name, weight, {}};
    std::uint64_t characters = 0;
    auto wrong = detail::check_nodes(std::span{&changed, 1}, characters);
    std::uint64_t const before = shares_[index].points;
    if (wrong.code == errc::ok) wrong = too_many_points({&changed, 1}, point_count() - before);
    if (wrong.code != errc::ok) return wrong;
    std::uint64_t const after = points_of_weight(weight);

    auto moved_to = same_indices();
    auto points = point_list::allocate(std::max(before, after) - std::min(before, after));
    auto nodes = nodes_;
    if (!moved_to || !points || !nodes.reweight(index, weight)) return detail::ring_out_of_memory;
    write_points(name, index, std::min(before, after), std::max(before, after), points.data());
    std::span<std::uint32_t const> const moved{moved_to.data(), moved_to.size()};
    if (after > before) return become(std::move(nodes), {{}, in_order(points), moved});
    return become(std::move(nodes), {in_order(points), {}, moved});
  }

  error become(detail::node_table<Name>&& nodes, detail::line_change change) noexcept {
    change.nodes = nodes.size();
    auto shares = shares_of(nodes.nodes());
    if (!shares) return detail::ring_out_of_memory;
    if (change.added.size() > point_count() / 4) {
      if (!lay_out(shares)) return detail::ring_out_of_memory;
    } else if (is_small_change(points_, change)) {
      detail::slot_numbers numbers;
      if (!numbers.count(points_, change) || !points_.own_memory()) {
        return detail::ring_out_of_memory;
      }
      for (std::size_t i = 0; i < shares_.size(); ++i) {
        if (change.moved_to[i] != no_node) shares[change.moved_to[i]].share = shares_[i].share;
      }
      points_.apply(change, std::move(numbers),
                    [&](std::uint32_t from, std::uint32_t to, ring_share::count hashes) {
                      if (from != no_node) shares[from].share.hashes -= hashes;
                      if (to != no_node) shares[to].share.hashes += hashes;
                    });
    } else {
      detail::line_table merged;
      if (!merge_change(points_, change, merged)) return detail::ring_out_of_memory;
      points_ = std::move(merged);
      add_shares(points_, shares);
    }
    nodes_ = std::move(nodes);
    shares_ = std::move(shares);
    return {};
  }

  // All points of these nodes, and what each owns.
  bool lay_out(share_list& shares) noexcept {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) count += shares[i].points;
    detail::line_table made;
    {
      auto points = detail::shared_array<std::uint64_t>::allocate(count);
      if (!points || !made.begin(count, shares.size())) return false;
      std::uint64_t* next = points.data();
      for (std::size_t i = 0; i < shares.size(); ++i) {
        for (std::uint32_t seed = 0; seed < shares[i].points; ++seed) {
          *next++ = detail::hash_name<Hash>(shares[i].name, seed);
        }
      }
      auto const points_of_node = [&](std::uint32_t i) { return shares[i].points; };
      if (!detail::radix_layout::lay_out(made.store(), points.data(), count, points_of_node)) {
        return false;
      }
    }
    if (!made.lay_lines()) return false;
    points_ = std::move(made);
    add_shares(points_, shares);
    return true;
  }

  static share_list shares_of(std::span<node const> nodes) noexcept {
    auto shares = share_list::allocate(nodes.size());
    for (std::size_t i = 0; shares && i < nodes.size(); ++i) {
      auto const points = static_cast<std::uint32_t>(points_of_weight(nodes[i].weight));
      shares[i] = {nodes[i].name, nodes[i].weight, points, {}};
    }
    return shares;
  }

  index_list same_indices() const noexcept {
    auto indices = index_list::allocate(this->size());
    for (std::uint32_t i = 0; i < indices.size(); ++i) indices[i] = i;
    return indices;
  }
  static ring_point* write_points(Name name, std::uint32_t node, std::uint64_t first,
                                  std::uint64_t last, ring_point* to) noexcept {
    for (; first < last; ++first) *to++ = {detail::hash_name<Hash>(name, first), node};
    return to;
  }
  static std::span<ring_point const> in_order(point_list& points) noexcept {
    std::sort(points.data(), points.data() + points.size());
    return {points.data(), points.size()};
  }

  detail::node_table<Name> nodes_;
  detail::line_table points_;
  share_list shares_;
};

/// The ring to use: XXH3, 160 points for a weight of 1, nodes with names.
using hash_ring = basic_hash_ring<>;
/// The same with numbers for names.
using numbered_hash_ring = basic_hash_ring<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
