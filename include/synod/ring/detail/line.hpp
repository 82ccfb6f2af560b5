// SPDX-License-Identifier: BSL-1.0
// One cache line of a ring: the points of one bucket of the hash space, and who owns what lies
// between them, found by one comparison over all of them.
//
// The hash space is cut into 2^bits buckets by the hashes' top bits. A line keeps the next 16 bits
// of its bucket's points, in order, and the points' owners; behind them stands, up to the end of
// the line, the owner of the first point beyond the bucket. So the owner of a hash stands where the
// count of smaller suffixes says. Where 16 bits cannot tell (a suffix equal to the hash's), or the
// bucket has more points than a line, the line does not answer, and the whole points must.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// The part of a hash that lines go by: its bucket, and the 16 bits below.
struct line_place {
  std::size_t bucket;
  /// As a number whose signed order is that of the bits: what SSE2 compares is signed.
  std::int16_t suffix;
};
inline constexpr std::int16_t greatest_suffix = 0x7fff;

/// The place of a hash among 2^bits lines (1 to 48). One shift by a number not known beforehand.
constexpr line_place place_of(std::uint64_t hash, unsigned bits) noexcept {
  std::uint64_t const upper = hash >> (48 - bits);
  return {static_cast<std::size_t>(upper >> 16), static_cast<std::int16_t>(upper ^ 0x8000)};
}

/// For up to 2^16 nodes: sixteen points.
struct alignas(64) narrow_line {
  static constexpr unsigned room = 16;
  static constexpr std::uint64_t nodes = std::uint64_t{1} << 16;

  std::int16_t suffixes[room] = {};
  std::uint16_t owners[room] = {};

  constexpr std::uint32_t owner(unsigned i) const noexcept { return owners[i]; }
  constexpr void put_owner(unsigned i, std::uint32_t node) noexcept {
    owners[i] = static_cast<std::uint16_t>(node);
  }
};

/// For up to 2^24: twelve points.
struct alignas(64) wide_line {
  static constexpr unsigned room = 12;
  static constexpr std::uint64_t nodes = std::uint64_t{1} << 24;

  std::int16_t suffixes[room] = {};
  std::uint16_t low[room] = {};
  std::uint8_t high[room] = {};

  constexpr std::uint32_t owner(unsigned i) const noexcept {
    return static_cast<std::uint32_t>(high[i]) << 16 | low[i];
  }
  constexpr void put_owner(unsigned i, std::uint32_t node) noexcept {
    low[i] = static_cast<std::uint16_t>(node);
    high[i] = static_cast<std::uint8_t>(node >> 16);
  }
};

static_assert(sizeof(narrow_line) == 64 && sizeof(wide_line) == 64);

/// Writes the line of a bucket: its `count` points in order, each with its owner, and the owner of
/// the first point beyond. Only a line's room of them is written. The greatest suffix marks places
/// behind the points; a point that has it is written with the one below, which gives no answer a
/// line did not refuse before: either hash finds an equal suffix.
template <class Line>
constexpr void fill_line(Line& line, std::uint64_t const* points, std::uint32_t const* owners,
                         std::size_t count, unsigned bits, std::uint32_t beyond) noexcept {
  unsigned const kept = count < Line::room ? static_cast<unsigned>(count) : Line::room;
  for (unsigned i = 0; i < kept; ++i) {
    std::int16_t const suffix = place_of(points[i], bits).suffix;
    line.suffixes[i] = suffix == greatest_suffix ? std::int16_t{greatest_suffix - 1} : suffix;
    line.put_owner(i, owners[i]);
  }
  for (unsigned i = kept; i < Line::room; ++i) {
    line.suffixes[i] = greatest_suffix;
    line.put_owner(i, beyond);
  }
}

namespace vector {

using bytes16 [[gnu::vector_size(16)]] = char;
using suffixes8 [[gnu::vector_size(16)]] = std::int16_t;
#if defined(__AVX2__)
using bytes32 [[gnu::vector_size(32)]] = char;
using suffixes16 [[gnu::vector_size(32)]] = std::int16_t;
#endif

/// How many of the line's suffixes are smaller. They stand in order, so that the comparison's bits
/// are ones up to the answer.
template <class Line>
[[gnu::always_inline]] inline unsigned count_below(Line const& line, std::int16_t suffix) noexcept {
#if defined(__AVX2__)
  suffixes16 all;  // of a wide line the last four are none
  __builtin_memcpy(&all, __builtin_assume_aligned(&line, 64), sizeof all);
  auto const below = reinterpret_cast<bytes32>(all < suffixes16{} + suffix);
  auto const ones =
      static_cast<std::uint64_t>(static_cast<std::uint32_t>(__builtin_ia32_pmovmskb256(below)));
  return static_cast<unsigned>(std::countr_zero(~ones | std::uint64_t{1} << 2 * Line::room)) / 2;
#else
  suffixes8 first;
  suffixes8 second = suffixes8{} + greatest_suffix;
  __builtin_memcpy(&first, __builtin_assume_aligned(line.suffixes, 64), sizeof first);
  __builtin_memcpy(&second, __builtin_assume_aligned(line.suffixes + 8, 16),
                   sizeof line.suffixes - sizeof first);
  auto const sought = suffixes8{} + suffix;
#if defined(__SSE2__)
  auto const below = __builtin_ia32_packsswb128(first < sought, second < sought);
  auto const ones = static_cast<std::uint32_t>(__builtin_ia32_pmovmskb128(below));
  return static_cast<unsigned>(__builtin_ctz(~ones));
#else
  // Ones in all lanes, added up: within 64 bits by a product.
  auto const below =
      std::bit_cast<std::array<std::uint64_t, 2>>(-(first < sought) - (second < sought));
  return static_cast<unsigned>((below[0] + below[1]) * 0x0001'0001'0001'0001 >> 48);
#endif
#endif
}

}  // namespace vector

/// How many of the line's suffixes are smaller: the place of the owner, unless that place is the
/// line's end or its suffix is equal.
template <class Line>
[[gnu::always_inline]] constexpr unsigned count_below(Line const& line,
                                                      std::int16_t suffix) noexcept {
  if (!__builtin_is_constant_evaluated()) return vector::count_below(line, suffix);
  unsigned count = 0;
  while (count < Line::room && line.suffixes[count] < suffix) ++count;
  return count;
}

/// What a line that does not know says.
inline constexpr std::uint32_t not_in_line = 0xffffffff;

/// The owner of a hash by its bucket's line, or `not_in_line`.
template <class Line>
[[gnu::always_inline]] constexpr std::uint32_t owner_in(Line const& line,
                                                        std::int16_t suffix) noexcept {
  unsigned const at = count_below(line, suffix);
  bool const tied =
      at < Line::room && SYNOD_MUTANT(ring_ignores_ties, line.suffixes[at] == suffix, false);
  if (at == Line::room || tied) [[unlikely]] {
    return not_in_line;
  }
  return line.owner(at);
}

}  // namespace synod::inline SYNOD_ABI::detail
