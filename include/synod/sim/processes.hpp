// SPDX-License-Identifier: BSL-1.0
// How the processes of a simulated cluster begin and end.
#pragma once

#include <cstddef>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/sim/clock.hpp"
#include "synod/sim/faults.hpp"

namespace synod::inline SYNOD_ABI {

/// Starts processes from what their disks hold, and ends them by a loss of power. Holds nothing:
/// its state is the simulator's.
template <class Sim>
class sim_processes {
  using act = typename Sim::act;
  using core = typename Sim::core;
  using node = typename Sim::node;

 public:
  explicit sim_processes(Sim& sim) noexcept : sim_(sim) {}

  /// O-REC: what a crash leaves can be started from.
  void start(std::size_t slot) {
    node& n = sim_.nodes_[slot];
    auto held = n.store.recover();
    n.clock = draw_clock();
    auto started = core::start(sim_.model_.options_of(n.id, mix(sim_.core_seed_ + n.id.value)),
                               held.value(), n.clock.at(sim_.now_));
    if (!started) {
      sim_.verdict().report("O-REC", Sim::name(slot) + " does not start: " + started.error().what);
      return;
    }
    n.core = *started;
    n.up = true;
    n.stopped = n.disk_failed = false;
    n.last_report = 0;
    n.known_durable = {held.value().life, 0};
    ++n.lives;
    n.held.clear();
    sim_.model_.started(slot);
    sim_.arm(slot);
  }

  /// The power fails: a prefix of the outstanding writes is on disk, what was held is unsaid.
  void crash(std::size_t slot) {
    node& n = sim_.nodes_[slot];
    std::size_t const outstanding = n.store.outstanding();
    auto const kept = static_cast<std::size_t>(sim_.chance_.below(outstanding + 1));
    sim_.count(fault::crash);
    if (kept < outstanding) sim_.count(fault::lost_writes);
    std::size_t const writes = n.store.crash(kept);
    n.up = false;
    n.disk_hangs_until = {};
    sim_.deadlines_[slot] = Sim::never;
    n.held.clear();
    sim_.model_.crashed(slot, writes);
    if (sim_.setup_.trace) {
      sim_.say("crash " + Sim::name(slot) + ", of " + std::to_string(outstanding) +
               " outstanding writes on disk: " + std::to_string(kept));
    }
    duration const down{sim_.healed() ? 0 : sim_.chance_.below(sim_.mix_.down_most.ns + 1)};
    sim_.queue_.push(sim_.now_ + down, Sim::code(act::restart), slot, 0);
  }

  void restart(std::size_t slot) {
    if (sim_.nodes_[slot].up) return;
    sim_.count(fault::restart);
    start(slot);
    if (sim_.setup_.trace) {
      sim_.say("start " + Sim::name(slot) + ": " + sim_.model_.describe_node(slot));
    }
  }

 private:
  // It shows anything, and drifts.
  sim_clock draw_clock() noexcept {
    instant const shows{sim_.chance_.below(1'000'000'000'000)};
    std::uint64_t const drift = sim_.mix_.drift;
    std::uint64_t const rate = sim_clock::true_rate - drift + sim_.chance_.below(2 * drift + 1);
    return {sim_.now_, shows, rate};
  }

  Sim& sim_;
};

}  // namespace synod::inline SYNOD_ABI
