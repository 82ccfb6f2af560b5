// SPDX-License-Identifier: BSL-1.0
// Bytes that grow at the end and go from the front, in one piece of memory that is never cleared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// Appending is amortised constant a byte. What is empty starts anew at the front of its memory.
class byte_buffer {
 public:
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return begin_ == end_; }
  std::size_t capacity() const noexcept { return capacity_; }
  std::span<std::byte const> bytes() const noexcept { return {memory_.get() + begin_, size()}; }

  /// At least `least` bytes behind the end, not initialised: what is written there counts once
  /// `append` says so. Moves what there is to the front, or to a larger memory.
  std::span<std::byte> room(std::size_t least) {
    if (capacity_ - end_ < least) make_room(least);
    return {memory_.get() + end_, capacity_ - end_};
  }
  /// The first `count` bytes of `room` belong to the buffer now.
  void append(std::size_t count) noexcept { end_ += count; }
  void drop_front(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void clear() noexcept { begin_ = end_ = 0; }
  /// Gives the memory back.
  void release() noexcept {
    memory_.reset();
    begin_ = end_ = capacity_ = 0;
  }
  void swap(byte_buffer& other) noexcept {
    memory_.swap(other.memory_);
    std::swap(capacity_, other.capacity_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
  }

 private:
  void make_room(std::size_t least) {
    std::size_t const kept = size();
    if (begin_ >= kept && capacity_ - kept >= least) {
      if (kept != 0) std::memcpy(memory_.get(), memory_.get() + begin_, kept);
    } else {
      std::size_t const larger = std::max({kept + least, 2 * capacity_, std::size_t{512}});
      auto memory = std::make_unique_for_overwrite<std::byte[]>(larger);
      if (kept != 0) std::memcpy(memory.get(), memory_.get() + begin_, kept);
      memory_ = std::move(memory);
      capacity_ = larger;
    }
    begin_ = 0;
    end_ = kept;
  }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::adapters
