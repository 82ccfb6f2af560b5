// SPDX-License-Identifier: BSL-1.0
// The end of a trace: what led to a violation.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/sim/simulation.hpp"

namespace synod::inline SYNOD_ABI {

/// Keeps the last lines of a trace. A failing run is run again with it: it is the same run.
class last_lines {
 public:
  explicit last_lines(std::size_t most) : most_(most) {}

  sim_trace trace() noexcept {
    return {[](void* self, std::string const& text) { static_cast<last_lines*>(self)->add(text); },
            this};
  }
  std::string text() const {
    std::string all;
    for (std::string const& line : lines_) all += line + "\n";
    return all;
  }

 private:
  void add(std::string const& text) {
    if (lines_.size() == most_) lines_.pop_front();
    lines_.push_back(text);
  }

  std::size_t most_;
  std::deque<std::string> lines_;
};

/// "seed 7, 4 nodes, step 26, 217.962 ms: O-CDUR: …".
inline std::string describe(sim_report const& r) {
  std::string text = "seed " + std::to_string(r.seed) + ", " + std::to_string(r.nodes) +
                     " nodes, step " + std::to_string(r.steps) + ", virtual time " +
                     std::to_string(r.ended.ns / 1000) + " us: ";
  if (!r.verdict.broken()) return text + "all oracles hold";
  return text + r.verdict.oracle() + ": " + r.verdict.what();
}

}  // namespace synod::inline SYNOD_ABI
