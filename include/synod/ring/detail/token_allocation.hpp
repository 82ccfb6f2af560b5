// SPDX-License-Identifier: BSL-1.0
// Where tokens go so that shares stay even: what a node that joins takes, and from whom; what one
// that leaves gives, and to whom.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// Tokens of nodes, while they change. Whole numbers throughout: the same changes give the same
/// tokens on every machine. A node's part is its quota among all quotas; nodes that have not joined
/// have quota 0 and no tokens.
class token_allocation {
  using wide = ring_share::count;
  __extension__ using signed_wide = __int128;

  struct arc {
    wide length;
    std::uint64_t end;
    std::uint32_t token;
  };
  struct giver {
    signed_wide kept;  // in the middle of the next cut
    std::uint32_t node;
    bool sorted;  // its arcs are a heap
  };
  struct taker {
    wide owned;
    std::uint32_t node;
  };

  auto taking_later() const noexcept {
    return [this](taker const& a, taker const& b) {
      wide const left = a.owned * quotas_[b.node];
      wide const right = b.owned * quotas_[a.node];
      return left != right ? left > right : a.node > b.node;
    };
  }

 public:
  /// `room` tokens at most, the quotas of `nodes` nodes 0; false when the memory is not to be had.
  bool allocate(std::size_t room, std::uint32_t nodes) noexcept {
    tokens_ = shared_array<ring_point>::allocate(room);
    quotas_ = shared_array<std::uint32_t>::allocate(nodes);
    owned_ = shared_array<wide>::allocate(nodes);
    counts_ = shared_array<std::uint32_t>::allocate(nodes);
    if (!tokens_ || !quotas_ || !owned_ || !counts_) return false;
    for (std::uint32_t i = 0; i < nodes; ++i) {
      owned_[i] = 0;
      quotas_[i] = counts_[i] = 0;
    }
    return true;
  }

  /// In order of their places, which differ. A token of a node that has joined.
  void append(ring_point token) noexcept { tokens_[size_++] = token; }
  void set_quota(std::uint32_t node, std::uint32_t quota) noexcept {
    whole_ += quota;
    whole_ -= quotas_[node];
    quotas_[node] = quota;
  }

  ring_point const* tokens() const noexcept { return tokens_.data(); }
  std::uint32_t size() const noexcept { return size_; }

  /// Gives a node up to `most` further tokens, until it has its part: each cuts the same length off
  /// the start of the longest arc of the node that is left the most above its part. No other keys
  /// move. O(tokens + most log nodes), and sorting the arcs of those who give. False when the
  /// memory is not to be had.
  bool claim(std::uint32_t node, std::uint32_t most) noexcept {
    count_owned();
    wide const part = part_of(node);
    if (owned_[node] >= part || most == 0) return true;
    wide needed = part - owned_[node];
    auto const wish = [&](std::uint32_t tokens) { return (needed + tokens - 1) / tokens; };

    auto arcs = shared_array<arc>::allocate(size_);
    auto ends = shared_array<std::uint32_t>::allocate(nodes());
    auto givers = shared_array<giver>::allocate(nodes());
    if (!arcs || !ends || !givers) return false;
    group_arcs(arcs, ends);
    auto const half = static_cast<signed_wide>(wish(most) / 2);
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < nodes(); ++i) {
      if (i == node || counts_[i] == 0) continue;
      givers[count++] = {static_cast<signed_wide>(owned_[i]) - half, i, false};
    }
    auto const gives_later = [this](giver const& a, giver const& b) {
      auto const left = a.kept * quotas_[b.node];
      auto const right = b.kept * quotas_[a.node];
      return left != right ? left < right : a.node > b.node;
    };
    std::make_heap(givers.data(), givers.data() + count, gives_later);

