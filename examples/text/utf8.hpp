// SPDX-License-Identifier: BSL-1.0
// Text of unknown origin, character by character.
#pragma once

#include <cstddef>
#include <string_view>

namespace text {

/// Stands for bytes that are no UTF-8.
inline constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

/// How many bytes the UTF-8 character at the front of a text has; 0: there is none (RFC 3629).
std::size_t character(std::string_view text);

/// How many columns a text takes in a terminal, near enough: one a character.
std::size_t width(std::string_view text);

}  // namespace text
