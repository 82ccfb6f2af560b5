// SPDX-License-Identifier: BSL-1.0
// Values under their hashes: an open hash table with linear probing (Knuth, The Art of Computer
// Programming, volume 3, section 6.4, algorithms L and R).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// A Value is false where it is default-constructed, and true where it is in the table. The whole
/// hash stands beside it, so that neither a look-up that misses nor growth looks into values. At
/// most three quarters of the slots are taken; their number doubles and never shrinks. A removal
/// moves those that were pushed on back, so that nothing is left behind.
template <class Value>
class probed_table {
 public:
  static constexpr std::size_t none = ~std::size_t{0};

  std::size_t size() const noexcept { return count_; }
  Value& operator[](std::size_t slot) noexcept { return slots_[slot].value; }
  Value const& operator[](std::size_t slot) const noexcept { return slots_[slot].value; }
  template <class F>
  void for_each(F&& f) const {
    for (entry const& each : slots_) {
      if (each.value) f(each.value);
    }
  }

  /// The slot of the value under this hash for which is(value), or `none`.
  template <class Is>
  std::size_t find(std::uint64_t hash, Is&& is) const {
    if (slots_.empty()) return none;
    for (std::size_t i = home(hash);; i = after(i)) {
      entry const& each = slots_[i];
      if (!each.value) return none;
      if (each.hash == hash && is(each.value)) return i;
    }
  }

  std::size_t add(std::uint64_t hash, Value value) {
    reserve(count_ + 1);
    ++count_;
    return place({hash, std::move(value)});
  }

  void remove(std::size_t hole) noexcept {
    for (std::size_t i = after(hole); slots_[i].value; i = after(i)) {
      std::size_t const pushed_by = (i - home(slots_[i].hash)) & mask();
      std::size_t const back_by = (i - hole) & mask();
      if (pushed_by < back_by) continue;
      slots_[hole] = std::move(slots_[i]);
      hole = i;
    }
    slots_[hole] = {};
    --count_;
  }

  /// Room for so many at once.
  void reserve(std::size_t count) {
    if (4 * count <= 3 * slots_.size()) return;
    std::size_t size = slots_.empty() ? 16 : 2 * slots_.size();
    while (4 * count > 3 * size) size *= 2;
    std::vector<entry> before(size);
    before.swap(slots_);
    for (entry& each : before) {
      if (each.value) place(std::move(each));
    }
  }

 private:
  struct entry {
    std::uint64_t hash = 0;
    Value value;
  };

  std::size_t mask() const noexcept { return slots_.size() - 1; }
  std::size_t home(std::uint64_t hash) const noexcept {
    return static_cast<std::size_t>(hash) & mask();
  }
  std::size_t after(std::size_t i) const noexcept { return (i + 1) & mask(); }

  std::size_t place(entry next) noexcept {
    std::size_t i = home(next.hash);
    while (slots_[i].value) i = after(i);
    slots_[i] = std::move(next);
    return i;
  }

  std::vector<entry> slots_;
  std::size_t count_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
