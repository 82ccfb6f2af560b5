// SPDX-License-Identifier: BSL-1.0
// Contracts: what the programmer must keep.
//
// Misuse by the programmer (stepping a core that has not started, taking the value of an error)
// goes to one replaceable handler, the only global of the library. Bad input from outside never
// does: it is answered with a `result`.
#pragma once

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// What was violated, in words, and where.
struct contract_violation {
  char const* what = "";
  char const* file = "";
  int line = 0;
};

/// Called on a contract violation: it may log, or end the program in its own way; when it returns,
/// the program ends by a trap.
using contract_handler = void (*)(contract_violation const&);

namespace detail {
inline contract_handler installed_contract_handler = nullptr;

[[noreturn, gnu::cold, gnu::noinline]] inline void violated(char const* what, char const* file,
                                                            int line) {
  if (installed_contract_handler != nullptr) {
    installed_contract_handler(contract_violation{what, file, line});
  }
  __builtin_trap();
}
}  // namespace detail

/// Installs the handler of the whole program and returns the previous one (null: trap at once).
/// Not synchronised: install it before other threads use the library.
inline contract_handler set_contract_handler(contract_handler handler) noexcept {
  contract_handler const previous = detail::installed_contract_handler;
  detail::installed_contract_handler = handler;
  return previous;
}

}  // namespace synod::inline SYNOD_ABI

/// Checked in every build: the conditions that use it are cheap and guard memory or promises.
#define SYNOD_EXPECTS(condition, what) \
  (static_cast<bool>(condition) ? void() : ::synod::detail::violated(what, __FILE__, __LINE__))
