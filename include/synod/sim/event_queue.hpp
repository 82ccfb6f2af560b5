// SPDX-License-Identifier: BSL-1.0
// What is due next, under virtual time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI {

/// What will happen, to which node, with what (a slot of a pool, a number of a client).
struct sim_event {
  instant at;
  std::uint64_t order = 0;  ///< sequence, kind and node in one number: the sequence is the highest
  std::uint64_t what = 0;

  std::uint8_t kind() const noexcept { return static_cast<std::uint8_t>(order >> 8); }
  std::size_t node() const noexcept { return static_cast<std::size_t>(order & 0xff); }
};

/// A binary heap, ordered by (time, sequence): a total order, so that every standard library pops
/// the same event. Allocates nothing once it has been as large as it gets.
class event_queue {
 public:
  bool empty() const noexcept { return heap_.empty(); }
  sim_event const& top() const noexcept { return heap_.front(); }

  void push(instant at, std::uint8_t kind, std::size_t node, std::uint64_t what) {
    heap_.push_back({at, sequence_++ << 16 | std::uint64_t{kind} << 8 | node, what});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  sim_event pop() noexcept {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    sim_event const due = heap_.back();
    heap_.pop_back();
    return due;
  }
  void clear() noexcept {
    heap_.clear();
    sequence_ = 0;
  }

 private:
  static bool later(sim_event const& a, sim_event const& b) noexcept {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }

  std::vector<sim_event> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
