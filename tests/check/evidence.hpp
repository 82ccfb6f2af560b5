// SPDX-License-Identifier: BSL-1.0
// Whether what a report says can be seen in the history, without searching.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "synod/check.hpp"

namespace synod::test {

template <class Model>
constexpr auto part_of(operation<Model> const& each) {
  if constexpr (partitioned_model<Model>) {
    return Model::partition(each.input);
  } else {
    return 0;
  }
}

/// The order runs with the answers given, keeps real time within each part, and leaves out nothing
/// that it must hold; where the answer is no, none of the stuck ones can be next.
template <class Model>
bool evidence_holds(linearizability_report const& report, std::span<operation<Model> const> history,
                    Model const& initial = Model()) {
  std::vector<bool> placed(history.size(), false);
  std::map<decltype(part_of(history[0])), Model> states;
  for (std::size_t i = 0; i < report.order.size(); ++i) {
    operation<Model> const& each = history[report.order[i]];
    if (placed[report.order[i]]) return false;
    placed[report.order[i]] = true;
    auto [at, fresh] = states.try_emplace(part_of(each), initial);
    if (!at->second.step(each.input, each.output)) return false;
    for (std::size_t j = i + 1; j < report.order.size(); ++j) {
      operation<Model> const& later = history[report.order[j]];
      if (part_of(later) != part_of(each)) break;
      if (later.returned && *later.returned < each.called) return false;
    }
  }
  if (report.verdict == linearizability::linearizable) {
    for (std::size_t i = 0; i < history.size(); ++i) {
      if (history[i].returned && !placed[i]) return false;
    }
    return report.stuck.empty();
  }
  if (report.verdict == linearizability::out_of_budget) return report.stuck.empty();
  if (states.size() > 1 || report.stuck.empty()) return false;

  Model const state = states.empty() ? initial : states.begin()->second;
  auto const part = part_of(history[report.stuck[0]]);
  instant earliest{std::numeric_limits<std::uint64_t>::max()};
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (part_of(history[i]) != part || placed[i] || !history[i].returned) continue;
    earliest = std::min(earliest, *history[i].returned);
  }
  for (std::size_t i = 0; i < history.size(); ++i) {
    operation<Model> const& each = history[i];
    if (part_of(each) != part || placed[i] || !each.returned) continue;
    bool const named = std::count(report.stuck.begin(), report.stuck.end(), i) == 1;
    if (named != (each.called <= earliest)) return false;
    Model next = state;
    if (named && next.step(each.input, each.output)) return false;
  }
  return true;
}

}  // namespace synod::test
