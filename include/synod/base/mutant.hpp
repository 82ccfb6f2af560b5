// SPDX-License-Identifier: BSL-1.0
// Known wrong rules beside the right ones, so that the proofs can show that they would notice.
//
// `SYNOD_MUTANT(R01, right, wrong)` is `right`. In a build with SYNOD_MUTANTS it is `wrong` while
// the mutant of that name is chosen; such a build lives in an inline namespace of its own
// (base/abi.hpp), so that it never meets an ordinary one. Where the compiler evaluates it, no
// mutant is in force: not in constant expressions, nor in the initialiser of a const integer, which
// compilers try as one. The runner fails for a mutant whose place was never reached.
#pragma once

#include "synod/base/abi.hpp"

#if defined(SYNOD_MUTANTS)

#include <cstdint>

namespace synod::inline SYNOD_ABI::mutant {

/// The number of a mutant's name (FNV-1a), so that choosing costs one comparison a place.
constexpr std::uint64_t id(char const* name) noexcept {
  std::uint64_t h = 0xcbf29ce484222325;
  for (; *name != '\0'; ++name) {
    h = (h ^ static_cast<unsigned char>(*name)) * 0x100000001b3;
  }
  return h;
}

/// The one mutant in force; 0: none. `reached` counts how often its place was passed.
inline std::uint64_t chosen = 0;
inline std::uint64_t reached = 0;

constexpr bool active(std::uint64_t which) noexcept {
  if (__builtin_is_constant_evaluated()) return false;
  bool const is = chosen == which;
  reached += is ? 1 : 0;
  return is;
}

}  // namespace synod::inline SYNOD_ABI::mutant

#define SYNOD_MUTANT(name, right, ...) \
  (::synod::mutant::active(::synod::mutant::id(#name)) ? (__VA_ARGS__) : (right))

#else

#define SYNOD_MUTANT(name, right, ...) (right)

#endif
