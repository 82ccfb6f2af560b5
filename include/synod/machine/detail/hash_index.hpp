// SPDX-License-Identifier: BSL-1.0
// Where the record of a key is: an open hash table with linear probing (Knuth, The Art of Computer
// Programming, volume 3, section 6.4, algorithms L and R).
#pragma once

#include <cstdint>
#include <vector>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// Numbers of records under the 32 low bits of the hashes of their keys. 8 bytes a slot, at most
/// three quarters of them taken; it grows by doubling and never shrinks. A removal moves those that
/// were pushed on back, so that nothing is left behind.
class hash_index {
 public:
  static constexpr std::uint32_t none = 0xffff'ffff;

  /// The number under this hash for which is(number), or `none`.
  template <class Is>
  std::uint32_t find(std::uint32_t hash, Is&& is) const {
    if (slots_.empty()) return none;
    for (std::size_t i = home(hash);; i = after(i)) {
      slot const& each = slots_[i];
      if (each.number == none) return none;
      if (each.hash == hash && is(each.number)) return each.number;
    }
  }

  void add(std::uint32_t hash, std::uint32_t number) {
    reserve(count_ + 1);
    place({hash, number});
    ++count_;
  }

  void remove(std::uint32_t hash, std::uint32_t number) noexcept {
    std::size_t hole = slot_of(hash, number);
    for (std::size_t i = after(hole); slots_[i].number != none; i = after(i)) {
      std::size_t const pushed_by = (i - home(slots_[i].hash)) & mask();
      std::size_t const back_by = (i - hole) & mask();
      if (pushed_by < back_by) continue;
      slots_[hole] = slots_[i];
      hole = i;
    }
    slots_[hole] = {};
    --count_;
  }

  /// What was under `hash` by the number `from` is there by the number `to`.
  void renumber(std::uint32_t hash, std::uint32_t from, std::uint32_t to) noexcept {
    slots_[slot_of(hash, from)].number = to;
  }

  /// Room for so many at once.
  void reserve(std::size_t count) {
    if (4 * count <= 3 * slots_.size()) return;
    std::size_t size = slots_.empty() ? 16 : 2 * slots_.size();
    while (4 * count > 3 * size) size *= 2;
    std::vector<slot> const before = std::move(slots_);
    slots_ = std::vector<slot>(size);
    for (slot const& each : before) {
      if (each.number != none) place(each);
    }
  }

 private:
  struct slot {
    std::uint32_t hash = 0;
    std::uint32_t number = none;
  };

  std::size_t mask() const noexcept { return slots_.size() - 1; }
  std::size_t home(std::uint32_t hash) const noexcept { return hash & mask(); }
  std::size_t after(std::size_t i) const noexcept { return (i + 1) & mask(); }

  std::size_t slot_of(std::uint32_t hash, std::uint32_t number) const noexcept {
    std::size_t i = home(hash);
    while (slots_[i].number != number) i = after(i);
    return i;
  }
  void place(slot next) noexcept {
    std::size_t i = home(next.hash);
    while (slots_[i].number != none) i = after(i);
    slots_[i] = next;
  }

  std::vector<slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
