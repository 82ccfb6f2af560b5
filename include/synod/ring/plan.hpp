// SPDX-License-Identifier: BSL-1.0
// What moves when one ring follows another: the intervals that change hands, exactly.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI {

/// A placement that owns intervals of the hash space: points in order, each with the node that owns
/// what lies after the point before and up to itself; beyond the last point, the first one's does.
template <class Ring>
concept interval_placement = requires(Ring const& ring, std::size_t i, std::uint32_t node) {
  typename Ring::hasher;
  { ring.point_count() } noexcept -> std::same_as<std::size_t>;
  { ring.point(i) } noexcept -> std::same_as<ring_point>;
  { ring.nodes()[node].name } -> std::convertible_to<decltype(Ring::node::name)>;
};

/// Keys of one interval that change hands. On a ring without nodes the node is `Name{}`; names are
/// good while their ring, or a copy of it, is there.
template <class Name>
struct basic_ring_move {
  hash_interval interval;
  Name from{};
  Name to{};

  constexpr ring_share share() const noexcept { return interval.share(); }

  friend constexpr bool operator==(basic_ring_move const&, basic_ring_move const&) = default;
};
using ring_move = basic_ring_move<std::string_view>;

namespace detail {

template <class Ring>
using name_of_t = decltype(Ring::node::name);

/// Two placements that the same key meets at the same hash, with nodes named alike.
template <class Before, class After>
concept comparable_placements = std::same_as<typename Before::hasher, typename After::hasher> &&
                                std::same_as<name_of_t<Before>, name_of_t<After>>;

/// The points of a ring in order, by their numbers.
template <class Ring>
class counted_points {
 public:
  counted_points() = default;
  explicit counted_points(Ring const& ring) noexcept : ring_(&ring), count_(ring.point_count()) {}

  bool done() const noexcept { return at_ == count_; }
  ring_point operator*() const noexcept { return ring_->point(at_); }
  void advance() noexcept { ++at_; }

 private:
  Ring const* ring_ = nullptr;
  std::size_t count_ = 0;
  std::size_t at_ = 0;
};

/// The points of a ring in order, as the ring itself walks over them where it does.
template <class Ring>
auto points_in_order(Ring const& ring) noexcept {
  if constexpr (requires { ring.points(); }) {
    return ring.points();
  } else {
    return counted_points<Ring>{ring};
  }
}

/// The pieces of the hash space that one placement gives to one node each, from 0 upwards.
template <class Ring>
class piece_cursor {
 public:
  piece_cursor() = default;
  explicit piece_cursor(Ring const& ring) noexcept : ring_(&ring), points_(points_in_order(ring)) {
    if (!points_.done()) first_ = (*points_).node;
    seek(0);
  }

  /// The last hash of the piece; the owner of it.
  std::uint64_t last() const noexcept { return last_; }
  std::uint32_t node() const noexcept { return node_; }
  name_of_t<Ring> owner() const noexcept { return owner_; }

  /// On to the piece that holds `hash`, which is not before this one.
  void seek(std::uint64_t hash) noexcept {
    while (!points_.done() && (*points_).point < hash) points_.advance();
    last_ = points_.done() ? ~std::uint64_t{0} : (*points_).point;
    node_ = points_.done() ? first_ : (*points_).node;
    if (node_ != no_node) owner_ = ring_->nodes()[node_].name;
  }

 private:
  Ring const* ring_ = nullptr;
  decltype(points_in_order(std::declval<Ring const&>())) points_;
  std::uint64_t last_ = 0;
  std::uint32_t first_ = no_node;  // who owns what lies beyond the last point
  std::uint32_t node_ = no_node;
  name_of_t<Ring> owner_{};
};

/// An lvalue is referred to, an rvalue is kept.
template <class T>
class held {
 public:
  held() = default;
  explicit held(T&& value) : value_(std::move(value)) {}
  auto const* get() const noexcept { return &value_; }

 private:
  std::remove_const_t<T> value_;
};
template <class T>
class held<T&> {
 public:
  held() = default;
  explicit held(T& value) : value_(&value) {}
  auto const* get() const noexcept { return value_; }

 private:
  T const* value_ = nullptr;
};

}  // namespace detail

