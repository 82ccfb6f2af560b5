// SPDX-License-Identifier: BSL-1.0
// O-XO: each (session, sequence) takes effect at most once; repeats give the recorded response.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/machine/counter.hpp"
#include "synod/machine/session_commands.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// A second, dumb counter with sessions, outside of the cluster: it keeps every effect for ever.
/// Who has no session adds as often as it is heard.
class exactly_once {
 public:
  /// A new run.
  void begin(sim_verdict& verdict) {
    verdict_ = &verdict;
    values_.clear();
    sessions_.clear();
    used_ = 0;
  }

  /// A machine has applied the entry at `i`, and counts `value`. `command`: empty, if the entry
  /// carries none. The first machine to come to an index tells what stands there.
  void applied(log_index i, std::span<std::byte const> command, std::int64_t value) {
    if (i.value > values_.size()) {
      values_.resize(static_cast<std::size_t>(i.value), value_of_last());
      if (!command.empty()) execute(i, command);
    }
    std::int64_t const expected = values_[static_cast<std::size_t>(i.value - 1)];
    if (value != expected) {
      report("after entry " + std::to_string(i.value) + " a machine counts " +
             std::to_string(value) + ", executed once each it is " + std::to_string(expected));
    }
  }

  /// A client was told that its request had this effect.
  void answered(log_index session, std::uint64_t sequence, std::int64_t after) {
    effects const* const own = find(session);
    if (own == nullptr || sequence == 0 || sequence > own->after.size() ||
        !own->after[static_cast<std::size_t>(sequence - 1)].done) {
      return report("session " + std::to_string(session.value) + " was answered request " +
                    std::to_string(sequence) + ", which never took effect");
    }
    if (own->after[static_cast<std::size_t>(sequence - 1)].value != after) {
      report("session " + std::to_string(session.value) + " was answered request " +
             std::to_string(sequence) + " in two ways");
    }
  }

 private:
  struct effect {
    bool done = false;
    std::int64_t value = 0;
  };
  struct effects {
    log_index session;
    std::vector<effect> after;  // by sequence
  };

  std::int64_t value_of_last() const noexcept { return values_.empty() ? 0 : values_.back(); }

  void execute(log_index i, std::span<std::byte const> command) {
    auto const verb = static_cast<machine::session_verb>(command.front());
    if (verb == machine::session_verb::direct) {
      auto const direct = decode<machine::session_direct>(command.subspan(1));
      auto const add = decode<machine::counter_command>(direct.value().command);
      values_.back() += add.value().amount;
      return;
    }
    if (verb == machine::session_verb::open) {
      if (used_ == sessions_.size()) sessions_.emplace_back();
      sessions_[used_].session = i;
      sessions_[used_++].after.clear();
      return;
    }
    auto const request = decode<machine::session_request>(command.subspan(1));
    if (verb != machine::session_verb::request || !request) return;
    auto const add = decode<machine::counter_command>(request->command);
    effects* const own = find(request->session);
    if (!add || own == nullptr || request->sequence == 0) return;
    if (own->after.size() < request->sequence) {
      own->after.resize(static_cast<std::size_t>(request->sequence));
    }
    effect& e = own->after[static_cast<std::size_t>(request->sequence - 1)];
    if (e.done) return;
    values_.back() += add->amount;
    e = {true, values_.back()};
  }

  effects* find(log_index session) noexcept {
    for (std::size_t n = used_; n != 0; --n) {
      if (sessions_[n - 1].session == session) return &sessions_[n - 1];
    }
    return nullptr;
  }

  void report(std::string what) { verdict_->report("O-XO", std::move(what)); }

  sim_verdict* verdict_ = nullptr;
  std::vector<std::int64_t> values_;  // by index
  std::vector<effects> sessions_;     // the first used_ of them
  std::size_t used_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
