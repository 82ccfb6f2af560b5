// SPDX-License-Identifier: BSL-1.0
// O-READ: a read shows everything that was committed when it was asked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// The reads that wait at nodes, each with the highest commit index that any node knew when it was
/// asked.
class fresh_reads {
 public:
  /// A new run.
  void begin(sim_verdict& verdict) {
    verdict_ = &verdict;
    waiting_.clear();
    last_ = answered_ = 0;
  }

  ticket ask(std::size_t slot, log_index committed) {
    waiting_.push_back({{++last_}, slot, committed});
    return {last_};
  }
  void ready(std::size_t slot, ticket t, log_index from) {
    asked const* const a = find(slot, t);
    if (a == nullptr) return;
    if (from < a->committed) {
      verdict_->report("O-READ", "n" + std::to_string(slot + 1) + " answers a read from entry " +
                                     std::to_string(from.value) + " on; entry " +
                                     std::to_string(a->committed.value) +
                                     " was committed when it was asked");
    }
    ++answered_;
    forget(t);
  }
  void failed(std::size_t slot, ticket t) {
    if (find(slot, t) != nullptr) forget(t);
  }
  /// Nobody waits for the reads of a process that is gone.
  void crashed(std::size_t slot) {
    std::erase_if(waiting_, [&](asked const& a) { return a.slot == slot; });
  }
  /// A node that does not lead cannot answer: it has told all who wait.
  void leads_not(std::size_t slot) {
    if (std::any_of(waiting_.begin(), waiting_.end(),
                    [&](asked const& a) { return a.slot == slot; })) {
      verdict_->report("O-READ",
                       "a read waits at n" + std::to_string(slot + 1) + ", which does not lead");
    }
  }

  std::uint64_t answered() const noexcept { return answered_; }

 private:
  struct asked {
    ticket as;
    std::size_t slot = 0;
    log_index committed;
  };

  asked const* find(std::size_t slot, ticket t) {
    for (asked const& a : waiting_) {
      if (a.as == t && a.slot == slot) return &a;
    }
    verdict_->report("contract", "a read is answered that nobody waits for");
    return nullptr;
  }
  void forget(ticket t) {
    std::erase_if(waiting_, [&](asked const& a) { return a.as == t; });
  }

  sim_verdict* verdict_ = nullptr;
  std::vector<asked> waiting_;
  std::uint64_t last_ = 0;
  std::uint64_t answered_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
