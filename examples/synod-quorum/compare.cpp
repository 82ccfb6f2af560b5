// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <string>
#include <vector>

#include "examples/synod-quorum/commands.hpp"
#include "examples/synod-quorum/facts.hpp"

namespace synod_quorum {
namespace {

// What is known of a side.
void add_side(std::vector<table::cell>& row, side_facts const& side) {
  row.push_back(cell_of(side.quorums));
  row.push_back(cell_of(side.smallest));
  row.push_back(cell_of(side.resilience));
}

table::cell available_of(side_facts const& side) {
  return cell_of(side.available ? std::optional(side.available->up) : std::nullopt);
}

}  // namespace

void compare(std::vector<named_system> const& systems, conditions const& under,
             compare_pictures const& pictures, table::format how, std::ostream& out) {
  bool const pairs = std::any_of(systems.begin(), systems.end(),
                                 [](named_system const& system) { return system.is_pair; });
  std::vector<table::column> columns{{"system"}, {"members"}};
  for (std::string const& side :
       pairs ? std::vector<std::string>{"read ", "write "} : std::vector<std::string>{""}) {
    columns.push_back({side + "quorums"});
    columns.push_back({side + "size"});
    columns.push_back({side + "resilience"});
  }
  columns.push_back({"load", 4});
  columns.push_back({"capacity", 4});
  for (std::string const& side :
       pairs ? std::vector<std::string>{"reads ", "writes "} : std::vector<std::string>{""}) {
    columns.push_back({side + "available", 9});
  }

  table::writer rows(out, how, columns);
  for (auto const& system : systems) {
    auto const facts = facts_of(system, under);
    std::vector<table::cell> row{system.name, std::uint64_t{system.names.size()}};
    add_side(row, facts.reads);
    if (pairs) add_side(row, facts.writes);
    if (facts.measures) {
      row.push_back(cell_of(facts.measures->load));
      row.push_back(cell_of(facts.measures->capacity));
    } else {
      row.insert(row.end(), 2, std::string("too large"));
    }
    row.push_back(available_of(facts.reads));
    if (pairs) row.push_back(available_of(facts.writes));
    rows.row(row);
  }
  rows.end();
  if (!pictures.load.empty()) write_file(pictures.load, load_picture(systems, under));
  if (!pictures.availability.empty()) {
    write_file(pictures.availability, availability_picture(systems));
  }
}

}  // namespace synod_quorum
