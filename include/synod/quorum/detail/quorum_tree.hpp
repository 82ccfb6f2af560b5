// SPDX-License-Identifier: BSL-1.0
// A tree of thresholds over members, flat: what every quorum expression, from text or from C++,
// is underneath.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/quorum/voter_set.hpp"

namespace synod::inline SYNOD_ABI::detail {

// Terms stand after their operands, which makes the subtree of a term the `span` terms that end
// with it. There are two kinds: members, and choices, won by operands that weigh `threshold` or
// more together. "and" is the choice of all, "or" the choice of one.
struct quorum_term {
  std::uint64_t weight = 1;     // in the choice that it is an operand of
  std::uint64_t threshold = 0;  // of a choice; 0: a member
  std::uint64_t total = 0;      // of a choice: what its operands weigh together
  std::uint32_t operands = 0;   // of a choice: how many
  std::uint32_t span = 1;
  std::uint8_t slot = 0;    // of a member
  std::uint8_t height = 0;  // of its subtree: how many choices stand in one another

  constexpr bool is_member() const noexcept { return threshold == 0; }
  constexpr bool is_plain() const noexcept { return total == operands; }  // no weights
  constexpr bool is_all() const noexcept { return is_plain() && threshold == operands; }
  constexpr bool is_any() const noexcept { return is_plain() && threshold == 1; }

  friend constexpr bool operator==(quorum_term const&, quorum_term const&) = default;
};

// How many choices may stand in one another.
inline constexpr std::size_t max_quorum_height = 64;

// Turns the `operands` subtrees that begin at `first` and end with the last term into the operands
// of one choice, in its normal form: a choice of one operand is that operand, and the operands of
// an "and" within an "and" (of an "or" within an "or") are operands of the outer one, where a
// member needs to be named but once. `threshold` is neither 0 nor more than they weigh, which a
// std::uint64_t holds. `Terms` is a vector with room for one more.
template <class Terms>
constexpr void close_choice(Terms& terms, std::size_t first, std::size_t operands,
                            std::uint64_t threshold) {
  if (operands == 1) {
    terms.back().weight = 1;
    return;
  }
  quorum_term choice{.threshold = threshold, .operands = static_cast<std::uint32_t>(operands)};
  // Operands are met from the last to the first.
  for (std::size_t end = terms.size(); end > first; end -= terms[end - 1].span) {
    choice.total += terms[end - 1].weight;
  }
  bool const all = choice.is_all();
  if (all || choice.is_any()) {
    std::size_t later[voter_set::max_slots] = {};  // 1 + where the member was met
    for (std::size_t end = terms.size(); end > first;) {
      quorum_term& term = terms[end - 1];
      std::size_t const span = term.span;
      if (term.is_member()) {
        if (later[term.slot] != 0) terms[later[term.slot] - 1].span = 0;
        later[term.slot] = end;
      } else if (all ? term.is_all() : term.is_any()) {
        term.span = 0;
        --end;
        continue;
      }
      end -= span;
    }
    std::size_t kept = first;
    for (std::size_t i = first; i < terms.size(); ++i) {
      if (terms[i].span != 0) terms[kept++] = terms[i];
    }
    terms.resize(kept);
    choice.operands = 0;
    for (std::size_t end = kept; end > first; end -= terms[end - 1].span) ++choice.operands;
    if (choice.operands == 1) return;
    choice.total = choice.operands;
    choice.threshold = all ? choice.total : 1;
  }
  choice.span = static_cast<std::uint32_t>(terms.size() - first + 1);
  for (std::size_t i = first; i < terms.size(); ++i) {
    if (terms[i].height > choice.height) choice.height = terms[i].height;
  }
  ++choice.height;
  terms.push_back(choice);
}

// A choice as it is judged: won by members that have a bit and operands with steps of their own
// that weigh `threshold` or more together. A member that weighs more than 1 is a step too.
struct quorum_step {
  std::uint64_t members = 0;
  std::uint64_t threshold = 0;
  std::uint64_t weight = 1;
  std::size_t depth = 0;  // how many choices it stands in

  friend constexpr bool operator==(quorum_step const&, quorum_step const&) = default;
};

// The steps of a tree, a choice before its operands. `Steps` is a vector with room for as many as
// there are terms.
template <class Terms, class Steps>
constexpr void append_steps(Terms const& terms, Steps& steps) {
  std::size_t begins[max_quorum_height] = {};  // of the choices that we are in: the first term
  std::size_t own[max_quorum_height] = {};     // and the step
  std::size_t depth = 0;
  for (std::size_t i = terms.size(); i-- > 0;) {
    while (depth > 0 && i < begins[depth - 1]) --depth;
    quorum_term const& term = terms[i];
    std::uint64_t const bit = std::uint64_t{1} << term.slot;
    if (!term.is_member()) {
      begins[depth] = i + 1 - term.span;
      own[depth] = steps.size();
      steps.push_back({.threshold = term.threshold, .weight = term.weight, .depth = depth});
      ++depth;
    } else if (depth > 0 && term.weight == 1) {
      steps[own[depth - 1]].members |= bit;
    } else {
      steps.push_back({.members = bit, .threshold = 1, .weight = term.weight, .depth = depth});
    }
  }
}

// Whether the set is a quorum. One pass from the last step to the first, without recursion or a
// branch on the set: sums[d] is what steps at depth d weigh that were won so far, in the choice
// whose turn it is.
template <class Steps>
constexpr bool wins(Steps const& steps, std::size_t height, voter_set set) noexcept {
  std::uint64_t sums[max_quorum_height + 2];
  for (std::size_t depth = 0; depth <= height + 1; ++depth) sums[depth] = 0;
  for (std::size_t i = steps.size(); i-- > 0;) {
    quorum_step const& step = steps[i];
    std::uint64_t const sum =
        sums[step.depth + 1] + (set & voter_set::of_mask(step.members)).size();
    sums[step.depth + 1] = 0;
    sums[step.depth] += sum >= step.threshold ? step.weight : 0;
  }
  return sums[0] != 0;
}

// Turns the subtree of the last term into that of the dual system, which wins with the sets that
// meet every quorum of this one.
template <class Terms>
constexpr void make_dual(Terms& terms) noexcept {
  for (std::size_t i = terms.size() - terms.back().span; i < terms.size(); ++i) {
    if (!terms[i].is_member()) terms[i].threshold = terms[i].total - terms[i].threshold + 1;
  }
}

}  // namespace synod::inline SYNOD_ABI::detail
