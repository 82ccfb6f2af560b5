// SPDX-License-Identifier: BSL-1.0
// Single-decree Paxos, rule by rule: what a core answers to one event, and when it may be heard.
// Whole clusters run in tests/sim.
#include <cstdint>
#include <optional>
#include <vector>

#include "synod/consensus/log_protocol.hpp"
#include "tests/paxos/paxos.hpp"
#include "tests/paxos/store.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
namespace paxos = synod::test::paxos;
using paxos::number;
using paxos::verb;

namespace {

using core = paxos::core<std::uint64_t>;
using note = paxos::note<std::uint64_t>;
using vote = paxos::vote<std::uint64_t>;

static_assert(protocol<core>);
static_assert(!log_protocol<core>, "it has no log, and asks its host for no storage");

// One node of three, and everything it did.
struct node {
  explicit node(std::uint64_t self = 1, core::recovered const& held = {{1}, {}}) {
    settings.self = {self};
    for (std::uint64_t id = 1; id <= 3; ++id) settings.who.voters.push_back({id});
    auto started = core::start(settings, held, {});
    REQUIRE(started);
    it = *started;
  }

  void write(paxos::record<std::uint64_t> const& whole, io_id id) noexcept {
    writes.push_back(whole);
    disk.write(whole, {}, id);
  }
  void send(node_id to, sealed<note> const& m) noexcept { sent.push_back({to, m}); }
  void decided(std::uint64_t what) noexcept { chosen.push_back(what); }
  void stopped(error) noexcept { stops = true; }

  void ask(std::uint64_t what) { it.step(core::request{what}, now, *this); }
  void tick_at(instant at) {
    now = at;
    it.step(tick{}, now, *this);
  }
  void hear(std::uint64_t from, note const& m) {
    sent.clear();
    it.step(received<note>{{from}, m}, now, *this);
  }
  void sync() {
    while (auto const done = disk.poll(now)) it.step(persisted{*done}, now, *this);
  }

  // The only message of the last step that says anything new, if it may be heard.
  std::optional<note> heard() const {
    if (sent.empty()) return std::nullopt;
    note const* const open = sent.front().content.open(it.durable_upto());
    return open != nullptr ? std::optional{*open} : std::nullopt;
  }

  struct message {
    node_id to;
    sealed<note> content;
  };
  paxos::settings settings;
  core it;
  instant now;
  paxos::store<std::uint64_t> disk;
  std::vector<paxos::record<std::uint64_t>> writes;
  std::vector<message> sent;
  std::vector<std::uint64_t> chosen;
  bool stops = false;
};

note prepare(number in) { return {verb::prepare, in, {}}; }
note promise(number in, vote last = {}) { return {verb::promise, in, last}; }
note accept(number in, std::uint64_t what) { return {verb::accept, in, {in, what}}; }
note accepted(number in, std::uint64_t what) { return {verb::accepted, in, {in, what}}; }

}  // namespace

TEST_CASE("a core that has not started is nobody") {
  CHECK(core{} == core{});
  CHECK_FALSE(core{}.next_deadline());
  CHECK(core{}.broken_invariant() == nullptr);
}

TEST_CASE("what cannot be started is refused") {
  paxos::settings o;
  o.self = {1};
  CHECK(core::start(o, {{1}, {}}, {}).error().code == errc::bad_option);
  o.who.voters.push_back({1});
  CHECK(core::start(o, {{1}, {}}, {}));
  core::recovered const torn{{1}, {{1, {1}}, {{2, {1}}, 5}, 0}};
  CHECK(core::start(o, torn, {}).error().code == errc::bad_recovered);
}

TEST_CASE("a promise is durable before it is heard, the prepare before that") {
  node n;
  n.ask(7);
  REQUIRE(n.sent.size() == 3);
  CHECK_FALSE(n.heard());
  n.sync();
  CHECK(n.heard()->what == verb::prepare);
  CHECK(n.heard()->in == number{1, {1}});
  n.hear(2, prepare({5, {2}}));
  CHECK(n.writes.back().promised == number{5, {2}});
  CHECK_FALSE(n.heard());
  n.sync();
  CHECK(n.heard()->what == verb::promise);
}

TEST_CASE("a repeated prepare is answered again, as of now, and writes nothing") {
  node n;
  n.hear(2, prepare({5, {2}}));
  n.sync();
  auto const writes = n.writes.size();
  n.hear(2, prepare({5, {2}}));
  CHECK(n.heard()->what == verb::promise);
  CHECK(n.writes.size() == writes);
}

