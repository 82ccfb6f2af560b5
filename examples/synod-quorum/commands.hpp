// SPDX-License-Identifier: BSL-1.0
// What the tool answers.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "examples/synod-quorum/conditions.hpp"
#include "examples/synod-quorum/systems.hpp"
#include "examples/table/table.hpp"
#include "synod/quorum/load.hpp"

namespace synod_quorum {

/// Everything about each system, a table of its own each.
void show(std::vector<named_system> const& systems, conditions const& under, table::format how,
          std::ostream& out);

/// Files for charts; empty: none is drawn. Throws `bad_input` when one cannot be written.
struct compare_pictures {
  std::string load;          ///< the optimal load against the fraction of reads
  std::string availability;  ///< how likely no quorum is up, against how likely a node is not
};

/// A row a system.
void compare(std::vector<named_system> const& systems, conditions const& under,
             compare_pictures const& pictures, table::format how, std::ostream& out);

struct strategy_wishes {
  synod::strategy_goal goal = synod::strategy_goal::load;
  synod::strategy_limits limits;
};

/// The best strategy of one system: whom to ask, how often. Throws `bad_input` where there is none.
void show_strategy(named_system const& system, conditions const& under,
                   strategy_wishes const& wishes, table::format how, std::ostream& out);

std::string load_picture(std::vector<named_system> const& systems, conditions const& under);
std::string availability_picture(std::vector<named_system> const& systems);

}  // namespace synod_quorum
