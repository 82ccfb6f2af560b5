// SPDX-License-Identifier: BSL-1.0
// Questions that are answered beside the log, by the rule of the read index: a machine may answer
// once it has applied everything that was committed when the question came, and the leader was
// still the leader after that (Ongaro's dissertation, section 6.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/net/byte_queue.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/options.hpp"

namespace synod::inline SYNOD_ABI {

/// Questions go in rounds: those that come while the core confirms one round go with the next. A
/// question waits, is in the core's round, or is confirmed and waits for the machine.
class read_desk {
 public:
  explicit read_desk(replica_options const& o) noexcept : most_(o.max_waiting_bytes) {}

  /// False, and without effect, where that would be too much.
  bool add(asker const& who, std::span<std::byte const> question) {
    std::size_t const bytes = footprint(question.size());
    if (most_ - bytes_ < bytes || most_ < bytes) return false;
    waiting_.push(question, who);
    bytes_ += bytes;
    return true;
  }

  bool wants_round() const noexcept { return asked_.empty() && !waiting_.empty(); }
  /// All that wait are now in a round of the core, under this ticket. No answer before `at_least`.
  ticket begin_round(log_index at_least) noexcept {
    std::swap(asked_, waiting_);
    at_least_ = at_least;
    failure_.reset();
    return {++round_};
  }

  /// The core has confirmed a round: answers are due once the machine has applied `index`.
  void ready(ticket round, log_index index) {
    if (round.value != round_ || asked_.empty()) return;
    if (index < at_least_) index = at_least_;
    if (confirmed_.empty()) {
      std::swap(confirmed_, asked_);
      index_ = index;
    } else {
      append(confirmed_, asked_);
      if (index_ < index) index_ = index;
    }
  }
  /// The core has not.
  void failed(ticket round, why reason, std::optional<node_id> leader) noexcept {
    if (round.value == round_ && !asked_.empty()) failure_ = {reason, leader};
  }

  bool answerable(log_index applied) const noexcept {
    return !confirmed_.empty() && index_ <= applied;
  }
  /// Hands out what is confirmed: `each(who, question)`.
  template <class Each>
  void take_confirmed(Each&& each) {
    take(confirmed_, each);
  }

  bool has_failed() const noexcept { return failure_.has_value(); }
  /// Hands out the round that failed: `each(who, question, why, leader)`.
  template <class Each>
  void take_failed(Each&& each) {
    failure const f = *failure_;
    failure_.reset();
    take(asked_, [&](asker const& who, std::span<std::byte const> question) {
      each(who, question, f.reason, f.leader);
    });
  }

  /// What was confirmed to a leader that is none any more is asked anew.
  void ask_again() {
    if (!confirmed_.empty()) append(waiting_, confirmed_);
  }

  /// Forgets a node that has gone: its questions are answered to nobody.
  void forget(node_id gone) noexcept {
    for (queue* const q : {&waiting_, &asked_, &confirmed_}) {
      q->for_each_head([&](asker& who) { who.forget(gone); });
    }
  }

  /// Ends everything: `each(who)`.
  template <class Each>
  void abandon(Each&& each) {
    auto const only_who = [&](asker const& who, std::span<std::byte const>) { each(who); };
    take(confirmed_, only_who);
    take(asked_, only_who);
    take(waiting_, only_who);
    failure_.reset();
  }

 private:
  using queue = byte_queue<asker>;
  struct failure {
    why reason;
    std::optional<node_id> leader;
  };

  static constexpr std::size_t footprint(std::size_t question) noexcept {
    return question + sizeof(asker);
  }
  static void append(queue& to, queue& from) {
    while (!from.empty()) {
      to.push(from.front_bytes(), from.front());
      from.pop();
    }
  }
  template <class Each>
  void take(queue& from, Each&& each) {
    while (!from.empty()) {
      bytes_ -= footprint(from.front_bytes().size());
      each(from.front(), from.front_bytes());
      from.pop();
    }
  }

  queue waiting_;
  queue asked_;
  queue confirmed_;
  std::size_t most_;
  std::size_t bytes_ = 0;
  std::uint64_t round_ = 0;
  log_index at_least_;
  log_index index_;  // of confirmed_
  std::optional<failure> failure_;
};

}  // namespace synod::inline SYNOD_ABI
