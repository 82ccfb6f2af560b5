// SPDX-License-Identifier: BSL-1.0
// Commands of clients as commands and questions of the replicated machine, and its answers as
// replies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "examples/server/commands.hpp"
#include "examples/server/resp_reply.hpp"

namespace synod_server {

using argument_list = std::span<std::string_view const>;
using byte_list = std::vector<std::byte>;

/// How the machine's answer becomes a reply.
enum class reply_form : std::uint8_t {
  ok,                 ///< +OK
  ok_or_null,         ///< +OK; null where the condition is not met
  old_value,          ///< the value before, or null
  value,              ///< the value, or null
  length,             ///< of the value; 0 where there is none
  type,               ///< string or none
  number,             ///< the number
  one_or_zero,        ///< 1, or 0 where nothing was done
  seconds_left,       ///< -2 no key, -1 no end
  milliseconds_left,  ///< the same
  session_opened,     ///< the id of the session
  session_done,       ///< +OK
};

/// A command for the machine.
struct translation {
  /// Empty; otherwise the error to reply, with its code.
  std::string error;
  byte_list command;
  /// It changes nothing: `command` is a question to the key-value store, which may be asked beside
  /// the log, or go into it once it is wrapped.
  bool asks = false;
  /// `command` is in the log's form.
  bool wrapped = false;
  /// It must be exact in time, which only the log gives.
  bool through_log = false;
  /// It is a request of a session: executed once, however often it is sent.
  bool once = false;
  /// Its reply may be as long as a value.
  bool replies_value = false;
  reply_form form = reply_form::ok;

  /// As new, but for the memory.
  void clear() noexcept {
    error.clear();
    command.clear();
    asks = wrapped = through_log = once = replies_value = false;
    form = reply_form::ok;
  }
};

/// Translates a command whose arity is right: one of get … type, dbsize, and of synod: session,
/// unlock and renew. `into` keeps its memory.
void translate(command_info const& info, argument_list arguments, translation& into);

/// Puts a question to the key-value store into the log's form.
void wrap_for_log(std::span<std::byte const> command, byte_list& out);

/// Replies what the machine answered to a command of this form: to one in the log (the answer of
/// the sessions), or to a question (that of the key-value store).
void render(reply_form form, bool from_log, std::span<std::byte const> answer, reply_writer& reply);

}  // namespace synod_server
