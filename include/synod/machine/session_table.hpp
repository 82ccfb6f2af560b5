// SPDX-License-Identifier: BSL-1.0
// The sessions that are open, with the responses that their clients may still ask for.
#pragma once

#include <vector>

#include "synod/machine/session_commands.hpp"
#include "synod/reflect/fingerprint.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// The limits of a `sessions` machine. All replicas of a group must have the same: they decide what
/// is refused.
struct session_limits {
  std::uint32_t max_sessions = 1024;
  std::uint32_t max_outstanding = 16;  ///< requests of a session whose responses are kept
  std::uint32_t max_reply_bytes = 64;  ///< of one response of the machine inside
  duration max_timeout = seconds(600);

  friend constexpr bool operator==(session_limits const&, session_limits const&) = default;
};

/// A response that is kept until its client says that it has it.
struct stored_reply {
  std::uint64_t sequence = 0;  ///< 0: none
  session_status status = session_status::ok;
  std::uint32_t size = 0;

  friend constexpr bool operator==(stored_reply const&, stored_reply const&) = default;
};

/// One client. The requests it may have outstanding are a window of `max_outstanding` sequence
/// numbers from `first_outstanding` on, so that each has a place of its own: sequence modulo
/// window. Invariant: places of no kept reply are blank, bytes included, so that equality is
/// memberwise.
class session {
 public:
  session() = default;
  session(log_index id, duration timeout, session_limits const& limits)
      : id_(id),
        timeout_(timeout),
        replies_(limits.max_outstanding),
        bytes_(std::size_t{limits.max_outstanding} * limits.max_reply_bytes) {}

  log_index id() const noexcept { return id_; }
  instant deadline() const noexcept { return deadline_; }
  void refresh(instant now) noexcept { deadline_ = now + timeout_; }

  /// The client has every response before `sequence`. Never goes back.
  void acknowledge(std::uint64_t sequence) noexcept {
    if (sequence <= first_outstanding_) return;
    std::uint64_t const passed = sequence - first_outstanding_;
    for (std::uint64_t i = 0; i < passed && i < replies_.size(); ++i) {
      blank(first_outstanding_ + i);
    }
    first_outstanding_ = sequence;
  }
  std::uint64_t first_outstanding() const noexcept { return first_outstanding_; }

  /// Whether the window reaches `sequence`, which is not before it.
  bool has_place_for(std::uint64_t sequence) const noexcept {
    return sequence - first_outstanding_ < replies_.size();
  }
  /// The kept reply to a request in the window; its sequence is 0 where there is none.
  stored_reply& reply_to(std::uint64_t sequence) noexcept { return replies_[place_of(sequence)]; }
  std::span<std::byte> bytes_for(std::uint64_t sequence) noexcept {
    std::size_t const each = bytes_.size() / replies_.size();
    return std::span{bytes_}.subspan(place_of(sequence) * each, each);
  }

  void add_to(synod::detail::fingerprint_fold& fold) const noexcept {
    fold.add(id_);
    fold.add(timeout_);
    fold.add(deadline_);
    fold.number(first_outstanding_);
    std::size_t const each = bytes_.size() / replies_.size();
    for (std::size_t i = 0; i < replies_.size(); ++i) {
      if (replies_[i].sequence == 0) continue;
      fold.number(replies_[i].sequence);
      fold.add(replies_[i].status);
      fold.add(std::span<std::byte const>{bytes_}.subspan(i * each, replies_[i].size));
    }
  }

  friend bool operator==(session const&, session const&) = default;

 private:
  std::size_t place_of(std::uint64_t sequence) const noexcept {
    return static_cast<std::size_t>(sequence % replies_.size());
  }
  void blank(std::uint64_t sequence) noexcept {
    stored_reply& reply = reply_to(sequence);
    for (std::byte& each : bytes_for(sequence).first(reply.size)) each = {};
    reply = {};
  }

  log_index id_;
  duration timeout_;
  instant deadline_;
  std::uint64_t first_outstanding_ = 1;
  std::vector<stored_reply> replies_;
  std::vector<std::byte> bytes_;
};

/// All open sessions, in the order of their ids: the order in which they were opened.
class session_table {
 public:
  std::size_t size() const noexcept { return sessions_.size(); }
  auto begin() const noexcept { return sessions_.begin(); }
  auto end() const noexcept { return sessions_.end(); }

  session& add(session&& next) {
    SYNOD_EXPECTS(sessions_.empty() || sessions_.back().id() < next.id(),
                  "sessions: an index was applied twice, or out of order");
    return sessions_.emplace_back(std::move(next));
  }
  /// Null where there is none. Logarithmic.
  session* find(log_index id) noexcept {
    std::size_t low = 0;
    std::size_t high = sessions_.size();
    while (low < high) {
      std::size_t const middle = low + (high - low) / 2;
      sessions_[middle].id() < id ? low = middle + 1 : high = middle;
    }
    return low < sessions_.size() && sessions_[low].id() == id ? &sessions_[low] : nullptr;
  }
  void remove(session const& which) noexcept {
    sessions_.erase(sessions_.begin() + (&which - sessions_.data()));
  }
  /// The one whose deadline comes first, of equal ones the oldest; null where none is open.
  session const* first_to_expire() const noexcept {
    session const* first = nullptr;
    for (session const& each : sessions_) {
      if (first == nullptr || each.deadline() < first->deadline()) first = &each;
    }
    return first;
  }

  friend bool operator==(session_table const&, session_table const&) = default;

 private:
  std::vector<session> sessions_;
};

}  // namespace synod::inline SYNOD_ABI::machine
