// SPDX-License-Identifier: BSL-1.0
// The truth table of a tree of thresholds, 64 sets at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/quorum/detail/quorum_tree.hpp"
#include "synod/quorum/truth_table.hpp"

namespace synod::inline SYNOD_ABI::detail {

// Where the members of a system stand among those of several systems: by slot.
struct slot_map {
  std::uint8_t slots[voter_set::max_slots];

  constexpr slot_map() noexcept : slots() {
    for (std::size_t slot = 0; slot < voter_set::max_slots; ++slot) {
      slots[slot] = static_cast<std::uint8_t>(slot);
    }
  }
  constexpr std::size_t operator()(std::size_t slot) const noexcept { return slots[slot]; }
};

// Whether each of the 64 sets of word w of a table wins the term that stands at `at`.
template <class Terms>
constexpr std::uint64_t winners(Terms const& terms, slot_map const& map, std::size_t at,
                                std::size_t w) noexcept {
  quorum_term const& term = terms[at];
  if (term.is_member()) return truth_table::member(map(term.slot), w);
  std::size_t const begin = at + 1 - term.span;
  if (term.is_all()) {
    std::uint64_t won = ~std::uint64_t{0};
    for (std::size_t end = at; end > begin; end -= terms[end - 1].span) {
      won &= winners(terms, map, end - 1, w);
    }
    return won;
  }
  if (term.is_any()) {
    std::uint64_t won = 0;
    for (std::size_t end = at; end > begin; end -= terms[end - 1].span) {
      won |= winners(terms, map, end - 1, w);
    }
    return won;
  }
  // 64 sums side by side: plane p holds bit p of each.
  std::uint64_t planes[64];
  std::size_t const bits = static_cast<std::size_t>(std::bit_width(term.total));
  for (std::size_t p = 0; p < bits; ++p) planes[p] = 0;
  for (std::size_t end = at; end > begin; end -= terms[end - 1].span) {
    std::uint64_t const won = winners(terms, map, end - 1, w);
    std::uint64_t carry = 0;
    std::uint64_t weight = terms[end - 1].weight;
    for (std::size_t p = 0; (weight | carry) != 0 && p < bits; ++p, weight >>= 1) {
      std::uint64_t const sum = planes[p];
      std::uint64_t const added = (weight & 1) != 0 ? won : 0;
      planes[p] = sum ^ added ^ carry;
      carry = (sum & added) | (carry & (sum | added));
    }
  }
  std::uint64_t reached = ~std::uint64_t{0};
  for (std::size_t p = 0; p < bits; ++p) {
    reached = (term.threshold >> p & 1) != 0 ? reached & planes[p] : reached | planes[p];
  }
  return reached;
}

// Of the whole tree, among that many members.
template <class Terms>
constexpr truth_table table_of(Terms const& terms, slot_map const& map,
                               std::size_t members) noexcept {
  if (terms.empty()) return truth_table(members);
  return truth_table::of_words(
      members, [&](std::size_t word) { return winners(terms, map, terms.size() - 1, word); });
}

}  // namespace synod::inline SYNOD_ABI::detail
