// SPDX-License-Identifier: BSL-1.0
// Which points of a thinned ring a key sees, and how they are found in a row of them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/random.hpp"
#include "synod/ring/detail/flat_points.hpp"
#include "synod/ring/detail/shared_array.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// 32 bits of a point, in halves, that do not depend on its place in any simple way.
struct point_mark {
  std::uint16_t low;
  std::uint16_t high;

  static constexpr point_mark of(std::uint64_t point) noexcept {
    std::uint64_t const mixed = mix(point);
    return {static_cast<std::uint16_t>(mixed >> 32), static_cast<std::uint16_t>(mixed >> 48)};
  }
};

/// A key's eye: it sees one mark in `OneIn`, by a multiplicative hash of the mark whose factors are
/// drawn from the key's hash. Whether a key sees a point depends on these two and on nothing else.
template <unsigned OneIn>
class sight {
  static_assert(OneIn >= 2 && std::has_single_bit(OneIn) && OneIn <= 1024,
                "thinned_ring: a key sees one point in 2, 4, 8 ... 1024");

 public:
  /// Halves of eight marks at once, where the compiler has a vector for them.
  using halves = std::uint16_t __attribute__((vector_size(16)));

  constexpr sight() = default;
  constexpr explicit sight(std::uint64_t hash) noexcept {
    std::uint64_t const drawn = mix(hash + 0x9e3779b97f4a7c15);
    shift_ = static_cast<std::uint16_t>(drawn);
    low_ = static_cast<std::uint16_t>(drawn >> 16 | 1);
    high_ = static_cast<std::uint16_t>(drawn >> 32 | 1);
    last_ = static_cast<std::uint16_t>(drawn >> 48 | 1);
  }

  constexpr bool sees(point_mark mark) const noexcept {
    auto x = static_cast<std::uint16_t>((mark.low ^ shift_) * std::uint32_t{low_} +
                                        mark.high * std::uint32_t{high_});
    x = static_cast<std::uint16_t>(x ^ x >> 8);
    return static_cast<std::uint16_t>(x * std::uint32_t{last_}) >> unseen_bits == 0;
  }
  /// All ones where a mark is seen, else 0.
  halves seen(halves low, halves high) const noexcept {
    halves x = (low ^ shift_) * low_ + high * high_;
    x = (x ^ (x >> 8)) * last_;
    return static_cast<halves>((x >> unseen_bits) == 0);
  }

 private:
  static constexpr int unseen_bits = 16 - std::countr_zero(OneIn);

  std::uint16_t shift_ = 0;
  std::uint16_t low_ = 1;
  std::uint16_t high_ = 1;
  std::uint16_t last_ = 1;
};

/// The marks of points, in their order. 4 bytes a point.
class point_marks {
 public:
  /// False when the memory is not to be had.
  bool mark(flat_points const& points) noexcept {
    low_ = shared_array<std::uint16_t>::allocate(points.size());
    high_ = shared_array<std::uint16_t>::allocate(points.size());
    if (!low_ || !high_) return false;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
      auto const mark = point_mark::of(points.places()[i]);
      low_[i] = mark.low;
      high_[i] = mark.high;
    }
    return true;
  }

  std::uint16_t const* low() const noexcept { return low_.data(); }
  std::uint16_t const* high() const noexcept { return high_.data(); }

  /// The first point from `at` on, before `end`, that is seen; else `end`.
  template <unsigned OneIn>
  std::uint32_t first_seen(sight<OneIn> eye, std::uint32_t at, std::uint32_t end) const noexcept {
    while (end - at >= 16 && !any_of_8(eye, at) && !any_of_8(eye, at + 8)) at += 16;
    while (at < end && !eye.sees({low_[at], high_[at]})) ++at;
    return at;
  }

 private:
  template <unsigned OneIn>
  bool any_of_8(sight<OneIn> eye, std::size_t at) const noexcept {
    typename sight<OneIn>::halves low, high;
    std::memcpy(&low, low_.data() + at, sizeof low);
    std::memcpy(&high, high_.data() + at, sizeof high);
    auto const seen = std::bit_cast<both>(eye.seen(low, high));
    return (seen.first | seen.second) != 0;
  }
  struct both {
    std::uint64_t first;
    std::uint64_t second;
  };

  shared_array<std::uint16_t> low_;
  shared_array<std::uint16_t> high_;
};

/// The owners of the points from one on, once round the ring: first of those that the key sees,
/// then of the others.
template <unsigned OneIn>
class thinned_cursor {
 public:
  thinned_cursor() = default;
  thinned_cursor(flat_points const& points, point_marks const& marks, std::uint64_t hash) noexcept
      : low_(marks.low()),
        high_(marks.high()),
        owners_(points.owners()),
        count_(points.size()),
        eye_(hash) {
    if (count_ == 0) return;
    first_ = at_ = points.find(hash);
    left_ = count_;
    find();
  }

  bool done() const noexcept { return left_ == 0; }
  std::uint32_t node() const noexcept { return owners_[at_]; }
  void advance() noexcept {
    pass();
    find();
  }

 private:
  void pass() noexcept {
    at_ = at_ + 1 == count_ ? 0 : at_ + 1;
    --left_;
  }
  void find() noexcept {
    for (;;) {
      while (left_ > 0 && eye_.sees({low_[at_], high_[at_]}) != seen_) pass();
      if (left_ > 0 || !seen_) return;
      seen_ = false;
      at_ = first_;
      left_ = count_;
    }
  }

  std::uint16_t const* low_ = nullptr;
  std::uint16_t const* high_ = nullptr;
  std::uint32_t const* owners_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t first_ = 0;
  std::uint32_t at_ = 0;
  std::uint32_t left_ = 0;  // points not yet passed in this turn
  bool seen_ = true;        // the turn over the points that the key sees, not that over the others
  sight<OneIn> eye_;
};

}  // namespace synod::inline SYNOD_ABI::detail
