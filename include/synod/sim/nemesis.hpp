// SPDX-License-Identifier: BSL-1.0
// Who strikes, when and whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"
#include "synod/sim/clock.hpp"
#include "synod/sim/cuts.hpp"
#include "synod/sim/faults.hpp"

namespace synod::inline SYNOD_ABI {

/// Draws the faults of a run that befall nodes and links as a whole: crashes, partitions, slow
/// disks, ambushes and wrong clocks. What befalls single messages and writes, network and disks
/// draw themselves. Holds nothing: its state is the simulator's queue and mix.
template <class Sim>
class sim_nemesis {
  using act = typename Sim::act;

 public:
  explicit sim_nemesis(Sim& sim) noexcept : sim_(sim) {}

  void begin() {
    again(act::crash, sim_.mix_.crash_every);
    again(act::cut, sim_.mix_.cut_every);
    again(act::slow, sim_.mix_.slow_every);
    again(act::ambush, sim_.mix_.ambush_every);
    again(act::hang, sim_.mix_.hang_every);
    again(act::skew, sim_.mix_.skew_every);
  }

  void strike(act kind, std::size_t slot) {
    switch (kind) {
      case act::crash: {
        again(act::crash, sim_.mix_.crash_every);
        std::optional<std::size_t> const leader = sim_.model_.leader();
        std::size_t const victim = leader && below(2) == 0 ? *leader : anybody();
        if (sim_.nodes_[victim].up) sim_.crash(victim);
        return;
      }
      case act::cut: again(act::cut, sim_.mix_.cut_every); return cut();
      case act::mend:
        sim_.network_.cut.mend();
        if (sim_.setup_.trace) sim_.say("mend");
        return;
      case act::slow: {
        again(act::slow, sim_.mix_.slow_every);
        std::size_t const victim = anybody();
        sim_.nodes_[victim].disk_slow = true;
        sim_.count(fault::slow_disk);
        if (sim_.setup_.trace) sim_.say("slow  " + Sim::name(victim));
        return later(act::quick, duration{below(sim_.mix_.slow_most.ns)}, victim);
      }
      case act::hang: again(act::hang, sim_.mix_.hang_every); return hang();
      case act::skew: again(act::skew, sim_.mix_.skew_every); return skew();
      case act::unskew:
        sim_.nodes_[slot].clock.run_at_own_rate(sim_.now_);
        if (sim_.nodes_[slot].up) sim_.arm(slot);
        return;
      case act::quick: sim_.nodes_[slot].disk_slow = false; return;
      case act::ambush: again(act::ambush, sim_.mix_.ambush_every); return ambush();
      case act::strike:
        if (sim_.nodes_[slot].up) sim_.crash(slot);
        return;
      case act::release: sim_.network_.trap.mend(); return;
      default: return;
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) noexcept { return sim_.chance_.below(bound); }
  std::size_t anybody() noexcept { return below(sim_.nodes_.size()); }
  void later(act kind, duration span, std::size_t slot = 0) {
    sim_.queue_.push(sim_.now_ + span, Sim::code(kind), slot, 0);
  }
  void again(act kind, duration every) {
    if (every != duration{}) later(kind, duration{every.ns / 2 + below(every.ns)});
  }

  void cut() {
    sim_.network_.cut.mend();
    sim_.count(draw_cut(sim_.network_.cut, sim_.nodes_.size(), sim_.chance_));
    if (sim_.setup_.trace) sim_.say("cut");
    later(act::mend, duration{1 + below(sim_.mix_.cut_most.ns)});
  }

  // Mostly the leader's disk: others take over, or it is a leader that cannot lead.
  void hang() {
    std::optional<std::size_t> const leader = sim_.model_.leader();
    std::size_t const victim = leader && below(4) != 0 ? *leader : anybody();
    if (!sim_.nodes_[victim].up) return;
    sim_.count(fault::hung_disk);
    sim_.nodes_[victim].disk_hangs_until =
        sim_.now_ + duration{Sim::patience.ns + below(5 * Sim::patience.ns)};
    if (sim_.setup_.trace) sim_.say("hang  " + Sim::name(victim));
  }

  // Mostly the leader's clock, so that it believes to lead longer than others believe it, or less
  // long.
  void skew() {
    std::optional<std::size_t> const leader = sim_.model_.leader();
    std::size_t const victim = leader && below(4) != 0 ? *leader : anybody();
    if (!sim_.nodes_[victim].up) return;
    if (sim_.setup_.trace) sim_.say("skew  " + Sim::name(victim));
    sim_clock& clock = sim_.nodes_[victim].clock;
    std::uint64_t const how = below(3);
    if (how == 0) {
      sim_.count(fault::clock_jump);
      clock.jump(sim_.now_, duration{below(4 * Sim::patience.ns)});
      return sim_.wake(victim);
    }
    sim_.count(how == 1 ? fault::stopped_clock : fault::skewed_clock);
    static constexpr std::uint64_t rates[] = {128, 256, 512, 2048, 4096};
    std::uint64_t const rate = how == 1 ? 0 : rates[below(5)];
    duration const span{below(sim_.mix_.skew_most.ns)};
    clock.run_at(sim_.now_, rate);
    sim_.arm(victim);
    later(act::unskew, span, victim);
    if (victim == leader && rate < sim_clock::true_rate && below(2) == 0) leave_alone(victim, span);
  }

  // Nobody reaches it, and it is slow to notice.
  void leave_alone(std::size_t slot, duration span) {
    if (!sim_.network_.trap.whole()) return;
    sim_.count(fault::partition);
    sim_.network_.trap.split(std::uint64_t{1} << slot, sim_.nodes_.size());
    later(act::release, span);
  }

  // Leaves the leader with fewer followers than it needs, then mostly kills it.
  void ambush() {
    std::optional<std::size_t> const leader = sim_.model_.leader();
    if (!leader || !sim_.network_.trap.whole()) return;
    sim_.count(fault::ambush);
    draw_ambush(sim_.network_.trap, sim_.nodes_.size(), *leader, sim_.chance_);
    if (sim_.setup_.trace) sim_.say("trap  " + Sim::name(*leader));
    duration const lurking{below(Sim::patience.ns)};
    if (below(4) != 0) later(act::strike, lurking, *leader);
    later(act::release, duration{lurking.ns + below(2 * Sim::patience.ns)});
  }

  Sim& sim_;
};

}  // namespace synod::inline SYNOD_ABI
