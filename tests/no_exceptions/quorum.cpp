// SPDX-License-Identifier: BSL-1.0
// Votes, commit indices and changes of members in a program without exceptions and RTTI.
#include "synod/quorum.hpp"

#include <array>
#include <cstdio>

#include "synod/quorum/fast.hpp"
#include "synod/quorum/flexible.hpp"
#include "synod/quorum/grid.hpp"
#include "synod/quorum/membership.hpp"

int main() {
  synod::tally votes{synod::majority(3)};
  bool right = votes.vote(0, true) == synod::verdict::pending;
  right = right && votes.vote(0, true) == synod::verdict::pending;
  right = right && votes.vote(2, true) == synod::verdict::won;

  std::array<synod::log_index, 5> const acknowledged{{{9}, {3}, {7}, {5}, {1}}};
  right = right && synod::commit_index(synod::majority(5), acknowledged) == synod::log_index{5};
  auto const weights = synod::weighted::make({1, 5, 1, 1, 1});
  right = right && synod::commit_index(*weights, acknowledged) == synod::log_index{3};

  right = right && !synod::flexible::make(5, 2, 3) && !synod::fast_quorums::make(5, 3, 3);
  right = right && synod::grid::make(2, 2)->reads().is_quorum(synod::voter_set::of_mask(0b11));
  right = right && synod::plurality<>::of(2, {0, 1, 1})->now().candidate == 1;

  std::array const founders{synod::node_id{1}, synod::node_id{2}, synod::node_id{3}};
  std::array const replacing{synod::membership_change{{3}, synod::becomes::removed},
                             synod::membership_change{{4}, synod::becomes::voter}};
  auto const group = synod::membership::make(founders);
  right = right && !group->changed(replacing) && group->entered(replacing, true)->left();

  if (!right) std::puts("FAILED: tally, commit_index, a system or a membership");
  return right ? 0 : 1;
}
