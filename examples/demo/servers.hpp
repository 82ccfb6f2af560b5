// SPDX-License-Identifier: BSL-1.0
// Three processes of synod-server on loopback, each with a directory and a log of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "examples/demo/process.hpp"
#include "examples/demo/resp.hpp"
#include "synod/base/time.hpp"

namespace demo {

class servers {
 public:
  static constexpr std::size_t size = 3;

  /// `program` is synod-server, `folder` is emptied first.
  servers(std::string program, std::string folder);

  void start(std::size_t node);
  /// SIGKILL.
  void kill(std::size_t node) { nodes_[node].program.kill(); }
  bool is_up(std::size_t node) { return nodes_[node].program.is_running(); }
  /// A server that ended by itself, and should not have.
  std::optional<std::size_t> died();
  /// SIGTERM to all; whether each ended with 0 within ten seconds.
  bool stop();

  /// Asks all for their state now and then, and hears what they say.
  void turn(synod::instant now);
  /// Which says, of those that are up, that it leads, in the latest term.
  std::optional<std::size_t> leader();
  std::uint64_t term() const noexcept { return term_; }

  std::uint16_t port(std::size_t node) const { return nodes_[node].clients; }
  std::string log_of(std::size_t node) const;

 private:
  struct member {
    process program;
    std::uint16_t clients = 0;
    std::uint16_t peers = 0;
    bool wanted = false;
    connection asks;
    bool waits = false;
    bool leads = false;
    std::uint64_t term = 0;
  };

  static void hear(member& from, std::string const& status);

  std::string program_;
  std::string folder_;
  std::array<member, size> nodes_;
  std::uint64_t term_ = 0;
  synod::instant next_;
};

}  // namespace demo
