// SPDX-License-Identifier: BSL-1.0
// Node lists: from CSV files, and as changed on the command line.
#pragma once

#include <string>
#include <vector>

#include "examples/tool/files.hpp"
#include "synod/ring/node.hpp"

namespace synod_ring {

/// A node that owns its texts.
struct listed_node {
  std::string name;
  double weight = 1.0;
  std::string zone;
};

using tool::bad_input;
using tool::read_file;
using tool::write_file;

/// Nodes from CSV: name, weight (1 where it is missing or empty), zone (may be missing). A first
/// line with a field `name` is a head, which says what the columns are. Throws `bad_input` naming
/// file, line and column.
std::vector<listed_node> parse_nodes(std::string const& content, std::string const& file);

/// What changes a list, each as given on the command line.
struct list_changes {
  std::vector<std::string> added;       ///< name[,weight[,zone]]
  std::vector<std::string> removed;     ///< names
  std::vector<std::string> reweighted;  ///< name,weight
};

/// The list after the changes. Throws `bad_input` for a node that is there already, or is not.
std::vector<listed_node> changed(std::vector<listed_node> nodes, list_changes const& changes);

/// As placements take them; refers to the list.
std::vector<synod::ring_node> views(std::vector<listed_node> const& nodes);

}  // namespace synod_ring
