// SPDX-License-Identifier: BSL-1.0
// The commit index: how far a quorum has come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/quorum/majority.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// The middle one of 3, 5 and 7 numbers by selection networks: compare-exchanges whose order does
// not depend on the data, so that there is no branch to mispredict.
struct ordered_pair {
  std::uint64_t low, high;
};
constexpr ordered_pair in_order(std::uint64_t a, std::uint64_t b) noexcept {
  return {a < b ? a : b, a < b ? b : a};
}
constexpr std::uint64_t lower(std::uint64_t a, std::uint64_t b) noexcept { return a < b ? a : b; }
constexpr std::uint64_t upper(std::uint64_t a, std::uint64_t b) noexcept { return a < b ? b : a; }

constexpr std::uint64_t middle(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
  auto const [low, high] = in_order(a, b);
  return upper(low, lower(high, c));
}

// Of four numbers neither the least nor the greatest is the middle one of five.
constexpr std::uint64_t middle(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d,
                               std::uint64_t e) noexcept {
  auto const [ab_low, ab_high] = in_order(a, b);
  auto const [cd_low, cd_high] = in_order(c, d);
  return middle(upper(ab_low, cd_low), lower(ab_high, cd_high), e);
}

// Of six numbers neither the least nor the greatest is the middle one of seven; four and the
// seventh are left.
constexpr std::uint64_t middle(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d,
                               std::uint64_t e, std::uint64_t f, std::uint64_t g) noexcept {
  auto const [ab_low, ab_high] = in_order(a, b);
  auto const [cd_low, cd_high] = in_order(c, d);
  auto const [ef_low, ef_high] = in_order(e, f);
  auto const [low, next_low] = in_order(ab_low, cd_low);
  auto const [next_high, high] = in_order(ab_high, cd_high);
  return middle(upper(low, ef_low), next_low, next_high, lower(high, ef_high), g);
}

constexpr voter_set acknowledging(std::span<log_index const> acknowledged,
                                  log_index upto) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t slot = 0; slot < acknowledged.size(); ++slot) {
    mask |= std::uint64_t{acknowledged[slot] >= upto} << slot;
  }
  return voter_set::of_mask(mask);
}

// By definition, for any monotone system: the answer is one of the acknowledged indices, or 0.
template <quorum_system System>
constexpr log_index commit_index_of(System const& system,
                                    std::span<log_index const> acknowledged) noexcept {
  log_index best;
  for (log_index const candidate : acknowledged) {
    if (candidate > best && system.is_quorum(acknowledging(acknowledged, candidate))) {
      best = candidate;
    }
  }
  return best;
}

// The sizes that are rarely chosen.
constexpr log_index commit_index_of_rare(majority const& system,
                                         std::span<log_index const> acknowledged) noexcept {
  auto const at = [acknowledged](std::size_t slot) { return acknowledged[slot].value; };
  // Not const: such an initialiser is evaluated while compiling, where no mutant is in force.
  std::uint64_t padding = SYNOD_MUTANT(R11, 0, ~std::uint64_t{0});
  switch (acknowledged.size()) {
    case 1: return {at(0)};
    case 2: return {lower(at(0), at(1))};
    case 4: return {middle(at(0), at(1), at(2), at(3), padding)};
    case 6: return {middle(at(0), at(1), at(2), at(3), at(4), at(5), padding)};
    default: return commit_index_of(system, acknowledged);
  }
}

}  // namespace detail

/// The largest index i such that the members that acknowledged i or more form a quorum; 0 where
/// there is none. `acknowledged[slot]` is what the member at that slot has (0: nothing is known),
/// one value a member. This is Raft's rule for the commit index ("a majority of matchIndex[i] >=
/// N", Raft, figure 2; whose ballot the entry must be in is the protocol's business), and the same
/// question a leader asks of heartbeat rounds and leases.
///
/// n² comparisons for n members; no allocation.
template <quorum_system System>
constexpr log_index commit_index(System const& system,
                                 std::span<log_index const> acknowledged) noexcept {
  SYNOD_EXPECTS(acknowledged.size() == system.size(), "commit_index: one value a member, please");
  return detail::commit_index_of(system, acknowledged);
}

/// \overload For majorities of up to 7 voters: selection networks, without a branch on the data.
/// An even number is brought to the next odd one by a voter that has nothing, which leaves the
/// number that makes a majority as it is.
[[gnu::always_inline]] constexpr log_index commit_index(
    majority const& system, std::span<log_index const> acknowledged) noexcept {
  std::size_t const n = acknowledged.size();
  SYNOD_EXPECTS(n == system.size(), "commit_index: one value a member, please");
  auto const at = [acknowledged](std::size_t slot) { return acknowledged[slot].value; };
  // The usual sizes here, since a call costs as much as the network of three.
  if (n == 3) return {detail::middle(at(0), at(1), at(2))};
  if (n == 5) return {detail::middle(at(0), at(1), at(2), at(3), at(4))};
  if (n == 7) return {detail::middle(at(0), at(1), at(2), at(3), at(4), at(5), at(6))};
  return detail::commit_index_of_rare(system, acknowledged);
}

}  // namespace synod::inline SYNOD_ABI
