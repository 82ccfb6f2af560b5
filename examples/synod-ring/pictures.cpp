// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-ring/pictures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "examples/plot/plot.hpp"
#include "examples/plot/svg.hpp"

namespace synod_ring {
namespace {

double chart_height(std::size_t bars) { return 120 + 22 * static_cast<double>(bars); }

std::vector<std::string> names_of(auto const& nodes) {
  std::vector<std::string> names;
  for (auto const& node : nodes) names.push_back(node.name);
  return names;
}

std::vector<double> percent_of(auto const& nodes, auto member) {
  std::vector<double> values;
  for (auto const& node : nodes) values.push_back(100 * node.*member);
  return values;
}

constexpr double size = 560;
constexpr double center = size / 2;
constexpr double outer = 240;
constexpr double inner = 150;
// The ring is drawn in so many slices; finer than these nobody sees.
constexpr std::size_t slices = 2880;

struct place {
  double x, y;
};
place at(double turn, double radius) {
  double const angle = 2 * std::numbers::pi * turn;
  return {center + radius * std::sin(angle), center - radius * std::cos(angle)};
}

std::string arc(std::size_t from, std::size_t to) {
  auto const turn = [](std::size_t slice) { return static_cast<double>(slice) / slices; };
  auto const text = [](place p) { return plot::coordinate(p.x) + ' ' + plot::coordinate(p.y); };
  auto const curve = [](double radius, bool large, int direction) {
    return " A" + plot::coordinate(radius) + ' ' + plot::coordinate(radius) + " 0 " +
           (large ? "1 " : "0 ") + std::to_string(direction) + ' ';
  };
  // A whole turn is no arc: it is drawn in two halves.
  if (to - from == slices) return arc(0, slices / 2) + arc(slices / 2, slices);
  bool const large = to - from > slices / 2;
  return 'M' + text(at(turn(from), outer)) + curve(outer, large, 1) + text(at(turn(to), outer)) +
         " L" + text(at(turn(to), inner)) + curve(inner, large, 0) + text(at(turn(from), inner)) +
         " Z ";
}

// Who owns each slice: the owner of its middle.
std::vector<std::uint32_t> owners_of_slices(std::vector<drawn_node> const& nodes,
                                            std::vector<drawn_arc> const& arcs) {
  std::vector<std::uint32_t> owners(slices);
  std::size_t next = 0;
  double shared = nodes.empty() ? 0 : nodes[0].share;
  for (std::size_t i = 0; i < slices; ++i) {
    double const middle = (static_cast<double>(i) + 0.5) / slices;
    if (arcs.empty()) {
      while (middle > shared && next + 1 < nodes.size()) shared += nodes[++next].share;
      owners[i] = static_cast<std::uint32_t>(next);
    } else {
      auto const hash = static_cast<std::uint64_t>(std::ldexp(middle, 64));
      while (next < arcs.size() && arcs[next].last < hash) ++next;
      owners[i] = arcs[next % arcs.size()].node;
    }
  }
  return owners;
}

std::string percent(double part) { return plot::number(std::round(1000 * part) / 10) + " %"; }

}  // namespace

std::string balance_picture(std::vector<drawn_node> const& nodes) {
  plot::frame const around{.title = "Share of the hash space",
                           .x = {.label = "node"},
                           .y = {.label = "%"},
                           .height = chart_height(2 * nodes.size())};
  return plot::bar_chart(around, names_of(nodes),
                         {{"owns", percent_of(nodes, &drawn_node::share)},
                          {"by its weight", percent_of(nodes, &drawn_node::ideal)}},
                         {.horizontal = true});
}

std::string ring_picture(std::vector<drawn_node> const& nodes, std::vector<drawn_arc> const& arcs) {
  constexpr std::size_t listed = 24;
  double const height = size + 20 * static_cast<double>(std::min(nodes.size(), listed) + 1);
  plot::drawing picture{size, height, "The hash space and its owners"};
  auto const owners = owners_of_slices(nodes, arcs);

  std::vector<std::string> arcs_of(nodes.size());
  for (std::size_t from = 0; from < slices;) {
    std::size_t to = from;
    while (to < slices && owners[to] == owners[from]) ++to;
    arcs_of[owners[from]] += arc(from, to);
    from = to;
  }
  constexpr std::size_t colours = 8;
  auto const look = [](std::size_t node) { return "bar s" + std::to_string(node % colours); };
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    if (!arcs_of[node].empty()) picture.path(arcs_of[node], look(node));
  }
  picture.text(center, center, std::to_string(nodes.size()) + " nodes", "title mid");

  for (std::size_t node = 0; node < std::min(nodes.size(), listed); ++node) {
    double const y = size + 20 * static_cast<double>(node);
    picture.rect(40, y - 10, 12, 12, look(node));
    picture.text(60, y, nodes[node].name + "  " + percent(nodes[node].share), "");
  }
  if (nodes.size() > listed) {
    picture.text(60, size + 20 * static_cast<double>(listed),
                 "and " + std::to_string(nodes.size() - listed) + " more", "");
  }
  return picture.finished();
}

std::string movement_picture(std::vector<drawn_change> const& nodes) {
  plot::frame const around{.title = "What moves",
                           .x = {.label = "node"},
                           .y = {.label = "% of the hash space"},
                           .height = chart_height(nodes.size())};
  return plot::bar_chart(around, names_of(nodes),
                         {{"kept", percent_of(nodes, &drawn_change::kept)},
                          {"gained", percent_of(nodes, &drawn_change::gained)},
                          {"lost", percent_of(nodes, &drawn_change::lost)}},
                         {.stacked = true, .horizontal = true});
}

}  // namespace synod_ring
