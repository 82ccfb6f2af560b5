// SPDX-License-Identifier: BSL-1.0
// The text of quorum expressions: one parser, while compiling and at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/base/result.hpp"
#include "synod/quorum/detail/expression_builder.hpp"

namespace synod::inline SYNOD_ABI::detail {

// Recursive descent over
//
//   any     = all { ("or" | "|" | "+") all }
//   all     = one { ("and" | "&" | "*") one }
//   one     = name | "(" any ")" | number "of" list | "majority" list
//   list    = "(" operand { "," operand } ")"
//   operand = any | one ":" number
//
// into a builder. Names refer to the text. The first error is kept, with the offset of the byte
// where it shows.
template <class Builder>
class expression_parser {
 public:
  static constexpr std::size_t max_nesting = max_quorum_height;  // parentheses in one another
  static constexpr std::size_t max_terms = 1 << 16;  // members, as often as named, and operators

  constexpr expression_parser(std::string_view text, Builder& builder)
      : text_(text), builder_(builder), terms_(builder.terms) {}

  /// Whether the whole text is one expression.
  constexpr bool parse() {
    skip_blanks();
    if (at_ == text_.size()) return fail(errc::empty, "quorum: an empty expression", at_);
    if (!any(0)) return false;
    if (at_ == text_.size()) return true;
    if (text_[at_] == ')') {
      return fail(errc::bad_input, "quorum: a parenthesis is closed that was not opened", at_);
    }
    return unexpected("quorum: expected an operator or the end");
  }

  constexpr error const& failure() const noexcept { return failure_; }

 private:
  constexpr bool fail(errc code, char const* what, std::size_t place) {
    failure_ = {code, what, place};
    return false;
  }
  // At what is here: an unknown character, a weight out of place, or what nobody expected.
  constexpr bool unexpected(char const* what) {
    if (at_ < text_.size()) {
      char const c = text_[at_];
      if (c == ':')
        return fail(errc::bad_input, "quorum: a weight stands after an operand of a list", at_);
      if (!is_name_char(c) && std::string_view("()&|*+,").find(c) == std::string_view::npos) {
        return fail(errc::bad_input, "quorum: an unknown character", at_);
      }
    }
    return fail(errc::bad_input, what, at_);
  }

