// SPDX-License-Identifier: BSL-1.0
// One replica, and everybody else played by the test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "tests/raft/messages.hpp"
#include "tests/replica/diary.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

/// Without what would make an election longer than two messages.
struct plain_raft : raft::with<option::storage<memory_log>, option::pre_vote<false>,
                               option::check_quorum<false>> {};

struct sent {
  node_id to;
  raft::fields what;
  std::vector<std::byte> payload;
  std::uint32_t entries;
};
struct sent_errand {
  node_id to;
  errand what;
  std::string bytes;
};

/// A transport into a list.
struct outbox {
  std::vector<sent>* to;
  void send(node_id who, raft::fields const& m, payload p) noexcept {
    to->push_back({who, m, {p.bytes.begin(), p.bytes.end()}, p.entries});
  }
};
/// One that carries errands too.
struct errand_outbox : outbox {
  std::vector<sent_errand>* errands;
  using outbox::send;
  void send(node_id who, errand const& what, std::span<std::byte const> bytes) noexcept {
    errands->push_back({who, what, text_of(bytes)});
  }
};
/// One that says so where it has no room for more than one errand.
struct full_outbox : outbox {
  std::vector<sent_errand>* errands;
  using outbox::send;
  bool send(node_id who, errand const& what, std::span<std::byte const> bytes) noexcept {
    if (!errands->empty()) return false;
    errands->push_back({who, what, text_of(bytes)});
    return true;
  }
};

/// Node 1 of `voters`.
template <class Machine = diary, class Handler = client, class Net = outbox>
struct stage {
  using core = raft::core<plain_raft>;
  using replica_type = replica<core, Net, Machine, Handler>;

  memory_log log;
  replica_options options;
  std::vector<sent> out;
  std::vector<sent_errand> errands;
  Handler hears;
  instant now;
  std::optional<replica_type> node;

  explicit stage(std::uint64_t voters, duration sync_delay = {}, replica_options o = {},
                 std::size_t chunk_bytes = entry_table::usual_chunk_bytes)
      : log(sync_delay, chunk_bytes), options(o) {
    members who;
    for (std::uint64_t n = 1; n <= voters; ++n) who.voters.push_back({n});
    REQUIRE(log.bootstrap(who));
    start();
  }
  void start() {
    Net net;
    net.to = &out;
    if constexpr (carries_errands<Net>) net.errands = &errands;
    auto started = replica_type::start({.self = {1}}, log, net, Machine{}, hears, now, options);
    REQUIRE(started);
    node.emplace(std::move(started).value());
  }
  void poll(duration later = {}) {
    now = now + later;
    node->poll(now);
  }
  void propose(std::uint64_t as, std::vector<std::string> const& contents) {
    auto const bytes = framed(contents);
    node->propose({as}, {bytes, static_cast<std::uint32_t>(contents.size())}, now);
  }
  void query(std::uint64_t as, std::string const& question) {
    node->query({as}, bytes_of(question), now);
  }
  void hear(std::uint64_t from, raft::fields const& f, std::vector<std::string> const& with = {}) {
    auto const bytes = framed(with);
    node->receive({from}, f, {bytes, static_cast<std::uint32_t>(with.size())}, now);
  }
  void hear(std::uint64_t from, errand const& what, std::string const& bytes) {
    node->receive({from}, what, bytes_of(bytes), now);
  }
  /// Its disk completes what was written.
  void sync() {
    for (int i = 0; i < 4; ++i) {
      poll();
      poll(milliseconds(5));
    }
  }
  /// Leads a term of its own: 2 votes for it.
  void lead() {
    now = *node->core().next_deadline();
    poll();
    sync();
    hear(2, votes(term(), true));
    hear(3, votes(term(), true));
    REQUIRE(node->core().observe().role == raft::role::leader);
    sync();
    out.clear();
  }
  /// Follows node 2, which has committed up to `commit`.
  void follow(std::uint64_t term = 1, std::uint64_t commit = 1) {
    hear(2, shows_itself(term, at{1, 0}, commit));
    out.clear();
  }
  std::uint64_t term() const { return node->core().observe().term.value; }
};

inline heard response(std::uint64_t as, std::string const& text, std::uint32_t offset = 0) {
  return {as, outcome::response, offset, text, why::stopped, {}};
}
inline heard lost(std::uint64_t as, std::uint32_t offset = 0) {
  return {as, outcome::lost, offset, {}, why::stopped, {}};
}
inline heard unknown(std::uint64_t as, std::uint32_t offset = 0) {
  return {as, outcome::unknown, offset, {}, why::stopped, {}};
}
inline heard too_large(std::uint64_t as, std::uint32_t offset = 0) {
  return {as, outcome::too_large, offset, {}, why::stopped, {}};
}
inline heard refused(std::uint64_t as, why reason, std::optional<node_id> leader = {}) {
  return {as, outcome::refused, 0, {}, reason, leader};
}

}  // namespace synod::test
