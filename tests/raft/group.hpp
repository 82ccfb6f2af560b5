// SPDX-License-Identifier: BSL-1.0
// A Raft group in the hands of a test, so that a scenario reads like the log of one: messages
// arrive, writes complete, nodes crash and time passes only when the scenario says so. The oracles
// (ghost.hpp) watch every step, and every step is made twice, which must be the same (O-DET).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "synod/raft.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/raft/effects.hpp"
#include "tests/raft/ghost.hpp"
#include "tests/raft/messages.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

using raft::fields;
using raft::role;
using raft::verb;

/// Raft as in its first paper: of the rules that later ones added, scenarios of their own speak.
struct plain : raft::with<option::storage<memory_log>, option::pre_vote<false>,
                          option::check_quorum<false>> {};
/// Raft as it comes.
struct usual : raft::with<option::storage<memory_log>> {};

/// A node's name in a scenario.
using name = std::uint64_t;

inline members members_of(std::vector<name> const& names) {
  members who;
  for (name const n : names) who.voters.push_back({n});
  return who;
}

template <class Config = plain>
class basic_group {
 public:
  using core = raft::core<Config>;
  using message = typename core::message;
  using store = typename core::storage;
  using effects = std::vector<effect<message>>;

  /// A message on its way.
  struct parcel {
    node_id from, to;
    message what;
    framed with;
  };

  struct issued {
    effect<message> what;
    bool on_disk = false;
    bool reported = false;
  };

  struct node {
    node_id id;
    raft::options options;
    store live;   ///< with every write issued
    store image;  ///< what is on its disk
    core raft;
    core before;  ///< before its last step
    bool up = true;
    std::vector<issued> writes;  ///< of this life, by sequence
    std::deque<std::pair<node_id, sealed<message>>> held;
    effects last;  ///< of its last step
  };

  instant now;
  ghost oracles;

  /// Founds and starts the nodes 1 .. n.
  explicit basic_group(std::size_t n, raft::options const& base = {})
      : basic_group(first_names(n), base) {}
  explicit basic_group(std::vector<name> const& names, raft::options const& base = {}) {
    for (name const n : names) found(n, members_of(names), base);
  }

  /// A further node, founded with these members, whoever else there is.
  void found(name n, members const& who, raft::options const& base = {}) {
    node fresh;
    fresh.id = {n};
    fresh.options = base;
    fresh.options.self = {n};
    fresh.options.seed = n + 1;
    REQUIRE(fresh.live.bootstrap(who));
    fresh.image = fresh.live;
    nodes_.push_back(std::move(fresh));
    start(nodes_.back());
  }

  // --- what happens ---

  /// Time passes to the node's deadline.
  void tick(name n) {
    now = std::max(now, of(n).raft.next_deadline().value());
    step(of(n), synod::tick{});
  }
  /// One write completes, and reaches the disk with all before it.
  void complete(name n, std::uint64_t sequence) {
    node& at = of(n);
    REQUIRE(sequence <= at.writes.size());
    reaches_disk(at, sequence);
    at.writes[sequence - 1].reported = true;
    step(at, persisted{confirming::confirm(at.writes[sequence - 1].what.id)});
  }
  /// Every write completes.
  void sync(name n) {
    for (std::size_t i = 0; i < of(n).writes.size(); ++i) {
      if (!of(n).writes[i].reported) complete(n, i + 1);
    }
  }
  void fail(name n, std::uint64_t sequence) {
    step(of(n), write_failed{of(n).writes[sequence - 1].what.id});
  }

