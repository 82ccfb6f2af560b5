// SPDX-License-Identifier: BSL-1.0
// Messages on their way: bytes, never a reference into a store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

/// A message by value, with a copy of its payload.
template <class Message>
struct letter {
  Message message{};
  std::vector<std::byte> bytes;
  std::uint32_t entries = 0;
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::uint32_t life = 0;    ///< of the receiver, when it was sent
  std::uint64_t number = 0;  ///< on its link, in the order sent

  payload content() const noexcept { return {bytes, entries}; }
};

/// A pool of letters. A slot that is freed keeps its memory: nothing is allocated once the pool
/// has been as full as it gets.
template <class Message>
class mailbag {
 public:
  std::uint32_t add() {
    if (free_.empty()) {
      letters_.emplace_back();
      return static_cast<std::uint32_t>(letters_.size() - 1);
    }
    std::uint32_t const slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void drop(std::uint32_t slot) { free_.push_back(slot); }

  letter<Message>& operator[](std::uint32_t slot) noexcept { return letters_[slot]; }
  letter<Message> const& operator[](std::uint32_t slot) const noexcept { return letters_[slot]; }

  void clear() noexcept {
    free_.clear();
    for (std::size_t slot = letters_.size(); slot != 0; --slot) {
      free_.push_back(static_cast<std::uint32_t>(slot - 1));
    }
  }

 private:
  std::vector<letter<Message>> letters_;
  std::vector<std::uint32_t> free_;
};

}  // namespace synod::inline SYNOD_ABI
