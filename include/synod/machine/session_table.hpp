// SPDX-License-Identifier: BSL-1.0
// The sessions that are open, with the responses that their clients may still ask for.
#pragma once

#include <utility>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/machine/detail/deadline_heap.hpp"
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
/// deadlines. Ended ones keep 64 bytes until they are half of all. Finding is logarithmic, and so
/// is every change, amortised; only `add` and copying allocate, and the memory of the table stays.
class session_table {
 public:
  std::size_t size() const noexcept { return rows_.size() - ended_; }
  session const* last() const noexcept { return rows_.empty() ? nullptr : &rows_.back().what; }
  /// Calls f(session) for each, in the order of the ids.
  template <class F>
  void for_each(F&& f) const {
    for (row const& each : rows_) {
      if (!each.ended()) f(each.what);
    }
  }

  /// A session whose id is above all others.
  session& add(session next) {
    auto const number = static_cast<std::uint32_t>(rows_.size());
    instant const deadline = next.deadline();
    rows_.push_back({std::move(next)});
    deadlines_.add({deadline, number}, *this);
    return rows_.back().what;
  }
  /// Null where there is none.
  session* find(log_index id) noexcept {
    std::uint32_t const number = number_of(id);
    return number == none ? nullptr : &rows_[number].what;
  }
  /// The session has just been used.
  void refresh(session& which, instant now) noexcept {
    instant const deadline = now + which.timeout();
    if (deadline == which.deadline()) return;
    which.end_at(deadline);
    deadlines_.move_to(rows_[number_of(which.id())].place, deadline, *this);
  }
  void remove(session const& which) noexcept {
    row& gone = rows_[number_of(which.id())];
    deadlines_.remove(gone.place, *this);
    gone.end();
    ++ended_;
    for (; !rows_.empty() && rows_.back().ended(); --ended_) rows_.pop_back();
    if (ended_ > rows_.size() / 2) drop_ended();
  }
  /// The one whose deadline comes first, of equal ones the oldest; null where none is open.
  session const* first_to_expire() const noexcept {
    if (deadlines_.empty()) return nullptr;
    return SYNOD_MUTANT(sessions_end_by_id, &rows_[deadlines_.front().record].what, oldest());
  }

  friend bool operator==(session_table const& a, session_table const& b) noexcept {
    if (a.size() != b.size()) return false;
    auto other = b.rows_.begin();
    for (row const& each : a.rows_) {
      if (each.ended()) continue;
      while (other->ended()) ++other;
      if (!(each.what == other->what)) return false;
      ++other;
    }
    return true;
  }

 private:
  friend class detail::deadline_heap<std::uint32_t>;

  static constexpr std::uint32_t none = 0xffff'ffff;
  struct row {
    session what;
    std::uint32_t place = none;  // in the heap

    bool ended() const noexcept { return place == none; }
    // The id stays, so that the rows are in order.
    void end() noexcept {
      what = session{what.id(), {}, 0};
      place = none;
    }
  };

  // What the heap asks of the owner of its records.
  std::uint32_t& place(std::uint32_t number) noexcept { return rows_[number].place; }
  static bool before(std::uint32_t a, std::uint32_t b) noexcept { return a < b; }

  std::uint32_t number_of(log_index id) const noexcept {
    std::size_t low = 0;
    for (std::size_t high = rows_.size(); low < high;) {
      std::size_t const middle = low + (high - low) / 2;
      if (rows_[middle].what.id() < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    bool const open = low < rows_.size() && rows_[low].what.id() == id && !rows_[low].ended();
    return open ? static_cast<std::uint32_t>(low) : none;
  }
  session const* oldest() const noexcept {
    for (row const& each : rows_) {
      if (!each.ended()) return &each.what;
    }
    return nullptr;
  }
  void drop_ended() noexcept {
    std::uint32_t kept = 0;
    for (row& each : rows_) {
      if (each.ended()) continue;
      deadlines_.rename(each.place, kept);
      if (&each != &rows_[kept]) rows_[kept] = std::move(each);
      ++kept;
    }
    while (rows_.size() > kept) rows_.pop_back();
    ended_ = 0;
  }

  std::vector<row> rows_;
  std::size_t ended_ = 0;
  detail::deadline_heap<std::uint32_t> deadlines_;
};

}  // namespace synod::inline SYNOD_ABI::machine
