// SPDX-License-Identifier: BSL-1.0
// What was handed on to a leader, and waits for its answer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/time.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/replica/answer.hpp"
#include "synod/replica/errand.hpp"
#include "synod/replica/options.hpp"

namespace synod::inline SYNOD_ABI {

/// Each errand ends with its answers, with the node it went to, or when its time is up: a command
/// is unknown then, since it may be in the log; a question is refused, since it never is. What
/// answers twice, late, out of order or for somebody else changes nothing.
class errand_desk {
 public:
  /// The errands of one life of a node have other numbers than those of every other.
  errand_desk(life of, replica_options const& o) noexcept
      : timeout_(o.answer_timeout), most_(o.max_waiting_bytes), front_(of.value << 40) {}

  /// Whether so many bytes more may be handed on.
  bool has_room(std::size_t bytes) const noexcept {
    return most_ - bytes_ >= footprint(bytes) && most_ >= footprint(bytes);
  }
  /// Notes what is handed on to `leader`, and gives its errand.
  errand open(errand::verb what, ticket as, node_id leader, std::uint32_t entries,
              std::size_t bytes, instant now) {
    errand e;
    e.what = what;
    e.number = front_ + open_.size();
    e.entries = entries;
    open_errand& added = open_.extend();
    added = {as, leader, now + timeout_, bytes, entries, 0, what == errand::verb::query, false};
    bytes_ += footprint(bytes);
    return e;
  }

  /// The errand opened last was not sent.
  void take_back() noexcept {
    bytes_ -= footprint(open_.back().bytes);
    open_.truncate(open_.size() - 1);
  }

  /// What another node answered: `each(ticket, answer)`, for what waits for it.
  template <class Each>
  void answered(node_id from, errand const& e, std::span<std::byte const> response, Each&& each) {
    if (e.number < front_ || e.number - front_ >= open_.size()) return;
    open_errand& waits = open_[static_cast<std::size_t>(e.number - front_)];
    if (waits.done || waits.to != from) return;
    if (e.outcome > last_value(outcome{}) || e.reason > why::stopped) return;
    if (waits.is_question) {
      answer_question(waits, e, response, each);
    } else {
      answer_entry(waits, e, response, each);
    }
    drop_done();
  }

  /// Ends what went to a node that has gone.
  template <class Each>
  void lost(node_id gone, Each&& each) {
    if (!has_gone(gone)) gone_.push_back(gone);
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (!open_[i].done && open_[i].to == gone) end(open_[i], each);
    }
    drop_done();
  }
  /// Nothing is handed on to a node that has gone, until it is heard again.
  bool has_gone(node_id node) const noexcept {
    return std::find(gone_.begin(), gone_.end(), node) != gone_.end();
  }
  void heard(node_id node) noexcept {
    if (!gone_.empty()) std::erase(gone_, node);
  }

  /// Ends what has waited too long.
  template <class Each>
  void expire(instant now, Each&& each) {
    for (std::size_t i = 0; i < open_.size() && open_[i].until <= now; ++i) {
      if (!open_[i].done) end(open_[i], each);
    }
    drop_done();
  }
  std::optional<instant> next_deadline() const noexcept {
    if (open_.empty()) return std::nullopt;
    return open_.front().until;
  }

  /// Ends everything.
  template <class Each>
  void abandon(Each&& each) {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (!open_[i].done) end(open_[i], each);
    }
    drop_done();
  }

 private:
  struct open_errand {
    ticket as;
    node_id to;
    instant until;
    std::size_t bytes = 0;
    std::uint32_t entries = 0;
    std::uint32_t answered = 0;  // so many entries, from the first on
    bool is_question = false;
    bool done = false;
  };

  static constexpr std::size_t footprint(std::size_t bytes) noexcept {
    return bytes + sizeof(open_errand);
  }

  template <class Each>
  void answer_question(open_errand& waits, errand const& e, std::span<std::byte const> response,
                       Each&& each) {
    if (e.outcome != outcome::response && e.outcome != outcome::too_large &&
        e.outcome != outcome::refused) {
      return end(waits, each);
    }
    close(waits);
    tell(waits, e, response, each);
  }
  template <class Each>
  void answer_entry(open_errand& waits, errand const& e, std::span<std::byte const> response,
                    Each&& each) {
    if (e.outcome == outcome::unknown || (e.outcome == outcome::refused && waits.answered != 0)) {
      return end(waits, each);
    }
    if (e.outcome != outcome::refused) {
      if (e.offset < waits.answered) return;
      if (e.offset != waits.answered || e.offset >= waits.entries) return end(waits, each);
      ++waits.answered;
    }
    if (e.outcome == outcome::refused || waits.answered == waits.entries) close(waits);
    tell(waits, e, response, each);
  }

  template <class Each>
  static void tell(open_errand const& waits, errand const& e, std::span<std::byte const> response,
                   Each&& each) {
    answer what;
    what.what = e.outcome;
    what.offset = waits.is_question ? 0 : e.offset;
    if (e.outcome == outcome::response) what.response = response;
    if (e.outcome == outcome::refused) {
      what.offset = 0;
      what.reason = e.reason;
      what.leader = e.leader;
    }
    each(waits.as, what);
  }
  template <class Each>
  void end(open_errand& waits, Each&& each) {
    close(waits);
    answer what;
    what.offset = waits.answered;
    if (waits.is_question) {
      what.what = outcome::refused;
      what.reason = why::not_leader;
    }
    each(waits.as, what);
  }
  void close(open_errand& waits) noexcept {
    waits.done = true;
    bytes_ -= footprint(waits.bytes);
  }
  void drop_done() noexcept {
    while (!open_.empty() && open_.front().done) {
      open_.drop_front(1);
      ++front_;
    }
  }

  duration timeout_;
  std::size_t most_;
  std::uint64_t front_;  // the number of the oldest; the others follow it without a gap
  window<open_errand> open_;
  std::size_t bytes_ = 0;
  std::vector<node_id> gone_;
};

}  // namespace synod::inline SYNOD_ABI
