// The snippets of docs/quorums.md.
#include <array>
#include <cstdint>
#include <iostream>
#include <vector>

#include "synod/quorum.hpp"
#include "synod/quorum/analysis.hpp"
#include "synod/quorum/availability.hpp"
#include "synod/quorum/byzantine.hpp"
#include "synod/quorum/expression.hpp"
#include "synod/quorum/fast.hpp"
#include "synod/quorum/flexible.hpp"
#include "synod/quorum/grid.hpp"
#include "synod/quorum/hierarchy.hpp"
#include "synod/quorum/load.hpp"
#include "synod/quorum/membership.hpp"
#include "synod/quorum/must_intersect.hpp"
#include "synod/quorum/plurality.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/weighted.hpp"
#include "synod/quorum/witness.hpp"

// begin system
// The chair must agree, and one of the two others.
struct chair_and_one {
  constexpr std::size_t size() const noexcept { return 3; }
  constexpr bool is_quorum(synod::voter_set who) const noexcept {
    return who.contains(0) && (who.contains(1) || who.contains(2));
  }
  constexpr bool operator==(chair_and_one const&) const = default;
};
static_assert(synod::quorum_system<chair_and_one>);
static_assert(synod::intersects(chair_and_one{}, chair_and_one{}));
static_assert(synod::resilience(chair_and_one{}) == 0);  // the chair must not fail
// end system

// begin majority
static_assert(synod::resilience(synod::majority{5}) == 2);
static_assert(synod::resilience(synod::majority{6}) == 2);  // one more to ask, no more to lose
static_assert(synod::smallest_quorum(synod::majority{9}) == 5);
// end majority

// begin weighted
constexpr auto votes_of_four = synod::weighted::make({2, 1, 1, 1}).value();  // 3 of 5 votes
static_assert(synod::intersects(votes_of_four, votes_of_four));
static_assert(synod::smallest_quorum(votes_of_four) == 2);  // with the first; three without
static_assert(synod::resilience(votes_of_four) == 1);
// end weighted

// begin flexible
constexpr auto cheap_writes = synod::flexible::make(5, 4, 2).value();  // reads 4, writes 2
static_assert(synod::intersects(cheap_writes.reads(), cheap_writes.writes()));
static_assert(synod::resilience(cheap_writes.writes()) == 3);
static_assert(synod::resilience(cheap_writes.reads()) == 1);
static_assert(!synod::flexible::make(5, 3, 2));  // 3 + 2 could miss each other
// end flexible

// begin grid
constexpr auto square = synod::grid::make(3, 3).value();
static_assert(synod::intersects(square, square));  // a row and a column
static_assert(synod::resilience(square) == 2);
static_assert(synod::intersects(square.reads(), square.writes()));    // a row; a column
static_assert(!synod::intersects(square.writes(), square.writes()));  // as a pair only
// end grid

// begin hierarchy
constexpr auto three_zones = synod::hierarchy::make(3, 3).value();
static_assert(synod::intersects(three_zones, three_zones));
static_assert(synod::smallest_quorum(three_zones) == 4);
static_assert(synod::resilience(three_zones) == 3);
// end hierarchy

// begin nodes
constexpr auto a1 = synod::quorum_node<"a1">;
constexpr auto a2 = synod::quorum_node<"a2">;
constexpr auto a3 = synod::quorum_node<"a3">;
constexpr auto b1 = synod::quorum_node<"b1">;
constexpr auto b2 = synod::quorum_node<"b2">;
constexpr auto b3 = synod::quorum_node<"b3">;
constexpr auto c1 = synod::quorum_node<"c1">;
constexpr auto c2 = synod::quorum_node<"c2">;
constexpr auto c3 = synod::quorum_node<"c3">;
constexpr auto zone_a = synod::majority_of(a1, a2, a3);
constexpr auto zone_b = synod::majority_of(b1, b2, b3);
constexpr auto zone_c = synod::majority_of(c1, c2, c3);
// end nodes

// begin survivor
constexpr auto two_zones = synod::choose<2>(zone_a, zone_b, zone_c);
static_assert(synod::must_intersect<1, two_zones, two_zones>);
static_assert(synod::smallest_quorum(two_zones) == 4);

// Slots are names in order of appearance: three a, three b, three c.
constexpr bool survives_any_zone_and_one_more_node() {
  for (std::size_t zone = 0; zone < 9; zone += 3) {
    for (std::size_t node = 0; node < 9; ++node) {
      synod::voter_set failed;
      for (std::size_t of_zone = 0; of_zone < 3; ++of_zone) failed.insert(zone + of_zone);
      failed.insert(node);
      if (!two_zones.is_quorum(failed.complement(9))) return false;
    }
  }
  return true;
}
static_assert(survives_any_zone_and_one_more_node());
// end survivor

// begin home
constexpr auto read_at_home = zone_a | zone_b | zone_c;
constexpr auto write_everywhere = zone_a & zone_b & zone_c;
static_assert(synod::must_intersect<1, read_at_home, write_everywhere>);
static_assert(synod::dual(read_at_home) == write_everywhere);  // no smaller writes would do
static_assert(synod::smallest_quorum(read_at_home) == 2);
static_assert(synod::resilience(read_at_home) == 5);
static_assert(synod::resilience(write_everywhere) == 1);  // the price: two of one zone stop it
// end home

