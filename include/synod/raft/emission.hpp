// SPDX-License-Identifier: BSL-1.0
// What a Raft node says and writes, and what has to be durable before.
#pragma once

#include <concepts>
#include <cstddef>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/log_view.hpp"
#include "synod/consensus/sealed.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/state.hpp"
#include "synod/raft/with.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// The state of a node and its ways to the host: the ground on which its sides stand (follower.hpp,
/// leader.hpp, candidate.hpp).
template <class Config>
class emission {
 protected:
  using messages = typename checked<Config>::messages;
  using message = typename messages::message;
  using storage = typename checked<Config>::storage;

  bool is_running() const noexcept {
    SYNOD_EXPECTS(s_.voters() != 0, "raft: a step on a core that has not started");
    return s_.deadline.has_value();
  }
  node_id voter_at(std::size_t slot) const noexcept { return s_.in_force.who.voters[slot]; }
  auto view(auto& host) const noexcept { return log_view{s_.log, host.storage()}; }

  template <class Do>
  void for_each_peer(Do&& act) const noexcept {
    for (std::size_t slot = 0; slot < s_.voters(); ++slot) {
      if (voter_at(slot) != s_.options.self) act(slot);
    }
  }

  // --- writes ---

  template <class Host>
  io_id write(log_batch& b, Host& host) noexcept {
    b.in = s_.term;
    b.vote = s_.vote;
    io_id const id = s_.writes.issue();
    if (b.entries || b.truncate_from || (b.chunk && b.chunk->is_last())) {
      s_.on_disk.wrote(id, s_.log.last_index());
    }
    host.write(b, id);
    end_reads(host);
    return id;
  }
  template <class Host>
  void write_term(Host& host) noexcept {
    log_batch b;
    s_.term_write = write(b, host).sequence;
  }
  template <class Host>
  void append_own(run const& added, Host& host) noexcept {
    s_.log.append(added);
    log_batch b;
    b.entries = added;
    write(b, host);
  }

  // --- messages ---

  /// Sends what `fill` makes of the fields; it leaves once `needs` is durable.
  template <class Host, class Fill>
  void send(Host& host, node_id to, io_id needs, verb what, Fill&& fill) noexcept {
    auto const build = [&] {
      fields f;
      f.what = what;
      f.in = s_.term;
      fill(f);
      return f;
    };
    if constexpr (std::same_as<message, fields>) {
      host.send(to, sealed<message>{build, needs});
    } else {
      host.send(to, sealed<message>{messages::make(build()), needs});
    }
  }
  /// A promise waits for the latest write issued: what it says may stand in any write up to it.
  io_id promise() const noexcept { return s_.writes.latest(); }
  /// What promises nothing but the term it is in.
  io_id statement() const noexcept {
    return s_.term_is_durable() ? s_.writes.nothing() : s_.writes.latest();
  }

  // --- ends ---

  /// Who leads no more, or has stopped, cannot answer the reads that wait.
  template <class Host>
  void end_reads(Host& host) noexcept {
    if constexpr (read_host<Host>) {
      if (s_.reads.waiting.empty()) return;
      if (SYNOD_MUTANT(R21, s_.role == role::leader, true)) return;
      why const reason = s_.deadline ? why::not_leader : why::stopped;
      for (ticket const read : s_.reads.waiting) host.read_failed(read, reason, s_.leader);
      s_.reads.waiting.clear();
    }
  }

  template <class Host>
  void stop(error why, Host& host) noexcept {
    s_.role = role::follower;
    s_.leader.reset();
    s_.deadline.reset();
    end_reads(host);
    host.stopped(why);
  }

  friend bool operator==(emission const&, emission const&) = default;

  state<typename checked<Config>::quorum> s_;
};

}  // namespace synod::inline SYNOD_ABI::raft
