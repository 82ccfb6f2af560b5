// SPDX-License-Identifier: BSL-1.0
// A set of voters by their slots: their positions 0 .. n-1 among the members of a quorum system.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"

namespace synod::inline SYNOD_ABI {

/// Up to 64 slots as one mask. Every operation is constant time.
class voter_set {
 public:
  /// Slots are below this.
  static constexpr std::size_t max_slots = 64;

  constexpr voter_set() = default;
  /// Bit i of the mask is slot i.
  static constexpr voter_set of_mask(std::uint64_t mask) noexcept {
    voter_set set;
    set.mask_ = mask;
    return set;
  }
  /// The slots 0 .. n-1: all members of a system of n.
  static constexpr voter_set first(std::size_t n) noexcept {
    SYNOD_EXPECTS(n <= max_slots, "voter_set: more than 64 slots");
    return of_mask(n == max_slots ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1);
  }

  constexpr void insert(std::size_t slot) noexcept {
    SYNOD_EXPECTS(slot < max_slots, "voter_set: a slot of 64 or more");
    mask_ |= std::uint64_t{1} << slot;
  }
  constexpr bool contains(std::size_t slot) const noexcept {
    return slot < max_slots && (mask_ >> slot & 1) != 0;
  }
  /// How many slots it holds, not how many there could be.
  constexpr std::size_t size() const noexcept {
#if defined(__x86_64__) && !defined(__POPCNT__)
    // Without the instruction g++ calls a library function, which takes twice as long as this
    // (sums of 2, 4, 8 bits side by side, then of all bytes by a product).
    std::uint64_t sums = mask_ - (mask_ >> 1 & 0x5555555555555555);
    sums = (sums & 0x3333333333333333) + (sums >> 2 & 0x3333333333333333);
    sums = (sums + (sums >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return static_cast<std::size_t>(sums * 0x0101010101010101 >> 56);
#else
    return static_cast<std::size_t>(std::popcount(mask_));
#endif
  }
  constexpr bool empty() const noexcept { return mask_ == 0; }
  constexpr std::uint64_t mask() const noexcept { return mask_; }
  /// The slots among the first n that it does not hold.
  constexpr voter_set complement(std::size_t n) const noexcept {
    return of_mask(first(n).mask_ & ~mask_);
  }

  friend constexpr voter_set operator|(voter_set a, voter_set b) noexcept {
    return of_mask(a.mask_ | b.mask_);
  }
  friend constexpr voter_set operator&(voter_set a, voter_set b) noexcept {
    return of_mask(a.mask_ & b.mask_);
  }
  friend constexpr bool operator==(voter_set, voter_set) = default;

 private:
  std::uint64_t mask_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
