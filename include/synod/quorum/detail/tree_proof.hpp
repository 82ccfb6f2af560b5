// SPDX-License-Identifier: BSL-1.0
// Proofs by the shape of two trees of thresholds, whatever the number of members.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/quorum/detail/quorum_tree.hpp"
#include "synod/quorum/detail/quorum_tree_table.hpp"

namespace synod::inline SYNOD_ABI::detail {

// Tries to show that every two quorums of two trees meet: that who wins the first wins the dual of
// the second. Sound: it never says so wrongly; not complete: it may fail to see it, and gives up
// after `max_steps` comparisons.
template <class First, class Second>
class tree_proof {
 public:
  static constexpr std::size_t max_steps = 10'000;

  // The maps bring the members of both to common slots.
  constexpr tree_proof(First const& first, slot_map const& first_map, Second const& second,
                       slot_map const& second_map) noexcept
      : first_(first), first_map_(first_map), second_(second), second_map_(second_map) {}

  constexpr bool found() noexcept {
    return !first_.empty() && !second_.empty() && implies(first_.size() - 1, second_.size() - 1);
  }

 private:
  // Whether f(operand) holds for every operand, or for some, of the choice that stands at `at`.
  template <class Terms, class F>
  static constexpr bool every(Terms const& terms, std::size_t at, F f) noexcept {
    for (std::size_t end = at; end > at + 1 - terms[at].span; end -= terms[end - 1].span) {
      if (!f(end - 1)) return false;
    }
    return true;
  }
  template <class Terms, class F>
  static constexpr bool some(Terms const& terms, std::size_t at, F f) noexcept {
    return !every(terms, at, [&](std::size_t operand) { return !f(operand); });
  }

  // Whether who wins the first's term at `a` wins the dual of the second's at `b`, in which "and"
  // and "or" are exchanged.
  constexpr bool implies(std::size_t a, std::size_t b) noexcept {
    if (++steps_ > max_steps) return false;
    quorum_term const& f = first_[a];
    quorum_term const& g = second_[b];
    if (f.is_member() && g.is_member()) return is_same(f, g);
    auto const operand_of_first = [&](std::size_t operand) { return implies(operand, b); };
    auto const operand_of_second = [&](std::size_t operand) { return implies(a, operand); };
    if (!f.is_member() && f.is_any()) return every(first_, a, operand_of_first);
    if (!g.is_member() && g.is_any()) return every(second_, b, operand_of_second);
    if (!f.is_member() && f.is_all() && some(first_, a, operand_of_first)) return true;
    if (!g.is_member() && g.is_all() && some(second_, b, operand_of_second)) return true;
    if (f.is_member() || g.is_member()) return false;
    // Of those who win the first, so many may be no operands of the second.
    std::uint64_t const lost = f.total - matched(a, b);
    return f.threshold > lost && f.threshold - lost > g.total - g.threshold;
  }

  // What the operands of the first weigh together that imply one of the same weight of the second,
  // each its own: members the same member, others in order.
  constexpr std::uint64_t matched(std::size_t a, std::size_t b) noexcept {
    std::uint64_t sum = 0;
    std::size_t next = b;  // ends the next operand of the second that is no member
    every(first_, a, [&](std::size_t mine) {
      quorum_term const& operand = first_[mine];
      if (operand.is_member() ? has_member(b, operand) : implies_next(mine, b, next)) {
        sum += operand.weight;
      }
      return true;
    });
    return sum;
  }
  constexpr bool has_member(std::size_t b, quorum_term const& member) const noexcept {
    return some(second_, b, [&](std::size_t other) {
      quorum_term const& twin = second_[other];
      return twin.is_member() && is_same(member, twin) && twin.weight == member.weight;
    });
  }
  constexpr bool implies_next(std::size_t mine, std::size_t b, std::size_t& next) noexcept {
    std::size_t const begin = b + 1 - second_[b].span;
    while (next > begin && second_[next - 1].is_member()) --next;
    if (next == begin) return false;
    std::size_t const counterpart = next - 1;
    next -= second_[counterpart].span;
    return second_[counterpart].weight == first_[mine].weight && implies(mine, counterpart);
  }

  constexpr bool is_same(quorum_term const& first, quorum_term const& second) const noexcept {
    return first_map_(first.slot) == second_map_(second.slot);
  }

  First const& first_;
  slot_map const& first_map_;
  Second const& second_;
  slot_map const& second_map_;
  std::size_t steps_ = 0;
};

}  // namespace synod::inline SYNOD_ABI::detail