TEST_CASE("a lower prepare or accept gets the advice to go higher, at once") {
  node n;
  n.hear(2, prepare({5, {2}}));
  n.hear(3, prepare({4, {3}}));
  CHECK(n.heard()->what == verb::nack);
  CHECK(n.heard()->last.in == number{5, {2}});
  n.hear(3, accept({5, {1}}, 9));
  CHECK(n.heard()->what == verb::nack);
  CHECK(n.writes.back().accepted == vote{});
}

TEST_CASE("accepting needs no promise before it, and is one") {
  node n;
  n.hear(2, accept({3, {2}}, 8));
  CHECK(n.writes.back().promised == number{3, {2}});
  CHECK(n.writes.back().accepted == vote{{3, {2}}, 8});
  CHECK_FALSE(n.heard());
  n.sync();
  CHECK(n.heard()->what == verb::accepted);
  n.hear(3, prepare({2, {3}}));
  CHECK(n.heard()->what == verb::nack);
  n.hear(3, prepare({4, {3}}));
  n.sync();
  CHECK(n.heard()->last == vote{{3, {2}}, 8});
}

TEST_CASE("the value of the highest ballot is adopted, not the greatest, not the first") {
  node n;
  n.ask(7);
  n.sync();
  number const mine{1, {1}};
  n.hear(2, promise(mine, {{0, {2}}, 100}));
  CHECK(n.sent.empty());
  n.hear(2, promise(mine, {{0, {2}}, 100}));
  CHECK(n.sent.empty());  // a voter counts once
  n.hear(3, promise(mine, {{0, {3}}, 50}));
  REQUIRE(n.sent.size() == 3);
  CHECK(n.heard()->what == verb::accept);
  CHECK(n.heard()->last == vote{mine, 50});
  n.hear(1, promise(mine, {{0, {9}}, 1}));
  CHECK(n.sent.empty());  // phase 2 has begun: the value is fixed
}

TEST_CASE("promises for another ballot do not count") {
  node n;
  n.ask(7);
  n.sync();
  n.tick_at(*n.it.next_deadline());
  n.sync();
  n.hear(2, promise({1, {1}}));
  n.hear(3, promise({2, {1}}));
  CHECK(n.sent.empty());
  n.hear(2, promise({2, {1}}));
  CHECK(n.heard()->last == vote{{2, {1}}, 7});
}

TEST_CASE("acceptors of one value in different ballots do not add up") {
  node n;
  n.hear(1, accepted({1, {1}}, 5));
  n.hear(2, accepted({3, {2}}, 5));
  CHECK(n.chosen.empty());
  n.hear(1, accepted({1, {1}}, 5));
  CHECK(n.chosen.empty());
  n.hear(3, accepted({3, {2}}, 5));
  CHECK(n.chosen == std::vector<std::uint64_t>{5});
  n.hear(1, accepted({3, {2}}, 5));
  CHECK(n.chosen.size() == 1);
}

TEST_CASE("a node that knows tells whoever asks") {
  node n;
  n.hear(2, {verb::chosen, {1, {2}}, {{1, {2}}, 5}});
  CHECK(n.chosen == std::vector<std::uint64_t>{5});
  n.hear(3, prepare({9, {3}}));
  CHECK(n.heard()->what == verb::chosen);
  CHECK(n.writes.empty());
  CHECK_FALSE(n.it.next_deadline());
}

TEST_CASE("no round is used twice, not even after a restart") {
  node first;
  first.ask(7);
  node const second{1, {{2}, first.writes.back()}};
  node again = second;
  again.ask(8);
  CHECK(again.writes.back().round == 2);
  again.hear(2, {verb::nack, {2, {1}}, {{40, {2}}, 0}});
  again.tick_at(*again.it.next_deadline());
  CHECK(again.writes.back().round == 41);
}

TEST_CASE("a node whose write failed says no more") {
  node n;
  n.it.step(write_failed{{{1}, 1}}, {}, n);
  CHECK(n.stops);
  n.hear(2, prepare({5, {2}}));
  n.ask(7);
  CHECK(n.sent.empty());
  CHECK(n.writes.empty());
}

TEST_CASE("equal histories have equal fingerprints; clocks and generators do not count") {
  node a;
  node b;
  b.settings.seed = 99;
  b.it = *core::start(b.settings, {{1}, {}}, {});
  b.now = instant{} + seconds(5);
  CHECK(a.it.fingerprint() == b.it.fingerprint());
  a.ask(7);
  CHECK(a.it.fingerprint() != b.it.fingerprint());
  b.ask(7);
  CHECK(a.it.fingerprint() == b.it.fingerprint());
  a.sync();
  CHECK(a.it.fingerprint() != b.it.fingerprint());
}
