// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-ring/commands.hpp"
#include "examples/synod-ring/pictures.hpp"
#include "examples/synod-ring/placements.hpp"
#include "examples/synod-ring/shares.hpp"

namespace synod_ring {
namespace {

template <synod::placement P>
std::vector<drawn_arc> arcs_of(P const& placement) {
  std::vector<drawn_arc> arcs;
  if constexpr (synod::interval_placement<P>) {
    for (auto at = placement.points(); !at.done(); at.advance()) {
      auto const [point, node] = *at;
      arcs.push_back({point, node});
    }
  }
  return arcs;
}

template <synod::placement P>
void show(P const& placement, shares_pictures const& pictures, table::format how,
          std::ostream& out) {
  auto const nodes = placement.nodes();
  auto const shares = shares_of(placement);
  double whole = 0;
  for (auto const& node : nodes) whole += node.weight;

  table::writer rows{
      out, how, {{"node"}, {"zone"}, {"weight"}, {"share", 5}, {"ideal", 5}, {"ratio"}}};
  std::vector<drawn_node> drawn;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    double const ideal = nodes[i].weight / whole;
    std::string const name{nodes[i].name};
    rows.row(
        {name, std::string{nodes[i].zone}, nodes[i].weight, shares[i], ideal, shares[i] / ideal});
    drawn.push_back({name, shares[i], ideal});
  }
  rows.end();
  if (!pictures.balance.empty()) write_file(pictures.balance, balance_picture(drawn));
  if (!pictures.ring.empty()) write_file(pictures.ring, ring_picture(drawn, arcs_of(placement)));
}

}  // namespace

void show_shares(std::vector<listed_node> const& nodes, shares_pictures const& pictures,
                 answer_form form, std::ostream& out) {
  with_algorithm(form.algorithm,
                 [&]<class P>(algorithm<P>) { show(placed<P>(nodes), pictures, form.how, out); });
}

}  // namespace synod_ring
