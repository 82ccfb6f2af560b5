// SPDX-License-Identifier: BSL-1.0
// Text as a template argument, which compilers also show in their messages.
#pragma once

#include <cstddef>
#include <string_view>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// The characters of a literal; N counts the terminator.
template <std::size_t N>
struct fixed_text {
  char characters[N] = {};

  constexpr fixed_text(char const (&literal)[N]) noexcept {
    for (std::size_t i = 0; i < N; ++i) characters[i] = literal[i];
  }
  /// The first N - 1 characters of the view, which has as many.
  constexpr explicit fixed_text(std::string_view view) noexcept {
    for (std::size_t i = 0; i + 1 < N; ++i) characters[i] = view[i];
  }

  constexpr std::string_view view() const noexcept { return {characters, N - 1}; }
};

}  // namespace synod::inline SYNOD_ABI
