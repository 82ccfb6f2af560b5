// SPDX-License-Identifier: BSL-1.0
// An array of its own on the heap, for doors that do not pay for <memory>.
#pragma once

#include <cstddef>
#include <utility>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// The sole owner of n values, which are default-initialised: those of a built-in type are left as
/// they are. Its owner knows how many there are.
template <class T>
class heap_array {
 public:
  heap_array() noexcept = default;
  explicit heap_array(std::size_t n) : values_(new T[n]) {}
  heap_array(heap_array&& other) noexcept : values_(std::exchange(other.values_, nullptr)) {}
  heap_array& operator=(heap_array&& other) noexcept {
    std::swap(values_, other.values_);
    return *this;
  }
  ~heap_array() { delete[] values_; }

  /// Null where there is none.
  T* get() const noexcept { return values_; }

 private:
  T* values_ = nullptr;
};

}  // namespace synod::inline SYNOD_ABI
