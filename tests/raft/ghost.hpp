// SPDX-License-Identifier: BSL-1.0
// What nobody in the group knows: the oracles that watch every step of every scenario. They
// survive every crash, and complain at the step that breaks a rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "synod/consensus/log.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/state.hpp"
#include "synod/reflect/frame.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

/// One entry, as everybody must have it.
struct entry {
  synod::kind kind = kind::payload;
  ballot before;
  std::string content;

  friend bool operator==(entry const&, entry const&) = default;
};

/// The entry at i of a store; its index must be there.
template <class Store>
entry entry_of(Store const& log, log_index i) {
  run const held = log.run_at(i).value();
  entry e{held.kind, {}, {}};
  std::optional<run> const before = log.run_at(previous(i));
  e.before = before ? before->first.in : log.base().in;
  if (held.kind == kind::payload) {
    payload const bytes = log.read({{i, held.first.in}, i, held.kind}).value();
    e.content.assign(reinterpret_cast<char const*>(bytes.bytes.data()), bytes.bytes.size());
  } else if (held.kind == kind::configuration) {
    members const who = log.configuration_before(next(i)).value().who;
    for (node_id const voter : who.voters) {
      e.content += std::to_string(voter.value) + ' ';
    }
  }
  return e;
}

class ghost {
 public:
  /// A node was told to write.
  template <class Node>
  void wrote(Node const& n, log_batch const& batch) {
    if (batch.truncate_from) {
      INFO("O-TRUNC: node " << n.id.value << " cuts from " << batch.truncate_from->value);
      CHECK(*batch.truncate_from > n.before.commit());
    }
    if (batch.chunk && batch.chunk->is_last()) installed(n, batch.chunk->at);
    if (!batch.entries) return;
    for (log_index i = batch.entries->first.index; i <= batch.entries->last; i = next(i)) {
      entry const e = entry_of(n.live, i);
      auto const& known =
          written_.emplace(std::pair{i.value, batch.entries->first.in.value}, e).first->second;
      INFO("O-LMATCH: node " << n.id.value << " writes " << i.value << "@"
                             << batch.entries->first.in.value);
      CHECK(known == e);
    }
  }

  /// A message leaves a node.
  template <class Node>
  void left(Node const& n, node_id to, raft::fields const& f) {
    INFO("node " << n.id.value << " speaks to " << to.value << " in term " << f.in.value);
    {
      INFO("O-PERSIST: the term it speaks in");
      bool const of_coming_term = f.what == raft::verb::pre_vote;
      bool const echoes = f.what == raft::verb::pre_vote_reply && f.yes;
      CHECK((echoes || n.image.in().value + (of_coming_term ? 1 : 0) >= f.in.value));
    }
    if (f.what == raft::verb::append) knows_what_it_names(n, f.at);
    if (f.what == raft::verb::snapshot) knows_what_it_names(n, f.at);
    if (f.what == raft::verb::vote) voted(n, n.id, f.in);
    if (f.what == raft::verb::vote_reply && f.yes) voted(n, to, f.in);
    if (f.what == raft::verb::append_reply && f.yes) {
      INFO("O-PERSIST: acknowledges " << f.at.index.value);
      CHECK(n.image.last() >= f.at.index);
    }
  }

  /// A node has made a step.
  template <class Group, class Node>
  void stepped(Group const& g, Node& n) {
    auto const& now = n.raft.observe();
    auto const& before = n.before.observe();
    INFO("node " << n.id.value << " in term " << now.term.value);
    {
      INFO("O-MONO");
      CHECK(now.term >= before.term);
      CHECK(now.commit >= before.commit);
    }
    CHECK(n.raft.broken_invariant() == nullptr);
    if (now.role == raft::role::leader) {
      if (before.role != raft::role::leader) elected(n, now.term);
      followers_hold_what_it_thinks(g, n);
    }
    if (now.commit > before.commit) committed(g, n, before.commit);
  }

  std::size_t committed_entries() const { return committed_.size(); }
  /// The last entry that anybody knew to be committed.
  log_index highest_commit() const { return {committed_.empty() ? 1 : committed_.rbegin()->first}; }

