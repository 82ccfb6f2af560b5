// SPDX-License-Identifier: BSL-1.0
// Whatever arrives: no crash, no broken invariant, and what no node can have sent changes nothing.
#include <limits>

#include "tests/raft/group.hpp"

using namespace synod;
using namespace synod::test;

namespace {

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

struct impossible {
  char const* what;
  fields f;
  std::uint32_t entries = 0;
};

std::vector<impossible> impossible_messages() {
  std::vector<impossible> all;
  auto const add = [&](char const* what, fields f, std::uint32_t entries, auto&& spoil) {
    spoil(f);
    all.push_back({what, f, entries});
  };
  fields const append = appends(9, at{2, 1}, 1, 2);
  fields const vote = asks_for_vote(9, at{2, 1});
  auto const as_it_is = [](fields&) {};
  add("an unknown verb", vote, 0, [](fields& f) { f.what = static_cast<verb>(10); });
  add("an unknown verb", vote, 0, [](fields& f) { f.what = static_cast<verb>(255); });
  add("an unknown kind", append, 2, [](fields& f) { f.kind = static_cast<kind>(3); });
  add("a term beyond its limit", vote, 0, [](fields& f) { f.in = {max_ballot + 1}; });
  add("a term beyond its limit", vote, 0, [](fields& f) { f.in = {top}; });
  add("term 0", vote, 0, [](fields& f) { f.in = {}, f.at = {}; });
  add("a log of a later term", vote, 0, [](fields& f) { f.at.in = {10}; });
  add("an index beyond its limit", vote, 0, [](fields& f) { f.at.index = {max_index + 1}; });
  add("an index beyond its limit", append, 2, [](fields& f) { f.at.index = {top}; });
  add("a commit beyond its limit", append, 2, [](fields& f) { f.upto = {top}; });
  add("payload beside a vote", vote, 1, as_it_is);
  add("a count in a vote", vote, 0, [](fields& f) { f.count = 1; });
  add("payload beside a pre-vote", asks_for_pre_vote(9, at{2, 1}), 1, as_it_is);
  add("payload beside a request to confirm", asks_to_confirm(9, 1), 1, as_it_is);
  add("a count in a confirmation", confirms(9, 1), 0, [](fields& f) { f.count = 1; });
  add("payload beside an answer to a part", expects(9, at{2, 1}, 1), 1, as_it_is);
  add("payload beside a reply", acknowledges(9, 2), 1, as_it_is);
  add("a count in a reply", rejects(9, 2, at{1, 0}), 0, [](fields& f) { f.count = 1; });
  add("fewer entries than it says", append, 1, as_it_is);
  add("more entries than it says", append, 3, as_it_is);
  add("payload beside a no-op", append, 2, [](fields& f) { f.kind = kind::no_op; });
  add("payload beside nothing", shows_itself(9, at{2, 1}), 1, as_it_is);
  add("entries of a later term than its own", append, 2, [](fields& f) { f.of = {10}; });
  add("a falling term", append, 2, [](fields& f) { f.at.in = {2}; });
  fields configuration = append;
  configuration.kind = kind::configuration;
  configuration.count = 1;
  add("a configuration without members", configuration, 0, as_it_is);
  add("a configuration of nobody", configuration, 0, [](fields& f) { f.who.emplace(); });
  configuration.who = members_of({1, 2});
  add("two configurations in one message", configuration, 0, [](fields& f) { f.count = 2; });
  add("payload beside a configuration", configuration, 1, as_it_is);
  return all;
}

}  // namespace

TEST_CASE("what no node can have sent is dropped without effect", "[O-ROBUST][S49][T7-06]") {
  for (auto const was : {role::follower, role::candidate, role::leader}) {
    group g(3);
    g.elect(was == role::leader ? 1 : 2);
    if (was == role::candidate) g.tick(1);
    REQUIRE(g.role(1) == was);
    for (impossible const& m : impossible_messages()) {
      CAPTURE(m.what, static_cast<int>(was));
      g.hear(1, 2, m.f, std::vector<std::string>(m.entries, "x"));
      CHECK(g.unmoved(1));
    }
  }
}

TEST_CASE("a message of its own is dropped", "[O-ROBUST]") {
  group g(3);
  g.elect(1);
  for (fields const& f : {asks_for_vote(9, at{9, 8}), votes(9, true), shows_itself(9, at{1, 0}),
                          acknowledges(9, 2), rejects(9, 2, at{1, 0})}) {
    g.hear(1, 1, f);
    CHECK(g.unmoved(1));
  }
}

