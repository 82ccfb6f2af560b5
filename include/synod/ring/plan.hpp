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
#include "synod/ring/interval.hpp"
#include "synod/ring/point_table.hpp"

namespace synod::inline SYNOD_ABI {

/// A placement that owns intervals of the hash space: points in order, each with the node that owns
/// what lies at or before it.
template <class Ring>
concept interval_placement = requires(Ring const& ring, std::size_t i, std::uint32_t node) {
  typename Ring::hasher;
  { ring.point_count() } noexcept -> std::same_as<std::size_t>;
  { ring.point(i) } noexcept -> std::same_as<ring_point>;
  { ring.nodes()[node].name } -> std::convertible_to<std::string_view>;
};

/// Keys of one interval that change hands. On a ring without nodes the node is the empty name;
/// names are good while their ring, or a copy of it, is there.
struct ring_move {
  hash_interval interval;
  std::string_view from;
  std::string_view to;

  constexpr ring_share share() const noexcept { return interval.share(); }

  friend constexpr bool operator==(ring_move const&, ring_move const&) = default;
};

namespace detail {

/// The pieces of the hash space that one placement gives to one node each, from 0 upwards.
template <class Ring>
class piece_cursor {
 public:
  piece_cursor() = default;
  explicit piece_cursor(Ring const& ring) noexcept : ring_(&ring) { seek(0); }

  /// The last hash of the piece; the owner of it.
  std::uint64_t last() const noexcept { return last_; }
  std::string_view owner() const noexcept { return owner_; }

  /// On to the piece that holds `hash`, which is not before this one.
  void seek(std::uint64_t hash) noexcept {
    std::size_t const count = ring_->point_count();
    while (at_ < count && ring_->point(at_).point < hash) ++at_;
    last_ = at_ < count ? ring_->point(at_).point : ~std::uint64_t{0};
    if (count > 0) owner_ = ring_->nodes()[ring_->point(at_ < count ? at_ : 0).node].name;
  }

 private:
  Ring const* ring_ = nullptr;
  std::size_t at_ = 0;
  std::uint64_t last_ = 0;
  std::string_view owner_;
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
/// allocated, and only as far as it is read is it computed. A forward range of `ring_move`.
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
  class iterator {
   public:
    using value_type = ring_move;
    using reference = ring_move;
    using pointer = ring_move const*;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;

    ring_move operator*() const noexcept { return move_; }
    ring_move const* operator->() const noexcept { return &move_; }

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
      do {
        move_.interval.last = std::min(before_.last(), after_.last());
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
    ring_move move_;
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
    for (ring_move const move : *this) all += move.share();
    return all;
  }

 private:
  detail::held<Before> before_;
  detail::held<After> after_;
};

/// What moves between two placements under the same hash:
///
///     for (auto [interval, from, to] : plan(ring, ring.with({"d"}).value())) ...
template <class Before, class After>
  requires interval_placement<std::remove_cvref_t<Before>> &&
           interval_placement<std::remove_cvref_t<After>> &&
           std::same_as<typename std::remove_cvref_t<Before>::hasher,
                        typename std::remove_cvref_t<After>::hasher>
ring_plan<Before, After> plan(Before&& before, After&& after) {
  return {std::forward<Before>(before), std::forward<After>(after)};
}

}  // namespace synod::inline SYNOD_ABI
