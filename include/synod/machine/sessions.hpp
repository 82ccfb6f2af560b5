// SPDX-License-Identifier: BSL-1.0
// Exactly-once: a machine in front of another that executes every request once, however often it
// arrives (client sessions: Raft, section 8; Ongaro's dissertation, section 6.3).
#pragma once

#include <utility>

#include "synod/base/result.hpp"
#include "synod/machine/respond.hpp"
#include "synod/machine/session_commands.hpp"
#include "synod/machine/session_table.hpp"
#include "synod/machine/state_machine.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// An inner machine that wants to know of sessions that ended, closed or expired.
template <class M>
concept minds_sessions = requires(M& m, log_index session) {
  { m.session_ended(session) } noexcept;
};

/// Executes the requests of client sessions on `Inner`.
///
/// A request carries (session, sequence, first_outstanding). A sequence that was answered before
/// gets the stored response, byte for byte, whatever that was; one before first_outstanding is
/// `stale`; one that is further ahead than responses are kept is refused; one of a session that is
/// not open is `no_session`, and the session does not come back. None of these is executed.
///
/// Time is a command (`session_advance`), so that all replicas expire the same sessions at the same
/// index: ordered by (deadline, id), before anything later is applied. Every command of a session
/// refreshes it.
///
/// What it covers is the state of `Inner`. Side effects outside need a fencing token.
///
/// Memory: per open session max_outstanding * (24 + max_reply_bytes) bytes and about 100, taken by
/// std::vector when it opens. Requests never allocate (unless Inner does). Logarithmic in the open
/// sessions for each command, linear for `session_advance`.
template <state_machine Inner>
class sessions {
 public:
  /// The default limits, around a default machine.
  sessions() = default;

  /// Error: `bad_option`, a limit of zero, or 2^32 bytes or more of responses for one session.
  static result<sessions> make(session_limits limits, Inner inner = {}) {
    if (limits.max_sessions == 0 || limits.max_outstanding == 0 || limits.max_reply_bytes == 0 ||
        limits.max_timeout == duration{}) {
      return error{errc::bad_option, "sessions: a limit of zero"};
    }
    if (std::uint64_t{limits.max_outstanding} * limits.max_reply_bytes >> 32 != 0) {
      return error{errc::bad_option, "sessions: 2^32 bytes or more of responses for one session"};
    }
    return sessions{limits, std::move(inner)};
  }

  std::size_t apply(log_index index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    return synod::detail::respond(answer(index, command), out);
  }

  std::uint64_t fingerprint() const noexcept {
    synod::detail::fingerprint_fold fold;
    fold.number(inner_.fingerprint());
    fold.add(now_);
    fold.number(open_.size());
    for (session const& each : open_) each.add_to(fold);
    return fold.value();
  }

  Inner const& inner() const noexcept { return inner_; }
  session_limits const& limits() const noexcept { return limits_; }
  std::size_t open_sessions() const noexcept { return open_.size(); }
  /// The replicated time.
  instant now() const noexcept { return now_; }
  /// Room for any response.
  std::size_t max_response_bytes() const noexcept {
    return encoded_size(session_response{}) + limits_.max_reply_bytes;
  }

  friend bool operator==(sessions const&, sessions const&) = default;

 private:
  sessions(session_limits limits, Inner inner) : limits_(limits), inner_(std::move(inner)) {}

  static session_response answered(session_status status, log_index session = {}) noexcept {
    session_response response;
    response.status = status;
    response.session = session;
    return response;
  }

  session_response answer(log_index index, std::span<std::byte const> command) noexcept {
    if (command.empty()) return answered(session_status::bad_command);
    auto const body = command.subspan(1);
    switch (static_cast<session_verb>(command.front())) {
      case session_verb::open: return on<session_open>(index, body);
      case session_verb::request: return on<session_request>(index, body);
      case session_verb::keep_alive: return on<session_keep_alive>(index, body);
      case session_verb::close: return on<session_close>(index, body);
      case session_verb::advance: return on<session_advance>(index, body);
    }
    return answered(session_status::bad_command);
  }

  template <class Command>
  session_response on(log_index index, std::span<std::byte const> body) noexcept {
    auto const command = decode<Command>(body);
    return command ? run(index, *command) : answered(session_status::bad_command);
  }

  session_response run(log_index index, session_open const& command) noexcept {
    if (command.timeout == duration{} || command.timeout > limits_.max_timeout) {
      return answered(session_status::bad_timeout);
    }
    if (open_.size() >= limits_.max_sessions) return answered(session_status::too_many_sessions);
    open_.add({index, command.timeout, limits_}).refresh(now_);
    return answered(session_status::ok, index);
  }

  session_response run(log_index index, session_request const& request) noexcept {
    session_response response = answered(session_status::ok, request.session);
    response.sequence = request.sequence;
    session* const client = open_.find(request.session);
    if (client == nullptr) return response.status = session_status::no_session, response;
    client->refresh(now_);
    if (request.sequence < request.first_outstanding ||
        request.sequence < client->first_outstanding()) {
      return response.status = session_status::stale, response;
    }
    client->acknowledge(request.first_outstanding);
    if (!client->has_place_for(request.sequence)) {
      return response.status = session_status::too_many_outstanding, response;
    }
    stored_reply& reply = client->reply_to(request.sequence);
    auto const bytes = client->bytes_for(request.sequence);
    if (reply.sequence != request.sequence) {
      reply = execute(index, request.command, bytes);
      reply.sequence = request.sequence;
    }
    response.status = reply.status;
    response.response = bytes.first(reply.size);
    return response;
  }

  session_response run(log_index, session_keep_alive const& command) noexcept {
    session* const client = open_.find(command.session);
    if (client == nullptr) return answered(session_status::no_session, command.session);
    client->refresh(now_);
    return answered(session_status::ok, command.session);
  }

  session_response run(log_index, session_close const& command) noexcept {
    session* const client = open_.find(command.session);
    if (client == nullptr) return answered(session_status::no_session, command.session);
    end(*client);
    return answered(session_status::ok, command.session);
  }

  session_response run(log_index, session_advance const& command) noexcept {
    if (command.now > now_) now_ = command.now;
    session const* next = open_.first_to_expire();
    while (next != nullptr && next->deadline() <= now_) {
      end(*next);
      next = open_.first_to_expire();
    }
    return answered(session_status::ok);
  }

  stored_reply execute(log_index index, std::span<std::byte const> command,
                       std::span<std::byte> bytes) noexcept {
    std::size_t const size = inner_.apply(index, command, bytes);
    if (size <= bytes.size()) {
      return {0, session_status::ok, static_cast<std::uint32_t>(size)};
    }
    for (std::byte& each : bytes) each = {};
    return {0, session_status::reply_too_large, 0};
  }

  void end(session const& which) noexcept {
    log_index const id = which.id();
    open_.remove(which);
    if constexpr (minds_sessions<Inner>) inner_.session_ended(id);
  }

  session_limits limits_;
  instant now_;
  session_table open_;
  Inner inner_{};
};

}  // namespace synod::inline SYNOD_ABI::machine
