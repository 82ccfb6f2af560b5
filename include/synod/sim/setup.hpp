// SPDX-License-Identifier: BSL-1.0
// What a simulated run is given, and what it gives back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"
#include "synod/sim/client_history.hpp"
#include "synod/sim/faults.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// Receives the lines of a trace.
struct sim_trace {
  void (*line)(void* context, std::string const& text) = nullptr;
  void* context = nullptr;

  explicit operator bool() const noexcept { return line != nullptr; }
  void operator()(std::string const& text) const { line(context, text); }
};

/// One run: everything else follows from the seed.
struct sim_setup {
  std::uint64_t seed = 0;
  std::size_t nodes = 0;                 ///< 0: drawn, 3 or 5, sometimes 4
  std::optional<fault_mix> faults;       ///< empty: drawn
  std::uint64_t check_all_every = 1000;  ///< steps; 0: only at the end
  std::uint64_t steps_most = 2'000'000;  ///< a run that is not over by then is stuck
  sim_trace trace;
  char const* only_oracle = nullptr;  ///< null: all; otherwise the others are not listened to
};

/// What became of a run.
struct sim_report {
  std::uint64_t seed = 0;
  std::size_t nodes = 0;
  sim_verdict verdict;
  std::uint64_t steps = 0;  ///< of a core
  instant ended;            ///< virtual
  std::uint64_t trace_hash = 0;
  std::uint64_t committed = 0;
  std::uint64_t elections = 0;  ///< after the first leader
  fault_counts faults{};
  history_counts history;
};

}  // namespace synod::inline SYNOD_ABI
