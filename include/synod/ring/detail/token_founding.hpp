// SPDX-License-Identifier: BSL-1.0
// How far apart the tokens of founding nodes lie.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// The relative length of arc `number` of a node's `count`, of mean about 2^32.
///
/// Equal arcs would be the worst to begin with: a node that joins has arcs of the mean length, so
/// that each of its cuts would leave next to nothing of an arc, and replica sets, which go on from
/// there, would lean on few nodes. These are the lengths that arcs come to have anyway while nodes
/// join one by one: they begin at 1 (the one cut off) or at L - 1 (what is left), grow as the mean
/// shrinks, and are cut at L. So many are of length s, in proportion to 1 / s^2, from 1 to L, and
/// L - 1 times as many from L - 1 to L; and their mean is 1 where
/// ln L + (L - 1) ln (L / (L - 1)) = 1: L is 1.5422, here 1.54.
constexpr std::uint64_t founding_length(std::uint32_t number, std::uint32_t count) noexcept {
  constexpr std::uint64_t cut = 154;                                 // hundredths
  ring_share::count const part = 2 * ring_share::count{number} + 1;  // of 2 x count
  ring_share::count const whole = 2 * ring_share::count{count};
  ring_share::count const one = ring_share::count{1} << 32;
  // 1 / (1 - u) up to u = 1 - 1 / L, then (L - 1) / (L - 1 + ... ): u is part / whole.
  if (part * cut < whole * (cut - 100)) {
    return static_cast<std::uint64_t>(one * whole / (whole - part));
  }
  // (L - 1) / (1 - v / L) with v = (u - (1 - 1 / L)) L, which is (L - 1) / (2 - 1 / L - u).
  ring_share::count const above = one * (cut - 100) * whole * cut / 100;
  return static_cast<std::uint64_t>(above / (whole * (2 * cut - 100) - part * cut));
}

/// Tokens as they are founded: where their nodes' hashed points would be, they stand in that order.
struct founding_token {
  std::uint64_t point;
  std::uint32_t node;
  std::uint32_t number;  // of its node's

  friend constexpr bool operator<(founding_token const& a, founding_token const& b) noexcept {
    if (a.point != b.point) return a.point < b.point;
    return a.node != b.node ? a.node < b.node : a.number < b.number;
  }
};

}  // namespace synod::inline SYNOD_ABI::detail
