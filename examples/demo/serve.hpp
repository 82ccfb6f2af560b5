// SPDX-License-Identifier: BSL-1.0
// The second half of the demo: three servers on loopback with directories on the disk, plain
// clients and clients with sessions, and SIGKILL for the leader, twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "examples/demo/plain_load.hpp"
#include "examples/demo/timeline.hpp"

namespace demo {

struct serve_options {
  std::string server;  ///< the program synod-server
  std::string folder = "build/demo-cluster";
};

struct serve_result : timeline {
  std::string failure;  ///< why it could not be carried through; empty: it was

  std::size_t sessions = 0;
  std::uint64_t acknowledged = 0;  ///< of the session clients
  std::uint64_t found = 0;         ///< what the nodes hold of them
  std::uint64_t bad_answers = 0;
  std::uint64_t retries = 0;

  plain_counts benchmark;
  plain_counts cli;
  plain_counts plain;             ///< both together
  std::uint64_t plain_found = 0;  ///< what the nodes hold of them

  bool nodes_agree = false;                  ///< every node answers the same
  bool stopped_clean = false;                ///< every server ended with 0 after SIGTERM
  std::vector<synod::duration> median_wait;  ///< per bucket; zero: no answer
  std::vector<synod::duration> slow_wait;    ///< 99 of 100 waited less

  bool passed() const;
};

/// Runs it, and tells on the standard output how it goes. Ends early when a signal asks for it;
/// no process is left in any case.
serve_result serve(serve_options const& chosen);

}  // namespace demo
