// SPDX-License-Identifier: BSL-1.0
// The client's side of a session.
#pragma once

#include <bit>

#include "synod/machine/session_commands.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// Numbers the requests of one session and knows which of them still wait for their response. A
/// value: no I/O, no allocation; one thread at a time.
///
/// A request is built once, into the caller's buffer; a retry sends those same bytes again, and
/// goes on until a response of the machine arrives (`on_response`).
class session_client {
 public:
  /// At most this many requests wait at a time, and at most `max_outstanding` of the machine.
  static constexpr std::uint32_t max_window = 64;

  /// No session: every request is refused.
  session_client() = default;
  /// The session that a response to `session_open` told; window: how many requests may wait.
  explicit session_client(log_index session, std::uint32_t window = 16) noexcept
      : session_(session), window_(window) {
    SYNOD_EXPECTS(window > 0 && window <= max_window, "session_client: a window of 1 to 64");
  }

  struct built {
    std::uint64_t sequence = 0;
    std::size_t size = 0;
  };

  /// Writes the next request to the front of `out`, for a command in bytes or as its struct.
  /// Errors: `exhausted` (as many wait as the window allows, or there is no session), `too_large`
  /// (`out` is too small; place: the bytes needed). After an error no number is used up.
  result<built> request(std::span<std::byte const> command, std::span<std::byte> out) noexcept {
    return build(command.size(), out, [&](synod::detail::byte_writer& to) {
      for (std::byte const each : command) to.put(each);
    });
  }
  template <described Command>
  result<built> request(Command const& command, std::span<std::byte> out) noexcept {
    return build(synod::detail::command_size(command), out,
                 [&](auto& to) { synod::detail::put_command(to, command); });
  }

  /// Takes note that a request was answered; true the first time. Responses of other sessions, and
  /// those that leave the request unexecuted and retried (`too_many_outstanding`), change nothing.
  bool on_response(session_response const& response) noexcept {
    if (response.session != session_ || !waits(response.sequence) ||
        response.status == session_status::too_many_outstanding) {
      return false;
    }
    answered_ |= std::uint64_t{1} << (response.sequence - first_outstanding_);
    unsigned const contiguous = static_cast<unsigned>(std::countr_one(answered_));
    first_outstanding_ += contiguous;
    answered_ = contiguous == 64 ? 0 : answered_ >> contiguous;
    return true;
  }

  /// Whether the request of this number was built and not answered.
  bool waits(std::uint64_t sequence) const noexcept {
    return sequence >= first_outstanding_ && sequence < next_ &&
           (answered_ >> (sequence - first_outstanding_) & 1) == 0;
  }
  log_index session() const noexcept { return session_; }

  friend bool operator==(session_client const&, session_client const&) = default;

 private:
  // A session_request whose command, of so many bytes, `put` writes.
  template <class Put>
  result<built> build(std::size_t command_bytes, std::span<std::byte> out, Put put) noexcept {
    if (next_ - first_outstanding_ >= window_) {
      return error{errc::exhausted, "session_client: as many requests wait as may", next_};
    }
    session_request const head{session_, next_, first_outstanding_, {}};
    std::size_t const size = synod::detail::command_size(head) + command_bytes;
    if (size > std::numeric_limits<synod::detail::length_field>::max() || size > out.size()) {
      return error{errc::too_large, "session_client: not enough room", size};
    }
    synod::detail::byte_writer to{out.data()};
    to.put(session_verb::request);
    to.put(head.session);
    to.put(head.sequence);
    to.put(head.first_outstanding);
    to.put(static_cast<synod::detail::length_field>(command_bytes));
    put(to);
    return built{next_++, size};
  }

  log_index session_;
  std::uint32_t window_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t first_outstanding_ = 1;
  std::uint64_t answered_ = 0;  // bit i: first_outstanding_ + i
};

}  // namespace synod::inline SYNOD_ABI::machine
