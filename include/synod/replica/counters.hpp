// SPDX-License-Identifier: BSL-1.0
// What a replica has done since it started.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

struct replica_counters {
  std::uint64_t batches = 0;    ///< proposals that the core accepted
  std::uint64_t commands = 0;   ///< entries of clients in them
  std::uint64_t applied = 0;    ///< entries that the machine applied, whoever leads; stamps too
  std::uint64_t stamps = 0;     ///< entries that only move the machine's time on
  std::uint64_t syncs = 0;      ///< times that the store had completed writes
  std::uint64_t questions = 0;  ///< answered beside the log
  std::uint64_t read_rounds = 0;
  std::uint64_t snapshots_taken = 0;
  std::uint64_t snapshots_installed = 0;
  std::uint64_t errands_sent = 0;    ///< handed on to a leader
  std::uint64_t errands_served = 0;  ///< asked of this node by others

  friend constexpr bool operator==(replica_counters const&, replica_counters const&) = default;
};

}  // namespace synod::inline SYNOD_ABI
