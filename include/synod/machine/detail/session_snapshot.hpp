// SPDX-License-Identifier: BSL-1.0
// The table of a `sessions` machine as bytes, and back.
#pragma once

#include <utility>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/machine/detail/append.hpp"
#include "synod/machine/session_table.hpp"
#include "synod/reflect/decode.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// A snapshot is this, `sessions` sessions by their ids, each followed by its replies by their
/// sequence, and the snapshot of the machine inside.
struct session_snapshot_head {
  static constexpr std::uint8_t this_format = 1;
  std::uint8_t format = this_format;
  instant now;
  std::uint32_t sessions = 0;
};
struct session_snapshot_entry {
  log_index id;
  duration timeout;
  instant deadline;
  std::uint64_t first_outstanding = 0;
  std::uint32_t replies = 0;
};
struct session_snapshot_reply {
  std::uint64_t sequence = 0;
  session_status status = session_status::ok;
  std::span<std::byte const> bytes;
};

// Member by member: what describes a struct is dear to compile.
inline void append(std::vector<std::byte>& out, session_snapshot_head const& head) {
  append(out, head.format, head.now.ns, head.sessions);
}
inline void append(std::vector<std::byte>& out, session_snapshot_entry const& entry) {
  append(out, entry.id, entry.timeout.ns, entry.deadline.ns, entry.first_outstanding,
         entry.replies);
}
inline void append(std::vector<std::byte>& out, session_snapshot_reply const& reply) {
  append(out, reply.sequence, reply.status, reply.bytes);
}

inline void save(session const& which, std::vector<std::byte>& out) {
  std::uint32_t replies = 0;
  which.for_each_reply([&](stored_reply const&) {
    replies += SYNOD_MUTANT(session_snapshot_lacks_replies, 1u, 0u);
  });
  append(out, session_snapshot_entry{which.id(), which.timeout(), which.deadline(),
                                     which.first_outstanding(), replies});
  which.for_each_reply([&](stored_reply const& reply) {
    if (replies == 0) return;
    append(out, session_snapshot_reply{reply.sequence, reply.status, reply.bytes});
  });
}

inline void save(instant now, session_table const& open, std::vector<std::byte>& out) {
  append(out, session_snapshot_head{session_snapshot_head::this_format, now,
                                    static_cast<std::uint32_t>(open.size())});
  open.for_each([&](session const& each) { save(each, out); });
}

/// Reads what `save` wrote; what is accepted saves to the same bytes. Memory is taken for sessions
/// and replies only as their bytes are read.
class session_snapshot_reader {
 public:
  struct table {
    instant now;
    session_table open;
    std::size_t size = 0;  // the bytes that were read
  };

  session_snapshot_reader(std::span<std::byte const> bytes, session_limits const& limits) noexcept
      : in_(bytes), limits_(limits) {}

  result<table> read() {
    session_snapshot_head head;
    if (!get(head)) return error_;
    if (head.format != session_snapshot_head::this_format) {
      return error{errc::bad_input, "sessions: a snapshot of another format", 0};
    }
    if (head.sessions > limits_.max_sessions) {
      return error{errc::too_large, "sessions: more sessions than may be", 9};
    }
    table read{head.now, {}, 0};
    for (std::uint32_t i = 0; i < head.sessions; ++i) {
      if (!read_session(read)) return error_;
    }
    read.size = in_.at();
    return read;
  }

 private:
  bool get(session_snapshot_head& to) noexcept {
    return took(in_.get(to.format) && in_.get(to.now.ns) && in_.get(to.sessions));
  }
  bool get(session_snapshot_entry& to) noexcept {
    return took(in_.get(to.id) && in_.get(to.timeout.ns) && in_.get(to.deadline.ns) &&
                in_.get(to.first_outstanding) && in_.get(to.replies));
  }
  bool get(session_snapshot_reply& to) noexcept {
    return took(in_.get(to.sequence) && in_.get(to.status) && in_.get(to.bytes));
  }
  bool took(bool whole) noexcept {
    if (!whole) error_ = in_.error();
    return whole;
  }
  bool refuse(errc code, char const* what, std::size_t place) noexcept {
    error_ = {code, what, place};
    return false;
  }

  bool read_session(table& to) {
    std::size_t const place = in_.at();
    session_snapshot_entry entry;
    if (!get(entry)) return false;
    session const* const last = to.open.last();
    if (entry.id == log_index{} || (last != nullptr && entry.id <= last->id())) {
      return refuse(errc::bad_input, "sessions: ids out of order", place);
    }
    if (entry.timeout == duration{} || entry.timeout > limits_.max_timeout) {
      return refuse(errc::too_large, "sessions: a time-out beyond the limit", place);
    }
    bool const has_ended = entry.deadline <= to.now && entry.deadline != to.now + entry.timeout;
    if (has_ended || entry.deadline > to.now + entry.timeout) {
      return refuse(errc::bad_input, "sessions: a deadline that its time-out does not allow",
                    place);
    }
    if (entry.first_outstanding == 0) {
      return refuse(errc::bad_input, "sessions: sequences begin with 1", place);
    }
    if (entry.replies > limits_.max_outstanding) {
      return refuse(errc::too_large, "sessions: more replies than are kept", place);
    }
    session next{entry.id, entry.timeout, limits_.max_outstanding};
    next.end_at(entry.deadline);
    next.acknowledge(entry.first_outstanding);
    std::uint64_t least = entry.first_outstanding;
    for (std::uint32_t i = 0; i < entry.replies; ++i) {
      if (!read_reply(next, least)) return false;
    }
    to.open.add(std::move(next));
    return true;
  }

  bool read_reply(session& of, std::uint64_t& least) {
    std::size_t const place = in_.at();
    session_snapshot_reply reply;
    if (!get(reply)) return false;
    if (least == 0 || reply.sequence < least || !of.has_place_for(reply.sequence)) {
      return refuse(errc::bad_input, "sessions: replies out of order", place);
    }
    bool const lost = reply.status == session_status::reply_too_large;
    if ((reply.status != session_status::ok && !lost) || (lost && !reply.bytes.empty())) {
      return refuse(errc::bad_input, "sessions: a reply that is never kept", place);
    }
    if (reply.bytes.size() > limits_.max_reply_bytes) {
      return refuse(errc::too_large, "sessions: a reply beyond the limit", place);
    }
    of.reply_to(reply.sequence) = {
        reply.sequence, reply.status, {reply.bytes.begin(), reply.bytes.end()}};
    least = reply.sequence + 1;
    return true;
  }

  synod::detail::byte_reader in_;
  session_limits const& limits_;
  error error_;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
