// SPDX-License-Identifier: BSL-1.0
// What is said to `sessions` and what it answers, described once.
#pragma once

#include "synod/base/time.hpp"
#include "synod/machine/command.hpp"
#include "synod/reflect/decode.hpp"
#include "synod/reflect/time_types.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// The first byte of a command; the struct of the same name follows.
enum class session_verb : std::uint8_t { open, request, keep_alive, close, advance, direct };
constexpr session_verb last_value(session_verb) noexcept { return session_verb::direct; }

/// Opens a session, whose id is the log index of this command. It ends when so much replicated time
/// passes without a command of its own.
struct session_open {
  static constexpr session_verb verb = session_verb::open;
  duration timeout;
};

/// A command for the machine inside, to be executed once however often it arrives.
struct session_request {
  static constexpr session_verb verb = session_verb::request;
  log_index session;
  std::uint64_t sequence = 0;           ///< 1, 2, 3 … in this session
  std::uint64_t first_outstanding = 0;  ///< the client has the responses of all before it
  std::span<std::byte const> command;
};

struct session_keep_alive {
  static constexpr session_verb verb = session_verb::keep_alive;
  log_index session;
};

struct session_close {
  static constexpr session_verb verb = session_verb::close;
  log_index session;
};

/// The only way in which time reaches the machine, and the one inside. Stamped by the leader; a
/// stamp before the last one counts as that one.
struct session_advance {
  static constexpr session_verb verb = session_verb::advance;
  instant now;
};

/// A command for the machine inside from who has no session: executed as often as it arrives.
struct session_direct {
  static constexpr session_verb verb = session_verb::direct;
  std::span<std::byte const> command;
};

enum class session_status : std::uint8_t {
  ok,                    ///< executed, now or before; or opened, refreshed, closed, advanced
  bad_command,           ///< the bytes are no command
  no_session,            ///< never opened, closed or expired: not executed
  stale,                 ///< the client has said that it has this response: not executed
  too_many_sessions,     ///< the limit is reached: not opened
  too_many_outstanding,  ///< further ahead than responses are kept: not executed
  bad_timeout,           ///< zero, or beyond the limit: not opened
  reply_too_large,       ///< executed once, but its response is larger than what is kept
};
constexpr session_status last_value(session_status) noexcept {
  return session_status::reply_too_large;
}
constexpr char const* name_of(session_status status) noexcept {
  switch (status) {
    case session_status::ok: return "ok";
    case session_status::bad_command: return "bad_command";
    case session_status::no_session: return "no_session";
    case session_status::stale: return "stale";
    case session_status::too_many_sessions: return "too_many_sessions";
    case session_status::too_many_outstanding: return "too_many_outstanding";
    case session_status::bad_timeout: return "bad_timeout";
    case session_status::reply_too_large: return "reply_too_large";
  }
  return "?";
}

/// What is answered to every command. Of the same request always the same bytes.
struct session_response {
  session_status status = session_status::ok;
  log_index session;                    ///< the session it concerns; 0: none
  std::uint64_t sequence = 0;           ///< of a request
  std::span<std::byte const> response;  ///< the inner machine's, to a request that was executed
};

}  // namespace synod::inline SYNOD_ABI::machine

BOOST_HANA_ADAPT_STRUCT(synod::machine::session_open, timeout);
BOOST_HANA_ADAPT_STRUCT(synod::machine::session_request, session, sequence, first_outstanding,
                        command);
BOOST_HANA_ADAPT_STRUCT(synod::machine::session_keep_alive, session);
BOOST_HANA_ADAPT_STRUCT(synod::machine::session_close, session);
BOOST_HANA_ADAPT_STRUCT(synod::machine::session_advance, now);
BOOST_HANA_ADAPT_STRUCT(synod::machine::session_direct, command);
BOOST_HANA_ADAPT_STRUCT(synod::machine::session_response, status, session, sequence, response);

namespace synod::inline SYNOD_ABI::machine {

/// Writes a `session_direct` around a command of the machine inside, in one call. Error: as of
/// `encode_command`.
template <described Command>
constexpr result<std::size_t> encode_direct(Command const& command,
                                            std::span<std::byte> out) noexcept {
  std::size_t const inner = synod::detail::command_size(command);
  std::size_t const size = inner + encoded_size(session_direct{}) + 1;
  if (size > std::numeric_limits<synod::detail::length_field>::max() || size > out.size()) {
    return error{errc::too_large, "command: not enough room", size};
  }
  synod::detail::byte_writer to{out.data()};
  to.put(session_verb::direct);
  to.put(static_cast<synod::detail::length_field>(inner));
  synod::detail::put_command(to, command);
  return size;
}

/// What the bytes of a response say; `response` refers into them. Error: as of `decode`.
constexpr result<session_response> read_response(std::span<std::byte const> bytes) noexcept {
  return decode<session_response>(bytes);
}

}  // namespace synod::inline SYNOD_ABI::machine
