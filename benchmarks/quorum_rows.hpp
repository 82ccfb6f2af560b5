// SPDX-License-Identifier: BSL-1.0
// What every benchmark of commit indices shares: the rows, and the floor, which is the classic
// selection network for the number of voters, bare, over the same memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "synod/base/ids.hpp"

namespace quorum_rows {

// Few enough rows to stay in the cache, too many for a branch predictor to learn.
inline constexpr std::size_t rows = 1024;

// Random indices, `voters` to a row.
inline std::vector<synod::log_index> acknowledgements(std::size_t voters) {
  std::mt19937_64 random{voters};
  std::vector<synod::log_index> all(rows * voters);
  for (auto& index : all) index = {random() % 1'000'000};
  return all;
}

// Inlined and in variables of their own, so that the values stay in registers: the floor must not
// pay for a call or for an array.
[[gnu::always_inline]] inline void exchange(std::uint64_t& low, std::uint64_t& high) {
  std::uint64_t const a = low;
  std::uint64_t const b = high;
  low = a < b ? a : b;
  high = a < b ? b : a;
}

template <std::size_t Voters>
std::uint64_t selection_network(synod::log_index const* at) = delete;
template <>
[[gnu::always_inline]] inline std::uint64_t selection_network<3>(synod::log_index const* at) {
  std::uint64_t a = at[0].value, b = at[1].value, c = at[2].value;
  exchange(a, b);
  exchange(b, c);
  exchange(a, b);
  return b;
}
template <>
[[gnu::always_inline]] inline std::uint64_t selection_network<5>(synod::log_index const* at) {
  std::uint64_t a = at[0].value, b = at[1].value, c = at[2].value, d = at[3].value, e = at[4].value;
  exchange(a, b);
  exchange(d, e);
  exchange(a, d);
  exchange(b, e);
  exchange(b, c);
  exchange(c, d);
  exchange(b, c);
  return c;
}
template <>
[[gnu::always_inline]] inline std::uint64_t selection_network<7>(synod::log_index const* at) {
  std::uint64_t a = at[0].value, b = at[1].value, c = at[2].value, d = at[3].value, e = at[4].value,
                f = at[5].value, g = at[6].value;
  exchange(a, f);
  exchange(a, d);
  exchange(b, g);
  exchange(c, e);
  exchange(a, b);
  exchange(d, f);
  exchange(c, g);
  exchange(c, d);
  exchange(d, g);
  exchange(e, f);
  exchange(b, e);
  exchange(b, d);
  exchange(d, e);
  return d;
}

}  // namespace quorum_rows
