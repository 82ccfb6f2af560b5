// SPDX-License-Identifier: BSL-1.0
// Replica sets: the distinct nodes that hold a key, apart from each other as far as asked.
//
// A placement names candidates for a hash, in order of preference, nodes possibly again and again;
// what is here picks from them. So distinctness, zones and the shortfall are the same for all.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI {

/// How far apart the nodes of a replica set stand. In none is a node twice.
enum class spread : std::uint8_t {
  nodes,        ///< distinct nodes, whatever their zones
  zones,        ///< distinct zones: one node of each at most
  zones_first,  ///< one node of each zone, as far as there are zones; then further nodes
};

/// How many replicas there are, and how many of those asked for cannot be.
struct replica_count {
  std::size_t found = 0;
  std::size_t shortfall = 0;

  friend constexpr bool operator==(replica_count, replica_count) = default;
};

/// The candidates for one hash, best first, as indices of nodes. The first is the owner; the same
/// node may come again; by the time it is `done`, every node has come at least once, and `node` may
/// no longer be asked.
template <class C>
concept candidate_cursor =
    std::default_initializable<C> && std::copyable<C> && requires(C cursor, C const& at) {
      { at.done() } noexcept -> std::same_as<bool>;
      { at.node() } noexcept -> std::same_as<std::uint32_t>;
      { cursor.advance() } noexcept;
    };

namespace detail {

/// Picks from candidates. Who was picked already, its user knows (`was_given`).
template <candidate_cursor Cursor>
class replica_picker {
 public:
  constexpr replica_picker() = default;
  /// `zone_of` is null where no two nodes share a zone.
  constexpr replica_picker(Cursor from, std::uint32_t const* zone_of, spread how) noexcept
      : start_(from),
        at_(from),
        zone_of_(how == spread::nodes ? nullptr : zone_of),
        relaxes_(how == spread::zones_first) {}

  constexpr std::uint32_t node() const noexcept { return at_.node(); }

  /// On to the next candidate that stands apart from all given; false: there is none.
  template <class WasGiven>
  constexpr bool next(WasGiven was_given) noexcept {
    do {
      at_.advance();
      ++passed_;
      if (at_.done()) {
        if (zone_of_ == nullptr || !relaxes_ || second_) return false;
        second_ = true;
        at_ = start_;
        passed_ = 0;
      }
    } while (was_given(*this, at_.node()));
    return true;
  }

  /// Whether two nodes may not stand in one set, at this stage.
  constexpr bool clash(std::uint32_t a, std::uint32_t b) const noexcept {
    if (zone_of_ == nullptr || second_) return a == b;
    return SYNOD_MUTANT(zone_counted_twice, zone_of_[a] == zone_of_[b], a == b);
  }

  /// Whether a candidate on the way here was given that clashes with `node`: by walking the way
  /// again, for who did not write it down.
  constexpr bool gave(std::uint32_t node) const noexcept {
    Cursor way = start_;
    if (second_) {  // in the first turn a zone's first candidate was given
      while (zone_of_[way.node()] != zone_of_[node]) way.advance();
      if (way.node() == node) return true;
      way = start_;
    }
    for (std::size_t i = 0; i < passed_; ++i, way.advance()) {
      if (clash(way.node(), node)) return true;
    }
    return false;
  }

 private:
  Cursor start_{};
  Cursor at_{};
  std::uint32_t const* zone_of_ = nullptr;
  std::size_t passed_ = 0;  // candidates before this one, in this turn
  bool relaxes_ = false;
  bool second_ = false;  // the turn in which zones no longer matter
};

}  // namespace detail

/// A lazy walk over the replica set of a hash: the owner first, no node twice. It yields as many
/// names as can be, and says beforehand how many it will be short.
///
/// A forward range of names. It, its iterators and the names are good while the placement it came
/// from is there, or any copy of that. No allocation. Up to 16 nodes a step costs O(1) for each
/// candidate it passes; beyond, a walk looks back over its way instead of remembering it, so
/// whoever lists many nodes does it cheaper by the call that fills a span of indices.
template <candidate_cursor Cursor, class Name>
class replica_walk {
 public:
  class iterator {
   public:
    using value_type = Name;
    using reference = Name;
    using pointer = void;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;

    constexpr iterator() = default;

    constexpr Name operator*() const noexcept { return nodes_[index()].name; }
    /// The node's index in its placement, instead of its name.
    constexpr std::uint32_t index() const noexcept { return picker_.node(); }

    constexpr iterator& operator++() noexcept {
      if (given_ < remembered) seen_[given_] = index();
      ++given_;
      if (given_ == found_) return *this;
      auto const was_given = [this](auto const& picker, std::uint32_t node) {
        std::uint32_t const kept = std::min(given_, remembered);
        for (std::uint32_t i = 0; i < kept; ++i) {
          if (picker.clash(seen_[i], node)) return true;
        }
        return given_ > remembered && picker.gave(node);
      };
      if (!picker_.next(was_given)) given_ = found_;
      return *this;
    }
    constexpr iterator operator++(int) noexcept {
      iterator const before = *this;
      ++*this;
      return before;
    }

    /// Iterators of one walk.
    friend constexpr bool operator==(iterator const& a, iterator const& b) noexcept {
      return a.given_ == b.given_;
    }
    friend constexpr bool operator==(iterator const& a, std::default_sentinel_t) noexcept {
      return a.given_ == a.found_;
    }

   private:
    friend replica_walk;

    static constexpr std::uint32_t remembered = 16;

    detail::replica_picker<Cursor> picker_;
    basic_ring_node<Name> const* nodes_ = nullptr;
    std::uint32_t found_ = 0;  // nodes there will be
    std::uint32_t given_ = 0;  // nodes before this one
    std::uint32_t seen_[remembered] = {};
  };

  constexpr replica_walk() = default;
  /// The walk over `count.found` of the picker's nodes. Users ask a placement.
  constexpr replica_walk(detail::replica_picker<Cursor> picker, basic_ring_node<Name> const* nodes,
                         replica_count count) noexcept
      : shortfall_(count.shortfall) {
    first_.picker_ = picker;
    first_.nodes_ = nodes;
    first_.found_ = static_cast<std::uint32_t>(count.found);
  }

  constexpr iterator begin() const noexcept { return first_; }
  static constexpr std::default_sentinel_t end() noexcept { return {}; }

  constexpr std::size_t size() const noexcept { return first_.found_; }
  constexpr bool empty() const noexcept { return size() == 0; }
  /// Replicas asked for that cannot be: there are too few nodes, or zones.
  constexpr std::size_t shortfall() const noexcept { return shortfall_; }

 private:
  iterator first_;
  std::size_t shortfall_ = 0;
};

namespace detail {

/// The same into a span of indices: its first `count.found` elements. O(candidates passed x found).
template <candidate_cursor Cursor>
constexpr void fill_replicas(replica_picker<Cursor> picker, replica_count count,
                             std::span<std::uint32_t> out) noexcept {
  if (count.found == 0) return;
  std::size_t filled = 0;
  auto const was_given = [&](auto const& at, std::uint32_t node) {
    for (std::size_t i = 0; i < filled; ++i) {
      if (at.clash(out[i], node)) return true;
    }
    return false;
  };
  do out[filled++] = picker.node();
  while (filled < count.found && picker.next(was_given));
}

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
