// SPDX-License-Identifier: BSL-1.0
// How likely it is that the members that are up are a quorum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "synod/quorum/bounded_search.hpp"

namespace synod::inline SYNOD_ABI {

/// Both probabilities, each to full precision: one minus the other would lose the small one.
template <class Number = double>
struct availability {
  Number up{};    ///< some quorum is up
  Number down{};  ///< none is
};

namespace detail {

// Up or down, member after member, until the answer does not depend on the rest. Every step
// multiplies and adds positive numbers only and nothing is added up over many steps, so that both
// results are within 4n roundings of the exact ones, however small they are.
template <quorum_system System, class Number>
class availability_search {
 public:
  availability_search(System const& system, std::span<Number const> failing)
      : system_(system), failing_(failing) {}

  availability<Number> run() { return decide({}, 0); }
  bool gave_up() const { return steps_ > search_limit(system_.size()); }

 private:
  // Where the members of `up` are up and the others before `slot` down.
  availability<Number> decide(voter_set up, std::size_t slot) {
    if (gave_up() || system_.is_quorum(up)) return {Number(1), Number(0)};
    if (!system_.is_quorum(up | slots_from(slot, system_.size()))) return {Number(0), Number(1)};
    ++steps_;
    auto const if_up = decide(with(up, slot), slot + 1);
    auto const if_down = decide(up, slot + 1);
    Number const& failing = failing_[slot];
    Number const standing = 1 - failing;
    return {standing * if_up.up + failing * if_down.up,
            standing * if_up.down + failing * if_down.down};
  }

  System const& system_;
  std::span<Number const> failing_;
  std::uint64_t steps_ = 0;
};

// Of a choice whose operands have nothing in common: how likely it is that those that are up weigh
// so much together, one more operand after the other.
template <class Number>
availability<Number> availability_of_choice(
    std::vector<weighed_operand<availability<Number>>> const& operands, std::uint64_t threshold) {
  std::vector<Number> likely{Number(1)};  // by weight
  for (auto const& [weight, operand] : operands) {
    std::vector<Number> next(likely.size() + weight, Number(0));
    for (std::size_t sum = 0; sum < likely.size(); ++sum) {
      next[sum] += likely[sum] * operand.down;
      next[sum + weight] += likely[sum] * operand.up;
    }
    likely = std::move(next);
  }
  availability<Number> found;
  for (std::size_t sum = 0; sum < likely.size(); ++sum) {
    (sum >= threshold ? found.up : found.down) += likely[sum];
  }
  return found;
}

template <class Number>
availability<Number> availability_of_member(Number const& failing) {
  return {1 - failing, failing};
}

template <class Number>
availability<Number> availability_by_count(std::size_t needed, std::span<Number const> failing) {
  std::vector<weighed_operand<availability<Number>>> members;
  for (Number const& one : failing) members.push_back({1, availability_of_member(one)});
  return availability_of_choice(members, needed);
}

template <class Number, class Terms>
availability<Number> availability_of_tree(Terms const& terms, std::span<Number const> failing) {
  return fold_tree<availability<Number>>(
      terms, terms.size() - 1,
      [failing](std::size_t slot) { return availability_of_member(failing[slot]); },
      availability_of_choice<Number>);
}

}  // namespace detail

/// The availability of a system whose members fail independently of each other, member i with
/// probability `failing[i]`. With `Number` a double the error is a few units in the last place,
/// with an exact type none (`synod/quorum/rational.hpp`).
///
/// Quadratic in the members where only their number counts, and little more for an expression that
/// names no member twice; otherwise at worst 2^n steps, fewer the earlier partial sets decide.
/// Errors: `bad_input`, another number of probabilities than members (place: how many), or one that
/// is NaN or not within 0 and 1 (place: which); `too_large`.
template <quorum_system System, class Number>
result<availability<Number>> find_availability(System const& system,
                                               std::span<Number const> failing) {
  if (failing.size() != system.size()) {
    return error{errc::bad_input, "availability: one probability a member, please", failing.size()};
  }
  for (std::size_t i = 0; i < failing.size(); ++i) {
    if (!(failing[i] >= 0 && failing[i] <= 1)) {
      return error{errc::bad_input, "availability: a probability that is not within 0 and 1", i};
    }
  }
  if constexpr (counting_system<System>) {
    return detail::availability_by_count(system.votes_needed(), failing);
  }
  if constexpr (detail::has_tree<System>) {
    auto const& tree = tree_of(system);
    if (detail::is_foldable(tree)) return detail::availability_of_tree(tree, failing);
  }
  detail::availability_search search(system, failing);
  auto const found = search.run();
  if (search.gave_up()) return detail::search_failed(system.size());
  return found;
}

/// \overload All members fail with the same probability.
template <quorum_system System>
result<availability<double>> find_availability(System const& system, double failing) {
  std::vector<double> const all(system.size(), failing);
  return find_availability(system, std::span<double const>(all));
}

}  // namespace synod::inline SYNOD_ABI
