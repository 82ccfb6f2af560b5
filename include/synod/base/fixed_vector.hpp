// SPDX-License-Identifier: BSL-1.0
// A vector of trivially copyable values with a fixed capacity and no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"

namespace synod::inline SYNOD_ABI {

/// At most `Capacity` values, in place. Elements beyond `size()` are value-initialised at all
/// times, so that equality and copying are memberwise.
template <class T, std::size_t Capacity>
class fixed_vector {
  static_assert(std::is_trivially_copyable_v<T>, "fixed_vector: T is not trivially copyable");
  static_assert(Capacity < 65536, "fixed_vector: at most 65535 elements");

 public:
  using value_type = T;

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr bool full() const noexcept { return size_ == Capacity; }
  static constexpr std::size_t capacity() noexcept { return Capacity; }

  constexpr T* begin() noexcept { return items_.data(); }
  constexpr T* end() noexcept { return items_.data() + size_; }
  constexpr T const* begin() const noexcept { return items_.data(); }
  constexpr T const* end() const noexcept { return items_.data() + size_; }
  constexpr T* data() noexcept { return items_.data(); }
  constexpr T const* data() const noexcept { return items_.data(); }

  constexpr T& operator[](std::size_t i) noexcept { return items_[i]; }
  constexpr T const& operator[](std::size_t i) const noexcept { return items_[i]; }
  constexpr T& front() noexcept { return items_[0]; }
  constexpr T const& front() const noexcept { return items_[0]; }
  constexpr T& back() noexcept { return items_[size_ - 1u]; }
  constexpr T const& back() const noexcept { return items_[size_ - 1u]; }

  constexpr void push_back(T const& value) noexcept {
    SYNOD_EXPECTS(!full(), "fixed_vector: push_back beyond the capacity");
    items_[size_++] = value;
  }
  constexpr void pop_back() noexcept { items_[--size_] = T{}; }
  constexpr void pop_front() noexcept { drop_front(1); }
  constexpr void drop_front(std::size_t n) noexcept {
    for (std::size_t i = n; i < size_; ++i) items_[i - n] = items_[i];
    resize(size_ - n);
  }
  /// Keeps the first n; n is at most size().
  constexpr void resize(std::size_t n) noexcept {
    while (size_ > n) pop_back();
  }
  constexpr void clear() noexcept { resize(0); }

  friend constexpr bool operator==(fixed_vector const&, fixed_vector const&) = default;

 private:
  std::array<T, Capacity> items_{};
  std::uint16_t size_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
