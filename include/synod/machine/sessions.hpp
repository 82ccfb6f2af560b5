// SPDX-License-Identifier: BSL-1.0
// Exactly-once: a machine in front of another that executes every request once, however often it
// arrives (client sessions: Raft, section 8; Ongaro's dissertation, section 6.3).
#pragma once

#include <array>
#include <utility>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/machine/detail/session_snapshot.hpp"
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

/// A machine that knows how large its responses become.
template <class M>
concept bounds_its_responses = requires(M const& m) {
  { m.max_response_bytes() } noexcept -> std::same_as<std::size_t>;
};

/// Executes the requests of client sessions on `Inner`.
///
/// A request carries (session, sequence, first_outstanding). A sequence that was answered before
/// gets the stored response, byte for byte, whatever that was; one before first_outstanding is
/// `stale`; one that is further ahead than responses are kept is refused; one of a session that is
/// not open is `no_session`, and the session does not come back. None of these is executed.
///
/// Who has no session sends `session_direct`: executed as often as it arrives, and answered with
/// the whole response of `Inner`, however large. Questions (`query`) are those of `Inner`, in its
/// own encoding.
///
/// Time is a command (`session_advance`), so that all replicas expire the same at the same index,
/// before anything later is applied: first `Inner`, where it keeps time, is told; then sessions end
/// by (deadline, id), so that what `Inner` does at the end of one has the new time. Every command
/// of a session refreshes it.
///
/// What it covers is the state of `Inner`. Side effects outside need a fencing token.
///
/// Memory: `max_reply_bytes` once; per open session 40 * max_outstanding bytes, at most 320, and
/// its kept responses as large as they are. A place for a response that was forgotten keeps up to
/// 256 bytes for the next one; larger ones are given back. So requests allocate nothing, once their
/// places have grown, if their responses are of at most 256 bytes (and Inner does not). Logarithmic
/// in the open sessions for each command and for each session that ends.
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
    if (!command.empty() && command.front() == static_cast<std::byte>(session_verb::direct)) {
      return direct(index, command.subspan(1), out);
    }
    return synod::detail::respond(answer(index, command), out);
  }

  /// Asks `Inner`: question and answer are its own, without any session.
  std::size_t query(std::span<std::byte const> question, std::span<std::byte> out) const noexcept
    requires queryable<Inner>
  {
    return inner_.query(question, out);
  }

  std::uint64_t fingerprint() const noexcept {
    synod::detail::fingerprint_fold fold;
    fold.number(inner_.fingerprint());
    fold.add(now_);
    fold.number(open_.size());
    open_.for_each([&](session const& each) { each.add_to(fold); });
    return fold.value();
  }

  /// Appends the state: the sessions with their responses, and `Inner`.
  void save(std::vector<std::byte>& out) const
    requires saveable<Inner>
  {
    detail::save(now_, open_, out);
    inner_.save(out);
  }
  /// What was saved, under the limits of this one. Errors, the place an offset into `bytes`:
  /// `bad_input` (no snapshot, cut short, out of order), `too_large` (beyond a limit), and those of
  /// `Inner`.
  result<sessions> restored(std::span<std::byte const> bytes) const
    requires saveable<Inner>
  {
    auto read = detail::session_snapshot_reader{bytes, limits_}.read();
    if (!read) return read.error();
    auto inner = inner_.restored(bytes.subspan(read->size));
    if (!inner) {
      error inside = inner.error();
      inside.place += read->size;
      return inside;
    }
    sessions whole{limits_, std::move(*inner)};
    whole.now_ = read->now;
    whole.open_ = std::move(read->open);
    return whole;
  }

  Inner const& inner() const noexcept { return inner_; }
  session_limits const& limits() const noexcept { return limits_; }
  std::size_t open_sessions() const noexcept { return open_.size(); }
  /// The replicated time.
  instant now() const noexcept { return now_; }
  /// When a session or something in `Inner` ends by itself.
  std::optional<instant> next_deadline() const noexcept {
    std::optional<instant> first;
    if (session const* const next = open_.first_to_expire()) first = next->deadline();
    if constexpr (keeps_time<Inner>) {
      auto const inner = inner_.next_deadline();
      if (inner && (!first || *inner < *first)) first = inner;
    }
    return first;
  }
  static std::size_t advance(instant to, std::span<std::byte> out) noexcept {
    auto const written = encode_command(session_advance{to}, out);
    return written ? *written : static_cast<std::size_t>(written.error().place);
  }
  /// Room for any response; for those to `session_direct` only if `Inner` tells how large its own
  /// become.
  std::size_t max_response_bytes() const noexcept {
    std::size_t largest = limits_.max_reply_bytes;
    if constexpr (bounds_its_responses<Inner>) {
      std::size_t const inner = inner_.max_response_bytes();
      if (inner > largest) largest = inner;
    }
    return response_head + largest;
  }

  friend bool operator==(sessions const&, sessions const&) = default;

 private:
  // Where the machine inside writes what may be kept. No state: all are equal.
  struct scratch {
    std::vector<std::byte> bytes;
    friend bool operator==(scratch const&, scratch const&) noexcept { return true; }
  };
  static constexpr std::size_t response_head = encoded_size(session_response{});

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
      case session_verb::direct: break;  // `direct` below
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
    session const* const last = open_.last();
    SYNOD_EXPECTS(last == nullptr || last->id() < index,
                  "sessions: an index was applied twice, or out of order");
    add(index, command.timeout);
    return answered(session_status::ok, index);
  }

  session_response run(log_index index, session_request const& request) noexcept {
    session_response response = answered(session_status::ok, request.session);
    response.sequence = request.sequence;
    session* client = open_.find(request.session);
    if (client == nullptr) {
      client = SYNOD_MUTANT(
          session_recreated, nullptr,
          open_.last() == nullptr ? &add(request.session, limits_.max_timeout) : nullptr);
    }
    if (client == nullptr) return response.status = session_status::no_session, response;
    if (SYNOD_MUTANT(session_not_refreshed, true, false)) open_.refresh(*client, now_);
    if (request.sequence < request.first_outstanding ||
        request.sequence < client->first_outstanding()) {
      return response.status = session_status::stale, response;
    }
    client->acknowledge(request.first_outstanding);
    if (!client->has_place_for(request.sequence)) {
      return response.status = session_status::too_many_outstanding, response;
    }
    stored_reply& reply = client->reply_to(request.sequence);
    if (SYNOD_MUTANT(session_executes_again, reply.sequence != request.sequence, true)) {
      execute(index, request, reply);
    }
    response.status = reply.status;
    response.response = reply.bytes;
    return response;
  }

  session_response run(log_index, session_keep_alive const& command) noexcept {
    session* const client = open_.find(command.session);
    if (client == nullptr) return answered(session_status::no_session, command.session);
    open_.refresh(*client, now_);
    return answered(session_status::ok, command.session);
  }

  session_response run(log_index, session_close const& command) noexcept {
    session* const client = open_.find(command.session);
    if (client == nullptr) return answered(session_status::no_session, command.session);
    end(*client);
    return answered(session_status::ok, command.session);
  }

  session_response run(log_index index, session_advance const& command) noexcept {
    instant const later = command.now < now_ ? now_ : command.now;
    now_ = SYNOD_MUTANT(session_time_goes_back, later, command.now);
    if constexpr (keeps_time<Inner>) {
      if (SYNOD_MUTANT(session_keeps_time_to_itself, true, false)) tell_inner(index);
    }
    session const* next = open_.first_to_expire();
    while (next != nullptr && SYNOD_MUTANT(session_outlives_its_deadline, next->deadline() <= now_,
                                           next->deadline() < now_)) {
      end(*next);
      next = open_.first_to_expire();
    }
    return answered(session_status::ok);
  }

  // Written around the response of the machine inside, where that has put it.
  std::size_t direct(log_index index, std::span<std::byte const> body,
                     std::span<std::byte> out) noexcept {
    auto const command = decode<session_direct>(body);
    if (!command) return synod::detail::respond(answered(session_status::bad_command), out);
    bool const has_head = out.size() >= response_head;
    auto const rest = has_head ? out.subspan(response_head) : std::span<std::byte>{};
    std::size_t const size = inner_.apply(index, command->command, rest);
    if (has_head && size <= rest.size()) {
      session_response const head = answered(session_status::ok);
      synod::detail::byte_writer to{out.data()};
      to.put(head.status);
      to.put(head.session);
      to.put(head.sequence);
      to.put(static_cast<synod::detail::length_field>(size));
    }
    return response_head + size;
  }

  void execute(log_index index, session_request const& request, stored_reply& reply) noexcept {
    std::span const room{scratch_.bytes};
    std::size_t const size = inner_.apply(index, request.command, room);
    reply.sequence = request.sequence;
    reply.status = size <= room.size() ? session_status::ok : session_status::reply_too_large;
    if (size > room.size()) return reply.bytes.clear();
    reply.bytes.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
  }

  // In the words of the machine inside, and at the index of the command that says so.
  void tell_inner(log_index index) noexcept
    requires keeps_time<Inner>
  {
    std::array<std::byte, 64> command;
    std::size_t const size = Inner::advance(now_, command);
    SYNOD_EXPECTS(size <= command.size(), "sessions: an `advance` of more than 64 bytes");
    inner_.apply(index, std::span{command}.first(size), {});
  }

  session& add(log_index id, duration timeout) {
    session next{id, timeout, limits_.max_outstanding};
    next.end_at(now_ + timeout);
    return open_.add(std::move(next));
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
  scratch scratch_{std::vector<std::byte>(limits_.max_reply_bytes)};
};

}  // namespace synod::inline SYNOD_ABI::machine
