// SPDX-License-Identifier: BSL-1.0
// Clients without a session: each adds, and where it waits in vain it never learns what became of
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine/counter.hpp"
#include "synod/machine/session_commands.hpp"
#include "synod/sim/client_history.hpp"
#include "synod/sim/counting_clients.hpp"

namespace synod::inline SYNOD_ABI {

/// Each has one command outstanding and asks it once. After a time-out that command is left to its
/// fate: executed, to be executed, or never.
class plain_clients {
 public:
  /// Their numbers begin here; counting clients have those below.
  static constexpr std::uint64_t first = 0x80;
  /// Not what the others add: a count tells whose additions it holds.
  static constexpr std::int64_t amount = 1000;

  /// A new run.
  void begin(std::size_t nodes, splitmix64 random, duration patience) {
    nodes_ = nodes;
    random_ = random;
    patience_ = patience;
    clients_.assign(1 + random_.below(2), client{});
    for (client& c : clients_) c.target = random_.below(nodes);
    silent_ = false;
    size_ = build(bytes_);
  }

  static constexpr bool is_one(std::uint64_t client) noexcept { return client >= first; }
  std::size_t size() const noexcept { return clients_.size(); }
  void silence() noexcept { silent_ = true; }
  void resume() noexcept { silent_ = false; }

  /// As of counting_clients.
  std::uint64_t wake_of(std::size_t n) const noexcept {
    return clients_[n].attempt << 8 | (first + n);
  }
  duration time_out() noexcept { return {patience_.ns / 8 + random_.below(2 * patience_.ns)}; }
  duration thinking() noexcept { return {1 + random_.below(2 * patience_.ns)}; }

  /// A time has come: to ask anew.
  std::optional<counting_request> due(std::uint64_t wake, client_history& history, instant now) {
    client& c = of(wake & 0xff);
    if (wake >> 8 != c.attempt || silent_) return std::nullopt;
    if (c.waits) c.target = (c.target + 1) % nodes_;
    c.waits = true;
    ++c.attempt;
    c.operation = history.asked(wake & 0xff, amount, now);
    propose what;
    what.as = {c.attempt << 8 | (wake & 0xff)};
    what.count = 1;
    what.bytes = size_;
    return counting_request{c.target, what, {{bytes_.data(), size_}, 1}};
  }
  static std::uint64_t command_of(ticket t) noexcept { return t.value >> 8; }

  /// Refused, or asked of a node that is down: it has had no effect.
  void refused(std::uint64_t number, std::optional<std::size_t> leader,
               client_history& history) noexcept {
    client& c = of(number);
    c.target = leader ? *leader : (c.target + 1) % nodes_;
    c.waits = false;
    history.refused(c.operation);
  }

  /// The response. True where it was waited for: think, ask anew.
  bool answer(std::uint64_t number, std::uint64_t command, std::span<std::byte const> bytes,
              client_history& history, instant now) {
    client& c = of(number);
    if (command != c.attempt || !c.waits) return false;
    auto const response = machine::read_response(bytes);
    if (!response || response->status != machine::session_status::ok) return false;
    auto const inner = decode<machine::counter_response>(response->response);
    if (!inner) return false;
    history.answered(c.operation, inner->after, now);
    c.waits = false;
    ++c.attempt;
    return true;
  }

 private:
  struct client {
    std::uint64_t attempt = 0;
    std::size_t operation = 0;
    std::size_t target = 0;
    bool waits = false;
  };

  client& of(std::uint64_t number) noexcept {
    return clients_[static_cast<std::size_t>(number - first)];
  }

  // The command, framed; its size.
  static std::size_t build(std::array<std::byte, 64>& out) {
    std::array<std::byte, 48> command;
    std::size_t const size = *machine::encode_direct(
        machine::counter_command{machine::counter_verb::add, amount}, command);
    frame_entry({command.data(), size}, out.data());
    return framed_bytes(size);
  }

  std::size_t nodes_ = 0;
  splitmix64 random_;
  duration patience_;
  std::vector<client> clients_;
  std::array<std::byte, 64> bytes_{};
  std::size_t size_ = 0;
  bool silent_ = false;
};

}  // namespace synod::inline SYNOD_ABI
