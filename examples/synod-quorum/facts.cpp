// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-quorum/facts.hpp"

#include <span>

namespace synod_quorum {
namespace {

using synod::errc;

// The value, or none where it takes too long a search.
template <class T>
std::optional<T> known(synod::result<T> const& found, std::string const& system) {
  if (found) return *found;
  if (found.error().code == errc::too_large) return std::nullopt;
  throw bad_input{system + ": " + found.error().what};
}

side_facts side_of(synod::quorum_expression const& quorums, std::string const& system,
                   conditions const& under) {
  side_facts side;
  if (auto const listed = known(synod::list_minimal_quorums(quorums), system)) {
    side.quorums = listed->size();
  }
  side.smallest = known(synod::find_smallest_quorum(quorums), system);
  side.resilience = known(synod::find_resilience(quorums), system);
  auto const failing = failing_of(under, quorums);
  side.available =
      known(synod::find_availability(quorums, std::span<double const>(failing)), system);
  return side;
}

}  // namespace

system_facts facts_of(named_system const& system, conditions const& under) {
  system_facts facts;
  facts.reads = side_of(system.reads, system.name, under);
  facts.writes = system.is_pair ? side_of(system.writes, system.name, under) : facts.reads;
  if (!facts.reads.quorums || !facts.writes.quorums) return facts;  // nor is there a strategy
  auto const quorums = known(
      synod::read_write_quorums::make(system.reads, system.writes, under.failures), system.name);
  if (!quorums) return facts;
  auto const asked = workload_of(under, system);
  facts.best = known(synod::optimal_strategy(*quorums, asked), system.name);
  if (facts.best) {
    facts.measures = known(synod::measure(*quorums, asked, facts.best->strategy), system.name);
  }
  return facts;
}

synod::optimum best_strategy(named_system const& system, conditions const& under,
                             synod::strategy_goal goal, synod::strategy_limits const& limits) {
  auto const quorums = synod::read_write_quorums::make(system.reads, system.writes, under.failures);
  if (!quorums) throw bad_input{system.name + ": " + quorums.error().what};
  auto best = synod::optimal_strategy(*quorums, workload_of(under, system), goal, limits);
  if (!best) throw bad_input{system.name + ": " + best.error().what};
  return *std::move(best);
}

}  // namespace synod_quorum
