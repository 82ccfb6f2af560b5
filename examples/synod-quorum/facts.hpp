// SPDX-License-Identifier: BSL-1.0
// What the tool knows of a system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "examples/synod-quorum/conditions.hpp"
#include "examples/synod-quorum/systems.hpp"
#include "examples/table/table.hpp"
#include "synod/quorum/availability.hpp"
#include "synod/quorum/load.hpp"

namespace synod_quorum {

/// Of the reads or the writes of a system; empty what takes too long a search.
struct side_facts {
  std::optional<std::uint64_t> quorums;  ///< minimal ones
  std::optional<std::uint64_t> smallest;
  std::optional<std::uint64_t> resilience;
  std::optional<synod::availability<double>> available;
};

struct system_facts {
  side_facts reads;
  side_facts writes;
  std::optional<synod::optimum> best;
  std::optional<synod::strategy_measures> measures;
};

system_facts facts_of(named_system const& system, conditions const& under);

/// The optimal strategy. Throws `bad_input` where there is none.
synod::optimum best_strategy(named_system const& system, conditions const& under,
                             synod::strategy_goal goal, synod::strategy_limits const& limits);

/// A number, or a word where there is none.
template <class Number>
table::cell cell_of(std::optional<Number> const& value) {
  if (!value) return std::string("too large");
  return *value;
}
inline table::cell cell_of(synod::rational const& value) { return value.convert_to<double>(); }

}  // namespace synod_quorum
