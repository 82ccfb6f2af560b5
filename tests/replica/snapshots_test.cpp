// SPDX-License-Identifier: BSL-1.0
// Snapshots: taken by limits, restored at a start and for a follower that is far behind.
#include "tests/replica/notebook.hpp"
#include "tests/replica/stage.hpp"

using namespace synod;
using namespace synod::test;

namespace {

using group = stage<notebook, client, errand_outbox>;

replica_options limits(std::uint64_t entries, std::uint64_t bytes = 1'000'000,
                       std::uint64_t keep = 2) {
  replica_options o;
  o.snapshot_entries = entries;
  o.snapshot_bytes = bytes;
  o.keep_entries = keep;
  return o;
}
void fill(group& s, int from, int upto) {
  for (int i = from; i < upto; ++i) {
    s.propose(static_cast<std::uint64_t>(i), {"text " + std::to_string(i)});
    s.poll();
  }
}
members three() {
  members who;
  for (std::uint64_t n = 1; n <= 3; ++n) who.voters.push_back({n});
  return who;
}
/// What a leader has that is ahead: the texts, saved.
std::vector<std::byte> saved(std::vector<std::string> const& texts) {
  notebook far;
  std::array<std::byte, 10> out;
  for (std::string const& text : texts) far.apply({1}, bytes_of(text), out);
  return snapshot_of(far);
}
/// Brings it in two parts.
void bring(group& s, std::uint64_t term, position of, std::vector<std::byte> const& bytes) {
  std::size_t const half = bytes.size() / 2;
  std::span<std::byte const> const all{bytes};
  s.node->receive({2}, brings(term, of, 0, static_cast<std::uint32_t>(half), all.size(), three()),
                  {all.first(half), 0}, s.now);
  s.poll();
  s.node->receive(
      {2},
      brings(term, of, half, static_cast<std::uint32_t>(all.size() - half), all.size(), three()),
      {all.subspan(half), 0}, s.now);
  s.poll();
}

}  // namespace

