// SPDX-License-Identifier: BSL-1.0
// The sessions that are open, with the responses that their clients may still ask for.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/machine/session_commands.hpp"
#include "synod/reflect/fingerprint.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// The limits of a `sessions` machine. All replicas of a group must have the same: they decide what
/// is refused.
struct session_limits {
  std::uint32_t max_sessions = 1024;
  std::uint32_t max_outstanding = 16;    ///< requests of a session whose responses are kept
  std::uint32_t max_reply_bytes = 1024;  ///< of one response of the machine inside
  duration max_timeout = seconds(600);

  friend constexpr bool operator==(session_limits const&, session_limits const&) = default;
};

/// A response that is kept until its client says that it has it.
struct stored_reply {
  /// What a forgotten response leaves of its memory for the next one, so that requests with small
  /// responses soon allocate no more, and large ones are given back.
  static constexpr std::size_t kept_capacity = 256;

  std::uint64_t sequence = 0;  ///< 0: none
  session_status status = session_status::ok;
  std::vector<std::byte> bytes;

  void forget() noexcept {
    sequence = 0;
    status = session_status::ok;
    bytes.clear();
    if (bytes.capacity() > kept_capacity) std::vector<std::byte>{}.swap(bytes);
  }

  friend bool operator==(stored_reply const&, stored_reply const&) = default;
};

/// One client. The requests it may have outstanding are a window of `max_outstanding` sequence
/// numbers from `first_outstanding` on, so that each has a place of its own: sequence modulo
/// window. Invariant: places of no kept reply are blank, so that equality is memberwise.
class session {
 public:
  session() = default;
  session(log_index id, duration timeout, std::uint32_t max_outstanding)
      : id_(id), timeout_(timeout), replies_(max_outstanding) {}

  log_index id() const noexcept { return id_; }
  duration timeout() const noexcept { return timeout_; }
  instant deadline() const noexcept { return deadline_; }
  void end_at(instant deadline) noexcept { deadline_ = deadline; }

  /// The client has every response before `sequence`. Never goes back.
  void acknowledge(std::uint64_t sequence) noexcept {
    if (sequence <= first_outstanding_) return;
    std::uint64_t const passed = sequence - first_outstanding_;
    for (std::uint64_t i = 0; i < passed && i < replies_.size(); ++i) {
      reply_to(first_outstanding_ + i).forget();
    }
    first_outstanding_ = sequence;
  }
  std::uint64_t first_outstanding() const noexcept { return first_outstanding_; }

  /// Whether the window reaches `sequence`, which is not before it.
  bool has_place_for(std::uint64_t sequence) const noexcept {
    std::uint64_t const ahead = sequence - first_outstanding_;
    return SYNOD_MUTANT(session_window_too_wide, ahead < replies_.size(), ahead <= replies_.size());
  }
  /// The kept reply to a request in the window; its sequence is 0 where there is none.
  stored_reply& reply_to(std::uint64_t sequence) noexcept {
    return replies_[static_cast<std::size_t>(sequence % replies_.size())];
  }
  /// Calls f(reply) for all that are kept, in the order of their sequence.
  template <class F>
  void for_each_reply(F&& f) const {
    for (std::uint64_t i = 0; i < replies_.size(); ++i) {
      std::uint64_t const sequence = first_outstanding_ + i;
      stored_reply const& reply = replies_[static_cast<std::size_t>(sequence % replies_.size())];
      if (sequence != 0 && reply.sequence == sequence) f(reply);
    }
  }

  void add_to(synod::detail::fingerprint_fold& fold) const noexcept {
    fold.add(id_);
    fold.add(timeout_);
    fold.add(deadline_);
    fold.number(first_outstanding_);
    for_each_reply([&](stored_reply const& reply) {
      fold.number(reply.sequence);
      fold.add(reply.status);
      fold.add(reply.bytes);
    });
  }

  friend bool operator==(session const&, session const&) = default;

 private:
  log_index id_;
  duration timeout_;
  instant deadline_;
  std::uint64_t first_outstanding_ = 1;
  std::vector<stored_reply> replies_;
};

/// All open sessions, by their ids, which is the order in which they were opened, and by their
/// deadlines. Everything is logarithmic in their number; only `add` and copying allocate.
class session_table {
 public:
  std::size_t size() const noexcept { return sessions_.size(); }
  session const* last() const noexcept {
    return sessions_.empty() ? nullptr : &sessions_.rbegin()->second;
  }
  /// Calls f(session) for each, in the order of the ids.
  template <class F>
  void for_each(F&& f) const {
    for (auto const& [id, each] : sessions_) f(each);
  }

  /// A session that is not there yet.
  session& add(session next) {
    deadlines_.emplace(next.deadline(), next.id());
    log_index const id = next.id();
    return sessions_.emplace_hint(sessions_.end(), id, std::move(next))->second;
  }
  /// Null where there is none.
  session* find(log_index id) noexcept {
    auto const found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : &found->second;
  }
  /// The session has just been used.
  void refresh(session& which, instant now) noexcept {
    instant const deadline = now + which.timeout();
    if (deadline == which.deadline()) return;
    auto entry = deadlines_.extract({which.deadline(), which.id()});
    entry.value().first = deadline;
    deadlines_.insert(std::move(entry));
    which.end_at(deadline);
  }
  void remove(session const& which) noexcept {
    log_index const id = which.id();
    deadlines_.erase({which.deadline(), id});
    sessions_.erase(id);
  }
  /// The one whose deadline comes first, of equal ones the oldest; null where none is open.
  session const* first_to_expire() const noexcept {
    if (deadlines_.empty()) return nullptr;
    return &sessions_
                .find(SYNOD_MUTANT(sessions_end_by_id, deadlines_.begin()->second,
                                   sessions_.begin()->first))
                ->second;
  }

  friend bool operator==(session_table const&, session_table const&) = default;

 private:
  std::map<log_index, session> sessions_;
  std::set<std::pair<instant, log_index>> deadlines_;
};

}  // namespace synod::inline SYNOD_ABI::machine
