// SPDX-License-Identifier: BSL-1.0
// A ring of which every key sees other points, so that shares even out: the balance of many points
// a node, or of many probes a key, for one look-up and a walk along neighbours.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/detail/flat_points.hpp"
#include "synod/ring/detail/node_changes.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/remade_placement.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/detail/thinning.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI {

/// A share of all keys that may be expected: what is counted comes to it as keys become many.
struct expected_share {
  double of_all = 0;  // 0 to 1

  constexpr double fraction() const noexcept { return of_all; }

  friend constexpr bool operator==(expected_share, expected_share) = default;
};

/// A node of a thinned ring and what it may expect of all keys.
template <class Name>
struct basic_expected_share {
  Name name{};
  double weight = 1.0;
  std::uint32_t points = 0;
  expected_share share;

  friend constexpr bool operator==(basic_expected_share const&,
                                   basic_expected_share const&) = default;
};

/// A ring with the points of `hash_ring` and other owners: a key sees one point in `OneIn`, others
/// than the next key, and belongs to the first that it sees at or after its hash; where it sees
/// none in a whole turn, to the first one there is. So what a point owns is no longer one arc but a
/// part of the `OneIn` arcs before it on average, and evens out: the standard deviation of a node's
/// share is 1 / sqrt(points of the node x (2 OneIn - 1)) of it, as if it had 2 OneIn - 1 times the
/// points, and as that of multi-probe hashing with `OneIn` probes (arXiv 1505.00062). With 160
/// points a node and one in 128 that is 0.5 %: of 1000 equal nodes the greatest share is 1.6 %
/// above the average.
///
/// A node's points depend on that node alone, and whether a key sees a point on these two. So a
/// node that comes or goes moves only keys to it or from it, and the order in which nodes came
/// never shows. The price is the look-up: it passes `OneIn` points on average, in a row. The
/// placement owns no intervals, hence has no plan (`movement` counts instead), and its balance is
/// an expectation.
///
/// Otherwise as `basic_hash_ring`, but that `with`, `without` and `reweighted` make the next ring
/// anew, in O(points log points): an immutable value, cheap to copy, safe to share.
template <class Hash = xxh3, class Name = std::string_view, unsigned OneIn = 128>
class basic_thinned_ring
    : public detail::remade_placement<basic_thinned_ring<Hash, Name, OneIn>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  basic_thinned_ring() = default;

  /// A ring of these nodes. Errors as of `basic_hash_ring::make`. O(points log points).
  static result<basic_thinned_ring> make(std::span<node const> nodes) noexcept {
    basic_thinned_ring made;
    if (auto const wrong = made.build(nodes); wrong.code != errc::ok) return wrong;
    return made;
  }
  static result<basic_thinned_ring> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// Index of the node that a hash belongs to, or `no_node`. Passes `OneIn` points on average, at
  /// worst all.
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    if (this->empty()) return no_node;
    std::uint32_t const first = points_.find(hash);
    detail::sight<OneIn> const eye{hash};
    std::uint32_t seen = marks_.first_seen(eye, first, points_.size());
    if (seen == points_.size()) {
      seen = SYNOD_MUTANT(thinned_without_wrap, marks_.first_seen(eye, 0, first), first);
    }
    return points_.owners()[seen];  // `first` where none is seen in a whole turn
  }

  /// The owners of the points from a hash on: of those that the key sees, then of the others.
  detail::thinned_cursor<OneIn> candidates_of(std::uint64_t hash) const noexcept {
    return {points_, marks_, hash};
  }

  /// The nodes in order of their names.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }

  /// Every node with the share that it may expect, in order of names. O(1).
  std::span<basic_expected_share<Name> const> balance() const noexcept {
    return {shares_.data(), shares_.size()};
  }
  /// Number of points of all nodes together.
  std::size_t point_count() const noexcept { return points_.size(); }

  /// Equal nodes with equal weights and zones, hence equal placement of everything.
  friend bool operator==(basic_thinned_ring const& a, basic_thinned_ring const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  friend class detail::remade_placement<basic_thinned_ring, Hash, Name>;

  result<basic_thinned_ring> remake(std::span<node const> nodes) const noexcept {
    return make(nodes);
  }

  error build(std::span<node const> given) noexcept {
    if (auto const no = nodes_.build(given, detail::node_order::by_name); no.code != errc::ok) {
      return no;
    }
    std::uint64_t count = 0;
    if (auto const many = detail::count_points(given, count); many.code != errc::ok) return many;
    auto sorted = detail::shared_array<ring_point>::allocate(count);
    shares_ = detail::shared_array<basic_expected_share<Name>>::allocate(this->size());
    if (!sorted || !shares_) return detail::ring_out_of_memory;
    ring_point* next = sorted.data();
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      node const& of = nodes()[i];
      auto const points = static_cast<std::uint32_t>(points_of_weight(of.weight));
      shares_[i] = {of.name, of.weight, points, {}};
      for (std::uint32_t v = 0; v < points; ++v) *next++ = {detail::hash_name<Hash>(of.name, v), i};
    }
    std::sort(sorted.data(), next);
    if (!points_.lay_out(sorted.data(), static_cast<std::uint32_t>(count)) ||
        !marks_.mark(points_)) {
      return detail::ring_out_of_memory;
    }
    count_shares();
    return {};
  }

  // Of the keys that come to a point, one in OneIn stays and the others go on to the next. Those
  // that have gone all the way round belong to the point they began at.
  void count_shares() noexcept {
    constexpr double stays = 1.0 / OneIn;
    double coming = 0;  // at the first point, from one turn before
    double round = 1;   // of the keys, those that see no point
    for (std::uint32_t i = 0; i < points_.size(); ++i) {
      coming = (coming + points_.share(i).fraction()) * (1 - stays);
      round *= 1 - stays;
    }
    coming /= 1 - round;
    for (std::uint32_t i = 0; i < points_.size(); ++i) {
      double const own = points_.share(i).fraction();
      coming += own;
      shares_[points_.owners()[i]].share.of_all += coming * stays * (1 - round) + own * round;
      coming *= 1 - stays;
    }
  }

  detail::node_table<Name> nodes_;
  detail::flat_points points_;
  detail::point_marks marks_;
  detail::shared_array<basic_expected_share<Name>> shares_;
};

/// The one to use: XXH3, 160 points for a weight of 1, nodes with names, one point in 128 seen.
using thinned_ring = basic_thinned_ring<>;
/// The same with numbers for names.
using numbered_thinned_ring = basic_thinned_ring<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
