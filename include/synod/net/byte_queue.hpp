// SPDX-License-Identifier: BSL-1.0
// A first-in, first-out queue of a fixed head and some bytes, in one piece of memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"

namespace synod::inline SYNOD_ABI {

/// Records of a trivially copyable head and any number of bytes. Allocates only while it grows; a
/// queue that drains starts anew at the front of its memory.
template <class Head>
class byte_queue {
  static_assert(std::is_trivially_copyable_v<Head>, "byte_queue: Head is not trivially copyable");

 public:
  bool empty() const noexcept { return read_ == write_; }

  /// Appends a record: its head is made of `parts`, in place.
  template <class... Parts>
  void push(std::span<std::byte const> bytes, Parts const&... parts) {
    std::size_t const needed = record_bytes(bytes.size());
    if (memory_.size() - write_ < needed) make_room(needed);
    std::byte* const at = memory_.data() + write_;
    new (at) record{bytes.size(), Head{parts...}};
    if (!bytes.empty()) std::memcpy(at + sizeof(record), bytes.data(), bytes.size());
    write_ += needed;
  }

  /// The oldest record; it lives until the next push or pop.
  Head const& front() const noexcept { return front_record().head; }
  std::span<std::byte const> front_bytes() const noexcept {
    return {memory_.data() + read_ + sizeof(record), front_record().length};
  }
  void pop() noexcept {
    SYNOD_EXPECTS(!empty(), "byte_queue: pop of an empty queue");
    read_ += record_bytes(front_record().length);
    if (read_ == write_) clear();
  }
  void clear() noexcept { read_ = write_ = 0; }

  /// `each(head)`, oldest first, which may change it.
  template <class Each>
  void for_each_head(Each&& each) noexcept {
    for (std::size_t at = read_; at != write_;) {
      record& r = *std::launder(reinterpret_cast<record*>(memory_.data() + at));
      each(r.head);
      at += record_bytes(r.length);
    }
  }

 private:
  struct record {
    std::size_t length;
    Head head;
  };
  static_assert(alignof(record) <= alignof(std::max_align_t), "byte_queue: Head is over-aligned");

  /// Rounded up, so that every record is aligned.
  static constexpr std::size_t record_bytes(std::size_t bytes) noexcept {
    return (sizeof(record) + bytes + alignof(record) - 1) / alignof(record) * alignof(record);
  }
  record const& front_record() const noexcept {
    return *std::launder(reinterpret_cast<record const*>(memory_.data() + read_));
  }
  /// Moves what is left to the front where that frees half of the memory, else grows twofold.
  void make_room(std::size_t needed) {
    std::size_t const kept = write_ - read_;
    if (read_ >= memory_.size() / 2 && kept + needed <= memory_.size()) {
      std::memmove(memory_.data(), memory_.data() + read_, kept);
    } else {
      std::vector<std::byte> larger(std::max(2 * memory_.size(), kept + needed));
      if (kept != 0) std::memcpy(larger.data(), memory_.data() + read_, kept);
      memory_.swap(larger);
    }
    read_ = 0;
    write_ = kept;
  }

  std::vector<std::byte> memory_;
  std::size_t read_ = 0;
  std::size_t write_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
