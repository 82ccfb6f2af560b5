// SPDX-License-Identifier: BSL-1.0
// The floor of consensus: a log protocol with no elections and no checks.
//
// The first voter leads from the start, in ballot 1. It appends, sends, counts a majority;
// followers write and acknowledge whatever comes. Writes are numbered and acknowledgements sealed
// as in Raft. It survives nothing; it shows what the host, the store and the copies cost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/durable_log.hpp"
#include "synod/consensus/fingerprint.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/quorum/commit_index.hpp"
#include "synod/quorum/majority.hpp"

namespace echo {

struct message {
  bool is_acknowledgement = false;
  std::uint32_t count = 0;
  synod::log_index first;  ///< of an append: its first entry
  synod::log_index upto;   ///< of an append: the commit; of an acknowledgement: the last entry

  friend constexpr bool operator==(message const&, message const&) = default;
};

struct options {
  synod::node_id self;
  synod::duration heartbeat = synod::milliseconds(100);

  friend constexpr bool operator==(options const&, options const&) = default;
};

inline constexpr synod::ballot only_ballot{1};

template <synod::log_reader Storage>
class core {
 public:
  using options = echo::options;
  using recovered = synod::recovered_log;
  using storage = Storage;
  using message = echo::message;
  using batch = synod::log_batch;
  using decision = synod::log_index;
  using request = synod::propose;

  core() = default;

  static synod::result<core> start(options const& chosen, recovered const& held,
                                   synod::instant now) noexcept {
    core started;
    started.options_ = chosen;
    started.members_ = held.configurations.back().who;
    started.writes_ = synod::write_ledger{held.life};
    started.last_ = held.runs.back().last;
    started.on_disk_ = synod::durable_log<>{started.last_};
    started.commit_ = held.commit;
    if (started.leads()) started.deadline_ = now + chosen.heartbeat;
    return started;
  }

  template <synod::log_host<core> Host>
  void step(synod::tick, synod::instant now, Host& host) noexcept {
    if (!deadline_ || now < *deadline_) return;
    deadline_ = now + options_.heartbeat;
    send_to_all({false, 0, next(last_), commit_}, host);
  }

  template <synod::log_host<core> Host>
  void step(synod::received<message> const& event, synod::instant, Host& host) noexcept {
    message const& m = event.message;
    if (m.is_acknowledgement) {
      acknowledged_[members_.slot_of(event.from)] = m.upto;
      advance_commit(host);
      return;
    }
    if (m.count != 0) append(m.first, m.count, host);
    host.send(event.from, {message{true, 0, {}, last_}, writes_.latest()});
    if (m.upto > commit_) {
      commit_ = m.upto;
      host.decided(commit_);
    }
  }

  template <synod::log_host<core> Host>
  void step(synod::persisted const& event, synod::instant, Host& host) noexcept {
    if (!writes_.persisted(event.done)) return;
    if (on_disk_.reached(writes_.upto(), writes_.latest().life) && leads()) advance_commit(host);
  }

  template <synod::log_host<core> Host>
  void step(synod::write_failed const&, synod::instant, Host& host) noexcept {
    host.stopped({synod::errc::write_failed, "echo: a write failed"});
  }

  template <synod::log_host<core> Host>
  void step(synod::propose const& asked, synod::instant, Host& host) noexcept {
    if (!leads()) return host.refused(asked.as, synod::why::not_leader, members_.voters.front());
    if (writes_.full()) return host.refused(asked.as, synod::why::full, {});
    synod::log_index const first = next(last_);
    append(first, asked.count, host);
    host.accepted(asked.as, {first, only_ballot});
    send_to_all({false, asked.count, first, commit_}, host);
  }

  std::optional<synod::instant> next_deadline() const noexcept { return deadline_; }
  std::uint64_t fingerprint() const noexcept {
    synod::fingerprint_visitor visitor;
    visitor("last", last_);
    visitor("commit", commit_);
    return visitor.value();
  }
  char const* broken_invariant() const noexcept {
    return commit_ > last_ ? "echo: commit <= last entry" : nullptr;
  }
  synod::durable const& durable_upto() const noexcept { return writes_.upto(); }
  synod::log_index commit() const noexcept { return commit_; }
  bool leads() const noexcept { return members_.voters.front() == options_.self; }

  static std::optional<synod::run> payload_of(message const& m) noexcept {
    if (m.count == 0) return std::nullopt;
    return entries(m.first, m.count);
  }

  friend bool operator==(core const&, core const&) = default;

 private:
  static synod::run entries(synod::log_index first, std::uint32_t count) noexcept {
    return {{first, only_ballot}, {first.value + count - 1}, synod::kind::payload};
  }

  template <class Host>
  void append(synod::log_index first, std::uint32_t count, Host& host) noexcept {
    synod::log_batch b;
    b.in = only_ballot;
    b.entries = entries(first, count);
    last_ = b.entries->last;
    synod::io_id const id = writes_.issue();
    on_disk_.wrote(id, last_);
    host.write(b, id);
  }

  template <class Host>
  void send_to_all(message const& m, Host& host) noexcept {
    for (synod::node_id const voter : members_.voters) {
      if (voter != options_.self) host.send(voter, {m, writes_.nothing()});
    }
  }

  template <class Host>
  void advance_commit(Host& host) noexcept {
    acknowledged_[0] = on_disk_.last();
    std::size_t const voters = members_.voters.size();
    synod::log_index const by_majority = synod::commit_index(
        synod::majority{voters}, std::span<synod::log_index const>{acknowledged_.data(), voters});
    if (by_majority <= commit_) return;
    commit_ = by_majority;
    host.decided(commit_);
  }

  options options_;
  synod::members members_;
  synod::write_ledger writes_;
  synod::durable_log<> on_disk_;
  std::array<synod::log_index, synod::max_voters> acknowledged_{};
  synod::log_index last_;
  synod::log_index commit_;
  std::optional<synod::instant> deadline_;
};

}  // namespace echo
