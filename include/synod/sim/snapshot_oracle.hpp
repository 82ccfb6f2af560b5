// SPDX-License-Identifier: BSL-1.0
// O-SNAP: a snapshot arrives whole, and the state it restores is the one that was saved.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// Remembers the state of every machine of which a snapshot was taken, and how much of a snapshot
/// every node has written.
class snapshot_oracle {
 public:
  /// A new run.
  void begin(sim_verdict& verdict) {
    verdict_ = &verdict;
    states_.clear();
    coming_.fill({});
  }
  void started(std::size_t slot) noexcept { coming_[slot] = {}; }

  /// Whether a part goes on where this node is, or begins anew.
  bool follows(std::size_t slot, snapshot_chunk const& part) const noexcept {
    coming const& c = coming_[slot];
    return part.offset == 0 || (part.at == c.at && part.total == c.total && part.offset == c.bytes);
  }
  /// Whether a node has some of a snapshot, and not all.
  bool is_coming(std::size_t slot) const noexcept { return coming_[slot].bytes != 0; }

  /// A node is about to write a part. False where what it has would not be a snapshot.
  bool wrote(std::size_t slot, snapshot_chunk const& part) {
    if (!follows(slot, part)) {
      report(slot, "writes the bytes from " + std::to_string(part.offset) +
                       " on of the snapshot at " + text(part.at.index) + ", it has " +
                       std::to_string(coming_[slot].bytes) + " of the one at " +
                       text(coming_[slot].at.index));
      return false;
    }
    std::uint32_t const parts = part.offset == 0 ? 0 : coming_[slot].parts;
    coming_[slot] = {part.at, part.total, part.offset + part.count, parts + 1};
    return true;
  }
  /// How many parts of its last snapshot it has written; all of them have come.
  std::uint32_t installed(std::size_t slot) noexcept {
    return std::exchange(coming_[slot], {}).parts;
  }

  /// A machine was saved after the entry at i.
  void saved(std::size_t slot, log_index i, std::uint64_t state) {
    std::uint64_t& known = at(i);
    if (known == 0) known = state;
    if (known != state) report(slot, "saves at " + text(i) + " another state than was saved there");
  }
  /// A machine was made of a snapshot that says to be of i.
  void restored(std::size_t slot, log_index i, std::uint64_t state) {
    if (at(i) != state) {
      report(slot, "restores at " + text(i) + " another state than was saved there");
    }
  }
  void report(std::size_t slot, std::string const& what) {
    verdict_->report("O-SNAP", "n" + std::to_string(slot + 1) + " " + what);
  }

 private:
  struct coming {
    position at;
    std::uint64_t total = 0;
    std::uint64_t bytes = 0;
    std::uint32_t parts = 0;
  };

  std::uint64_t& at(log_index i) {
    if (states_.size() <= i.value) states_.resize(static_cast<std::size_t>(i.value) + 1, 0);
    return states_[static_cast<std::size_t>(i.value)];
  }
  static std::string text(log_index i) { return std::to_string(i.value); }

  sim_verdict* verdict_ = nullptr;
  std::vector<std::uint64_t> states_;  // by index; 0: none was saved
  std::array<coming, max_voters> coming_{};
};

}  // namespace synod::inline SYNOD_ABI
