// SPDX-License-Identifier: BSL-1.0
// The memory of rings: written while it has one owner, then shared by all copies of a ring,
// whatever their threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// A counted reference to an array of trivially copyable elements, which begins on a cache line.
/// Who is its only owner may write: whoever allocated it, until the first copy is made, and whoever
/// is left alone with it. What is shared nobody writes, so that copies may be read, made and
/// dropped by any threads. Copying is one atomic increment.
///
/// No std::shared_ptr: <memory> costs a unit more than the whole of a ring may, and its failure to
/// allocate is an exception.
template <class T>
class shared_array {
  static_assert(std::is_trivially_copyable_v<T>, "shared_array: T is not trivially copyable");

 public:
  constexpr shared_array() = default;
  shared_array(shared_array const& other) noexcept : first_(other.first_), size_(other.size_) {
    if (first_ != nullptr) __atomic_add_fetch(&header()->owners, 1, __ATOMIC_RELAXED);
  }
  shared_array(shared_array&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  // Two, not one by value: clang 16 never destroys a parameter made from `= {}` in a template.
  shared_array& operator=(shared_array const& other) noexcept {
    return *this = shared_array{other};
  }
  shared_array& operator=(shared_array&& other) noexcept {
    shared_array taken{std::move(other)};
    std::swap(first_, taken.first_);
    std::swap(size_, taken.size_);
    return *this;
  }
  ~shared_array() {
    if (first_ != nullptr && __atomic_sub_fetch(&header()->owners, 1, __ATOMIC_ACQ_REL) == 0) {
      ::operator delete(header(), alignment);
    }
  }

  /// `size` elements and room for `slack` more behind them, not yet written; null (false) when the
  /// memory is not to be had. A few kilobytes of slack, no more.
  static shared_array allocate(std::size_t size, std::size_t slack = 0) noexcept {
    shared_array made;
    if (size > (SIZE_MAX >> 1) / sizeof(T)) return made;
    std::size_t const bytes = sizeof(block) + (size + slack) * sizeof(T);
    void* const memory = ::operator new(bytes, alignment, std::nothrow);
    if (memory == nullptr) return made;
    made.first_ = reinterpret_cast<T*>(::new (memory) block + 1);
    made.size_ = size;
    return made;
  }

  /// The same elements once more, with one owner; null where there are none, or no memory for them.
  shared_array clone() const noexcept {
    if (first_ == nullptr) return {};
    shared_array made = allocate(size_);
    if (made) __builtin_memcpy(made.first_, first_, size_ * sizeof(T));
    return made;
  }

  /// Whether there is no other: what was read through former copies has been read, and none can
  /// come, for this is the one to copy. True where there are no elements.
  bool sole_owner() const noexcept {
    return first_ == nullptr || __atomic_load_n(&header()->owners, __ATOMIC_ACQUIRE) == 1;
  }

  explicit operator bool() const noexcept { return first_ != nullptr; }
  std::size_t size() const noexcept { return size_; }
  /// Null where nothing was allocated.
  T* data() noexcept { return first_; }
  T const* data() const noexcept { return first_; }
  T& operator[](std::size_t i) noexcept { return first_[i]; }
  T const& operator[](std::size_t i) const noexcept { return first_[i]; }

 private:
  // Stands before the elements, on a cache line of its own.
  static constexpr std::align_val_t alignment{64};
  struct alignas(64) block {
    std::size_t owners = 1;
  };

  block* header() const noexcept { return reinterpret_cast<block*>(first_) - 1; }

  T* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
