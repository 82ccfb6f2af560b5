// SPDX-License-Identifier: BSL-1.0
// What a model need not say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/consensus/protocol.hpp"
#include "synod/sim/client_history.hpp"

namespace synod::inline SYNOD_ABI {

/// A base for models: every hook of `sim` that can be left out, doing nothing. A model hides those
/// that it means.
template <protocol Core>
struct quiet_model {
  using core = Core;

  // Clients.
  void silence() {}
  void resume() {}
  // Oracles.
  void started(std::size_t) {}
  void wrote(std::size_t, typename Core::batch const&, payload, io_id) {}
  void settled(std::size_t, io_id) {}
  void crashed(std::size_t, std::size_t) {}
  void said(std::size_t, std::size_t, typename Core::message const&) {}
  void heard(std::size_t, std::size_t, typename Core::message const&) {}
  void decided(std::size_t, typename Core::decision const&) {}
  void stepped(std::size_t) {}
  void check_all() {}
  history_counts ended() { return {}; }
  // Progress.
  bool converged() const { return true; }
  std::uint64_t committed() const { return 0; }
  std::uint64_t elections() const { return 0; }
  std::optional<std::size_t> leader() const { return std::nullopt; }
  // For people.
  static std::string describe(typename Core::message const&) { return "a message"; }
  static std::string describe_decision(typename Core::decision const&) { return {}; }
  std::string describe_node(std::size_t) const { return {}; }
};

}  // namespace synod::inline SYNOD_ABI