TEST_CASE("an append at the far end of all indices is refused or dropped", "[T7-06][T7-08]") {
  group g(3);
  for (std::uint64_t const index : {max_index, max_index - 1, max_index - 2}) {
    g.hear(2, 1, appends(1, at{index, 1}, 1, 2), {"x", "y"});
    CHECK(g.last(2) == 1);
    CHECK(g.said_to(2, 1).size() == (index + 2 > max_index ? 0 : 1));
    for (raft::fields const& f : g.said_to(2, 1)) CHECK_FALSE(f.yes);
  }
}

TEST_CASE("a commit index from the far end commits what is verified, no more", "[S23][T7-06]") {
  group g(3);
  g.elect(1);
  g.hear(2, 1, shows_itself(1, at{2, 1}, max_index));
  CHECK(g.commit(2) == 2);
}

namespace {

/// Reads as a store of one configuration; forgets what it is told.
struct bottomless {
  std::optional<run> run_at(log_index) const noexcept { return std::nullopt; }
  log_index fits(log_index, log_index last, std::uint64_t) const noexcept { return last; }
  position base() const noexcept { return {}; }
  std::optional<configuration> configuration_before(log_index) const noexcept {
    return configuration{at{1, 0}, members_of({1, 2, 3})};
  }
  void write(log_batch const&, payload, io_id) noexcept {}
};
struct forgetful : raft::with<option::storage<bottomless>> {};

}  // namespace

TEST_CASE("a message of 40 bytes does not make a node write 4 thousand million entries",
          "[T7-01][S49]") {
  std::vector<run> const runs{{at{1, 0}, {1}, kind::configuration}};
  std::vector<configuration> const configurations{{at{1, 0}, members_of({1, 2, 3})}};
  recovered_log const held{{1}, {0}, {}, {}, runs, configurations, {1}};
  using core = raft::core<forgetful>;
  core node = core::start({.self = {2}}, held, instant{}).value();
  core const before = node;
  fields f = appends(1, at{1, 0}, 1, 0xffffffff);
  f.kind = kind::no_op;  // a leader appends one a term
  bottomless store;
  std::vector<effect<fields>> did;
  recorder<fields, bottomless> host{store, {}, did};
  node.step(received<fields>{{1}, f, 0}, instant{}, host);
  CHECK(node == before);
  CHECK(did.empty());
}

TEST_CASE("a grant that was not asked for yet makes no leader", "[S01][O-ROBUST]") {
  group g(3);
  g.tick(1);  // its request waits for its own vote, which is on its way to the disk
  g.hear(1, 2, votes(1, true));
  g.hear(1, 3, votes(1, true));
  CHECK(g.role(1) == role::candidate);
  CHECK(g[1].broken_invariant() == nullptr);
}

namespace {

/// One node among hostile ones, over a real store.
class besieged {
 public:
  explicit besieged(std::uint64_t seed) : draw_(seed) { begin(); }

  void step() {
    now_ = now_ + milliseconds(draw_.below(50));
    switch (draw_.below(8)) {
      case 0: now_ = std::max(now_, core_.next_deadline().value_or(now_)); return tell(tick{});
      case 1:
      case 2: return complete();
      case 3: {
        framed const x(std::vector<std::string>(1 + draw_.below(3), "x"));
        return tell(propose{{1}, x.entries, x.bytes.size()}, x);
      }
      default: return hear();
    }
  }
  std::size_t led = 0, stopped = 0, dropped = 0, moved = 0;

 private:
  void begin() {
    log_ = memory_log{};
    REQUIRE(log_.bootstrap(members_of({1, 2, 3})));
    auto const held = log_.recover();
    core_ = group::core::start({.self = {1}, .max_in_flight = 5}, *held, now_).value();
    outstanding_.clear();
  }

  template <class Event>
  void tell(Event const& event, payload entries = {}) {
    std::vector<effect<fields>> did;
    recorder<fields, memory_log> host{log_, entries, did};
    core_.step(event, now_, host);
    char const* const broken = core_.broken_invariant();
    CHECK(broken == nullptr);
    CHECK(log_.last() == core_.observe().log.last_index());
    for (auto const& e : did) {
      if (e.what == emitted::write) outstanding_.push_back(e.id);
    }
    led += core_.observe().role == role::leader ? 1 : 0;
    moved += did.empty() ? 0 : 1;
    if (!core_.next_deadline() || broken != nullptr) {
      ++stopped;
      begin();
    }
  }

