// SPDX-License-Identifier: BSL-1.0
// A ring whose points are where another system puts them.
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
#include "synod/base/result.hpp"
#include "synod/ring/detail/line_cursor.hpp"
#include "synod/ring/detail/line_table.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/point_layout.hpp"
#include "synod/ring/detail/remade_placement.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI {
namespace detail {

/// "name", a separator, a number: what other systems hash for a point.
class numbered_text {
 public:
  /// False when the memory is not to be had.
  bool begin(std::string_view name, char separator) noexcept {
    text_ = shared_array<char>::allocate(name.size() + 1 + digits);
    if (!text_) return false;
    *std::copy(name.begin(), name.end(), text_.data()) = separator;
    prefix_ = name.size() + 1;
    return true;
  }
  std::string_view with(std::uint32_t number) noexcept {
    char reversed[digits];
    std::size_t count = 0;
    do reversed[count++] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    std::reverse_copy(reversed, reversed + count, text_.data() + prefix_);
    return {text_.data(), prefix_ + count};
  }

 private:
  static constexpr std::size_t digits = 10;

  shared_array<char> text_;
  std::size_t prefix_ = 0;
};

}  // namespace detail

/// A ring laid out by other rules than those of `hash_ring`: `ketama_ring`, `envoy_ring`. Whoever
/// leaves the system those rules come from keeps every key where it is.
///
/// It is a placement like the others, with plans and exact shares. What differs is what the layout
/// says: how keys are hashed, how many points a node has (in ketama and Envoy that depends on the
/// other nodes, so that a change moves keys between nodes that stay), and that the order in which
/// nodes are given may show. So `nodes()` stay in that order; `with` appends.
///
/// A `Layout` has `hasher`, `options` (of the whole ring), and
///     // Sets how many points each of the checked nodes gets (none is possible), or says why not.
///     static error count(std::span<ring_node const>, options const&, std::uint32_t* counts)
///     noexcept;
///     // Writes the points of one node; false when memory is not to be had.
///     static bool place(std::string_view name, std::uint32_t count, std::uint64_t* points)
///     noexcept;
///     // Of equal points that of the node listed first owns, or the others vanish before the last.
///     static constexpr bool last_wins;
template <class Layout>
class basic_layout_ring
    : public detail::remade_placement<basic_layout_ring<Layout>, typename Layout::hasher,
                                      std::string_view> {
 public:
  using options = typename Layout::options;

  basic_layout_ring() = default;

  /// A ring of these nodes. Errors, each with the index of the node in the list: those of
  /// `basic_hash_ring::make`, and the layout's own.
  static result<basic_layout_ring> make(std::span<ring_node const> nodes,
                                        options const& with = {}) noexcept {
    basic_layout_ring made;
    made.options_ = with;
    auto const wrong = made.nodes_.build(nodes, detail::node_order::as_given);
    if (wrong.code != errc::ok) return wrong;
    if (auto const unplaced = made.place(); unplaced.code != errc::ok) return unplaced;
    return made;
  }
  static result<basic_layout_ring> make(std::initializer_list<ring_node> nodes,
                                        options const& with = {}) noexcept {
    return make(std::span{nodes.begin(), nodes.size()}, with);
  }

  /// Index of the node that a hash belongs to, or `no_node`. Expected O(1), one cache line.
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept { return points_.owner(hash); }

  /// The owners of many hashes: the first `hashes.size()` elements of `out`, which has as many at
  /// least. Faster than one by one.
  void owners_of(std::span<std::uint64_t const> hashes,
                 std::span<std::uint32_t> out) const noexcept {
    SYNOD_EXPECTS(out.size() >= hashes.size(), "ring: owners_of: no room for the owners");
    points_.owners(hashes.data(), hashes.size(), out.data());
  }

  /// The owners of the points from a hash on, once round the ring; then all nodes, for those that
  /// have no point.
  class candidate_walk {
   public:
    candidate_walk() = default;

    bool done() const noexcept { return points_.done() && node_ == nodes_; }
    std::uint32_t node() const noexcept { return points_.done() ? node_ : points_.node(); }
    void advance() noexcept { points_.done() ? void(++node_) : points_.advance(); }

   private:
    friend basic_layout_ring;
    candidate_walk(detail::line_cursor points, std::uint32_t nodes) noexcept
        : points_(points), nodes_(nodes) {}

    detail::line_cursor points_;
    std::uint32_t node_ = 0;
    std::uint32_t nodes_ = 0;
  };
  candidate_walk candidates_of(std::uint64_t hash) const noexcept {
    return {points_.cursor_from(hash), static_cast<std::uint32_t>(this->size())};
  }

  /// The nodes in the order in which they were given.
  std::span<ring_node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(std::string_view name) const noexcept { return nodes_.index_of(name); }
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }
  /// What the whole ring was made with.
  options const& made_with() const noexcept { return options_; }

  /// Every node with its points and its exact share of the hash space, in the order of `nodes()`.
  std::span<node_share const> balance() const noexcept { return {shares_.data(), shares_.size()}; }

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

  /// Equal nodes in equal order, laid out under equal options.
  friend bool operator==(basic_layout_ring const& a, basic_layout_ring const& b) noexcept {
    return a.options_ == b.options_ &&
           std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  friend detail::remade_placement<basic_layout_ring, typename Layout::hasher, std::string_view>;

  result<basic_layout_ring> remake(std::span<ring_node const> nodes) const noexcept {
    return make(nodes, options_);
  }

  error place() noexcept {
    std::size_t const size = this->size();
    auto counts = detail::shared_array<std::uint32_t>::allocate(size);
    shares_ = detail::shared_array<node_share>::allocate(size);
    if (!counts || !shares_) return detail::ring_out_of_memory;
    auto const wrong = Layout::count(nodes(), options_, counts.data());
    if (wrong.code != errc::ok) return wrong;

    std::uint64_t total = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
      shares_[i] = {nodes()[i].name, nodes()[i].weight, counts[i], {}};
      total += counts[i];
      if (total > max_ring_points) return {errc::too_large, "ring: more than 2^31 points", i};
    }
    auto all = detail::shared_array<std::uint64_t>::allocate(total);
    if (!all) return detail::ring_out_of_memory;
    std::uint64_t* next = all.data();
    for (std::uint32_t i = 0; i < size; ++i) {
      if (!Layout::place(nodes()[i].name, counts[i], next)) return detail::ring_out_of_memory;
      next += counts[i];
    }
    if constexpr (Layout::last_wins) {
      if (!keep_last(all, total)) return detail::ring_out_of_memory;
    }
    auto const points_of_node = [&](std::uint32_t i) { return shares_[i].points; };
    if (!points_.begin(total, size) ||
        !detail::radix_layout::lay_out(points_.store(), all.data(), total, points_of_node) ||
        !points_.lay_lines()) {
      return detail::ring_out_of_memory;
    }
    add_shares(points_, shares_);
    return {};
  }

  // Leaves of equal points only that of the last node. False when the memory is not to be had.
  bool keep_last(detail::shared_array<std::uint64_t>& all, std::uint64_t& total) noexcept {
    auto order = detail::shared_array<ring_point>::allocate(total);
    if (!order) return false;
    ring_point* end = order.data();
    std::uint64_t const* next = all.data();
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      for (std::uint32_t k = 0; k < shares_[i].points; ++k) *end++ = {*next++, i};
    }
    std::sort(order.data(), end);
    auto const beaten = [](ring_point const& a, ring_point const& b) { return a.point == b.point; };
    if (std::adjacent_find(order.data(), end, beaten) == end) return true;

    ring_point* kept = order.data();
    for (ring_point* p = order.data(); p != end; ++p) {
      if (p + 1 != end && beaten(p[0], p[1])) {
        --shares_[p->node].points;
      } else {
        *kept++ = *p;
      }
    }
    std::sort(order.data(), kept, [](ring_point const& a, ring_point const& b) {
      return a.node != b.node ? a.node < b.node : a.point < b.point;
    });
    total = static_cast<std::uint64_t>(kept - order.data());
    for (std::uint64_t i = 0; i < total; ++i) all[i] = order[i].point;
    return true;
  }

  options options_{};
  detail::node_table<std::string_view> nodes_;
  detail::line_table points_;
  detail::shared_array<node_share> shares_;
};

}  // namespace synod::inline SYNOD_ABI
