// SPDX-License-Identifier: BSL-1.0
// Many hashes looked up at once: their lines are fetched ahead of their turn, and the instruction
// set is that of the machine.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/ring/detail/line.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// So many look-ups ahead a line is fetched.
inline constexpr std::size_t lines_ahead = 24;

/// Writes the owner of each of `count` hashes, or `not_in_line`; of `ahead` hashes more behind them
/// the lines are fetched. True when every line knew.
template <class Line>
bool owners_in(Line const* lines, unsigned bits, std::uint64_t const* hashes, std::size_t count,
               std::size_t ahead, std::uint32_t* out) noexcept {
  bool all = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (i + lines_ahead < count + ahead) {
      __builtin_prefetch(&lines[place_of(hashes[i + lines_ahead], bits).bucket]);
    }
    auto const [bucket, suffix] = place_of(hashes[i], bits);
    out[i] = owner_in(lines[bucket], suffix);
    all &= out[i] != not_in_line;
  }
  return all;
}

// The same under another name where the unit is compiled for less than AVX2 and the machine may
// have it. Nothing of it is shared with the unit's other functions: what is not inlined here would
// be compiled for the unit's instruction set.
#if defined(__x86_64__) && !defined(__AVX2__)
#define SYNOD_RING_LINE_BATCH_AVX2 1

inline bool has_avx2() noexcept { return __builtin_cpu_supports("avx2") != 0; }

[[gnu::target("avx2")]] inline bool owners_in_avx2(narrow_line const* lines, unsigned bits,
                                                   std::uint64_t const* hashes, std::size_t count,
                                                   std::size_t ahead, std::uint32_t* out) noexcept {
  using bytes32 [[gnu::vector_size(32)]] = char;
  using suffixes16 [[gnu::vector_size(32)]] = std::int16_t;
  unsigned const shift = 48 - bits;
  bool all = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (i + lines_ahead < count + ahead) {
      __builtin_prefetch(&lines[hashes[i + lines_ahead] >> shift >> 16]);
    }
    std::uint64_t const upper = hashes[i] >> shift;
    auto const suffix = static_cast<std::int16_t>(upper ^ 0x8000);
    narrow_line const& line = lines[upper >> 16];
    suffixes16 suffixes;
    __builtin_memcpy(&suffixes, __builtin_assume_aligned(&line, 64), sizeof suffixes);
    auto const below = reinterpret_cast<bytes32>(suffixes < suffixes16{} + suffix);
    auto const ones = static_cast<std::uint32_t>(__builtin_ia32_pmovmskb256(below));
    auto const at = static_cast<unsigned>(__builtin_ctzll(~std::uint64_t{ones})) / 2;
    bool const known = at < narrow_line::room && line.suffixes[at] != suffix;
    out[i] = known ? line.owners[at] : not_in_line;
    all &= known;
  }
  return all;
}

#endif

}  // namespace synod::inline SYNOD_ABI::detail
