// SPDX-License-Identifier: BSL-1.0
// What plain programs that drive groups of nodes have in common.
#pragma once

#include <cstdint>
#include <cstdio>

#include "synod/consensus/log.hpp"

/// 0, or 1 where something does not hold, which is then printed.
inline int check(bool holds, char const* what) {
  if (!holds) std::printf("FAILED: %s\n", what);
  return holds ? 0 : 1;
}

/// The voters 1 to n.
inline synod::members founders(std::uint64_t n) {
  synod::members who;
  for (std::uint64_t id = 1; id <= n; ++id) who.voters.push_back({id});
  return who;
}
