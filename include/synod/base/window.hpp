// SPDX-License-Identifier: BSL-1.0
// A contiguous queue: grows at the back, shrinks at both ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// What is left moves to the front when little is left, or when the memory is used up and half of
/// it is free there, so that a window of steady size allocates no more. Amortised O(1). Dropped
/// values stay alive, and are assigned to, until their memory is used again.
template <class T>
class window {
 public:
  std::size_t size() const noexcept { return tail_ - head_; }
  bool empty() const noexcept { return head_ == tail_; }
  T* data() noexcept { return memory_.data() + head_; }
  T const* data() const noexcept { return memory_.data() + head_; }
  T& operator[](std::size_t i) noexcept { return memory_[head_ + i]; }
  T const& operator[](std::size_t i) const noexcept { return memory_[head_ + i]; }
  T& front() noexcept { return memory_[head_]; }
  T const& front() const noexcept { return memory_[head_]; }
  T& back() noexcept { return memory_[tail_ - 1]; }
  T const& back() const noexcept { return memory_[tail_ - 1]; }

  /// A value at the back, to be assigned to.
  T& extend() {
    if (tail_ == memory_.size()) make_room(1);
    return memory_[tail_++];
  }
  void push_back(T const& value) { extend() = value; }
  void append(T const* from, std::size_t n) {
    if (memory_.size() - tail_ < n) make_room(n);
    std::copy_n(from, n, memory_.data() + tail_);
    tail_ += n;
  }
  /// Keeps the first n.
  void truncate(std::size_t n) noexcept { tail_ = head_ + n; }
  void drop_front(std::size_t n) noexcept {
    head_ += n;
    if (head_ >= 8 * size()) slide();
  }
  void clear() noexcept { head_ = tail_ = 0; }

 private:
  [[gnu::noinline]] void make_room(std::size_t n) {
    if (head_ >= memory_.size() / 2 && size() + n <= memory_.size()) {
      return slide();
    }
    std::vector<T> larger(std::max(2 * memory_.size(), size() + n));
    std::move(data(), data() + size(), larger.data());
    memory_.swap(larger);
    tail_ = size();
    head_ = 0;
  }
  void slide() noexcept {
    std::move(data(), data() + size(), memory_.data());
    tail_ = size();
    head_ = 0;
  }

  std::vector<T> memory_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
