// SPDX-License-Identifier: BSL-1.0
// The phases of a simulated run: faults and clients; faults alone; healed and left alone; healed
// with clients.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"
#include "synod/sim/faults.hpp"

namespace synod::inline SYNOD_ABI {

/// Goes from one phase to the next, and demands progress after the healing (O-LIVE). Holds nothing:
/// its state is the simulator's.
template <class Sim>
class sim_phases {
  using act = typename Sim::act;
  using phase = typename Sim::phase;
  static constexpr duration patience = Sim::patience;

 public:
  explicit sim_phases(Sim& sim) noexcept : sim_(sim) {}

  void begin() {
    std::uint64_t const p = patience.ns;
    duration const harassed{12 * p + sim_.chance_.below(24 * p)};
    sim_.silent_for_ = {sim_.chance_.below(4) == 0 ? 0 : sim_.chance_.below(6 * p)};
    later(act::next_phase, harassed);
  }

  void next() {
    sim_.phase_ = static_cast<phase>(static_cast<int>(sim_.phase_) + 1);
    if (sim_.phase_ == phase::silent) {
      say("---- clients are silent");
      sim_.model_.silence();
      later(act::next_phase, sim_.silent_for_);
    } else if (sim_.phase_ == phase::idle) {
      say("---- healed, and left alone");
      heal();
      later(act::next_phase, {25 * patience.ns});
    } else {
      say("---- clients are back");
      if (!sim_.model_.converged()) {
        sim_.verdict().report("O-LIVE", "healed and left alone, the cluster does not converge");
      }
      sim_.model_.resume();
      later(act::judge, patience);
    }
  }

  void judge() {
    sim_.over_ = sim_.model_.done();
    if (!sim_.over_ && ++sim_.judged_ == 200) {
      sim_.verdict().report("O-LIVE", "healed, and clients wait in vain");
      sim_.over_ = true;
    }
    later(act::judge, {patience.ns / 2});
  }

 private:
  void heal() {
    sim_.mix_ = fault_mix::none(patience);
    sim_.network_.cut.mend();
    sim_.network_.trap.mend();
    for (std::size_t slot = 0; slot < sim_.nodes_.size(); ++slot) {
      auto& n = sim_.nodes_[slot];
      n.disk_slow = false;
      n.disk_hangs_until = {};
      n.clock.run_at_own_rate(sim_.now_);
      if (n.up) sim_.arm(slot);
    }
  }

  void later(act what, duration span) { sim_.queue_.push(sim_.now_ + span, Sim::code(what), 0, 0); }
  void say(char const* text) const {
    if (sim_.setup_.trace) sim_.say(text);
  }

  Sim& sim_;
};

}  // namespace synod::inline SYNOD_ABI
