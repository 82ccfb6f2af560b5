// SPDX-License-Identifier: BSL-1.0
#include <cmath>
#include <string>
#include <vector>

#include "examples/plot/plot.hpp"
#include "examples/synod-quorum/commands.hpp"
#include "examples/synod-quorum/facts.hpp"

namespace synod_quorum {

std::string load_picture(std::vector<named_system> const& systems, conditions const& under) {
  constexpr int steps = 20;
  std::vector<plot::series> curves;
  for (auto const& system : systems) {
    plot::series curve{system.name, {}};
    for (int i = 0; i <= steps; ++i) {
      conditions at = under;
      at.reads = {{synod::rational(i, steps), 1}};
      auto const best = best_strategy(system, at, synod::strategy_goal::load, {});
      curve.points.push_back({static_cast<double>(i) / steps, best.value.convert_to<double>()});
    }
    curves.push_back(curve);
  }
  plot::frame around{"Optimal load", {"fraction of reads", false, 0, 1}, {"load", false, 0, {}}};
  return plot::line_chart(around, curves);
}

std::string availability_picture(std::vector<named_system> const& systems) {
  constexpr int steps = 40;
  constexpr double least = 1e-3;
  std::vector<plot::series> curves;
  auto const add = [&](std::string const& name, synod::quorum_expression const& quorums) {
    plot::series curve{name, {}};
    for (int i = 0; i <= steps; ++i) {
      double const failing = least * std::pow(0.5 / least, static_cast<double>(i) / steps);
      auto const found = synod::find_availability(quorums, failing);
      if (!found) throw bad_input{name + ": " + found.error().what};
      curve.points.push_back({failing, found->down});
    }
    curves.push_back(curve);
  };
  for (auto const& system : systems) {
    add(system.name + (system.is_pair ? ", reads" : ""), system.reads);
    if (system.is_pair) add(system.name + ", writes", system.writes);
  }
  plot::frame around{"Without a quorum",
                     {"probability that a node is down", true, least, 0.5},
                     {"probability that no quorum is up", true, 1e-15, 1}};
  return plot::line_chart(around, curves);
}

}  // namespace synod_quorum