  void complete() {
    if (outstanding_.empty()) return tell(persisted{});
    std::size_t const which = draw_.below(outstanding_.size());
    io_id const id = outstanding_[which];
    if (draw_.below(4) != 0) outstanding_.erase(outstanding_.begin() + std::ptrdiff_t(which));
    tell(persisted{confirming::confirm(id)});
  }

  /// Near what matters, and now and then from far away.
  std::uint64_t near(std::uint64_t n) {
    switch (draw_.below(16)) {
      case 0: return draw_();
      case 1: return std::uint64_t{1} << draw_.below(64);
      case 2: return 0;
      default: return n + draw_.below(5) - std::min<std::uint64_t>(n, 2);
    }
  }
  void hear() {
    auto const& s = core_.observe();
    fields f;
    f.what = static_cast<verb>(draw_.below(5));
    f.yes = draw_.below(2) != 0;
    f.kind = static_cast<kind>(draw_.below(20) == 0 ? 3 : draw_.below(3));
    if (draw_.below(3) != 0) f.count = static_cast<std::uint32_t>(draw_.below(6));
    f.in = {draw_.below(3) != 0 ? s.term.value : near(s.term.value)};
    std::uint64_t const index = near(s.log.last_index().value - draw_.below(4));
    f.at = {{index}, {near(s.log.last().in.value)}};
    if (auto const held = log_.run_at(f.at.index); held && draw_.below(3) != 0) {
      f.at.in = held->first.in;
    }
    f.of = {draw_.below(2) != 0 ? f.in.value : near(f.at.in.value)};
    f.upto = {near(draw_.below(2) != 0 ? s.commit.value : s.log.last_index().value)};
    if (draw_.below(3) == 0) {
      f.who.emplace();
      std::size_t const voters = draw_.below(max_voters + 1);
      for (std::size_t i = 0; i < voters; ++i) f.who->voters.push_back({1 + i});
    }
    std::uint32_t entries = f.what == verb::append && f.kind == kind::payload ? f.count : 0;
    if (draw_.below(20) == 0) entries = static_cast<std::uint32_t>(draw_.below(4));
    framed const with(std::vector<std::string>(entries, "y"));
    auto const before = core_;
    bool const possible = raft::plausible(f, entries);
    tell(received<fields>{{draw_.below(5)}, f, entries}, with);
    if (!possible) {
      ++dropped;
      CHECK(core_ == before);
    }
  }

  splitmix64 draw_;
  instant now_;
  memory_log log_;
  group::core core_;
  std::vector<io_id> outstanding_;
};

}  // namespace

TEST_CASE("among hostile nodes a node never breaks an invariant", "[O-ROBUST][T7-05][T7-11]") {
  std::size_t led = 0, stopped = 0, dropped = 0, moved = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    besieged node(seed);
    for (int i = 0; i < 2'000; ++i) node.step();
    led += node.led;
    stopped += node.stopped;
    dropped += node.dropped;
    moved += node.moved;
  }
  // And something did happen.
  CHECK(led > 1'000);
  CHECK(stopped > 10);
  CHECK(dropped > 1'000);
  CHECK(moved > 10'000);
}

TEST_CASE("a part of a snapshot is dropped where the store keeps none", "[O-ROBUST]") {
  std::vector<run> const runs{{at{1, 0}, {1}, kind::configuration}};
  std::vector<configuration> const configurations{{at{1, 0}, members_of({1, 2, 3})}};
  recovered_log const held{{1}, {0}, {}, {}, runs, configurations, {1}};
  using core = raft::core<forgetful>;
  core node = core::start({.self = {2}}, held, instant{}).value();
  core const before = node;
  bottomless store;
  std::vector<effect<fields>> did;
  recorder<fields, bottomless> host{store, {}, did};
  fields const f = brings(1, at{9, 1}, 0, 10, 40, members_of({1, 2, 3}));
  node.step(received<fields>{{1}, f, 0, 10}, instant{}, host);
  CHECK(node == before);
  CHECK(did.empty());
}
