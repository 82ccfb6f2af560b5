// SPDX-License-Identifier: BSL-1.0
// Why the server cannot start, or go on.
#pragma once

#include <string>

#include "examples/server/options.hpp"

namespace synod_server {

/// The last line of the log, and the exit code.
struct failure {
  exit_code code = exit_internal;
  std::string text;
};

}  // namespace synod_server
