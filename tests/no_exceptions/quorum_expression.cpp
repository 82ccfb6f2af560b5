// SPDX-License-Identifier: BSL-1.0
// Quorum expressions without exceptions and RTTI: parsed, judged, counted; asked without an
// allocation.
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/analysis.hpp"
#include "synod/quorum/expression.hpp"
#include "synod/quorum/hana_names.hpp"
#include "synod/quorum/must_intersect.hpp"
#include "synod/quorum/quorum_text.hpp"
#include "synod/quorum/tally.hpp"
#include "synod/quorum/three_systems.hpp"
#include "tests/support/counted_allocations.hpp"

namespace {

constexpr auto reads = synod::quorum_text<"2 of (a, b, c) or d">;
constexpr auto writes =
    synod::choose<2>(synod::quorum_node<"a">, synod::quorum_node<"b">, synod::quorum_node<"c">) &
    synod::quorum_node<"d">;
static_assert(synod::must_intersect<1, reads, writes>);

}  // namespace

int main() {
  auto const system = synod::quorum_expression::parse("2 of (a, b, c) and d");
  if (!system || *system != synod::quorum_expression::of(writes)) return 1;
  if (!synod::intersects(*system, reads) || synod::resilience(*system) != 0) return 2;
  if (synod::quorum_expression::parse("2 of (a, b").error().place != 5) return 3;

  std::size_t const before = synod::test::allocations;
  std::size_t quorums = 0;
  for (std::uint64_t mask = 0; mask < 16; ++mask) {
    quorums += system->is_quorum(synod::voter_set::of_mask(mask));
  }
  if (quorums != 4 || !synod::intersects(*system, reads)) return 4;
  if (synod::test::allocations != before) return 5;

  synod::tally votes{*system};
  votes.vote(3, true);
  votes.vote(0, true);
  return votes.vote(1, true) == synod::verdict::won ? 0 : 6;
}
