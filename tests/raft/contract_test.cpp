// SPDX-License-Identifier: BSL-1.0
// The contract of consensus/protocol.hpp, kept by Raft.
#include <concepts>
#include <type_traits>

#include "tests/raft/group.hpp"
#include "tests/support/violation.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using core = group::core;

struct log_without_refused {
  void write(log_batch const&, io_id) noexcept;
  void send(node_id, sealed<fields> const&) noexcept;
  void decided(log_index) noexcept;
  void stopped(error) noexcept;
  memory_log const& storage() noexcept;
  void accepted(ticket, position) noexcept;
};
struct throwing_host : log_without_refused {
  void refused(ticket, why, std::optional<node_id>);
};
struct least_host : log_without_refused {
  void refused(ticket, why, std::optional<node_id>) noexcept;
};

}  // namespace

static_assert(protocol<core>);
static_assert(log_protocol<core>);
static_assert(std::regular<core>);
static_assert(std::is_nothrow_copy_constructible_v<core>);
static_assert(std::is_trivially_copyable_v<core::message>);
static_assert(std::is_trivially_copyable_v<core>);
static_assert(std::same_as<core::decision, log_index>);
static_assert(sizeof(core) < 1024);  // an idle group
static_assert(log_host<least_host, core>);
static_assert(effect_sink<log_without_refused, core>);
static_assert(!log_host<log_without_refused, core>);
static_assert(!log_host<throwing_host, core>);
static_assert(!std::convertible_to<node_id, log_index>);
static_assert(!std::is_default_constructible_v<durable>);
static_assert(!std::constructible_from<completion, io_id>);

TEST_CASE(
    "a core that has not started has no deadline, equals its like, and is not to be stepped") {
  core const fresh;
  CHECK(fresh == core{});
  CHECK_FALSE(fresh.next_deadline());
  CHECK(fresh.fingerprint() == core{}.fingerprint());
  auto const step = [](auto const& event) {
    return violation_of([&] {
      core c;
      memory_log log;
      std::vector<effect<fields>> did;
      recorder<fields, memory_log> host{log, {}, did};
      c.step(event, instant{}, host);
    });
  };
  std::string const what = "raft: a step on a core that has not started";
  CHECK(step(tick{}) == what);
  CHECK(step(persisted{}) == what);
  CHECK(step(write_failed{}) == what);
  CHECK(step(propose{{1}, 1, 4}) == what);
  fields const f = asks_for_vote(1, at{1, 0});
  CHECK(step(received<fields>{{2}, f, 0}) == what);
}

TEST_CASE("a proposal of no entries is a violation") {
  CHECK(violation_of([] {
          group g(1);
          g.propose(1, std::vector<std::string>{});
        }) == "raft: a proposal of no entries");
}

TEST_CASE("a step writes once, answers, sends, and then decides") {
  auto const order = [](group const& g, name n) {
    std::vector<emitted> all;
    for (auto const& e : g.last_effects(n)) all.push_back(e.what);
    return all;
  };
  group g(3);
  g.elect(1);
  g.propose(1, "x");
  CHECK(order(g, 1) == std::vector{emitted::write, emitted::answer, emitted::send, emitted::send});
  g.deliver(1, 3);
  g.sync(3);
  g.deliver(3, 1);
  CHECK(order(g, 1).empty());  // no news but to itself
  g.sync(1);
  CHECK(order(g, 1) == std::vector{emitted::decided});
  g.hear(2, 1, appends(1, at{2, 1}, 1, 1, 3), {"x"});
  CHECK(order(g, 2) == std::vector{emitted::write, emitted::send, emitted::decided});
  CHECK(g.last_effects(2)[2].upto == log_index{3});
}

TEST_CASE("the term, the vote, a truncation and the entries are one write") {
  group g(3);
  g.hear(2, 1, appends(1, at{1, 0}, 1, 3), {"a", "b", "c"});
  g.hear(2, 3, appends(2, at{2, 1}, 2, 1), {"d"});
  log_batch const& b = g.last_effects(2)[0].batch;
  CHECK(b.in == ballot{2});
  CHECK_FALSE(b.vote);
  CHECK(b.truncate_from == log_index{3});
  CHECK(b.entries == run{at{3, 2}, {3}, kind::payload});
}

TEST_CASE("writes are numbered without a gap, from 1 in every life") {
  group g(3);
  g.elect(1);
  for (int i = 0; i < 5; ++i) g.propose(1, "x");
  for (std::uint64_t i = 0; i < g.writes(1); ++i) {
    CHECK(g.of(1).writes[i].what.id == io_id{{1}, i + 1});
  }
  g.crash(1);
  g.restart(1);
  g.tick(1);
  CHECK(g.of(1).writes[0].what.id == io_id{{2}, 1});
}

TEST_CASE("a copy shares nothing with the original") {
  group g(3);
  g.elect(1);
  core const copy = g[1];
  auto const fingerprint = copy.fingerprint();
  g.propose(1, "x");
  g.settle();
  CHECK_FALSE(copy == g[1]);
  CHECK(copy.fingerprint() == fingerprint);
  CHECK(copy.commit() == log_index{2});
}

TEST_CASE("every part of what the payload travels with is named by payload_of") {
  fields f = appends(3, at{4, 2}, 3, 5);
  CHECK(core::payload_of(f) == run{at{5, 3}, {9}, kind::payload});
  f.kind = kind::no_op;
  CHECK_FALSE(core::payload_of(f));
  CHECK_FALSE(core::payload_of(shows_itself(3, at{4, 2})));
  CHECK_FALSE(core::payload_of(acknowledges(3, 4)));
}

TEST_CASE("options are given in any order, and default to what the design says") {
  struct one : raft::with<option::storage<memory_log>, option::quorum<majority>,
                          option::message<raft::own_messages>> {};
  struct other : raft::with<option::message<raft::own_messages>, option::storage<memory_log>> {};
  static_assert(std::same_as<one::storage, other::storage>);
  static_assert(std::same_as<other::quorum, majority>);
  static_assert(std::same_as<plain::messages, raft::own_messages>);
  static_assert(log_protocol<raft::core<one>> && log_protocol<raft::core<other>>);
  CHECK(sizeof(raft::core<one>) == sizeof(raft::core<plain>));
}
