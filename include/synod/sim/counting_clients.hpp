// SPDX-License-Identifier: BSL-1.0
// Clients that count: each opens a session and adds 1, again and again, until it is told.
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
#include "synod/machine/session_client.hpp"
#include "synod/sim/client_history.hpp"
#include "synod/sim/exactly_once.hpp"

namespace synod::inline SYNOD_ABI {

/// What a client asks next, and whom.
struct counting_request {
  std::size_t slot = 0;
  propose what;
  payload content;
};

/// Each has one proposal of a few requests outstanding. It goes to the node last known to lead;
/// after a refusal or a time-out the very same bytes go to another one, under the same session and
/// sequence.
class counting_clients {
 public:
  /// A new run.
  void begin(std::size_t nodes, splitmix64 random, duration patience) {
    nodes_ = nodes;
    random_ = random;
    patience_ = patience;
    think_ = {patience.ns / 64 + random_.below(patience.ns / 4)};
    clients_.assign(2 + random_.below(5), client{});
    for (client& c : clients_) {
      c.batch = static_cast<std::uint32_t>(1 + random_.below(3));
      c.target = random_.below(nodes);
    }
    silent_ = false;
    answered_ = 0;
  }

  std::size_t size() const noexcept { return clients_.size(); }
  std::uint64_t answered() const noexcept { return answered_; }
  void silence() noexcept { silent_ = true; }
  void resume() noexcept { silent_ = false; }

  /// A time has come: to ask anew, or to ask somebody else. Empty: nothing to ask, or a time that
  /// no longer means anything.
  std::optional<counting_request> due(std::uint64_t wake, client_history& history, instant now) {
    client& c = clients_[wake & 0xff];
    if (wake >> 8 != c.attempt || silent_) return std::nullopt;
    if (c.left == 0) {
      build(c, wake & 0xff, history, now);
    } else if (c.asked) {
      c.target = (c.target + 1) % nodes_;
    }
    c.asked = true;
    ++c.attempt;
    propose what;
    what.as = {c.attempt << 8 | (wake & 0xff)};
    what.count = c.count;
    what.bytes = c.bytes.size();
    return counting_request{c.target, what, {c.bytes, c.count}};
  }

  /// When client n wants to be woken after its request went out, and with what.
  std::uint64_t wake_of(std::size_t n) const noexcept { return clients_[n].attempt << 8 | n; }
  duration time_out() noexcept { return {patience_.ns + random_.below(2 * patience_.ns)}; }
  duration thinking() noexcept { return {1 + random_.below(2 * think_.ns)}; }

  /// Which command a ticket was for: answers to earlier ones of the same client are no news.
  std::uint64_t command_of(ticket t) const noexcept { return clients_[t.value & 0xff].command; }

  /// Refused: whom to ask next. The client asks again when it is woken.
  void refused(ticket t, std::optional<std::size_t> leader) noexcept {
    client& c = clients_[t.value & 0xff];
    c.target = leader ? *leader : (c.target + 1) % nodes_;
    c.asked = false;
  }

  /// The response to one entry of a command. True once all of it is answered: think, ask anew.
  bool answer(std::size_t n, std::uint64_t command, std::span<std::byte const> bytes,
              exactly_once& oracle, client_history& history, instant now) {
    client& c = clients_[n];
    auto const response = machine::read_response(bytes);
    if (!response) return false;
    bool const request = response->sequence != 0;
    auto const inner = decode<machine::counter_response>(response->response);
    bool const counted = request && response->status == machine::session_status::ok && inner;
    if (counted) oracle.answered(response->session, response->sequence, inner->after);
    if (command != c.command || c.left == 0) return false;
    if (!request) {
      c.session = machine::session_client{response->session};
    } else if (!c.session.on_response(*response)) {
      return false;
    } else if (counted) {
      auto const nth = static_cast<std::size_t>(response->sequence - c.first_sequence);
      history.answered(c.operations[nth], inner->after, now);
    }
    ++answered_;
    if (--c.left != 0) return false;
    ++c.attempt;
    return true;
  }

 private:
  struct client {
    machine::session_client session;
    std::vector<std::byte> bytes;  // of the command that waits, framed
    std::uint64_t command = 0;
    std::uint64_t attempt = 0;
    std::uint64_t first_sequence = 0;         // of the command
    std::array<std::size_t, 3> operations{};  // in the history
    std::uint32_t batch = 1;
    std::uint32_t count = 0;
    std::uint32_t left = 0;  // entries not yet answered
    std::size_t target = 0;
    bool asked = false;
  };

  void build(client& c, std::uint64_t number, client_history& history, instant now) {
    ++c.command;
    c.bytes.clear();
    c.count = 0;
    std::array<std::byte, 64> one;
    if (c.session == machine::session_client{}) {
      add(c, one, *machine::encode_command(machine::session_open{seconds(600)}, one));
    } else {
      std::array<std::byte, 32> command;
      std::size_t const size =
          *encode(machine::counter_command{machine::counter_verb::add, 1}, command);
      for (std::uint32_t i = 0; i < c.batch; ++i) {
        auto const built = *c.session.request({command.data(), size}, one);
        if (i == 0) c.first_sequence = built.sequence;
        c.operations[i] = history.asked(number, 1, now);
        add(c, one, built.size);
      }
    }
    c.left = c.count;
  }

  static void add(client& c, std::array<std::byte, 64> const& command, std::size_t size) {
    std::size_t const at = c.bytes.size();
    c.bytes.resize(at + framed_bytes(size));
    frame_entry({command.data(), size}, c.bytes.data() + at);
    ++c.count;
  }

  std::size_t nodes_ = 0;
  splitmix64 random_;
  duration patience_;
  duration think_;
  std::vector<client> clients_;
  std::uint64_t answered_ = 0;
  bool silent_ = false;
};

}  // namespace synod::inline SYNOD_ABI
