// SPDX-License-Identifier: BSL-1.0
// Quorum systems that are types: expressions known while compiling, whatever they were written as.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synod/base/fixed_vector.hpp"
#include "synod/quorum/detail/expression_builder.hpp"
#include "synod/quorum/detail/quorum_tree.hpp"
#include "synod/quorum/detail/quorum_tree_table.hpp"
#include "synod/quorum/system.hpp"
#include "synod/quorum/truth_table.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// A tree is a type that gives `max_terms` and `max_height`, no less than its terms and levels are,
// the `weight` it has as an operand, its `sole_name` (empty where it has more), and
// `emit(builder)`, which appends the terms and returns whether there was room for all members.

template <class Tree>
struct dual_tree {
  static constexpr std::size_t max_terms = Tree::max_terms;
  static constexpr std::size_t max_height = Tree::max_height;
  static constexpr std::uint64_t weight = 1;
  static constexpr std::string_view sole_name = Tree::sole_name;

  template <class Builder>
  static constexpr bool emit(Builder& builder) {
    if (!Tree::emit(builder)) return false;
    make_dual(builder.terms);
    return true;
  }
};
template <class Tree>
struct dual_of {
  using type = dual_tree<Tree>;
};
template <class Tree>
struct dual_of<dual_tree<Tree>> {
  using type = Tree;
};

template <class Tree>
using builder_for = expression_builder<fixed_vector<quorum_term, Tree::max_terms>>;

template <class Tree>
constexpr bool fits() {
  builder_for<Tree> parts;
  return Tree::emit(parts);
}

template <class Tree>
constexpr builder_for<Tree> build() {
  builder_for<Tree> parts;
  Tree::emit(parts);
  return parts;
}
template <class Tree>
inline constexpr builder_for<Tree> built = build<Tree>();

template <class Tree>
constexpr auto build_steps() {
  fixed_vector<quorum_step, Tree::max_terms> steps;
  append_steps(built<Tree>.terms, steps);
  return steps;
}
template <class Tree>
inline constexpr auto steps_of = build_steps<Tree>();

// Of a tree of up to 12 members, the words of its truth table.
template <class Tree>
constexpr auto build_words() {
  constexpr std::size_t members = built<Tree>.members.count;
  truth_table const table = table_of(built<Tree>.terms, slot_map{}, members);
  std::array<std::uint64_t, truth_table(members).words()> words{};
  for (std::size_t w = 0; w < words.size(); ++w) words[w] = table.word(w);
  return words;
}
template <class Tree>
inline constexpr auto words_of = build_words<Tree>();

}  // namespace detail

/// A quorum system of up to 64 named members, known while compiling: an empty type that models
/// `quorum_system`. Slots are its names in order of their first appearance. A question to up to 12
/// members is one look into a truth table (for up to 6, a constant); beyond, linear in the
/// choices.
template <class Tree>
struct quorum_formula {
  static_assert(Tree::max_terms <= voter_set::max_slots || detail::fits<Tree>(),
                "quorum expression: more than 64 members");
  static_assert(Tree::max_height <= detail::max_quorum_height,
                "quorum expression: choices in one another more than 64 deep");

  static constexpr std::size_t size() noexcept { return detail::built<Tree>.members.count; }
  static constexpr bool is_quorum(voter_set set) noexcept {
    if constexpr (size() <= truth_table::max_members) {
      std::uint64_t const index = set.mask() & detail::low_bits(size());
      if constexpr (size() <= 6) return (detail::words_of<Tree>[0] >> index & 1) != 0;
      return (detail::words_of<Tree>[index >> 6] >> (index & 63) & 1) != 0;
    } else {
      return detail::wins(detail::steps_of<Tree>, Tree::max_height, set);
    }
  }

  /// The members by slot.
  static constexpr std::span<std::string_view const> names() noexcept {
    return std::span(detail::built<Tree>.members.names).first(size());
  }

  /// The system whose quorums are the sets that meet every quorum of this one.
  static constexpr auto dual() noexcept {
    return quorum_formula<typename detail::dual_of<Tree>::type>{};
  }

  template <class Builder>
  static constexpr bool emit(Builder& builder) {
    return Tree::emit(builder);
  }
  friend constexpr auto const& tree_of(quorum_formula const&) noexcept {
    return detail::built<Tree>.terms;
  }
};

/// Whether two expressions have the same normal form: the same members in the same slots, and the
/// same choices. Equal ones are the same system, while two that differ may be.
template <class A, class B>
constexpr bool operator==(quorum_formula<A> a, quorum_formula<B> b) noexcept {
  if (a.size() != b.size() || tree_of(a).size() != tree_of(b).size()) return false;
  for (std::size_t slot = 0; slot < a.size(); ++slot) {
    if (a.names()[slot] != b.names()[slot]) return false;
  }
  for (std::size_t i = 0; i < tree_of(a).size(); ++i) {
    if (tree_of(a)[i] != tree_of(b)[i]) return false;
  }
  return true;
}

/// See `quorum_formula::dual`.
template <class Tree>
constexpr auto dual(quorum_formula<Tree> formula) noexcept {
  return formula.dual();
}

}  // namespace synod::inline SYNOD_ABI
