// SPDX-License-Identifier: BSL-1.0
// What the tool answers: shares, owners, and what a change moves.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "examples/synod-ring/nodes.hpp"
#include "examples/table/table.hpp"
#include "synod/ring/replicas.hpp"

namespace synod_ring {

/// How an answer is given.
struct answer_form {
  std::string algorithm = "hash_ring";
  table::format how = table::format::text;
};

/// Files for pictures; empty: none is drawn. Throws `bad_input` when one cannot be written.
struct shares_pictures {
  std::string balance;
  std::string ring;
};

/// Every node with its share, what it should have by its weight, and the ratio of both.
void show_shares(std::vector<listed_node> const& nodes, shares_pictures const& pictures,
                 answer_form form, std::ostream& out);

/// Every key with its replica set.
void show_owners(std::vector<listed_node> const& nodes, std::vector<std::string_view> const& keys,
                 std::size_t replicas, synod::spread how, answer_form form, std::ostream& out);

struct plan_wishes {
  bool intervals = false;  ///< every interval that changes hands, instead of sums by pair of nodes
  bool keys = false;       ///< count these keys instead of hashes
  std::string picture;
};

/// What moves from `before` to `after`: exactly where the algorithm owns intervals, over keys or
/// sampled hashes elsewhere.
void show_plan(std::vector<listed_node> const& before, std::vector<listed_node> const& after,
               std::vector<std::string_view> const& keys, plan_wishes const& wishes,
               answer_form form, std::ostream& out);

}  // namespace synod_ring