  /// The oldest message from one to the other arrives.
  void deliver(name from, name to) { arrive(take(from, to)); }
  /// Takes it from the net; for later, for twice, or for never.
  parcel take(name from, name to, std::size_t nth = 0) {
    for (auto p = net_.begin(); p != net_.end(); ++p) {
      if (p->from == node_id{from} && p->to == node_id{to} && nth-- == 0) {
        parcel taken = std::move(*p);
        net_.erase(p);
        return taken;
      }
    }
    FAIL("no message from " << from << " to " << to);
    return {};
  }
  void arrive(parcel const& p) {
    node& to = of(p.to.value);
    if (!to.up || !is_open(p.from, p.to)) return;
    step(to, received<message>{p.from, p.what, p.with.entries, p.with.bytes.size()}, p.with);
  }
  /// Hand-fed, from anybody.
  void hear(name to, name from, fields const& f, std::vector<std::string> const& contents = {}) {
    arrive({{from}, {to}, Config::messages::make(f), framed{contents}});
  }
  void hear_part(name to, name from, fields const& f, std::vector<std::byte> const& bytes) {
    framed with;
    with.bytes = bytes;
    arrive({{from}, {to}, Config::messages::make(f), with});
  }
  void deliver_all() {
    for (int i = 0; !net_.empty(); ++i) {
      if (i > 10'000) FAIL("O-QUIET: a storm of messages");
      parcel const p = std::move(net_.front());
      net_.pop_front();
      arrive(p);
    }
  }
  void lose(name from, name to) {
    std::erase_if(net_, [&](parcel const& p) { return p.from.value == from && p.to.value == to; });
  }
  void lose_all() { net_.clear(); }
  /// Cuts a node off; what is on its way to or from it is lost.
  void cut(name n) {
    cut_.insert(n);
    std::erase_if(net_, [&](parcel const& p) { return p.from.value == n || p.to.value == n; });
  }
  void mend(name n) { cut_.erase(n); }
  /// Cuts one direction of one link.
  void block(name from, name to) {
    blocked_.insert({from, to});
    lose(from, to);
  }
  void part(name a, name b) {
    block(a, b);
    block(b, a);
  }

  /// Everything completes and arrives, until nothing is under way.
  void settle() {
    do {
      for (node& n : nodes_) {
        if (n.up) sync(n.id.value);
      }
      deliver_all();
    } while (std::any_of(nodes_.begin(), nodes_.end(), [](node const& n) {
      return n.up && n.raft.durable_upto() != confirming::everything_upto(latest(n)) &&
             n.raft.next_deadline();
    }));
  }
  /// Time passes, with a tick wherever one is due, and everything settles in between.
  void pass(duration span) {
    instant const until = now + span;
    for (;;) {
      node* first = nullptr;
      for (node& n : nodes_) {
        auto const due = n.up ? n.raft.next_deadline() : std::nullopt;
        if (due && *due <= until && (!first || *due < *first->raft.next_deadline())) first = &n;
      }
      if (first == nullptr) break;
      tick(first->id.value);
      settle();
    }
    now = until;
  }
  /// It campaigns, and everything settles.
  void elect(name n) {
    tick(n);
    settle();
    REQUIRE(role(n) == role::leader);
  }

  /// The process is gone; of the writes on their way the oldest `kept` reach the disk.
  void crash(name n, std::size_t kept = 0) {
    node& at = of(n);
    std::size_t const done = on_disk(at);
    reaches_disk(at, std::min(done + kept, at.writes.size()));
    at.up = false;
    at.raft = {};
    at.held.clear();
  }
  void restart(name n) {
    node& at = of(n);
    REQUIRE(!at.up);
    at.live = at.image;
    start(at);
  }

  /// What the core says to a proposal; in order.
  effect<message> propose(name n, std::vector<std::string> const& contents) {
    framed const entries(contents);
    step(of(n), synod::propose{{++tickets_}, entries.entries, entries.bytes.size()}, entries);
    effects const& said = of(n).last;
    auto const it = std::find_if(said.begin(), said.end(), [](effect<message> const& e) {
      return e.what == emitted::answer;
    });
    REQUIRE(it != said.end());
    CHECK(it->as == ticket{tickets_});
    return *it;
  }
  effect<message> propose(name n, std::initializer_list<char const*> contents) {
    return propose(n, std::vector<std::string>(contents.begin(), contents.end()));
  }
  effect<message> propose(name n, std::string const& content) {
    return propose(n, std::vector{content});
  }

  /// Asks whether a read may be answered; what is said then stands in `answer_to`.
  ticket read(name n) {
    ticket const as{++tickets_};
    asked_at_[as.value] = oracles.highest_commit();
    step(of(n), read_index{as});
    return as;
  }
  std::optional<effect<message>> answer_to(ticket read) const {
    auto const it = answers_.find(read.value);
    return it == answers_.end() ? std::nullopt : std::optional{it->second};
  }
  /// The index from which on a read is answered; 0: not, or not yet.
  std::uint64_t ready(ticket read) const {
    auto const answer = answer_to(read);
    return answer && answer->ready ? answer->ready->value : 0;
  }

  /// The node's machine takes a snapshot of what is applied, with so many bytes more than it needs.
  position take_snapshot(name n, std::uint64_t i, std::size_t filling = 0) {
    node& at = of(n);
    REQUIRE(log_index{i} <= at.raft.commit());
    REQUIRE(on_disk(at) == at.writes.size());
    auto const bytes = oracles.snapshot_at({i}, filling);
    snapshot_info const info{{{i}, at.live.run_at({i}).value().first.in},
                             at.live.configuration_before({i + 1}).value().who,
                             bytes.size()};
    at.live.keep_snapshot(info, bytes);
    at.image.keep_snapshot(info, bytes);
    return info.at;
  }
  /// And its store forgets what comes before.
  void compact(name n, std::uint64_t upto) {
    of(n).live.compact({upto});
    of(n).image.compact({upto});
  }

  // --- what is ---

  node& of(name n) {
    for (node& at : nodes_) {
      if (at.id == node_id{n}) return at;
    }
    FAIL("no node " << n);
    return nodes_.front();
  }
  node const& of(name n) const { return const_cast<basic_group&>(*this).of(n); }
  bool knows(node_id n) const {
    return std::any_of(nodes_.begin(), nodes_.end(), [&](node const& at) { return at.id == n; });
  }
  store const& disk_of(node_id n) const { return of(n.value).image; }

  core const& operator[](name n) const { return of(n).raft; }
  auto const& see(name n) const { return of(n).raft.observe(); }
  raft::role role(name n) const { return see(n).role; }
  std::uint64_t term(name n) const { return see(n).term.value; }
  std::uint64_t last(name n) const { return see(n).log.last_index().value; }
  std::uint64_t commit(name n) const { return of(n).raft.commit().value; }
  std::optional<node_id> vote(name n) const { return see(n).vote; }
  effects const& last_effects(name n) const { return of(n).last; }
  std::size_t writes(name n) const { return of(n).writes.size(); }
  progress const& peer(name leader, name follower) const {
    return see(leader).peers[see(leader).in_force.who.slot_of({follower})];
  }

  /// Whether its last step changed nothing and did nothing.
  bool unmoved(name n) const { return of(n).last.empty() && of(n).raft == of(n).before; }

  std::size_t under_way(name from, name to) const {
    return static_cast<std::size_t>(std::count_if(net_.begin(), net_.end(), [&](parcel const& p) {
      return p.from.value == from && p.to.value == to;
    }));
  }
  bool quiet() const { return net_.empty(); }
  /// What the nth message under way from one to the other says.
  fields saying(name from, name to, std::size_t nth = 0) const {
    for (parcel const& p : net_) {
      if (p.from.value == from && p.to.value == to && nth-- == 0) {
        return *Config::messages::read(p.what);
      }
    }
    FAIL("no message from " << from << " to " << to);
    return {};
  }
  /// The newest one, before it is opened or after: what the last step said to a node.
  std::vector<fields> said_to(name n, name to) const {
    std::vector<fields> said;
    for (auto const& e : of(n).last) {
      if (e.what == emitted::send && e.to.value == to) {
        said.push_back(*Config::messages::read(e.content()));
      }
    }
    return said;
  }
  /// The contents of a node's entry; empty where it has none.
  std::string content(name n, std::uint64_t i) const {
    auto const held = of(n).live.run_at({i});
    if (!held || held->kind != kind::payload) return {};
    payload_reader reader(*of(n).live.read({{{i}, held->first.in}, {i}, kind::payload}));
    auto const bytes = reader.next();
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
  }
  /// The terms of a node's entries from 2 on (1 is the founding configuration).
  std::vector<std::uint64_t> terms(name n) const {
    std::vector<std::uint64_t> all;
    for (std::uint64_t i = 2; i <= of(n).live.last().value; ++i) {
      all.push_back(of(n).live.run_at({i})->first.in.value);
    }
    return all;
  }

  bool quorum_holds(node const& n, log_index i, ballot in) const {
    auto const& s = n.raft.observe();
    voter_set holders;
    for (std::size_t slot = 0; slot < s.voters(); ++slot) {
      node_id const voter = s.in_force.who.voters[slot];
      if (!knows(voter)) continue;
      store const& disk = disk_of(voter);
      auto const held = disk.run_at(i);
      if (disk.base().index >= i || (held && held->first.in == in)) holders.insert(slot);
    }
    return s.quorum().is_quorum(holders);
  }

  template <class Event>
  void step(name n, Event const& event, payload entries = {}) {
    step(of(n), event, entries);
  }

 private:
  static std::vector<name> first_names(std::size_t n) {
    std::vector<name> names;
    for (std::size_t i = 1; i <= n; ++i) names.push_back(i);
    return names;
  }
  static io_id latest(node const& n) {
    return n.writes.empty() ? io_id{n.raft.observe().writes.latest().life, 0}
                            : n.writes.back().what.id;
  }
  static std::size_t on_disk(node const& n) {
    std::size_t done = 0;
    while (done < n.writes.size() && n.writes[done].on_disk) ++done;
    return done;
  }
  bool is_open(node_id from, node_id to) const {
    return !cut_.contains(from.value) && !cut_.contains(to.value) &&
           !blocked_.contains({from.value, to.value});
  }

  void start(node& n) {
    auto const held = n.live.recover();
    REQUIRE(held);
    REQUIRE(n.image.recover());
    auto started = core::start(n.options, *held, now);
    INFO(started.error().what);
    REQUIRE(started);
    n.raft = n.before = *started;
    n.up = true;
    n.writes.clear();
  }

  void reaches_disk(node& n, std::size_t upto) {
    for (std::size_t i = on_disk(n); i < upto; ++i) {
      effect<message> const& w = n.writes[i].what;
      n.image.write(w.batch, {w.bytes, w.entries}, w.id);
      n.writes[i].on_disk = true;
    }
  }

  template <class Event>
  void step(node& n, Event const& event, payload entries = {}) {
    n.before = n.raft;
    n.last.clear();
    core twin = n.raft;
    store twin_log = n.live;
    effects twin_did;
    recorder<message, store> twins_host{twin_log, entries, twin_did};
    twin.step(event, now, twins_host);
    recorder<message, store> host{n.live, entries, n.last};
    n.raft.step(event, now, host);
    {
      INFO("O-DET");
      CHECK(twin == n.raft);
      CHECK(twin.fingerprint() == n.raft.fingerprint());
      CHECK(twin_did == n.last);
    }
    take_note(n);
  }

  void take_note(node& n) {
    {
      INFO("a step emits: a write, answers, messages, decisions");
      CHECK(std::is_sorted(n.last.begin(), n.last.end(),
                           [](auto const& a, auto const& b) { return a.what < b.what; }));
      CHECK(std::count_if(n.last.begin(), n.last.end(),
                          [](auto const& e) { return e.what == emitted::write; }) <= 1);
    }
    for (effect<message> const& e : n.last) {
      if (e.what == emitted::write) {
        n.writes.push_back({e});
        oracles.wrote(n, e.batch);
      }
      if (e.what == emitted::send) n.held.push_back({e.to, e.message});
      if (auto const asked = asked_at_.find(e.as.value);
          e.what == emitted::answer && asked != asked_at_.end()) {
        INFO("a read is answered once");
        CHECK(answers_.emplace(e.as.value, e).second);
        INFO("O-READ");
        CHECK((!e.ready || *e.ready >= asked->second));
      }
    }
    post(n);
    oracles.stepped(*this, n);
  }

  /// What may leave does, oldest first; its payload is looked up now.
  void post(node& n) {
    std::deque<std::pair<node_id, sealed<message>>> still;
    for (auto const& [to, what] : n.held) {
      message const* const open = what.open(n.raft.durable_upto());
      if (open == nullptr) {
        still.push_back({to, what});
        continue;
      }
      framed with;
      if (auto const which = core::payload_of(*open)) {
        auto const bytes = n.live.read(*which);
        if (!bytes) continue;
        with = framed(*bytes);
      }
      if (auto const part = core::chunk_of(*open)) {
        auto const bytes = n.live.read_snapshot(*part);
        if (!bytes) continue;
        with.bytes.assign(bytes->begin(), bytes->end());
      }
      oracles.left(n, to, *Config::messages::read(*open));
      if (is_open(n.id, to)) net_.push_back({n.id, to, *open, std::move(with)});
    }
    n.held = std::move(still);
  }

  std::deque<node> nodes_;
  std::deque<parcel> net_;
  std::set<name> cut_;
  std::set<std::pair<name, name>> blocked_;
  std::uint64_t tickets_ = 0;
  std::map<std::uint64_t, log_index> asked_at_;       // reads: what was committed when they came
  std::map<std::uint64_t, effect<message>> answers_;  // to reads
};

using group = basic_group<>;

}  // namespace synod::test