TEST_CASE("a large machine is not saved again for little") {
  snapshot_watch watch(limits(10));
  watch.took({100}, 8'000);
  watch.durable();
  watch.applied(3'999);
  CHECK_FALSE(watch.due({200}, false));
  watch.applied(1);
  CHECK(watch.due({200}, false));
  watch.restored({200}, 0);
  CHECK_FALSE(watch.due({209}, false));
  CHECK(watch.due({210}, false));
}

TEST_CASE("a snapshot is taken after so many entries, and the log forgets what it covers") {
  group s(1, {}, limits(10));
  s.lead();
  fill(s, 0, 6);
  CHECK_FALSE(s.log.snapshot());
  fill(s, 6, 30);
  REQUIRE(s.log.snapshot());
  CHECK(s.node->counters().snapshots_taken == 3);
  CHECK(s.log.snapshot()->at.index.value >= 29);
  CHECK(s.log.base().index.value == s.log.snapshot()->at.index.value - 2);
  CHECK(s.log.snapshot()->at.in == ballot{1});
  CHECK(s.log.snapshot()->who.voters.size() == 1);
}

TEST_CASE("or after so many bytes") {
  group s(1, {}, limits(1'000, 200));
  s.lead();
  fill(s, 0, 30);  // 10 or 11 bytes each, framed, and a stamp
  CHECK(s.node->counters().snapshots_taken == 1);
}

TEST_CASE("what stays behind a snapshot is bounded in bytes too") {
  std::size_t const chunk = GENERATE(64u, 256u, 1u << 20);
  for (std::uint64_t const bytes : {0u, 99u, 100u, 250u, 100'000u}) {
    CAPTURE(bytes, chunk);
    replica_options o = limits(40, 1'000'000, 20);
    o.keep_bytes = bytes;
    group s(1, {}, o, chunk);
    s.lead();
    for (std::uint64_t i = 0; i < 50; ++i) {
      s.propose(i, {std::string(96, 'x')});  // 100 bytes, framed
      s.poll();
    }
    REQUIRE(s.log.snapshot());
    std::uint64_t const kept = s.log.snapshot()->at.index.value - s.log.base().index.value;
    // Where even one is too long, one stays.
    CHECK(kept == (bytes < 200 ? 1 : bytes == 250 ? 2 : 20));
  }
}

TEST_CASE("a restart from a compacted store is the same machine, and goes on") {
  group s(1, {}, limits(10));
  s.lead();
  fill(s, 0, 25);
  s.propose(99, {"soon!5000"});
  s.poll();
  notebook const before = s.node->machine();
  REQUIRE(s.log.base().index.value > 10);
  s.start();
  CHECK(s.node->applied() == s.log.snapshot()->at.index);
  CHECK(s.node->counters().snapshots_installed == 0);
  s.lead();
  CHECK(s.node->machine().texts() == before.texts());
  CHECK(s.node->machine().next_deadline() == before.next_deadline());
  fill(s, 25, 26);
  CHECK(s.node->machine().holds("text 25"));
  CHECK(s.hears.answers.size() == 27);
}

TEST_CASE("on demand, unless there is nothing to take") {
  group s(1, {}, limits(1'000));
  s.lead();
  fill(s, 0, 3);
  CHECK(s.node->take_snapshot(s.now));
  CHECK(s.log.snapshot()->at.index == s.node->applied());
  CHECK_FALSE(s.node->take_snapshot(s.now));
  fill(s, 3, 4);
  CHECK(s.node->take_snapshot(s.now));
  s.node->fail({{1}, 99}, s.now);
  CHECK_FALSE(s.node->take_snapshot(s.now));
}

TEST_CASE("a store that lacks its first entries, or has a wrong snapshot, does not start", "[T6]") {
  group s(1, {}, limits(10));
  s.lead();
  fill(s, 0, 25);
  std::vector<sent> out;
  std::vector<sent_errand> errands;
  errand_outbox net;
  net.to = &out;
  net.errands = &errands;
  auto const started = [&](memory_log& log) {
    return group::replica_type::start({.self = {1}}, log, net, {}, s.hears, s.now).error();
  };
  memory_log good = s.log;
  CHECK(started(good).code == errc::ok);

  auto const with = [&](std::vector<std::byte> bytes) {
    memory_log log = s.log;
    REQUIRE(s.node->take_snapshot(s.now) == false);
    snapshot_info info = *log.snapshot();
    fill(s, 25, 26);
    log = s.log;
    info.at.index = s.node->applied();
    info.bytes = bytes.size();
    log.keep_snapshot(info, bytes);
    return started(log);
  };
  s.node->take_snapshot(s.now);
  std::vector<std::byte> wrong = snapshot_of(s.node->machine());
  wrong[frame_overhead + 3] ^= std::byte{1};
  CHECK(with(wrong) == error{errc::corrupt, "", 16});
  s.node->take_snapshot(s.now);
  CHECK(with({}).code == errc::bad_input);
  s.node->take_snapshot(s.now);
  std::vector<std::byte> longer = snapshot_of(s.node->machine());
  longer.push_back({});
  CHECK(with(longer) == error{errc::bad_input, "", longer.size() - 1});
  s.node->take_snapshot(s.now);
  std::vector<std::byte> no_notebook(frame_overhead + 1);
  REQUIRE(seal_frame(snapshot_version, 1, no_notebook));
  CHECK(with(no_notebook) == error{errc::bad_input, "", 0});
}

TEST_CASE("a follower far behind is brought a snapshot; who waited for what it covers: unknown",
          "[S44]") {
  group s(3, {}, limits(1'000));
  s.lead();
  s.propose(1, {"mine", "mine too"});
  s.hear(3, asks_for_vote(9, at{9, 8}));
  s.propose(2, {"refused"});
  CHECK(s.hears.answers == std::vector{refused(2, why::not_leader)});
  bring(s, 9, at{50, 8}, saved({"x", "y", "z"}));
  CHECK(s.node->stopped().code == errc::ok);
  CHECK(s.node->applied() == log_index{50});
  CHECK(s.node->machine().texts() == std::vector<std::string>{"x", "y", "z"});
  CHECK(s.node->counters().snapshots_installed == 1);
  CHECK(s.hears.answers == std::vector{refused(2, why::not_leader), unknown(1)});
  s.hear(2, appends(9, at{50, 8}, 9, 1, 51), {"w"});
  s.poll();
  CHECK(s.node->machine().texts().back() == "w");
  CHECK(s.hears.answers.size() == 2);
  s.start();  // and so after a restart
  CHECK(s.node->applied() == log_index{50});
  CHECK(s.node->machine().texts().size() == 3);
}

TEST_CASE("a snapshot that is damaged or of no machine stops the node", "[S42]") {
  for (bool const damaged : {true, false}) {
    CAPTURE(damaged);
    group s(3, {}, limits(1'000));
    s.lead();
    s.propose(1, {"mine"});
    auto bytes = saved({"x", "y", "z"});
    if (damaged) {
      bytes.back() ^= std::byte{1};
    } else {
      bytes.assign(frame_overhead + 1, std::byte{});
      REQUIRE(seal_frame(snapshot_version, 1, bytes));
    }
    bring(s, 9, at{50, 8}, bytes);
    CHECK(s.node->stopped().code == (damaged ? errc::corrupt : errc::bad_input));
    CHECK(s.hears.answers == std::vector{unknown(1)});
    CHECK(s.node->applied().value < 50);
    s.out.clear();
    s.propose(2, {"later"});
    CHECK(s.hears.answers.back() == refused(2, why::stopped));
    s.hear(2, asks_for_vote(99, at{99, 98}));
    s.poll(seconds(10));
    CHECK(s.out.empty());
    CHECK_FALSE(s.node->next_deadline());
  }
}

TEST_CASE(
    "a leader sends its snapshot in parts, and takes no other one meanwhile; but not for ever") {
  group s(3, {}, limits(10, 1'000'000, 0));
  s.lead();
  auto const fill_with_2 = [&](int from, int upto) {
    for (int i = from; i < upto; ++i) {
      s.propose(static_cast<std::uint64_t>(i), {"text " + std::to_string(i)});
      s.poll();
      s.hear(2, acknowledges(s.term(), s.log.last().value));
    }
  };
  fill_with_2(0, 12);
  REQUIRE(s.node->counters().snapshots_taken == 1);
  s.out.clear();
  s.hear(3, rejects(s.term(), 1, at{1, 0}));  // node 3 has nothing
  position const of = s.log.snapshot()->at;
  s.poll(milliseconds(100));
  auto const part = std::find_if(s.out.begin(), s.out.end(),
                                 [](sent const& m) { return m.what.what == raft::verb::snapshot; });
  REQUIRE(part != s.out.end());
  CHECK(part->to == node_id{3});
  CHECK(part->payload.size() == part->what.count);
  CHECK(part->what.total == s.log.snapshot()->bytes);
  CHECK(machine_of(std::span<std::byte const>{part->payload}, notebook{})->texts().size() == 7);
  REQUIRE(s.node->core().sends_snapshot());

  fill_with_2(12, 30);
  CHECK(s.node->counters().snapshots_taken == 1);
  CHECK(s.log.snapshot()->at == of);
  fill_with_2(30, 55);
  CHECK(s.node->counters().snapshots_taken == 2);
  s.hear(3, acknowledges(s.term(), s.log.snapshot()->at.index.value));
  CHECK_FALSE(s.node->core().sends_snapshot());
}
