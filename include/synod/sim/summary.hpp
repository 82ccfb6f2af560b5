// SPDX-License-Identifier: BSL-1.0
// What many runs amount to: how often each fault struck, and whether anything happened at all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/sim/faults.hpp"
#include "synod/sim/simulation.hpp"

namespace synod::inline SYNOD_ABI {

/// What a batch must have seen: a run in which nothing happened proves nothing.
struct sim_demands {
  std::uint64_t committed = 1;         ///< by every run
  std::uint64_t elections_median = 0;  ///< after the first leader
  std::uint64_t runs_per_fault = 0;    ///< each fault at least once in so many runs on average
  std::uint64_t exempt = 0;            ///< faults that need not strike: bit n is fault n
  bool histories = false;  ///< on average a run's has 100 operations, 10 reads and an open one;
                           ///< at most one in 200 is undecided
};

/// Faults that need not strike, for `exempt`.
template <class... Faults>
constexpr std::uint64_t without(Faults... faults) noexcept {
  return (std::uint64_t{0} | ... | (std::uint64_t{1} << static_cast<unsigned>(faults)));
}

class sim_summary {
 public:
  void add(sim_report const& r) {
    steps_ += r.steps;
    committed_ += r.committed;
    trace_hash_ = mix(trace_hash_ + r.trace_hash);
    if (elections_.empty() || r.committed < least_committed_) {
      least_committed_ = r.committed;
      least_seed_ = r.seed;
    }
    elections_.push_back(r.elections);
    for (std::size_t f = 0; f < fault_kinds; ++f) faults_[f] += r.faults[f];
    history_.operations += r.history.operations;
    history_.reads += r.history.reads;
    history_.open += r.history.open;
    history_.undecided += r.history.undecided;
  }

  std::uint64_t runs() const noexcept { return elections_.size(); }
  std::uint64_t steps() const noexcept { return steps_; }
  std::uint64_t committed() const noexcept { return committed_; }
  /// Of all runs in their order: equal for equal batches.
  std::uint64_t trace_hash() const noexcept { return trace_hash_; }
  fault_counts const& faults() const noexcept { return faults_; }
  history_counts const& history() const noexcept { return history_; }
  std::uint64_t elections_median() const {
    if (elections_.empty()) return 0;
    std::vector<std::uint64_t> sorted = elections_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }

  /// What is missing, one sentence each; empty where the batch is worth something.
  std::vector<std::string> unmet(sim_demands const& d) const {
    std::vector<std::string> missing;
    if (runs() == 0) return {"no run"};
    if (least_committed_ < d.committed) {
      missing.push_back("seed " + std::to_string(least_seed_) + " committed only " +
                        std::to_string(least_committed_));
    }
    if (elections_median() < d.elections_median) {
      missing.push_back("elections after the first leader: median " +
                        std::to_string(elections_median()));
    }
    for (std::size_t f = 0; f < fault_kinds && d.runs_per_fault != 0; ++f) {
      if ((d.exempt >> f & 1) == 0 && faults_[f] < runs() / d.runs_per_fault) {
        missing.push_back(std::string(fault_names[f]) + " struck only " +
                          std::to_string(faults_[f]) + " times");
      }
    }
    if (d.histories) {
      demand(missing, history_.operations >= 100 * runs(), "operations", history_.operations);
      demand(missing, history_.reads >= 10 * runs(), "reads", history_.reads);
      demand(missing, history_.open >= runs(), "open operations", history_.open);
      demand(missing, history_.undecided * 200 <= runs(), "undecided", history_.undecided);
    }
    return missing;
  }

  std::string text() const {
    std::string out = std::to_string(runs()) + " runs, " + std::to_string(steps_) + " steps, " +
                      std::to_string(committed_) + " decided (a run at least " +
                      std::to_string(least_committed_) +
                      "), elections after the first leader: median " +
                      std::to_string(elections_median()) + "\nfaults:";
    for (std::size_t f = 0; f < fault_kinds; ++f) {
      out += std::string(f == 0 ? " " : ", ") + fault_names[f] + " " + std::to_string(faults_[f]);
    }
    if (history_.operations != 0) {
      out += "\nhistories: " + std::to_string(history_.operations) + " operations, " +
             std::to_string(history_.reads) + " reads, " + std::to_string(history_.open) +
             " open; undecided " + std::to_string(history_.undecided);
    }
    return out;
  }

 private:
  static void demand(std::vector<std::string>& missing, bool met, char const* of,
                     std::uint64_t there) {
    if (!met) missing.push_back(std::string("histories: ") + of + ": " + std::to_string(there));
  }

  std::uint64_t steps_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t least_committed_ = 0;
  std::uint64_t least_seed_ = 0;
  std::uint64_t trace_hash_ = 0;
  fault_counts faults_{};
  history_counts history_;
  std::vector<std::uint64_t> elections_;
};

}  // namespace synod::inline SYNOD_ABI
