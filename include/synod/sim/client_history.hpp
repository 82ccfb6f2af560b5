// SPDX-License-Identifier: BSL-1.0
// O-LIN: what clients asked and were told, held against one counter in one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/check/explain.hpp"
#include "synod/check/history.hpp"
#include "synod/check/linearizability.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// A counter as its clients see it: a `sequential_model`.
struct counter_model {
  struct input {
    std::int64_t add = 0;  ///< 0: a read
  };
  using output = std::int64_t;  ///< what it counts then

  std::int64_t value = 0;

  bool step(input const& asked, std::optional<output> const& answered) noexcept {
    value += asked.add;
    return !answered || *answered == value;
  }
  static bool only_looks(input const& asked, std::optional<output> const&) noexcept {
    return asked.add == 0;
  }
  std::uint64_t fingerprint() const noexcept { return mix(static_cast<std::uint64_t>(value)); }
  friend bool operator==(counter_model const&, counter_model const&) = default;

  std::string text() const { return std::to_string(value); }
  static std::string text(input const& asked, std::optional<output> const& answered) {
    std::string const what = asked.add == 0 ? "read" : "add " + std::to_string(asked.add);
    return answered ? what + " -> " + std::to_string(*answered) : what;
  }
};

/// What became of a history.
struct history_counts {
  std::uint64_t operations = 0;  ///< answered or open
  std::uint64_t reads = 0;       ///< of them; all are answered
  std::uint64_t open = 0;        ///< of them: whether they had their effect, nobody was told
  std::uint64_t undecided = 0;   ///< 1: no verdict within the budget
};

/// Records the operations of all clients in virtual time, the first so many of a run; then judges
/// them. What comes after the last recorded call is no part of it: what is not answered until then
/// stays open.
class client_history {
 public:
  using operation_type = operation<counter_model>;

  explicit client_history(std::size_t most = 400, std::uint64_t budget_steps = 200'000) noexcept
      : most_(most) {
    budget_.steps = budget_steps;
    budget_.bytes = std::size_t{1} << 26;
  }

  /// A new run.
  void begin(sim_verdict& verdict) noexcept {
    verdict_ = &verdict;
    all_.clear();
    full_ = false;
  }

  /// A client asks to add so much; 0: to read. The number of the operation.
  std::size_t asked(std::uint64_t client, std::int64_t add, instant now) {
    full_ = full_ || all_.size() == most_;
    if (full_) return none;
    all_.push_back({{add}, {}, now, {}, client});
    return all_.size() - 1;
  }
  /// And is told what is counted.
  void answered(std::size_t which, std::int64_t count, instant now) noexcept {
    if (full_ || which >= all_.size()) return;
    all_[which].output = count;
    all_[which].returned = now;
  }
  /// It certainly has had no effect, and never will.
  void refused(std::size_t which) noexcept {
    if (which < all_.size()) all_[which].input.add = 0;
  }

  std::vector<operation_type> const& operations() const noexcept { return all_; }

  history_counts judge() {
    // A read without an answer says nothing.
    std::erase_if(all_, [](operation_type const& o) { return o.input.add == 0 && !o.returned; });
    history_counts counts;
    counts.operations = all_.size();
    for (operation_type const& o : all_) {
      counts.reads += o.input.add == 0 ? 1 : 0;
      counts.open += o.returned ? 0 : 1;
    }
    auto const report = check_linearizability<counter_model>(all_, {}, budget_);
    if (!report) {
      verdict_->report("contract", report.error().what);
    } else if (report->verdict == linearizability::out_of_budget) {
      counts.undecided = 1;
    } else if (report->verdict == linearizability::not_linearizable) {
      verdict_->report("O-LIN", explain<counter_model>(*report, all_));
    }
    return counts;
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  std::size_t most_;
  linearizability_budget budget_;
  sim_verdict* verdict_ = nullptr;
  std::vector<operation_type> all_;
  bool full_ = false;
};

}  // namespace synod::inline SYNOD_ABI
