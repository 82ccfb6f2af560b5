// SPDX-License-Identifier: BSL-1.0
// Makes a server of one that follows a known wrong rule: the one that SYNOD_MUTANT names.
#include <cstdlib>

#include "synod/base/mutant.hpp"

namespace {

[[maybe_unused]] bool const chosen = [] {
  if (char const* const name = std::getenv("SYNOD_MUTANT")) {
    synod::mutant::chosen = synod::mutant::id(name);
  }
  return true;
}();

}  // namespace
