// SPDX-License-Identifier: BSL-1.0
// What a tool reads and writes, and how it says that this cannot be.
#pragma once

#include <string>

namespace tool {

/// Something is wrong with the input: `what` is for the user and names the place.
struct bad_input {
  std::string what;
};

/// The content of a file, or of the standard input where the name is `-`. Throws `bad_input`.
std::string read_file(std::string const& name);
/// Throws `bad_input` when it cannot be written whole.
void write_file(std::string const& name, std::string const& content);

}  // namespace tool
