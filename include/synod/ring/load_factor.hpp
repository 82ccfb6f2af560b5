// SPDX-License-Identifier: BSL-1.0
// How far above its part a node's load may go, and weights as whole numbers.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI {

/// How many times its part of the load a node may have: above 1, at most 65535. 1.25 unless said
/// otherwise: no node has more than a quarter above its part.
class load_factor {
 public:
  constexpr load_factor() = default;

  /// To 1/65536, upwards. Errors: `bad_option` for 1 and less, more than 65535, and NaN.
  static constexpr result<load_factor> of(double factor) noexcept {
    // By bits, which order positive numbers as they are, so that -ffast-math cannot let NaN pass.
    auto const bits = std::bit_cast<std::uint64_t>(factor);
    if (bits <= std::bit_cast<std::uint64_t>(1.0) || bits > std::bit_cast<std::uint64_t>(65535.0)) {
      return wrong;
    }
    double const parts = factor * 65536;  // by a power of two: exact
    auto const whole = static_cast<std::uint32_t>(parts);
    return load_factor{static_cast<double>(whole) < parts ? whole + 1 : whole, 65536};
  }
  /// Exactly numerator / denominator; the denominator is at most 65536. Errors as of the other.
  static constexpr result<load_factor> of(std::uint32_t numerator,
                                          std::uint32_t denominator) noexcept {
    bool const fits = denominator > 0 && denominator <= 65536 && numerator > denominator;
    if (!fits || numerator / denominator >= 65535) return wrong;
    return load_factor{numerator, denominator};
  }

  constexpr std::uint32_t numerator() const noexcept { return numerator_; }
  constexpr std::uint32_t denominator() const noexcept { return denominator_; }
  /// The numerator times so much.
  constexpr ring_share::count times(ring_share::count much) const noexcept {
    return numerator_ * much;
  }

  friend constexpr bool operator==(load_factor, load_factor) = default;

 private:
  static constexpr error wrong{errc::bad_option,
                               "bounded loads: a factor that is not above 1 and at most 65535", 0};

  constexpr load_factor(std::uint32_t numerator, std::uint32_t denominator) noexcept
      : numerator_(numerator), denominator_(denominator) {}

  std::uint32_t numerator_ = 5;
  std::uint32_t denominator_ = 4;
};

namespace detail {

/// Weights as whole numbers up to 2^24 in one measure, a power of two: what has at most 24 binary
/// digits beside the greatest is exact, smaller parts are dropped; none is 0.
class whole_weights {
 public:
  template <class Node>
  constexpr explicit whole_weights(std::span<Node const> nodes) noexcept {
    for (Node const& node : nodes) greatest_ = std::max(greatest_, exponent_of(node.weight));
  }

  constexpr std::uint32_t of(double weight) const noexcept {
    auto const bits = std::bit_cast<std::uint64_t>(weight);
    std::uint64_t const implied = bits >> 52 != 0 ? std::uint64_t{1} << 52 : 0;
    std::uint64_t const digits = (bits & ((std::uint64_t{1} << 52) - 1)) | implied;
    unsigned const dropped = 29 + greatest_ - exponent_of(weight);
    std::uint64_t const whole = dropped < 64 ? digits >> dropped : 0;
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(whole, 1));
  }

 private:
  // As it stands in the bits; those below the smallest normal number share its exponent.
  static constexpr unsigned exponent_of(double weight) noexcept {
    auto const exponent = static_cast<unsigned>(std::bit_cast<std::uint64_t>(weight) >> 52);
    return std::max(exponent, 1u);
  }

  unsigned greatest_ = 1;
};

}  // namespace detail
}  // namespace synod::inline SYNOD_ABI
