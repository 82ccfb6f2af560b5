// SPDX-License-Identifier: BSL-1.0
// What may go wrong in a simulated cluster, how hard, and how often it did.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/sim/clock.hpp"

namespace synod::inline SYNOD_ABI {

enum class fault : std::uint8_t {
  loss,           ///< a message is lost on its way
  late,           ///< one is on its way for a multiple of the patience
  reorder,        ///< one arrives after a later one of the same link
  duplication,    ///< one arrives twice
  old_copy,       ///< one arrives in a later life of its receiver than it was sent in
  partition,      ///< the cluster is cut in two
  one_way,        ///< one node is not heard, or does not hear
  crash,          ///< a process dies
  lost_writes,    ///< and writes it had issued never reach the disk
  restart,        ///< it starts again from what the disk holds
  slow_disk,      ///< a disk takes a multiple of its time
  late_report,    ///< a write is reported as durable after a later one
  failed_write,   ///< a write fails: the node stops
  ambush,         ///< a leader is heard by few, then dies
  trimmed,        ///< a message arrives with fewer of its entries (where the model can trim)
  hung_disk,      ///< a disk writes nothing for several time-outs
  compaction,     ///< a node drops the entries that its snapshot covers
  install,        ///< a node gets a snapshot instead of entries
  stray_part,     ///< a part of a snapshot arrives that does not go on where its receiver is
  torn_install,   ///< a node dies when it has some of a snapshot
  lost_part,      ///< a part of a snapshot is lost on its way
  doubled_part,   ///< one arrives twice
  long_install,   ///< a node gets a snapshot in more than three parts
  other_sender,   ///< a leader goes on with the snapshot that another one began to send, or anew
  skewed_clock,   ///< a clock runs at an eighth to four times its rate
  stopped_clock,  ///< a clock stands still
  clock_jump,     ///< a clock jumps forward
};
inline constexpr std::size_t fault_kinds = 27;
inline constexpr std::array<char const*, fault_kinds> fault_names{
    "loss",         "late",          "reorder",     "duplication",  "old_copy",     "partition",
    "one_way",      "crash",         "lost_writes", "restart",      "slow_disk",    "late_report",
    "failed_write", "ambush",        "trimmed",     "hung_disk",    "compaction",   "install",
    "stray_part",   "torn_install",  "lost_part",   "doubled_part", "long_install", "other_sender",
    "skewed_clock", "stopped_clock", "clock_jump"};

using fault_counts = std::array<std::uint64_t, fault_kinds>;

/// How a cluster is mistreated. Spans of zero mean: never. "Every" is a mean.
struct fault_mix {
  static constexpr std::uint32_t certain = 1u << 20;

  // Messages: chances in `certain`, and how long they travel.
  std::uint32_t lost = 0;
  std::uint32_t duplicated = 0;
  std::uint32_t delayed = 0;
  std::uint32_t trimmed = 0;
  duration transit_least;
  duration transit_spread;
  duration late_most;
  // Disks.
  duration sync_least;
  duration sync_spread;
  std::uint32_t failing = 0;  ///< writes in `certain`
  duration slow_every;
  duration slow_most;
  duration hang_every;
  // Processes and links.
  duration crash_every;
  std::uint32_t dying = 0;          ///< at the end of a step, before its messages leave
  std::uint32_t dying_decided = 0;  ///< the same, of a step that decides
  duration down_most;
  duration cut_every;
  duration cut_most;
  duration ambush_every;
  // Clocks.
  std::uint64_t drift = 0;  ///< of every clock, one way or the other, in `sim_clock::true_rate`
  duration skew_every;      ///< a clock, mostly the leader's, does as it likes
  duration skew_most;

  /// Nothing goes wrong: transit and disk take a hundredth of the patience.
  static constexpr fault_mix none(duration patience) noexcept {
    fault_mix mix;
    mix.transit_least = mix.sync_least = {patience.ns / 200};
    mix.transit_spread = mix.sync_spread = {patience.ns / 200};
    return mix;
  }
};

/// Draws a mix: each seed has its own faults and its own vigour, so that together they cover what
/// one average mix never would. `patience` is the time-out of the protocol under test.
constexpr fault_mix draw_faults(splitmix64& random, duration patience) noexcept {
  std::uint64_t const p = patience.ns;
  auto const chance = [&random](std::uint64_t percent) { return random.below(100) < percent; };
  auto const part = [&random](std::uint64_t thousandths) {
    return static_cast<std::uint32_t>(1 + random.below(thousandths * fault_mix::certain / 1000));
  };
  auto const between = [&random](std::uint64_t least, std::uint64_t most) {
    return duration{least + random.below(most - least + 1)};
  };

  fault_mix mix = fault_mix::none(patience);
  mix.transit_least = between(p / 1000, p / 50);
  mix.transit_spread = chance(70) ? between(p / 500, p / 10) : between(p / 10, p / 2);
  if (chance(60)) mix.lost = part(150);
  if (chance(60)) mix.duplicated = part(150);
  if (chance(60)) mix.delayed = part(50);
  if (chance(40)) mix.trimmed = part(100);
  mix.late_most = between(p, 5 * p);
  mix.sync_least = between(p / 2000, p / 50);
  mix.sync_spread = chance(70) ? between(p / 500, p / 10) : between(p / 10, p);
  if (chance(30)) mix.failing = part(10);
  if (chance(40)) mix.slow_every = between(4 * p, 12 * p);
  mix.slow_most = between(p, 4 * p);
  if (chance(60)) mix.crash_every = between(2 * p, 12 * p);
  if (chance(40)) mix.dying = part(2);
  if (chance(40)) mix.dying_decided = part(60);
  mix.down_most = between(p / 4, 4 * p);
  if (chance(60)) mix.cut_every = between(2 * p, 12 * p);
  mix.cut_most = between(p, 5 * p);
  if (chance(50)) mix.ambush_every = between(p, 8 * p);
  if (chance(40)) mix.hang_every = between(4 * p, 16 * p);
  if (chance(70)) mix.drift = random.below(sim_clock::true_rate / 5);
  if (chance(50)) mix.skew_every = between(2 * p, 10 * p);
  mix.skew_most = between(p, 8 * p);
  return mix;
}

}  // namespace synod::inline SYNOD_ABI
