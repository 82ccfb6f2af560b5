// SPDX-License-Identifier: BSL-1.0
// Which disk each other node was first met with, kept in a file: a node that comes back with
// another one has lost what it promised.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace synod_server {

/// Incarnations by node. The file is replaced as a whole, and is on disk when `record` returns.
class peer_notes {
 public:
  /// Reads the file, where there is one. `problem` says what is wrong with it, and is empty
  /// otherwise.
  peer_notes(std::string path, std::string& problem);

  std::optional<std::uint64_t> incarnation_of(std::uint64_t node) const;
  /// False: it is not on disk, and not remembered.
  bool record(std::uint64_t node, std::uint64_t incarnation);

 private:
  bool write(std::map<std::uint64_t, std::uint64_t> const& all) const;

  std::string path_;
  std::map<std::uint64_t, std::uint64_t> known_;
};

}  // namespace synod_server
