// SPDX-License-Identifier: BSL-1.0
// Who scores best for a hash: the arithmetic of rendezvous hashing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/random.hpp"
#include "synod/ring/detail/negative_log.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// How far a node is from a hash: the nearest owns.
struct rendezvous_distance {
  double weighted = 0;      // -ln(u) / weight; 0 where all nodes weigh the same
  std::uint64_t plain = 0;  // how far u is below 1, in units of 2^-53
  std::uint32_t node = no_node;

  friend constexpr bool operator<(rendezvous_distance const& a,
                                  rendezvous_distance const& b) noexcept {
    if (a.weighted != b.weighted) return a.weighted < b.weighted;
    if (a.plain != b.plain) return a.plain < b.plain;
    return a.node < b.node;
  }
};

/// The nodes as the scores see them, in order of their names.
struct rendezvous_nodes {
  std::uint64_t const* hashes = nullptr;
  double const* per_weight = nullptr;  // 1 / weight; null where all nodes weigh the same
  std::uint32_t count = 0;

  /// A random number of 53 bits for the hash and the node: u is 1 less (this + 1/2) / 2^53.
  constexpr std::uint64_t plain(std::uint64_t hash, std::uint32_t node) const noexcept {
    return mix(hash ^ hashes[node]) >> 11;
  }
  constexpr rendezvous_distance distance(std::uint64_t plain, std::uint32_t node) const noexcept {
    if (per_weight == nullptr) return {0, plain, node};
    return {static_cast<double>(negative_log(plain)) * per_weight[node], plain, node};
  }
  /// At most the weighted distance, without a logarithm: -ln(1 - x) is at least x. As both are
  /// products with the same factor, that holds for the rounded numbers too.
  constexpr double at_least(std::uint64_t plain, std::uint32_t node) const noexcept {
    return static_cast<double>(static_cast<std::int64_t>(plain)) * 32 * per_weight[node];
  }

  /// The nearest node; there is one. O(nodes), with one logarithm as a rule.
  constexpr std::uint32_t nearest(std::uint64_t hash) const noexcept {
    return per_weight == nullptr ? nearest_of_equals(hash) : nearest_by_weight(hash);
  }

 private:
  constexpr std::uint32_t nearest_of_equals(std::uint64_t hash) const noexcept {
    std::uint64_t best = ~std::uint64_t{0};
    std::uint32_t at = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint64_t const here = plain(hash, i);
      bool const nearer = SYNOD_MUTANT(rendezvous_tie_by_position, here < best, here <= best);
      best = nearer ? here : best;
      at = nearer ? i : at;
    }
    return at;
  }

  constexpr std::uint32_t nearest_by_weight(std::uint64_t hash) const noexcept {
    double best = std::numeric_limits<double>::infinity();
    double second = best;
    std::uint32_t at = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      double const here = at_least(plain(hash, i), i);
      if (here < second) {
        second = std::max(here, best);
        at = here < best ? i : at;
        best = std::min(here, best);
      }
    }
    rendezvous_distance nearest = distance(plain(hash, at), at);
    if (second > nearest.weighted) return at;
    for (std::uint32_t i = 0; i < count; ++i) {  // rarely: who came close
      std::uint64_t const here = plain(hash, i);
      if (at_least(here, i) <= nearest.weighted) {
        nearest = std::min(nearest, distance(here, i));
      }
    }
    return nearest.node;
  }
};

/// All nodes, the nearest first, each once. It looks four ahead: O(nodes) for every four.
class rendezvous_cursor {
 public:
  constexpr rendezvous_cursor() = default;
  constexpr rendezvous_cursor(rendezvous_nodes const& nodes, std::uint64_t hash) noexcept
      : nodes_(nodes), hash_(hash) {
    look_ahead([](rendezvous_distance const&) { return true; });
  }

  constexpr bool done() const noexcept { return at_ == found_; }
  constexpr std::uint32_t node() const noexcept { return ahead_[at_].node; }
  constexpr void advance() noexcept {
    if (++at_ < most_ahead) return;
    rendezvous_distance const last = ahead_[most_ahead - 1];
    look_ahead([last](rendezvous_distance const& one) { return last < one; });
  }

 private:
  static constexpr std::uint32_t most_ahead = 4;

  template <class Wanted>
  constexpr void look_ahead(Wanted wanted) noexcept {
    at_ = found_ = 0;
    for (std::uint32_t i = 0; i < nodes_.count; ++i) {
      std::uint64_t const plain = nodes_.plain(hash_, i);
      bool const full = found_ == most_ahead;
      if (full && is_beyond(plain, i, ahead_[most_ahead - 1])) continue;
      rendezvous_distance const one = nodes_.distance(plain, i);
      if (!wanted(one) || (full && !(one < ahead_[most_ahead - 1]))) continue;
      std::uint32_t place = full ? most_ahead - 1 : found_++;
      for (; place > 0 && one < ahead_[place - 1]; --place) ahead_[place] = ahead_[place - 1];
      ahead_[place] = one;
    }
  }

  constexpr bool is_beyond(std::uint64_t plain, std::uint32_t node,
                           rendezvous_distance const& limit) const noexcept {
    return nodes_.per_weight == nullptr ? plain > limit.plain
                                        : nodes_.at_least(plain, node) > limit.weighted;
  }

  rendezvous_nodes nodes_;
  std::uint64_t hash_ = 0;
  rendezvous_distance ahead_[most_ahead];
  std::uint32_t found_ = 0;
  std::uint32_t at_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
