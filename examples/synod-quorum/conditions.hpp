// SPDX-License-Identifier: BSL-1.0
// The circumstances under which systems are judged, as the command line gives them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "examples/synod-quorum/systems.hpp"
#include "synod/quorum/workload.hpp"

namespace synod_quorum {

/// As typed.
struct condition_texts {
  std::vector<std::string> reads{"1/2"};     ///< FRACTION[:WEIGHT]
  std::vector<std::string> failing{"0.01"};  ///< P, or NODE=P
  std::vector<std::string> nodes;            ///< NODE=READS[,WRITES[,LATENCY]]
  std::size_t failures = 0;
};

/// As understood.
struct conditions {
  std::vector<synod::read_share> reads;
  double failing = 0;  ///< of a node that is not named
  std::map<std::string, double> failing_of;
  std::map<std::string, synod::node_profile> profiles;
  std::size_t failures = 0;
};

/// Throws `bad_input` with the column.
conditions parse_conditions(condition_texts const& texts);

/// What these are for one system. Nodes that the system does not have are ignored: conditions are
/// shared by several.
synod::workload workload_of(conditions const& under, named_system const& system);
std::vector<double> failing_of(conditions const& under, synod::quorum_expression const& system);

/// Throws `bad_input` for a node that none of the systems has.
void check_names(conditions const& under, std::vector<named_system> const& systems);

}  // namespace synod_quorum
