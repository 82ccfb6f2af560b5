// The snippets of docs/quorum-expressions.md.
#include <boost/hana/tuple.hpp>
#include <iostream>

#include "synod/quorum/analysis.hpp"
#include "synod/quorum/expression.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/must_intersect.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/quorum_text.hpp"
#include "synod/quorum/tally.hpp"
#include "synod/quorum/three_systems.hpp"

namespace bank {

// begin nodes
using synod::choose, synod::majority_of, synod::quorum_node, synod::weigh;

constexpr auto oslo = quorum_node<"oslo">;
constexpr auto bern = quorum_node<"bern">;
constexpr auto rome = quorum_node<"rome">;
constexpr auto cairo = quorum_node<"cairo">;
constexpr auto vault = quorum_node<"vault">;

constexpr auto system = (choose<2>(oslo, bern, rome) & cairo) | vault;
static_assert(system.size() == 5 && system.names()[3] == "cairo");
// end nodes

// begin lists
constexpr auto weighty = choose<3>(weigh<2>(vault), oslo, bern);  // vault and one, never without
static_assert(synod::smallest_quorum(weighty) == 2);

constexpr auto nested = majority_of(majority_of(oslo, bern, rome), cairo, vault);
static_assert(synod::smallest_quorum(nested) == 2 && synod::resilience(nested) == 1);

constexpr auto europe = boost::hana::make_tuple(oslo, bern, rome);
static_assert(choose<2>(europe) == majority_of(oslo, bern, rome));
// end lists

// begin text
using synod::quorum_text;
static_assert(system == quorum_text<"2 of (oslo, bern, rome) and cairo or vault">);
// end text

// begin proofs
constexpr auto reads = choose<2>(oslo, bern, rome, cairo);
constexpr auto writes = choose<3>(oslo, bern, rome, cairo);

static_assert(synod::intersects(reads, writes));
static_assert(!synod::intersects(reads, reads));
static_assert(synod::intersection_size(writes, writes) == 2);
static_assert(synod::resilience(reads) == 2 && synod::resilience(writes) == 1);
static_assert(synod::minimal_quorums(writes).count() == 4);
static_assert(synod::is_dissemination(writes, 1), "one liar, where data is signed");
// end proofs

// begin demand
template <auto Reads, auto Writes>
class replicated_register {
  static_assert(synod::must_intersect<1, Reads, Writes>);
};

template class replicated_register<reads, writes>;
// end demand

// begin values
constexpr auto five = [] { return synod::majority{5}; };
static_assert(synod::must_intersect<1, five, five>);
// end values

// begin fast
constexpr auto classic = quorum_text<"majority(a, b, c, d, e)">;
constexpr auto fast = quorum_text<"4 of (a, b, c, d, e)">;
static_assert(synod::must_intersect<1, classic, fast, fast>);
// end fast

}  // namespace bank

int main() {
  // begin parse
  auto const made = synod::quorum_expression::parse("2 of (oslo, bern, rome) or (vault and cairo");
  if (!made) {
    std::cout << made.error().what << ", column " << made.error().place + 1 << '\n';
    // quorum: a parenthesis is not closed, column 28
  }
  // end parse
  if (made) return 1;

  // begin use
  auto const rule =
      synod::quorum_expression::parse("2 of (oslo, bern, rome) or (vault and cairo)").value();
  std::cout << rule.text() << '\n';         // 2 of (oslo, bern, rome) or vault and cairo
  std::cout << rule.dual().text() << '\n';  // 2 of (oslo, bern, rome) and (vault or cairo)

  synod::tally votes{rule};
  votes.vote(rule.slot_of("rome"), true);
  votes.vote(rule.slot_of("oslo"), true);
  if (votes.now() != synod::verdict::won) return 1;
  // end use

  // begin twin
  auto const twin = synod::quorum_expression::of(bank::system);
  std::cout << twin.text() << '\n';  // 2 of (oslo, bern, rome) and cairo or vault
  // end twin

  // begin apart
  if (auto const apart = synod::disjoint_quorums(rule, twin)) {
    auto const names = synod::common_names(rule, twin);
    for (std::size_t slot = 0; slot < names.count; ++slot) {
      if (apart->first.contains(slot)) std::cout << names.names[slot] << ' ';  // oslo bern
    }
  }
  // end apart
}