    std::uint32_t const old = size_;
    while (most > 0 && needed > 0 && count > 0) {
      std::pop_heap(givers.data(), givers.data() + count, gives_later);
      giver& from = givers[count - 1];
      arc* const first = arcs.data() + (ends[from.node] - counts_[from.node]);
      arc* const last = arcs.data() + ends[from.node];
      if (!from.sorted) std::make_heap(first, last, shorter);
      from.sorted = true;
      std::pop_heap(first, last, shorter);
      arc& longest = last[-1];
      wide const taken = std::min(wish(most), longest.length - 1);
      if (taken == 0) {
        --count;  // nothing left but single hashes
        continue;
      }
      longest.length -= taken;
      append({longest.end - static_cast<std::uint64_t>(longest.length), node});
      std::push_heap(first, last, shorter);
      from.kept -= static_cast<signed_wide>(taken);
      std::push_heap(givers.data(), givers.data() + count, gives_later);
      needed -= taken;
      --most;
    }
    std::sort(tokens_.data() + old, tokens_.data() + size_);
    return merge(old);
  }

  /// Takes from a node what it has above its part, all of it for a quota of 0. An arc falls to the
  /// node that follows, as on every ring, unless that would then have more than a hundredth above
  /// its part: then the token goes with its arc to the node that has the least of its part, as long
  /// as that has not twice its quota of tokens. No other keys move. O(tokens + given log nodes).
  /// False when the memory is not to be had.
  bool release(std::uint32_t node) noexcept {
    count_owned();
    wide const part = part_of(node);
    if (owned_[node] <= part) return true;
    wide excess = owned_[node] - part;

    auto arcs = shared_array<arc>::allocate(counts_[node]);
    auto takers = shared_array<taker>::allocate(nodes());
    if (!arcs || !takers) return false;
    std::uint32_t own = 0;
    for (std::uint32_t t = 0; t < size_; ++t) {
      if (tokens_[t].node == node) arcs[own++] = {length_of(t), tokens_[t].point, t};
    }
    std::sort(arcs.data(), arcs.data() + own,
              [](arc const& a, arc const& b) { return shorter(b, a); });
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < nodes(); ++i) {
      if (i != node && counts_[i] > 0) takers[count++] = {owned_[i], i};
    }
    std::make_heap(takers.data(), takers.data() + count, taking_later());

    for (std::uint32_t i = 0; i < own; ++i) {
      arc const& given = arcs[i];
      if (given.length > excess || (part > 0 && counts_[node] == 1)) continue;
      std::uint32_t const to = taker_of(given, node, takers, count);
      excess -= given.length;
      tokens_[given.token].node = to;
      owned_[to] += given.length;
      ++counts_[to];
      --counts_[node];
    }
    drop_redundant(node, arcs, own);
    return true;
  }

 private:
  static bool shorter(arc const& a, arc const& b) noexcept {
    return a.length != b.length ? a.length < b.length : a.end > b.end;
  }
  std::uint32_t nodes() const noexcept { return static_cast<std::uint32_t>(quotas_.size()); }
  wide part_of(std::uint32_t node) const noexcept {
    return ring_share::whole().hashes / whole_ * quotas_[node] +
           ring_share::whole().hashes % whole_ * quotas_[node] / whole_;
  }
  wide length_of(std::uint32_t token) const noexcept {
    if (token > 0) return tokens_[token].point - tokens_[token - 1].point;
    return ring_share::whole().hashes - (tokens_[size_ - 1].point - tokens_[0].point);
  }

  void count_owned() noexcept {
    for (std::uint32_t i = 0; i < nodes(); ++i) {
      owned_[i] = 0;
      counts_[i] = 0;
    }
    for (std::uint32_t t = 0; t < size_; ++t) {
      owned_[tokens_[t].node] += length_of(t);
      ++counts_[tokens_[t].node];
    }
  }

  // All arcs, those of one owner side by side; where each owner's end.
  void group_arcs(shared_array<arc>& arcs, shared_array<std::uint32_t>& ends) noexcept {
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < nodes(); ++i) {
      ends[i] = next;
      next += counts_[i];
    }
    for (std::uint32_t t = 0; t < size_; ++t) {
      arcs[ends[tokens_[t].node]++] = {length_of(t), tokens_[t].point, t};
    }
  }

  // Puts the tokens from `middle` on, in order themselves, in order with those before.
  bool merge(std::uint32_t middle) noexcept {
    std::uint32_t const added = size_ - middle;
    auto last = shared_array<ring_point>::allocate(added);
    if (!last) return false;
    std::copy(tokens_.data() + middle, tokens_.data() + size_, last.data());
    std::uint32_t old = middle;
    std::uint32_t fresh = added;
    for (std::uint32_t to = size_; fresh > 0;) {
      bool const takes_old = old > 0 && tokens_[old - 1].point > last[fresh - 1].point;
      tokens_[--to] = takes_old ? tokens_[--old] : last[--fresh];
    }
    return true;
  }

  // Who is to have an arc that a node gives.
  std::uint32_t taker_of(arc const& given, std::uint32_t node, shared_array<taker>& takers,
                         std::uint32_t& count) noexcept {
    std::uint32_t const next = tokens_[given.token + 1 == size_ ? 0 : given.token + 1].node;
    wide const then = owned_[next] + given.length;
    // then <= 1.01 x its part
    bool const has_room = then * whole_ * 100 <= ring_share::whole().hashes * 101 * quotas_[next];
    if (next != node && SYNOD_MUTANT(tokens_fall_to_successors, has_room, true)) return next;
    while (count > 0) {
      std::pop_heap(takers.data(), takers.data() + count, taking_later());
      taker& least = takers[count - 1];
      bool const is_as_it_was = least.owned == owned_[least.node];
      least.owned = owned_[least.node];
      if (counts_[least.node] >= 2 * std::uint64_t{quotas_[least.node]}) {
        --count;
        continue;
      }
      std::push_heap(takers.data(), takers.data() + count, taking_later());
      if (!is_as_it_was) continue;
      std::uint32_t const other = takers[0].node;
      wide const others = owned_[other] + given.length;
      return next != node && then * quotas_[other] <= others * quotas_[next] ? next : other;
    }
    std::uint32_t t = given.token;
    do t = t + 1 == size_ ? 0 : t + 1;
    while (tokens_[t].node == node);
    return tokens_[t].node;
  }

  // Of the tokens that `node` had, those given to who has the next arc as well.
  void drop_redundant(std::uint32_t node, shared_array<arc>& had, std::uint32_t count) noexcept {
    std::sort(had.data(), had.data() + count,
              [](arc const& a, arc const& b) { return a.token < b.token; });
    std::uint32_t const first_owner = tokens_[0].node;
    std::uint32_t kept = 0;
    std::uint32_t passed = 0;
    for (std::uint32_t t = 0; t < size_; ++t) {
      bool const was_its = passed < count && had[passed].token == t;
      passed += was_its ? 1 : 0;
      bool const given = was_its && tokens_[t].node != node;
      std::uint32_t const next = t + 1 == size_ ? first_owner : tokens_[t + 1].node;
      if (!given || tokens_[t].node != next) tokens_[kept++] = tokens_[t];
    }
    size_ = kept;
  }

  shared_array<ring_point> tokens_;  // in order; never shared: this is its only owner
  shared_array<std::uint32_t> quotas_;
  shared_array<wide> owned_;
  shared_array<std::uint32_t> counts_;  // tokens of each node
  std::uint64_t whole_ = 0;             // all quotas
  std::uint32_t size_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