  /// The state of a machine that has applied everything up to i: what a snapshot there must hold.
  std::string state_at(log_index i) const {
    std::string state;
    for (auto const& [index, e] : committed_) {
      if (index <= i.value) state += e.second.content + ';';
    }
    return state;
  }
  std::vector<std::byte> snapshot_at(log_index i, std::size_t filling) const {
    std::string const state = state_at(i) + std::string(filling, '.');
    std::vector<std::byte> whole(frame_overhead + state.size());
    std::memcpy(whole.data() + frame_overhead, state.data(), state.size());
    REQUIRE(seal_frame(1, state.size(), whole));
    return whole;
  }

 private:
  template <class Node>
  void installed(Node const& n, position at) {
    INFO("O-SNAP: node " << n.id.value << " installs " << at.index.value << "@" << at.in.value);
    CHECK(at.index > n.before.commit());
    CHECK(n.live.base() == at);
    CHECK(n.live.last() == n.raft.observe().log.last_index());  // what stays, stays in both
    auto const held = n.live.snapshot();
    REQUIRE(held);
    CHECK(held->at == at);
    CHECK(committed_.at(at.index.value).first == at.in);
    auto const bytes =
        n.live.read_snapshot({at, 0, static_cast<std::uint32_t>(held->bytes), held->bytes});
    REQUIRE(bytes);
    std::string const state = state_at(at.index);
    REQUIRE(bytes->size() >= frame_overhead + state.size());
    CHECK(std::memcmp(bytes->data() + frame_overhead, state.data(), state.size()) == 0);
  }

  /// A leader names only entries that were in its log, in their ballot.
  template <class Node>
  void knows_what_it_names(Node const& n, position at) {
    auto const held = n.live.run_at(at.index);
    if (held || at.index >= n.live.base().index) {
      CHECK((held ? held->first.in : n.live.base().in) == at.in);
    } else if (at.index > log_index{1}) {
      CHECK(committed_.at(at.index.value).first == at.in);
    }
  }

  template <class Node>
  void voted(Node const& n, node_id whom, ballot in) {
    INFO("O-VOTE: node " << n.id.value << " for " << whom.value << " in term " << in.value);
    CHECK(votes_.emplace(std::pair{n.id.value, in.value}, whom).first->second == whom);
    INFO("O-PERSIST: the vote");
    CHECK((n.image.in() > in || n.image.vote() == whom));
  }

  template <class Node>
  void elected(Node const& n, ballot term) {
    INFO("O-ELECT: node " << n.id.value << " leads term " << term.value);
    CHECK(leaders_.emplace(term.value, n.id).first->second == n.id);
    for (auto const& [index, e] : committed_) {
      INFO("O-LCOMP: " << index << "@" << e.first.value);
      auto const held = n.live.run_at({index});
      bool const has =
          n.live.base().index.value >= index || (held.has_value() && held->first.in == e.first);
      CHECK(has);
    }
  }

  /// O-PROG: what a leader believes of a follower that has not moved on is on its disk.
  template <class Group, class Node>
  void followers_hold_what_it_thinks(Group const& g, Node const& n) {
    auto const& s = n.raft.observe();
    for (std::size_t slot = 0; slot < s.voters(); ++slot) {
      node_id const peer = s.in_force.who.voters[slot];
      if (peer == n.id || !g.knows(peer) || g.disk_of(peer).in() > s.term) continue;
      INFO("O-PROG: of " << peer.value);
      CHECK(s.peers[slot].match <= g.disk_of(peer).last());
    }
  }

  template <class Group, class Node>
  void committed(Group const& g, Node const& n, log_index from) {
    for (log_index i = std::max(next(from), next(n.live.base().index)); i <= n.raft.commit();
         i = next(i)) {
      ballot const in = n.live.run_at(i).value().first.in;
      std::pair<ballot, entry> const e{in, entry_of(n.live, i)};
      auto const [at, is_new] = committed_.emplace(i.value, e);
      INFO("O-SMS: " << i.value << "@" << in.value);
      CHECK(at->second == e);
      if (is_new) {
        INFO("O-CDUR: " << i.value << "@" << in.value);
        CHECK(g.quorum_holds(n, i, in));
      }
    }
  }

  std::map<std::uint64_t, node_id> leaders_;                          // by term
  std::map<std::pair<std::uint64_t, std::uint64_t>, node_id> votes_;  // by node and term
  std::map<std::pair<std::uint64_t, std::uint64_t>, entry> written_;  // by index and ballot
  std::map<std::uint64_t, std::pair<ballot, entry>> committed_;       // by index
};

}  // namespace synod::test
