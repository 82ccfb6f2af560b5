// SPDX-License-Identifier: BSL-1.0
// Whether a history is linearizable: whether its operations can be put into one order, each between
// its call and its return, in which a sequential object would have given the same answers (Herlihy
// and Wing, TOPLAS 1990).
//
// The search is Wing and Gong's (JPDC 1993) with Lowe's memory of configurations (Concurrency and
// Computation, 2017), part by part (Horn and Kroening, FORTE 2015); see check/detail/search.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/check/detail/search.hpp"
#include "synod/check/history.hpp"

namespace synod::inline SYNOD_ABI {

enum class linearizability : std::uint8_t {
  linearizable,
  not_linearizable,
  out_of_budget,  ///< neither was found within the budget
};

constexpr char const* name_of(linearizability verdict) noexcept {
  switch (verdict) {
    case linearizability::linearizable: return "linearizable";
    case linearizability::not_linearizable: return "not linearizable";
    case linearizability::out_of_budget: break;
  }
  return "out of budget";
}

/// What a check found. Operations are named by their place in the history.
struct linearizability_report {
  linearizability verdict = linearizability::linearizable;

  /// Linearizable: an order of every part, one part after the other; open operations that had no
  /// effect are left out. Otherwise: of the part that failed first, the longest order that was
  /// found of a beginning of it, counted in operations that returned.
  std::vector<std::size_t> order;

  /// Not linearizable: the operations one of which would have to come next, none of which could
  /// have been answered as it was in the state that `order` leads to.
  std::vector<std::size_t> stuck;

  std::size_t parts = 0;
  std::uint64_t steps = 0;           ///< of the model, in all parts
  std::uint64_t configurations = 0;  ///< that were looked at, in all parts

  explicit operator bool() const noexcept { return verdict == linearizability::linearizable; }
};

/// Judges a history against a model, from a state on. An error where an operation returned before
/// it was called, or has an output and never returned; `place` is its number. A part that is
/// certainly not linearizable decides, also where another one exceeds the budget.
///
/// The problem is NP-complete; in practice the cost grows with the number of operations of a part
/// and exponentially with how many of them change the state and overlap. Operations that are called
/// at the instant at which another one returns count as overlapping.
template <sequential_model Model>
result<linearizability_report> check_linearizability(
    std::span<operation<Model> const> history, Model const& initial = Model(),
    linearizability_budget const& budget = linearizability_budget()) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    operation<Model> const& each = history[i];
    if (each.returned && *each.returned < each.called) {
      return error{errc::bad_input, "history: an operation returned before it was called", i};
    }
    if (each.output && !each.returned) {
      return error{errc::bad_input, "history: an operation has an answer and never returned", i};
    }
  }
  std::vector<std::size_t> places(history.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  auto const separate = [&](std::size_t a, std::size_t b) {
    if constexpr (partitioned_model<Model>) {
      return Model::partition(history[a].input) < Model::partition(history[b].input);
    } else {
      return false;
    }
  };
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return separate(a, b) || (!separate(b, a) && a < b);
  });

  linearizability_report report;
  std::vector<std::size_t> incomplete;
  for (std::size_t first = 0, last = 0; first < places.size(); first = last) {
    while (last < places.size() && !separate(places[first], places[last])) ++last;
    ++report.parts;
    detail::linearizability_search<Model> search(
        history, std::span<std::size_t const>(places).subspan(first, last - first), initial,
        budget);
    detail::search_end const end = search.run();
    report.steps += search.steps();
    report.configurations += search.configurations();
    if (end == detail::search_end::found) {
      std::vector<std::size_t> const order = search.order();
      report.order.insert(report.order.end(), order.begin(), order.end());
      continue;
    }
    if (end == detail::search_end::none &&
        SYNOD_MUTANT(lin_first_part_decides, true, report.parts == 1)) {
      report.verdict = linearizability::not_linearizable;
      report.order = search.order();
      report.stuck = search.stuck();
      return report;
    }
    if (report.verdict == linearizability::linearizable) incomplete = search.order();
    report.verdict = linearizability::out_of_budget;
  }
  if (report.verdict == linearizability::out_of_budget) report.order = std::move(incomplete);
  return report;
}

}  // namespace synod::inline SYNOD_ABI
