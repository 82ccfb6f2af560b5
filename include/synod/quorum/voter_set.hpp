// SPDX-License-Identifier: BSL-1.0
// A set of voters by their slots: their positions 0 .. n-1 among the members of a quorum system.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

constexpr std::uint64_t low_bits(std::size_t n) noexcept {
  return n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
}

constexpr std::size_t count_bits(std::uint64_t mask) noexcept {
#if defined(__x86_64__) && !defined(__POPCNT__)
  // Without the instruction g++ calls a library function, which takes twice as long as this
  // (sums of 2, 4, 8 bits side by side, then of all bytes by a product).
  std::uint64_t sums = mask - (mask >> 1 & 0x5555555555555555);
  sums = (sums & 0x3333333333333333) + (sums >> 2 & 0x3333333333333333);
  sums = (sums + (sums >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return static_cast<std::size_t>(sums * 0x0101010101010101 >> 56);
#else
  return static_cast<std::size_t>(std::popcount(mask));
#endif
}

}  // namespace detail

/// Up to 64 slots a word. Every operation takes time in the number of words; with one, a handful of
/// instructions.
template <std::size_t Words>
class basic_voter_set {
  static_assert(Words > 0, "voter_set: no words");

 public:
  /// Slots are below this.
  static constexpr std::size_t max_slots = 64 * Words;

  constexpr basic_voter_set() = default;
  /// Bit i of the mask is slot i.
  static constexpr basic_voter_set of_mask(std::uint64_t mask) noexcept {
    basic_voter_set set;
    set.words_[0] = mask;
    return set;
  }
  /// The slots 0 .. n-1: all members of a system of n.
  static constexpr basic_voter_set first(std::size_t n) noexcept {
    SYNOD_EXPECTS(n <= max_slots, "voter_set: more slots than it has room for");
    basic_voter_set set;
    for (std::size_t w = 0; w < Words; ++w) {
      set.words_[w] = n > 64 * w ? detail::low_bits(n - 64 * w) : 0;
    }
    return set;
  }

  constexpr void insert(std::size_t slot) noexcept {
    SYNOD_EXPECTS(slot < max_slots, "voter_set: a slot beyond its room");
    words_[word_of(slot)] |= bit_of(slot);
  }
  constexpr bool contains(std::size_t slot) const noexcept {
    return slot < max_slots && (words_[word_of(slot)] & bit_of(slot)) != 0;
  }
  /// How many slots it holds, not how many there could be.
  constexpr std::size_t size() const noexcept {
    std::size_t sum = 0;
    for (std::uint64_t const word : words_) sum += detail::count_bits(word);
    return sum;
  }
  constexpr bool empty() const noexcept { return *this == basic_voter_set{}; }
  /// Word i: slots 64 i to 64 i + 63.
  constexpr std::uint64_t word(std::size_t i) const noexcept { return words_[i]; }
  constexpr void insert_in_word(std::size_t i, std::uint64_t bits) noexcept { words_[i] |= bits; }
  /// The mask of a set of one word.
  constexpr std::uint64_t mask() const noexcept
    requires(Words == 1)
  {
    return words_[0];
  }

  /// Its slots below n; n may be beyond its room.
  constexpr basic_voter_set within(std::size_t n) const noexcept {
    return *this & first(n < max_slots ? n : max_slots);
  }
  /// The slots among the first n that it does not hold.
  constexpr basic_voter_set complement(std::size_t n) const noexcept {
    return first(n).without(*this);
  }
  /// Its slots that are not among those.
  constexpr basic_voter_set without(basic_voter_set const& those) const noexcept {
    basic_voter_set set;
    for (std::size_t w = 0; w < Words; ++w) set.words_[w] = words_[w] & ~those.words_[w];
    return set;
  }
  /// Slot n becomes slot 0; those below it are dropped.
  constexpr basic_voter_set dropping(std::size_t n) const noexcept {
    basic_voter_set set;
    std::size_t const whole = n / 64;
    std::size_t const rest = n % 64;
    for (std::size_t w = whole; w < Words; ++w) {
      set.words_[w - whole] = words_[w] >> rest;
      if (rest != 0 && w + 1 < Words) set.words_[w - whole] |= words_[w + 1] << (64 - rest);
    }
    return set;
  }
  /// Whether all of those are here too.
  constexpr bool includes(basic_voter_set const& those) const noexcept {
    return (*this & those) == those;
  }

  friend constexpr basic_voter_set operator|(basic_voter_set a, basic_voter_set const& b) noexcept {
    for (std::size_t w = 0; w < Words; ++w) a.words_[w] |= b.words_[w];
    return a;
  }
  friend constexpr basic_voter_set operator&(basic_voter_set a, basic_voter_set const& b) noexcept {
    for (std::size_t w = 0; w < Words; ++w) a.words_[w] &= b.words_[w];
    return a;
  }
  friend constexpr bool operator==(basic_voter_set const&, basic_voter_set const&) = default;

 private:
  // With one word a constant, so that no address is computed.
  static constexpr std::size_t word_of(std::size_t slot) noexcept {
    return Words == 1 ? 0 : slot / 64;
  }
  static constexpr std::uint64_t bit_of(std::size_t slot) noexcept {
    return std::uint64_t{1} << slot % 64;
  }

  std::array<std::uint64_t, Words> words_{};
};

/// Up to 64 slots as one mask: the set that all systems understand.
using voter_set = basic_voter_set<1>;
/// The least set for so many members: 8 bytes for every 64.
template <std::size_t Members>
using voter_set_for = basic_voter_set<Members <= 64 ? 1 : (Members + 63) / 64>;

}  // namespace synod::inline SYNOD_ABI
