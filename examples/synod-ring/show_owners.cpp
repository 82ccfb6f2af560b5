// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "examples/synod-ring/commands.hpp"
#include "examples/synod-ring/placements.hpp"

namespace synod_ring {
namespace {

template <synod::placement P>
void show(P const& placement, std::vector<std::string_view> const& keys, std::size_t replicas,
          synod::spread how, table::format form, std::ostream& out) {
  std::vector<table::column> columns{{"key"}, {"owner"}};
  for (std::size_t i = 2; i <= replicas; ++i) columns.push_back({"replica " + std::to_string(i)});
  if (replicas > 1) columns.push_back({"missing"});

  table::writer rows{out, form, columns};
  for (std::string_view const key : keys) {
    std::vector<table::cell> row{std::string{key}};
    auto const walk = placement.replicas(key, replicas, how);
    for (auto const name : walk) row.emplace_back(std::string{name});
    row.resize(1 + replicas, std::string{});
    if (replicas > 1) row.emplace_back(std::uint64_t{walk.shortfall()});
    rows.row(row);
  }
  rows.end();
}

}  // namespace

void show_owners(std::vector<listed_node> const& nodes, std::vector<std::string_view> const& keys,
                 std::size_t replicas, synod::spread how, answer_form form, std::ostream& out) {
  with_algorithm(form.algorithm, [&]<class P>(algorithm<P>) {
    show(placed<P>(nodes), keys, replicas, how, form.how, out);
  });
}

}  // namespace synod_ring
