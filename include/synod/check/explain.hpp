// SPDX-License-Identifier: BSL-1.0
// The evidence of a check, for people.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synod/check/history.hpp"
#include "synod/check/linearizability.hpp"

namespace synod::inline SYNOD_ABI {

/// A model that can be told: its operations and its state.
template <class Model>
concept telling_model =
    sequential_model<Model> && requires(Model const& state, typename Model::input const& asked,
                                        std::optional<typename Model::output> const& answered) {
      { Model::text(asked, answered) } -> std::convertible_to<std::string>;
      { state.text() } -> std::convertible_to<std::string>;
    };

namespace detail {

template <telling_model Model>
void tell(std::string& out, operation<Model> const& each, std::size_t number) {
  out += "  #" + std::to_string(number) + " client " + std::to_string(each.client) + " [" +
         std::to_string(each.called.ns) + ", " +
         (each.returned ? std::to_string(each.returned->ns) : "open") + "] " +
         Model::text(each.input, each.output);
  if (!each.output) out += each.returned ? " -> answer not known" : " -> no answer";
}

}  // namespace detail

/// Lines that say what was found: the verdict; and where it is a no, the last `lines` operations of
/// the longest order with the state after each, the operations that would have to come next and
/// cannot, and the open ones that had no effect so far. Give it the history and the initial state
/// that were judged.
template <telling_model Model>
std::string explain(linearizability_report const& report, std::span<operation<Model> const> history,
                    Model const& initial = Model(), std::size_t lines = 10) {
  std::string out = name_of(report.verdict);
  out += ": " + std::to_string(history.size()) + " operations in " + std::to_string(report.parts) +
         " parts, " + std::to_string(report.steps) + " steps\n";
  if (report.verdict == linearizability::linearizable) return out;

  Model state = initial;
  if (report.order.size() > lines) {
    out += "after " + std::to_string(report.order.size() - lines) + " others, in this order:\n";
  } else {
    out += "in this order:\n";
  }
  for (std::size_t i = 0; i < report.order.size(); ++i) {
    operation<Model> const& each = history[report.order[i]];
    state.step(each.input, each.output);
    if (i + lines < report.order.size()) continue;
    detail::tell(out, each, report.order[i]);
    out += "   state: " + state.text() + "\n";
  }
  if (report.stuck.empty()) return out;
  out += "the state is now " + state.text() + ", and none of these can be next:\n";
  for (std::size_t const each : report.stuck) {
    detail::tell(out, history[each], each);
    out += "\n";
  }
  return out;
}

}  // namespace synod::inline SYNOD_ABI
