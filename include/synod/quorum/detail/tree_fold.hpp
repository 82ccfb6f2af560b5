// SPDX-License-Identifier: BSL-1.0
// Answers about trees of thresholds that follow from answers about their operands: where no member
// is named twice, the operands of a choice have nothing in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/quorum/common_slots.hpp"
#include "synod/quorum/detail/quorum_tree.hpp"

namespace synod::inline SYNOD_ABI::detail {

// An operand of a choice, or a member of a weighing system.
template <class Value>
struct weighed_operand {
  std::uint64_t weight;
  Value value;
};

// Weights up to this are added up in tables.
inline constexpr std::uint64_t most_weight = 4096;

// Whether it folds: no member twice, weights that are small. Not of nobody.
template <class Terms>
bool is_foldable(Terms const& terms) {
  voter_set met;
  for (quorum_term const& term : terms) {
    if (term.is_member() && met.contains(term.slot)) return false;
    if (term.is_member()) met.insert(term.slot);
    if (term.total > most_weight) return false;
  }
  return !terms.empty();
}

// Of the term that stands at `at`: `of_member(slot)`, or `of_choice(operands, threshold)`.
template <class Value, class Terms, class OfMember, class OfChoice>
Value fold_tree(Terms const& terms, std::size_t at, OfMember const& of_member,
                OfChoice const& of_choice) {
  quorum_term const& term = terms[at];
  if (term.is_member()) return of_member(term.slot);
  std::vector<weighed_operand<Value>> operands;
  for (std::size_t end = at; end > at + 1 - term.span; end -= terms[end - 1].span) {
    operands.push_back(
        {terms[end - 1].weight, fold_tree<Value>(terms, end - 1, of_member, of_choice)});
  }
  return of_choice(operands, term.threshold);
}

// The fewest members that win.
template <class Terms>
std::size_t smallest_of_tree(Terms const& terms) {
  auto const fewest = [](std::vector<weighed_operand<std::size_t>> const& operands,
                         std::uint64_t threshold) {
    std::size_t const never = voter_set::max_slots + 1;
    std::vector<std::size_t> reaching(threshold + 1, never);  // a sum, or more for the last
    reaching[0] = 0;
    for (auto const& [weight, members] : operands) {
      for (std::uint64_t sum = threshold + 1; sum-- > 0;) {
        auto& there = reaching[std::min(sum + weight, threshold)];
        there = std::min(there, reaching[sum] + members);
      }
    }
    return reaching[threshold];
  };
  return fold_tree<std::size_t>(
      terms, terms.size() - 1, [](std::size_t) { return std::size_t{1}; }, fewest);
}

}  // namespace synod::inline SYNOD_ABI::detail
