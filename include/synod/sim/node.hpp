// SPDX-License-Identifier: BSL-1.0
// One node of a simulated cluster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/sealed.hpp"
#include "synod/sim/clock.hpp"

namespace synod::inline SYNOD_ABI {

/// A message that a core has handed out, and to which slot it goes.
template <class Message>
struct held_message {
  std::uint8_t to = 0;
  sealed<Message> content;
};

/// Messages that wait for their write, oldest first. Keeps its memory.
template <class Message>
class held_messages {
 public:
  bool empty() const noexcept { return head_ == items_.size(); }
  held_message<Message> const& oldest() const noexcept { return items_[head_]; }
  void push(held_message<Message> const& m) { items_.push_back(m); }
  void pop() noexcept {
    if (++head_ == items_.size()) clear();
  }
  void clear() noexcept {
    items_.clear();
    head_ = 0;
  }

 private:
  std::vector<held_message<Message>> items_;
  std::size_t head_ = 0;
};

/// Its memory is `core`, its disk `store`.
template <class Core, class Store>
struct sim_node {
  node_id id;
  Core core;
  Store store;
  bool up = false;
  bool stopped = false;      ///< the core has stopped for good
  bool disk_failed = false;  ///< nothing more reaches the disk in this life
  bool disk_slow = false;
  instant disk_hangs_until;
  std::uint32_t lives = 0;
  sim_clock clock;      ///< every start of a process has its own
  io_id known_durable;  ///< what the core's watermark has covered
  std::uint64_t last_report = 0;
  held_messages<typename Core::message> held;
};

}  // namespace synod::inline SYNOD_ABI
