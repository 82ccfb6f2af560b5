// SPDX-License-Identifier: BSL-1.0
// Votes and commit indices in a program without exceptions and RTTI.
#include "synod/quorum.hpp"

#include <array>
#include <cstdio>

int main() {
  synod::tally votes{synod::majority(3)};
  bool right = votes.vote(0, true) == synod::verdict::pending;
  right = right && votes.vote(0, true) == synod::verdict::pending;
  right = right && votes.vote(2, true) == synod::verdict::won;

  std::array<synod::log_index, 5> const acknowledged{{{9}, {3}, {7}, {5}, {1}}};
  right = right && synod::commit_index(synod::majority(5), acknowledged) == synod::log_index{5};

  if (!right) std::puts("FAILED: tally or commit_index");
  return right ? 0 : 1;
}