// begin joint
using changing = synod::joint<synod::majority, synod::majority>;
constexpr auto three_to_four = changing::make(synod::majority{3}, synod::majority{4}, 3).value();
static_assert(three_to_four.size() == 4);  // three stay, one comes
static_assert(synod::intersects(three_to_four, synod::majority{4}));
// end joint

// begin witness
// Two nodes and a witness, slot 2: any two of the three, and one of them stores the payload.
constexpr auto two_and_a_half =
    synod::witnessed<synod::majority>::make(synod::majority{3}, synod::voter_set::of_mask(0b100))
        .value();
static_assert(synod::resilience(two_and_a_half) == 1);
// end witness

// begin liars
constexpr auto signed_values = synod::dissemination::make(4, 1).value();
constexpr auto plain_values = synod::masking::make(5, 1).value();
static_assert(synod::intersection_size(signed_values, signed_values) == 2);  // b + 1
static_assert(synod::intersection_size(plain_values, plain_values) == 3);    // 2b + 1
// end liars

// begin fast
constexpr auto rounds = synod::fast_quorums::make(5).value();
static_assert(rounds.classic().votes_needed() == 3);
static_assert(rounds.fast().votes_needed() == 4);
// What a classic quorum sees is what any two fast ones share.
static_assert(!synod::disjoint_quorums(rounds.classic(), rounds.fast(), rounds.fast()));
// end fast

int main() {
  // begin text
  auto const told = synod::quorum_expression::parse(
      "2 of (majority(a1, a2, a3), majority(b1, b2, b3), majority(c1, c2, c3))");
  if (!told) {
    std::cerr << told.error().what << ", column " << told.error().place + 1 << '\n';
    return 1;
  }
  if (synod::resilience(*told) != synod::resilience(two_zones)) return 1;
  std::cout << told->text() << '\n';  // the normal form, which parses to an equal value
  // end text

  // begin tally
  synod::tally votes{synod::majority{5}};
  votes.vote(0, true);
  votes.vote(0, true);   // again: changes nothing
  votes.vote(0, false);  // a change of mind: neither
  votes.vote(7, true);   // a stranger: nor that
  votes.vote(3, true);
  if (votes.now() != synod::verdict::pending) return 1;
  if (votes.vote(4, true) != synod::verdict::won) return 1;
  // end tally

  // begin named
  std::array const members{synod::node_id{17}, synod::node_id{4}, synod::node_id{99}};
  auto named = synod::named_tally<synod::majority>::make(synod::majority{3}, members);
  if (!named) return 1;  // a name twice, or another number of them
  named->vote({99}, false);
  if (named->vote({4}, false) != synod::verdict::lost) return 1;
  // end named

  // begin plurality
  constexpr auto nobody = synod::plurality<>::abstain;
  auto const election = synod::plurality<>::of(3, {0, 2, 2, nobody}).value();
  if (election.votes(2) != 2 || election.now().candidate != 2) return 1;
  // end plurality

  // begin commit
  std::array<synod::log_index, 3> const held{{{7}, {9}, {4}}};  // what each of three nodes has
  std::cout << synod::commit_index(synod::majority{3}, held).value << '\n';  // 7
  std::cout << synod::commit_index(chair_and_one{}, held).value << '\n';     // 7: chair 7, one 9
  // end commit

  // begin lease
  std::array<std::uint64_t, 3> const round_answered{12, 11, 8};  // the leader's own: now
  if (synod::commit_index(synod::majority{3}, round_answered) != 11) return 1;
  // end lease

  // begin membership
  std::array const founders{synod::node_id{1}, synod::node_id{2}, synod::node_id{3}};
  auto const group = synod::membership::make(founders).value();
  using synod::becomes;
  std::array const one_more{synod::membership_change{{4}, becomes::voter}};
  auto const four = group.changed(one_more).value();  // a single step: one voter at a time
  std::array const exchange{synod::membership_change{{1}, becomes::removed},
                            synod::membership_change{{5}, becomes::voter},
                            synod::membership_change{{6}, becomes::learner}};
  if (four.changed(exchange)) return 1;  // two voters at once: refused
  auto const between = four.entered(exchange, true).value();
  if (!between.is_joint() || between.quorum().size() != 5) return 1;  // 1 to 5 vote
  auto const after = between.left().value();
  if (after.quorum().size() != 4 || after.find({6}) == nullptr) return 1;
  // end membership

  // begin analysis
  using synod::rational;
  auto const load = synod::find_load(read_at_home, write_everywhere, rational(9, 10)).value();
  std::cout << "nine reads to a write: " << load << " of each node's time\n";  // 4/15
  auto const available = synod::find_availability(two_zones, 0.01).value();
  std::cout << "without a quorum " << available.down << " of the time\n";  // 2.7e-07
  // end analysis
  if (load != rational(4, 15) || available.down > 3e-7) return 1;

  // begin strategy
  auto const quorums = synod::read_write_quorums::make(read_at_home, write_everywhere).value();
  std::vector<synod::node_profile> nodes(9, {.reads = 2000, .writes = 1000, .latency = 4});
  for (std::size_t near = 0; near < 3; ++near) nodes[near].latency = 1;
  synod::workload const mostly_reads{rational(9, 10), nodes};
  synod::strategy_limits limits;
  limits.load = rational(1, 4000);  // for 4000 operations a second
  auto const fastest =
      synod::optimal_strategy(quorums, mostly_reads, synod::strategy_goal::latency, limits);
  for (auto const& [who, how_often] : fastest.value().strategy.reads) {
    std::cout << how_often << " of the reads ask " << who.size() << " nodes\n";
  }
  // end strategy
}
