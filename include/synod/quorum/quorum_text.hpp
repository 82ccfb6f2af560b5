// SPDX-License-Identifier: BSL-1.0
// Quorum expressions from text while compiling: the same language and the same parser as at run
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/quorum/detail/expression_parser.hpp"
#include "synod/quorum/fixed_text.hpp"
#include "synod/quorum/quorum_formula.hpp"

namespace synod::inline SYNOD_ABI {

/// Shown by a compiler: what is wrong with the text of an expression, and where (counted from 1).
template <std::size_t Column, fixed_text What>
struct wrong_quorum_text {
  static constexpr bool is_an_expression = false;
};

namespace detail {

template <fixed_text Text>
struct text_tree {
  // Every term has a character of its own.
  static constexpr std::size_t max_terms = Text.view().size();
  static constexpr std::uint64_t weight = 1;

  template <class Builder>
  static constexpr bool emit(Builder& builder) {
    return expression_parser(Text.view(), builder).parse();
  }

 private:
  static constexpr auto parts = build<text_tree>();

 public:
  static constexpr std::size_t max_height = parts.terms.back().height;
  static constexpr std::string_view sole_name =
      parts.members.count == 1 ? parts.members.names[0] : std::string_view{};
};

template <fixed_text Text>
constexpr error text_failure() {
  builder_for<text_tree<Text>> parts;
  expression_parser parser(Text.view(), parts);
  parser.parse();
  return parser.failure();
}

struct right_quorum_text {
  static constexpr bool is_an_expression = true;
};

template <fixed_text Text>
constexpr auto judge_text() {
  constexpr error failure = text_failure<Text>();
  if constexpr (failure.code == errc::ok) {
    return right_quorum_text{};
  } else {
    constexpr std::string_view what = std::string_view(failure.what).substr(8);  // "quorum: "
    return wrong_quorum_text<failure.place + 1, fixed_text<what.size() + 1>(what)>{};
  }
}

template <class Verdict, fixed_text Text>
struct formula_of_text {
  static_assert(Verdict::is_an_expression,
                "quorum_text: not an expression; the column and the reason are the arguments of "
                "wrong_quorum_text");
};
template <fixed_text Text>
struct formula_of_text<right_quorum_text, Text> {
  using type = quorum_formula<text_tree<Text>>;
};

}  // namespace detail

/// The system that the text describes; the language is that of `quorum_expression`.
template <fixed_text Text>
inline constexpr typename detail::formula_of_text<decltype(detail::judge_text<Text>()), Text>::type
    quorum_text{};

}  // namespace synod::inline SYNOD_ABI
