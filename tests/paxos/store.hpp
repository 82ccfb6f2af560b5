// SPDX-License-Identifier: BSL-1.0
// Where a Paxos node keeps its one record: in memory, durable as soon as it is written.
#pragma once

#include <deque>
#include <optional>

#include "synod/consensus/payload.hpp"
#include "tests/paxos/paxos.hpp"

namespace synod::test::paxos {

template <value V>
class store : public completes_writes {
 public:
  using batch = record<V>;

  result<typename core<V>::recovered> recover() noexcept {
    life_ = next(life_);
    done_.clear();
    return typename core<V>::recovered{life_, disk_};
  }
  void write(record<V> const& whole, payload, io_id id) noexcept {
    disk_ = whole;
    done_.push_back(complete(id));
  }
  std::optional<completion> poll(instant) noexcept {
    if (done_.empty()) return std::nullopt;
    completion const first = done_.front();
    done_.pop_front();
    return first;
  }
  record<V> const& disk() const noexcept { return disk_; }

 private:
  record<V> disk_;
  synod::life life_;
  std::deque<completion> done_;
};

}  // namespace synod::test::paxos
