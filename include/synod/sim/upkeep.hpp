// SPDX-License-Identifier: BSL-1.0
// When a simulated node takes a snapshot, and what is in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/result.hpp"
#include "synod/reflect/frame.hpp"

namespace synod::inline SYNOD_ABI {

/// How the nodes of one run keep their logs short.
struct log_upkeep {
  std::uint64_t every = 0;  ///< entries between snapshots, on average; 0: none is taken
  std::uint64_t keep = 0;   ///< at most so many entries behind a snapshot stay
  bool considerate = true;  ///< none while a follower gets one
  bool greedy = false;      ///< asks to drop all that is committed: the store must know better
  std::size_t ballast = 0;  ///< bytes in a snapshot beside the machine, so that it takes many parts

  static log_upkeep draw(splitmix64& random) noexcept {
    log_upkeep u;
    u.every = random.below(5) == 0 ? 0 : 2 + random.below(30);
    u.keep = random.below(8);
    u.considerate = random.below(4) != 0;
    u.greedy = random.below(2) == 0;
    u.ballast = random.below(2) == 0 ? 0 : static_cast<std::size_t>(random.below(4096));
    return u;
  }

  /// After which entry the next snapshot is taken.
  log_index next_after(log_index at, splitmix64& random) const noexcept {
    constexpr std::uint64_t never = std::uint64_t{1} << 40;
    return {at.value + 1 + (every == 0 ? never : random.below(2 * every))};
  }

  /// A snapshot of a machine after the entry at i, as a store keeps it.
  template <class Machine>
  void save(Machine const& machine, log_index i, std::vector<std::byte>& out) const {
    out.resize(frame_overhead + ballast);
    for (std::size_t n = 0; n < ballast; ++n) out[frame_overhead + n] = ballast_at(i, n);
    machine.save(out);
    (void)seal_frame(1, out.size() - frame_overhead, out);
  }
  /// The machine in such a snapshot; an error where it is not the one that was saved there.
  template <class Machine>
  result<Machine> restore(std::span<std::byte const> bytes, log_index i) const {
    auto const whole = read_frame(1, bytes, bytes.size());
    if (!whole) return whole.error();
    if (whole->payload.size() < ballast) return error{errc::corrupt, "a snapshot too short"};
    for (std::size_t n = 0; n < ballast; ++n) {
      if (whole->payload[n] != ballast_at(i, n)) return error{errc::corrupt, "another snapshot", n};
    }
    return Machine{}.restored(whole->payload.subspan(ballast));
  }

 private:
  static constexpr std::byte ballast_at(log_index i, std::size_t n) noexcept {
    return static_cast<std::byte>(i.value * 31 + n + n / 251);
  }
};

}  // namespace synod::inline SYNOD_ABI
