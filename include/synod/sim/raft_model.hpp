// SPDX-License-Identifier: BSL-1.0
// What Raft brings to the simulator: how to look at a core and at its messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/raft/core.hpp"
#include "synod/sim/log_model.hpp"
#include "synod/store/crashable.hpp"
#include "synod/store/memory_log.hpp"

namespace synod::inline SYNOD_ABI {

/// `Config` has synod's own messages; its storage is `crashable<Log>` or a `Log` that copies.
template <class Config, class Log = memory_log>
struct raft_observer {
  using core = raft::core<Config>;
  using store = crashable<Log>;
  static constexpr duration patience = milliseconds(100);
  static constexpr bool pre_vote = Config::pre_vote;
  static constexpr bool check_quorum = Config::check_quorum;

  // Small limits, so that they are met.
  static raft::options options(node_id self, std::uint64_t seed, splitmix64& random) noexcept {
    raft::options o;
    o.self = self;
    o.seed = seed;
    o.election_timeout = patience;
    o.heartbeat = {patience.ns / (4 + random.below(8))};
    o.max_message_bytes = std::uint64_t{160} << random.below(4);
    o.max_in_flight = static_cast<std::uint32_t>(1 + random.below(24));
    o.max_uncommitted = static_cast<std::uint32_t>(8 + random.below(120));
    return o;
  }

  static log_observation observe(core const& c) noexcept {
    auto const& s = c.observe();
    return {s.role == raft::role::leader, s.term, s.log.last_index(), s.commit};
  }

  static log_testimony testimony(node_id from, node_id to, raft::fields const& m) noexcept {
    log_testimony t;
    t.in = m.in;
    switch (m.what) {
      // What would be, in the term to come: its sender is not in it.
      case raft::verb::pre_vote: t.in = previous(m.in); break;
      case raft::verb::pre_vote_reply:
        if (m.yes) t.in = {};
        break;
      case raft::verb::vote: t.vote = from; break;
      case raft::verb::vote_reply:
        if (m.yes) t.vote = to;
        break;
      case raft::verb::append_reply:
        if (m.yes) t.holds = m.at.index;
        break;
      case raft::verb::append: t.shown = m.at; break;
      default: break;
    }
    return t;
  }

  static std::optional<log_progress> progress(core const& c, std::size_t slot) noexcept {
    auto const& s = c.observe();
    if (slot == s.own_slot() || s.peers[slot].pace == pace::snapshot) return std::nullopt;
    return log_progress{s.peers[slot].match, s.peers[slot].next};
  }

  static std::uint32_t entries_in(raft::fields const& m) noexcept {
    return m.what == raft::verb::append ? m.count : 0;
  }
  static void trim(raft::fields& m, std::uint32_t count) noexcept { m.count = count; }

  static std::string describe(raft::fields const& m) {
    static constexpr char const* names[] = {
        "vote",           "vote_reply", "append",        "append_reply", "pre_vote",
        "pre_vote_reply", "confirm",    "confirm_reply", "snapshot",     "snapshot_reply"};
    std::string text = names[static_cast<int>(m.what)];
    text += " term " + std::to_string(m.in.value);
    if (m.what == raft::verb::vote_reply || m.what == raft::verb::append_reply ||
        m.what == raft::verb::pre_vote_reply) {
      text += m.yes ? " yes" : " no";
    }
    text += " at " + describe(m.at);
    if (m.what == raft::verb::confirm || m.what == raft::verb::confirm_reply) {
      return text + " round " + std::to_string(m.number);
    }
    if (m.what == raft::verb::snapshot || m.what == raft::verb::snapshot_reply) {
      return text + " from byte " + std::to_string(m.number) + ", " + std::to_string(m.count) +
             " of " + std::to_string(m.total);
    }
    if (m.count != 0) {
      text += " +" + std::to_string(m.count) + " of ballot " + std::to_string(m.of.value);
    }
    return text + " upto " + std::to_string(m.upto.value);
  }
  static std::string describe(core const& c) {
    static constexpr char const* roles[] = {"follower", "pre_candidate", "candidate", "leader"};
    auto const& s = c.observe();
    return std::string(roles[static_cast<int>(s.role)]) + " in term " +
           std::to_string(s.term.value) + ", log to " + describe(s.log.last()) + ", commit " +
           std::to_string(s.commit.value);
  }

 private:
  static std::string describe(position p) {
    return std::to_string(p.index.value) + "@" + std::to_string(p.in.value);
  }
};

template <class Config, class Log = memory_log>
using raft_model = log_model<raft_observer<Config, Log>>;

}  // namespace synod::inline SYNOD_ABI
