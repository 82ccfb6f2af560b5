// SPDX-License-Identifier: BSL-1.0
// The hash ring on arrays: without a heap, and made by the compiler where its nodes are known to
// it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/detail/line.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/point_store.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

/// The owners of an array of points from one on, once round the ring.
class owner_cursor {
 public:
  constexpr owner_cursor() = default;
  constexpr owner_cursor(std::uint32_t const* owners, std::uint32_t size, std::uint32_t at) noexcept
      : owners_(owners), size_(size), at_(at), left_(size) {}

  constexpr bool done() const noexcept { return left_ == 0; }
  constexpr std::uint32_t node() const noexcept { return owners_[at_]; }
  constexpr void advance() noexcept {
    at_ = at_ + 1 == size_ ? 0 : at_ + 1;
    --left_;
  }

 private:
  std::uint32_t const* owners_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t at_ = 0;
  std::uint32_t left_ = 0;  // points not yet passed
};

}  // namespace detail

/// The ring of `basic_hash_ring` with room for `Nodes` nodes and `Points` points in place: the same
/// nodes have the same points, and every key the same owner. Nothing is allocated, ever; made in a
/// constant expression, it is in the program's read-only data.
///
///     constexpr auto ring = synod::static_ring<4>::make({{"a"}, {"b", 2.0}, {"c"}}).value();
///     static_assert(ring.owner("user:42") == "c");
///
/// Names and zones are not copied: they must outlive the ring, as literals do. Copying copies all
/// of it; `with` and `without` give the next ring, where that has room: `errc::too_large` where it
/// has not. Look-ups are those of the hash ring, by one cache line. Memory: 20 to 29 bytes for each
/// of `Points`, 108 for each of `Nodes`; making one needs as much again on the stack, and 8 bytes a
/// point.
///
/// What a constant expression may cost is limited: 16 nodes x 160 points need no flags on any
/// compiler, for names of up to 128 characters. Beyond some 4000 points clang wants
/// `-fconstexpr-steps=` 400 x points ("constexpr evaluation hit maximum step limit"), beyond some
/// 12 000 g++ wants `-fconstexpr-ops-limit=` 4000 x points.
template <std::size_t Nodes, std::size_t Points, class Hash = xxh3, class Name = std::string_view>
class basic_static_ring
    : public detail::placement_base<basic_static_ring<Nodes, Points, Hash, Name>, Hash, Name> {
  static_assert(Nodes >= 1 && Nodes <= detail::narrow_line::nodes, "static_ring: 1 to 2^16 nodes");
  static_assert(Points >= Nodes && Points < (std::size_t{1} << 28),
                "static_ring: at least a point a node, and below 2^28 points");

 public:
  using node = basic_ring_node<Name>;

  constexpr basic_static_ring() = default;

  /// A ring of these nodes. Errors as of `basic_hash_ring::make`; `too_large` with the index of the
  /// first node that there is no room for.
  static constexpr result<basic_static_ring> make(std::span<node const> nodes) noexcept {
    if (nodes.size() > Nodes) return error{errc::too_large, "ring: nodes beyond capacity", Nodes};
    std::uint64_t characters = 0;
    auto const wrong = detail::check_nodes(nodes, characters);
    if (wrong.code != errc::ok) return wrong;
    std::uint64_t points = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      points += points_of_weight(nodes[i].weight);
      if (points > Points) return error{errc::too_large, "ring: points beyond capacity", i};
    }
    std::array<std::uint32_t, Nodes> order{};
    detail::order_by_name(nodes, order.data());
    auto const twice = detail::find_duplicate(nodes, order.data());
    if (twice.code != errc::ok) return twice;

    basic_static_ring made;
    made.size_ = static_cast<std::uint32_t>(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) made.nodes_[i] = nodes[order[i]];
    made.number_zones();
    made.place();
    return made;
  }
  static constexpr result<basic_static_ring> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// This ring and further nodes. Errors as of `make`; a node that is already there is a
  /// `duplicate`. Places are indices in the list given.
  constexpr result<basic_static_ring> with(std::span<node const> added) const noexcept {
    if (added.size() > Nodes - size_) {
      return error{errc::too_large, "ring: nodes beyond capacity", Nodes - size_};
    }
    std::array<node, Nodes> all = nodes_;
    std::copy(added.begin(), added.end(), all.begin() + static_cast<std::ptrdiff_t>(size_));
    auto made = make({all.data(), size_ + added.size()});
    if (made) return made;
    error wrong = made.error();
    wrong.place = wrong.place < size_ ? 0 : wrong.place - size_;
    return wrong;
  }
  constexpr result<basic_static_ring> with(node const& added) const noexcept {
    return with(std::span<node const>{&added, 1});
  }

  /// This ring without one node. Errors: no such node (`unknown`); the last one (`empty`).
  constexpr result<basic_static_ring> without(Name name) const noexcept {
    std::uint32_t const gone = index_of(name);
    if (gone == no_node) return detail::ring_unknown_node;
    std::array<node, Nodes> rest = nodes_;
    std::copy(nodes().begin() + gone + 1, nodes().end(), rest.begin() + gone);
    return make({rest.data(), size_ - std::size_t{1}});
  }

  /// This ring with another weight for one node. Errors: no such node (`unknown`), and as of
  /// `make`.
  constexpr result<basic_static_ring> reweighted(Name name, double weight) const noexcept {
    std::uint32_t const changed = index_of(name);
    if (changed == no_node) return detail::ring_unknown_node;
    std::array<node, Nodes> all = nodes_;
    all[changed].weight = weight;
    auto made = make({all.data(), size_});
    if (made) return made;
    return error{made.error().code, made.error().what, 0};
  }

  /// Index of the node that a hash belongs to, or `no_node`. Expected O(1), at worst O(log points).
  constexpr std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    if (size_ == 0) return no_node;
    auto const [bucket, suffix] = detail::place_of(hash, bits);
    std::uint32_t const owner = detail::owner_in(lines_[bucket], suffix);
    return owner != detail::not_in_line ? owner : owners_[find(hash)];
  }

  /// The owners of the points from a hash on, once round the ring.
  constexpr detail::owner_cursor candidates_of(std::uint64_t hash) const noexcept {
    if (size_ == 0) return {};
    return {owners_.data(), count_, find(hash)};
  }

  /// The nodes in order of their names. Indices are places in here; they belong to this ring alone.
  constexpr std::span<node const> nodes() const noexcept { return {nodes_.data(), size_}; }
  /// Index of a node, or `no_node`. O(log nodes).
  constexpr std::uint32_t index_of(Name name) const noexcept {
    auto const all = nodes();
    auto const before = [](node const& one, Name sought) { return one.name < sought; };
    auto const at = std::lower_bound(all.begin(), all.end(), name, before);
    if (at == all.end() || at->name != name) return no_node;
    return static_cast<std::uint32_t>(at - all.begin());
  }
  /// Number of zones; a node that names none is a zone of its own.
  constexpr std::size_t zone_count() const noexcept { return zones_; }
  /// For each node the number of its zone; null where no two nodes share one.
  constexpr std::uint32_t const* zone_numbers() const noexcept {
    return zones_ == size_ ? nullptr : zone_of_.data();
  }

  /// Every node with its exact share of the hash space, in order of names. O(1).
  constexpr std::span<basic_node_share<Name> const> balance() const noexcept {
    return {shares_.data(), size_};
  }

  /// Number of points of all nodes together.
  constexpr std::size_t point_count() const noexcept { return count_; }
  /// Point i in the order of the ring; i is below `point_count()`.
  constexpr ring_point point(std::size_t i) const noexcept { return {points_[i], owners_[i]}; }

  /// How many nodes, and points, there is room for.
  static constexpr std::size_t max_size() noexcept { return Nodes; }
  static constexpr std::size_t max_points() noexcept { return Points; }

  /// Equal nodes with equal weights and zones, hence equal placement of everything.
  friend constexpr bool operator==(basic_static_ring const& a,
                                   basic_static_ring const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  // The hash's top bits name a bucket; a bucket has its points in order, and a line for short.
  static constexpr unsigned bits = detail::bucket_bits_of(Points);
  static constexpr std::size_t buckets = std::size_t{1} << bits;

  static constexpr std::size_t bucket_of(std::uint64_t hash) noexcept {
    return static_cast<std::size_t>(hash >> (64 - bits));
  }

  constexpr void number_zones() noexcept {
    zones_ = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      std::uint32_t same = nodes_[i].zone.empty() ? i : 0;
      while (nodes_[same].zone != nodes_[i].zone) ++same;
      zone_of_[i] = same < i ? zone_of_[same] : zones_++;
    }
  }

  constexpr void place() noexcept {
    std::array<std::uint64_t, Points> hashes{};
    for (std::uint32_t i = 0; i < size_; ++i) {
      Name const name = nodes_[i].name;
      auto const points = static_cast<std::uint32_t>(points_of_weight(nodes_[i].weight));
      shares_[i] = {name, nodes_[i].weight, points, {}};
      for (std::uint32_t seed = 0; seed < points; ++seed) {
        std::uint64_t const hash = detail::hash_name<Hash>(name, seed);
        hashes[count_++] = hash;
        ++starts_[bucket_of(hash) + 1];
      }
    }
    for (std::size_t b = 0; b < buckets; ++b) starts_[b + 1] += starts_[b];
    deal(hashes);
    for (std::size_t b = 0; b < buckets; ++b) order(starts_[b], starts_[b + 1]);
    for (std::size_t b = 0; b < buckets; ++b) {
      std::uint32_t const first = starts_[b];
      std::uint32_t const end = starts_[b + 1];
      detail::fill_line(lines_[b], points_.data() + first, owners_.data() + first, end - first,
                        bits, owners_[end == count_ ? 0 : end]);
    }
    share_out();
  }

  // Points to their buckets, node by node.
  constexpr void deal(std::array<std::uint64_t, Points> const& hashes) noexcept {
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      for (std::uint32_t end = next + shares_[i].points; next < end; ++next) {
        std::uint32_t const at = starts_[bucket_of(hashes[next])]++;
        points_[at] = hashes[next];
        owners_[at] = i;
      }
    }
    // Each bucket's start has become its end, the next one's start.
    for (std::size_t b = buckets; b > 0; --b) starts_[b] = starts_[b - 1];
    starts_[0] = 0;
  }

  // A bucket's points, which come in order of their nodes and are few.
  constexpr void order(std::uint32_t from, std::uint32_t to) noexcept {
    if (to - from > 64) return order_many(from, to);
    for (std::uint32_t i = from + 1; i < to; ++i) {
      std::uint64_t const point = points_[i];
      std::uint32_t const owner = owners_[i];
      std::uint32_t at = i;
      for (; at > from && point < points_[at - 1]; --at) {
        points_[at] = points_[at - 1];
        owners_[at] = owners_[at - 1];
      }
      points_[at] = point;
      owners_[at] = owner;
    }
  }
  // As many as only hashes that collide bring together.
  constexpr void order_many(std::uint32_t from, std::uint32_t to) noexcept {
    std::array<ring_point, Points> all{};
    for (std::uint32_t i = from; i < to; ++i) all[i] = point(i);
    std::sort(all.begin() + from, all.begin() + to);
    for (std::uint32_t i = from; i < to; ++i) {
      points_[i] = all[i].point;
      owners_[i] = all[i].node;
    }
  }

  constexpr void share_out() noexcept {
    shares_[owners_[0]].share.hashes +=
        ring_share::whole().hashes - (points_[count_ - 1] - points_[0]);
    for (std::uint32_t i = 1; i < count_; ++i) {
      shares_[owners_[i]].share.hashes += points_[i] - points_[i - 1];
    }
  }

  // Index of the first point at or after the hash, by the whole points; past the last, the first.
  constexpr std::uint32_t find(std::uint64_t hash) const noexcept {
    std::size_t const bucket = bucket_of(hash);
    auto const found = std::lower_bound(points_.data() + starts_[bucket],
                                        points_.data() + starts_[bucket + 1], hash);
    auto const at = static_cast<std::uint32_t>(found - points_.data());
    return at == count_ ? 0 : at;
  }

  std::array<detail::narrow_line, buckets> lines_{};
  std::array<std::uint64_t, Points> points_{};
  std::array<std::uint32_t, Points> owners_{};
  std::array<std::uint32_t, buckets + 1> starts_{};
  std::array<node, Nodes> nodes_{};
  std::array<basic_node_share<Name>, Nodes> shares_{};
  std::array<std::uint32_t, Nodes> zone_of_{};
  std::uint32_t size_ = 0;
  std::uint32_t zones_ = 0;
  std::uint32_t count_ = 0;
};

/// The static ring to use: XXH3, nodes with names, by default room for 160 points a node.
template <std::size_t Nodes, std::size_t Points = Nodes * points_per_weight>
using static_ring = basic_static_ring<Nodes, Points>;

}  // namespace synod::inline SYNOD_ABI
