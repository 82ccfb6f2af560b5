// SPDX-License-Identifier: BSL-1.0
// Weights as parts of their sum, rounded as Envoy rounds them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI {
namespace detail {

/// A product, sum or quotient rounded to its type on its own: the compiler may neither fuse it with
/// the next operation (-ffp-contract) nor reorder it. Other systems' layouts depend on each
/// rounding.
template <class Float>
inline Float rounded(Float x) noexcept {
  asm("" : "+m"(x));
  return x;
}

/// The weights of nodes, each divided by the sum of all.
class normal_weights {
 public:
  /// With `already`, the weights are taken as they are. Errors: a sum that is not finite
  /// (`too_large`), a part too small for a number (`bad_input`); `exhausted`.
  template <class Name>
  error take(std::span<basic_ring_node<Name> const> nodes, bool already) noexcept {
    all_ = shared_array<double>::allocate(nodes.size());
    if (!all_) return ring_out_of_memory;
    double sum = already ? 1 : 0;
    for (std::size_t i = 0; i < nodes.size() && !already; ++i) {
      sum = rounded(sum + nodes[i].weight);
      if (!is_valid_weight(sum)) return {errc::too_large, "ring: the sum of weights overflows", i};
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      double const part = rounded(nodes[i].weight / sum);
      if (!is_valid_weight(part)) return {errc::bad_input, "ring: weights too far apart", i};
      all_[i] = part;
      min_ = i == 0 ? part : std::min(min_, part);
      max_ = i == 0 ? part : std::max(max_, part);
    }
    return {};
  }

  double operator[](std::size_t i) const noexcept { return all_[i]; }
  double min() const noexcept { return min_; }
  double max() const noexcept { return max_; }

 private:
  shared_array<double> all_;
  double min_ = 0;
  double max_ = 0;
};

}  // namespace detail

/// The effective weight of a host where Envoy balances by localities: as Envoy computes it from the
/// weights of the host and of its locality, each with the sum over its like. To be given as a
/// node's weight to a ring or table whose options say `normalised`. All are above zero.
inline double envoy_locality_weight(std::uint32_t host, std::uint32_t hosts, std::uint32_t locality,
                                    std::uint32_t localities) noexcept {
  double const part = detail::rounded(static_cast<double>(locality) / localities);
  return detail::rounded(detail::rounded(host * part) / hosts);
}

}  // namespace synod::inline SYNOD_ABI