  constexpr void skip_blanks() noexcept {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  constexpr bool accept(char c) noexcept {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    skip_blanks();
    return true;
  }
  constexpr std::string_view peek_word() const noexcept {
    std::size_t end = at_;
    while (end < text_.size() && is_name_char(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  constexpr bool accept(std::string_view word) noexcept {
    if (peek_word() != word) return false;
    at_ += word.size();
    skip_blanks();
    return true;
  }

  constexpr bool any(std::size_t nesting) {
    std::size_t const begin = at_;
    std::size_t const first = terms_.size();
    std::size_t operands = 0;
    do {
      if (!all(nesting)) return false;
      ++operands;
    } while (accept('|') || accept('+') || accept("or"));
    if (operands > 1) chained_ = true;
    return close(first, operands, 1, begin);
  }

  constexpr bool all(std::size_t nesting) {
    std::size_t const begin = at_;
    std::size_t const first = terms_.size();
    std::size_t operands = 0;
    do {
      if (!one(nesting)) return false;
      ++operands;
    } while (accept('&') || accept('*') || accept("and"));
    chained_ = operands > 1;
    return close(first, operands, operands, begin);
  }

  constexpr bool close(std::size_t first, std::size_t operands, std::uint64_t threshold,
                       std::size_t place) {
    close_choice(terms_, first, operands, threshold);
    return terms_.back().height <= max_quorum_height ||
           fail(errc::too_large, "quorum: nested too deeply", place);
  }

  constexpr bool one(std::size_t nesting) {
    std::size_t const begin = at_;
    // A term for the choice that it may end is still free.
    if (terms_.size() + 2 > max_terms)
      return fail(errc::too_large, "quorum: too long an expression", at_);
    if (at_ < text_.size() && text_[at_] == '(') {
      if (nesting == max_nesting) return fail(errc::too_large, "quorum: nested too deeply", at_);
      accept('(');
      return any(nesting + 1) && close_parenthesis(begin);
    }
    std::string_view const word = peek_word();
    if (word.empty()) return unexpected("quorum: expected a name, a choice or a parenthesis");
    if (accept("majority")) return list(nesting, begin, nullptr);
    if (is_reserved(word))
      return fail(errc::bad_input, "quorum: expected a name, and this word is none", begin);
    at_ += word.size();
    skip_blanks();
    if (accept("of")) return choice(nesting, begin, word);
    return member(word, begin);
  }

  constexpr bool close_parenthesis(std::size_t opened) {
    if (accept(')')) return true;
    if (at_ == text_.size()) {
      return fail(errc::bad_input, "quorum: a parenthesis is not closed", opened);
    }
    return unexpected("quorum: expected an operator or a closing parenthesis");
  }

  constexpr bool member(std::string_view name, std::size_t place) {
    if (!builder_.member(name)) {
      return fail(errc::too_large, "quorum: more than 64 members", place);
    }
    return true;
  }

  constexpr bool choice(std::size_t nesting, std::size_t place, std::string_view word) {
    std::uint64_t threshold = 0;
    if (!number(word, place, threshold)) return false;
    if (threshold == 0) return fail(errc::bad_input, "quorum: a choice of 0 is always won", place);
    return list(nesting, place, &threshold);
  }

  // The list of a choice that begins at `place`; without a threshold, of a majority.
  constexpr bool list(std::size_t nesting, std::size_t place, std::uint64_t const* threshold) {
    std::size_t const opened = at_;
    if (nesting == max_nesting) return fail(errc::too_large, "quorum: nested too deeply", at_);
    if (!accept('(')) return unexpected("quorum: expected a list in parentheses");
    if (at_ < text_.size() && text_[at_] == ')') {
      return fail(errc::empty, "quorum: an empty list", opened);
    }
    std::size_t const first = terms_.size();
    std::size_t operands = 0;
    std::uint64_t total = 0;
    voter_set named;
    do {
      if (!operand(nesting + 1, named, total)) return false;
      ++operands;
    } while (accept(','));
    if (!accept(')')) {
      if (at_ == text_.size())
        return fail(errc::bad_input, "quorum: a parenthesis is not closed", opened);
      return unexpected("quorum: expected a comma, an operator or a closing parenthesis");
    }
    if (threshold != nullptr && *threshold > total) {
      return fail(errc::bad_input, "quorum: a choice of more than there is", place);
    }
    return close(first, operands, threshold != nullptr ? *threshold : total / 2 + 1, place);
  }

  constexpr bool operand(std::size_t nesting, voter_set& named, std::uint64_t& total) {
    std::size_t const begin = at_;
    std::size_t const first = terms_.size();
    if (!any(nesting)) return false;
    quorum_term& term = terms_.back();
    if (at_ < text_.size() && text_[at_] == ':') {
      if (!weight(term.weight)) return false;
    }
    if (term.is_member() && terms_.size() == first + 1) {
      if (named.contains(term.slot)) {
        return fail(errc::duplicate, "quorum: a member twice in one list; give it a weight", begin);
      }
      named.insert(term.slot);
    }
    if (term.weight > ~total)
      return fail(errc::too_large, "quorum: weights of more than 2^64 - 1", begin);
    total += term.weight;
    return true;
  }

  constexpr bool weight(std::uint64_t& weight) {
    if (chained_)
      return fail(errc::bad_input, "quorum: a weight stands after a name or a parenthesis", at_);
    accept(':');
    std::size_t const place = at_;
    std::string_view const word = peek_word();
    at_ += word.size();
    skip_blanks();
    if (!number(word, place, weight)) return false;
    return weight != 0 || fail(errc::bad_input, "quorum: a weight of 0", place);
  }

  constexpr bool number(std::string_view word, std::size_t place, std::uint64_t& value) {
    if (word.empty()) return unexpected("quorum: expected a number");
    value = 0;
    for (char const c : word) {
      if (!is_digit(c)) return fail(errc::bad_input, "quorum: expected a number", place);
      std::uint64_t const digit = static_cast<std::uint64_t>(c - '0');
      if (value > (~std::uint64_t{0} - digit) / 10) {
        return fail(errc::too_large, "quorum: a number of more than 2^64 - 1", place);
      }
      value = value * 10 + digit;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool chained_ = false;  // the last expression that ended has an operator of its own
  Builder& builder_;
  decltype(Builder::terms)& terms_;
  error failure_;
};

}  // namespace synod::inline SYNOD_ABI::detail
