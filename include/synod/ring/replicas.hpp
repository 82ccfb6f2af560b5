// SPDX-License-Identifier: BSL-1.0
// Replica sets: the distinct nodes that hold a key, in ring order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point_table.hpp"

namespace synod::inline SYNOD_ABI {

/// How many replicas there are, and how many of those asked for there are no nodes for.
struct replica_count {
  std::size_t found = 0;
  std::size_t shortfall = 0;

  friend constexpr bool operator==(replica_count, replica_count) = default;
};

/// A lazy walk over the first distinct nodes at or after a hash: the owner first, no node twice. It
/// yields min(asked for, nodes) names, never turns more than once round the ring, and says
/// beforehand how many it will be short.
///
/// A forward range of std::string_view. It, its iterators and the names are good while the ring it
/// came from is there, or any copy of that. No allocation. Up to 16 nodes a step costs O(1) for
/// each point it passes; beyond, a walk looks back over its way instead of remembering it, so
/// whoever lists many nodes does it cheaper by the call that fills a span.
class replica_walk {
 public:
  class iterator {
   public:
    using value_type = std::string_view;
    using reference = std::string_view;
    using pointer = void;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;

    constexpr iterator() = default;

    std::string_view operator*() const noexcept { return nodes_[index()].name; }
    /// The node's index in its ring, instead of its name.
    std::uint32_t index() const noexcept { return points_[at_].node; }

    iterator& operator++() noexcept {
      if (given_ < remembered) {
        seen_[given_] = index();
      } else if (given_ == remembered) {
        forgotten_ = at_;
      }
      ++given_;
      if (given_ < found_) {
        do at_ = after(at_);
        while (was_given(index()));
      }
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator const before = *this;
      ++*this;
      return before;
    }

    /// Iterators of one walk.
    friend bool operator==(iterator const& a, iterator const& b) noexcept {
      return a.given_ == b.given_;
    }
    friend bool operator==(iterator const& a, std::default_sentinel_t) noexcept {
      return a.given_ == a.found_;
    }

   private:
    friend replica_walk;

    std::uint32_t after(std::uint32_t i) const noexcept { return i + 1 == size_ ? 0 : i + 1; }

    bool was_given(std::uint32_t node) const noexcept {
      std::uint32_t const kept = std::min(given_, remembered);
      if (std::find(seen_, seen_ + kept, node) != seen_ + kept) return true;
      if (given_ <= remembered) return false;
      std::uint32_t i = forgotten_;
      while (i != at_ && points_[i].node != node) i = after(i);
      return i != at_;
    }

    static constexpr std::uint32_t remembered = 16;

    ring_point const* points_ = nullptr;
    ring_node const* nodes_ = nullptr;
    std::uint32_t size_ = 0;       // points
    std::uint32_t at_ = 0;         // the point walked to
    std::uint32_t found_ = 0;      // nodes there will be; each has a point, so the walk meets them
    std::uint32_t given_ = 0;      // nodes before this one
    std::uint32_t forgotten_ = 0;  // where the first node stood that seen_ has no room for
    std::uint32_t seen_[remembered] = {};
  };

  constexpr replica_walk() = default;
  /// The walk from `hash` over points that belong to `nodes`; `count.found` of them have points.
  /// Users ask a ring.
  replica_walk(detail::point_table const& points, ring_node const* nodes, std::uint64_t hash,
               replica_count count) noexcept
      : shortfall_(count.shortfall) {
    if (count.found == 0) return;
    first_.points_ = &points[0];
    first_.nodes_ = nodes;
    first_.size_ = points.size();
    first_.at_ = points.find(hash) % points.size();
    first_.found_ = static_cast<std::uint32_t>(count.found);
  }

  iterator begin() const noexcept { return first_; }
  static constexpr std::default_sentinel_t end() noexcept { return {}; }

  std::size_t size() const noexcept { return first_.found_; }
  bool empty() const noexcept { return size() == 0; }
  /// Replicas asked for beyond the number of nodes.
  std::size_t shortfall() const noexcept { return shortfall_; }

 private:
  iterator first_;
  std::size_t shortfall_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
