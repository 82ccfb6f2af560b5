// SPDX-License-Identifier: BSL-1.0
// Quorum systems as text: parsed, evaluated, turned into their dual, printed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synod/base/result.hpp"
#include "synod/quorum/detail/expression_parser.hpp"
#include "synod/quorum/detail/quorum_tree.hpp"
#include "synod/quorum/detail/quorum_tree_table.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// A quorum system of up to 64 named members, built from "and", "or" and choices:
///
///   2 of (a, b, c) or (d and e)
///   majority(x, y, z) and 3 of (a:2, b, c)
///
/// `and` (also `&`, `*`) binds closer than `or` (`|`, `+`). `K of (...)` is won by operands of the
/// list that weigh K or more together; an operand weighs 1, or what stands after its colon.
/// `majority(...)` wants more than half of the weight. A name is a run of letters, digits, `_`, `.`
/// and `-` other than `and`, `or`, `of` and `majority`; the same name anywhere is the same member.
///
/// Slots are the members in order of their first appearance. Equality is that of the normal form
/// (see `text`): equal expressions are the same system, while two that differ may be.
class quorum_expression {
  using builder = detail::expression_builder<std::vector<detail::quorum_term>>;

 public:
  /// Of no members; no set is a quorum.
  quorum_expression() = default;

  /// Errors, their place the offset of the byte where they show (the column less one):
  /// `empty` (no expression, a list without operands), `bad_input` (anything misspelt; a choice of
  /// 0 or of more than the list weighs; a weight of 0), `duplicate` (a member twice in one list),
  /// `too_large` (more than 64 members, 65 536 terms, 64 levels, numbers or sums beyond 2^64 - 1).
  /// Linear in the text; 40 bytes a name or operator, 32 a choice, and the names.
  static result<quorum_expression> parse(std::string_view text) {
    builder parts;
    detail::expression_parser parser(text, parts);
    if (!parser.parse()) return parser.failure();
    return quorum_expression(std::move(parts));
  }
  /// Of an expression known while compiling (expression.hpp, quorum_text.hpp).
  template <class Formula>
    requires requires(Formula formula, builder& parts) { formula.emit(parts); }
  static quorum_expression of(Formula formula) {
    builder parts;
    formula.emit(parts);
    return quorum_expression(std::move(parts));
  }

  std::size_t size() const noexcept { return names_.size(); }
  /// One look at a word for up to 6 members, linear in its choices for more; no allocation.
  bool is_quorum(voter_set set) const noexcept {
    if (names_.size() > table_members) {
      return detail::wins(steps_, terms_.back().height, set);
    }
    return (answers_ >> (set.mask() & detail::low_bits(names_.size())) & 1) != 0;
  }

  /// The members by slot.
  std::span<std::string const> names() const noexcept { return names_; }
  /// The slot of the member of this name; `size()` where there is none.
  std::size_t slot_of(std::string_view name) const noexcept {
    std::size_t slot = 0;
    while (slot < names_.size() && names_[slot] != name) ++slot;
    return slot;
  }

  /// The normal form: with as few parentheses as can be, `and` and `or` for choices of all and of
  /// one. Parses back to an equal value; empty for the default value.
  std::string text() const {
    std::string printed;
    if (!terms_.empty()) print(terms_.size() - 1, loosest, printed);
    return printed;
  }

  /// The system whose quorums are the sets that meet every quorum of this one: a choice of k out of
  /// n turns into one of n - k + 1. The dual of the dual is the expression itself.
  quorum_expression dual() const {
    quorum_expression made = *this;
    if (terms_.empty()) return made;
    detail::make_dual(made.terms_);
    made.prepare();
    return made;
  }

  friend bool operator==(quorum_expression const&, quorum_expression const&) = default;
  /// What analysis works on.
  friend std::vector<detail::quorum_term> const& tree_of(quorum_expression const& x) noexcept {
    return x.terms_;
  }

 private:
  explicit quorum_expression(builder parts) : terms_(std::move(parts.terms)) {
    names_.reserve(parts.members.count);
    for (std::size_t slot = 0; slot < parts.members.count; ++slot) {
      names_.emplace_back(parts.members.names[slot]);
    }
    prepare();
  }

  // Members whose sets are few enough for the answers to be bits of a word.
  static constexpr std::size_t table_members = 6;
  void prepare() {
    steps_.clear();
    detail::append_steps(terms_, steps_);
    if (names_.size() <= table_members) {
      answers_ = detail::table_of(terms_, detail::slot_map{}, names_.size()).word(0);
    }
  }

  // How close the operators around a term bind.
  enum binding { loosest, within_any, within_all };

  void print(std::size_t at, binding around, std::string& out) const {
    detail::quorum_term const& term = terms_[at];
    if (term.is_member()) {
      out += names_[term.slot];
    } else if (term.is_all()) {
      print_operands(at, " and ", within_all, around == within_all, out);
    } else if (term.is_any()) {
      print_operands(at, " or ", within_any, around != loosest, out);
    } else {
      out += std::to_string(term.threshold);
      out += " of ";
      print_operands(at, ", ", loosest, true, out);
    }
  }

  void print_operands(std::size_t at, char const* between, binding within, bool parentheses,
                      std::string& out) const {
    detail::quorum_term const& term = terms_[at];
    std::vector<std::size_t> operands(term.operands);
    for (std::size_t i = term.operands, end = at; i-- > 0; end -= terms_[end - 1].span) {
      operands[i] = end - 1;
    }
    if (parentheses) out += '(';
    for (std::size_t const operand : operands) {
      if (operand != operands.front()) out += between;
      std::uint64_t const weight = terms_[operand].weight;
      // A weight belongs to one operand: a chain of operators within wants parentheses.
      print(operand, weight != 1 ? within_all : within, out);
      if (weight != 1) {
        out += ':';
        out += std::to_string(weight);
      }
    }
    if (parentheses) out += ')';
  }

  std::vector<std::string> names_;
  std::vector<detail::quorum_term> terms_;
  std::vector<detail::quorum_step> steps_;
  std::uint64_t answers_ = 0;  // bit m for the set of mask m
};

static_assert(quorum_system<quorum_expression>);

}  // namespace synod::inline SYNOD_ABI