/// The moves from one placement to the next, in order of the hash space, streamed: nothing is
/// allocated, and only as far as it is read is it computed. A forward range of `basic_ring_move`.
///
/// Intervals are maximal, but for zero, which none crosses; they do not overlap; what is in none of
/// them stays where it is. Reading all of it is O(points of both).
///
/// Owns what it was given as an rvalue and refers to lvalues, which must outlive it. Its iterators
/// are good while it is there and stays where it is.
template <class Before, class After>
class ring_plan {
  using before_ring = std::remove_cvref_t<Before>;
  using after_ring = std::remove_cvref_t<After>;

 public:
  using move_type = basic_ring_move<detail::name_of_t<before_ring>>;

  class iterator {
   public:
    using value_type = move_type;
    using reference = move_type;
    using pointer = move_type const*;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;

    move_type operator*() const noexcept { return move_; }
    move_type const* operator->() const noexcept { return &move_; }
    /// Indices of the two nodes, each in its own ring; `no_node` on a ring without nodes.
    std::uint32_t from_index() const noexcept { return from_; }
    std::uint32_t to_index() const noexcept { return to_; }

    iterator& operator++() noexcept {
      find_move();
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator const before = *this;
      find_move();
      return before;
    }

    /// Iterators of one plan.
    friend bool operator==(iterator const& a, iterator const& b) noexcept {
      return a.at_end_ == b.at_end_ && (a.at_end_ || a.move_.interval == b.move_.interval);
    }
    friend bool operator==(iterator const& a, std::default_sentinel_t) noexcept {
      return a.at_end_;
    }

   private:
    friend ring_plan;

    iterator(before_ring const& before, after_ring const& after) noexcept
        : before_(before), after_(after), at_end_(false) {
      find_move();
    }

    // From next_ on, the first stretch over which one node loses to one other.
    void find_move() noexcept {
      while (!exhausted_ && before_.owner() == after_.owner()) next_piece();
      if (exhausted_) {
        at_end_ = true;
        return;
      }
      move_ = {{next_, next_}, before_.owner(), after_.owner()};
      from_ = before_.node();
      to_ = after_.node();
      do {
        std::uint64_t const last = std::min(before_.last(), after_.last());
        move_.interval.last =
            SYNOD_MUTANT(plan_ends_one_early, last, last > next_ ? last - 1 : last);
        next_piece();
      } while (!exhausted_ && before_.owner() == move_.from && after_.owner() == move_.to);
    }

    void next_piece() noexcept {
      next_ = std::min(before_.last(), after_.last()) + 1;
      exhausted_ = next_ == 0;
      if (exhausted_) return;
      before_.seek(next_);
      after_.seek(next_);
    }

    detail::piece_cursor<before_ring> before_;
    detail::piece_cursor<after_ring> after_;
    std::uint64_t next_ = 0;  // the first hash not yet looked at
    bool exhausted_ = false;  // there is none
    bool at_end_ = true;
    std::uint32_t from_ = no_node;
    std::uint32_t to_ = no_node;
    move_type move_;
  };

  /// Without moves, for as long as it refers to nothing: views have to be default-constructible.
  ring_plan() = default;
  ring_plan(Before&& before, After&& after)
      : before_(std::forward<Before>(before)), after_(std::forward<After>(after)) {}

  iterator begin() const noexcept {
    before_ring const* const before = before_.get();
    after_ring const* const after = after_.get();
    return before == nullptr || after == nullptr ? iterator{} : iterator{*before, *after};
  }
  static constexpr std::default_sentinel_t end() noexcept { return {}; }

  /// All that moves, exactly. Reads the whole plan.
  ring_share share() const noexcept {
    ring_share all;
    for (move_type const move : *this) all += move.share();
    return all;
  }

 private:
  detail::held<Before> before_;
  detail::held<After> after_;
};

/// What moves between two placements under the same hash, whose nodes are named alike:
///
///     for (auto [interval, from, to] : plan(ring, ring.with({"d"}).value())) ...
template <class Before, class After>
  requires interval_placement<std::remove_cvref_t<Before>> &&
           interval_placement<std::remove_cvref_t<After>> &&
           detail::comparable_placements<std::remove_cvref_t<Before>, std::remove_cvref_t<After>>
ring_plan<Before, After> plan(Before&& before, After&& after) {
  return {std::forward<Before>(before), std::forward<After>(after)};
}

}  // namespace synod::inline SYNOD_ABI
