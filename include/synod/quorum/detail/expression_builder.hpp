// SPDX-License-Identifier: BSL-1.0
// What quorum expressions are put together with: names become slots, operands become choices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/quorum/detail/quorum_tree.hpp"
#include "synod/quorum/member_names.hpp"

namespace synod::inline SYNOD_ABI::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_name_char(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '-';
}
constexpr bool is_reserved(std::string_view word) noexcept {
  return word == "and" || word == "or" || word == "of" || word == "majority";
}
constexpr bool is_name(std::string_view word) noexcept {
  for (char const c : word) {
    if (!is_name_char(c)) return false;
  }
  return !word.empty() && !is_reserved(word);
}

// `Terms` is a vector of quorum_term.
template <class Terms>
struct expression_builder {
  Terms terms;
  member_names members;

  // False: a member too many.
  constexpr bool member(std::string_view name) {
    std::size_t const slot = members.slot_of(name);
    if (slot == voter_set::max_slots) return false;
    terms.push_back({.slot = static_cast<std::uint8_t>(slot)});
    return true;
  }
};

}  // namespace synod::inline SYNOD_ABI::detail
