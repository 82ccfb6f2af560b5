// SPDX-License-Identifier: BSL-1.0
// The command line of synod-server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "examples/server/address.hpp"
#include "examples/server/log.hpp"

namespace synod_server {

/// Why the program ended; each has a last line that says more.
enum exit_code : int {
  exit_clean = 0,
  exit_internal = 1,      ///< a defect of the program, or the machine is out of memory
  exit_command_line = 2,  ///< an option is wrong, or does not fit what is in the data directory
  exit_data = 3,          ///< the data directory: damaged, another node's, in use, unwritable
  exit_address = 4,       ///< an address cannot be listened on
  exit_disk = 5,          ///< a write failed while the node ran
};

struct server_options {
  std::uint64_t id = 0;
  address listen;
  std::vector<peer_address> peers;
  std::string data;
  std::string cluster = "synod";
  log_level least = log_level::info;
  std::uint32_t election_timeout_ms = 1000;
  std::uint32_t heartbeat_ms = 100;
  std::uint32_t request_timeout_ms = 5000;
  std::uint32_t max_clients = 10'000;
  std::uint32_t client_memory_mib = 128;
  std::uint32_t max_value_bytes = 1 << 20;
  std::uint32_t max_arguments = 1024;
  std::uint32_t snapshot_entries = 100'000;
  std::uint32_t keep_entries = 10'000;
  std::uint32_t sync_delay_ms = 0;

  peer_address const& self() const;
};

/// What the command line says, or the exit code where there is nothing to do: after --help and
/// --version, or because something is wrong, which has been said on the standard error.
struct parsed_options {
  std::optional<server_options> options;
  int code = exit_clean;
};
parsed_options parse_options(int count, char const* const* words);

}  // namespace synod_server
