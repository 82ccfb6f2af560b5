// SPDX-License-Identifier: BSL-1.0
// Snapshots in the in-memory log: its own, and those that come in parts.
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "synod/store/memory_log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

namespace {

using bytes = std::vector<std::byte>;

members members_1_to(std::uint64_t n) {
  members who;
  for (std::uint64_t i = 1; i <= n; ++i) who.voters.push_back({i});
  return who;
}

bytes frame_of(std::string const& state) {
  bytes whole(frame_overhead + state.size());
  std::memcpy(whole.data() + frame_overhead, state.data(), state.size());
  (void)seal_frame(7, state.size(), whole);
  return whole;
}

/// A founded store of three with entries 2 .. n of ballot 1.
struct disk {
  memory_log log;
  life in_life;
  std::uint64_t sequence = 0;

  explicit disk(std::uint64_t n) {
    (void)log.bootstrap(members_1_to(3));
    in_life = log.recover()->life;
    if (n < 2) return;
    log_batch b;
    b.in = {1};
    bytes content((n - 1) * framed_bytes(1));
    for (std::size_t i = 0; i < n - 1; ++i) {
      std::byte const letter{static_cast<unsigned char>('a' + i)};
      frame_entry({&letter, 1}, content.data() + i * framed_bytes(1));
    }
    b.entries = run{{{2}, {1}}, {n}, kind::payload};
    log.write(b, {content, static_cast<std::uint32_t>(n - 1)}, {in_life, ++sequence});
  }

  /// One part of a snapshot.
  void stage(position of, bytes const& whole, std::size_t from, std::size_t count,
             members const& who = members_1_to(3)) {
    log_batch b;
    b.in = {5};
    b.vote = node_id{2};
    b.chunk = snapshot_chunk{of, from, static_cast<std::uint32_t>(count), whole.size()};
    if (b.chunk->is_last()) b.who = who;
    log.write(b, {std::span{whole}.subspan(from, count), 0}, {in_life, ++sequence});
  }
  void keep(position of, bytes const& whole, members const& who = members_1_to(3)) {
    log.keep_snapshot({of, who, whole.size()}, whole);
  }
  std::size_t completed() {
    std::size_t n = 0;
    while (log.poll({})) ++n;
    return n;
  }
  std::optional<bytes> read(position of, std::uint64_t from, std::uint32_t count,
                            std::uint64_t total) const {
    auto const part = log.read_snapshot({of, from, count, total});
    if (!part) return std::nullopt;
    return bytes(part->begin(), part->end());
  }
};

constexpr position at(std::uint64_t index, std::uint64_t in) { return {{index}, {in}}; }

}  // namespace

TEST_CASE("a snapshot of its own is kept and read in parts", "[S40]") {
  disk d(6);
  CHECK_FALSE(d.log.snapshot());
  CHECK_FALSE(d.read(at(4, 1), 0, 1, 1));
  bytes const whole = frame_of("state at 4");
  d.keep(at(4, 1), whole);
  CHECK(d.log.snapshot() == snapshot_info{at(4, 1), members_1_to(3), whole.size()});
  CHECK(d.log.base() == position{});  // it forgets nothing by itself
  auto const size = static_cast<std::uint32_t>(whole.size());
  CHECK(d.read(at(4, 1), 0, size, size) == whole);
  CHECK(d.read(at(4, 1), 3, 4, size) == bytes(whole.begin() + 3, whole.begin() + 7));
  CHECK(d.read(at(4, 1), size, 0, size) == bytes{});
  CHECK_FALSE(d.read(at(4, 2), 0, 1, size));
  CHECK_FALSE(d.read(at(3, 1), 0, 1, size));
  CHECK_FALSE(d.read(at(4, 1), 0, 1, size + 1u));
  CHECK_FALSE(d.read(at(4, 1), size, 1, size));
  CHECK_FALSE(d.read(at(4, 1), ~std::uint64_t{0}, 2, size));
}

TEST_CASE("an older snapshot does not replace a newer one", "[S43]") {
  disk d(6);
  d.keep(at(5, 1), frame_of("5"));
  d.keep(at(4, 1), frame_of("older"));
  d.keep(at(5, 1), frame_of("again"));
  CHECK(d.log.snapshot()->at == at(5, 1));
  CHECK(d.log.snapshot()->bytes == frame_of("5").size());
  d.keep(at(6, 1), frame_of("newer"));
  CHECK(d.log.snapshot()->at == at(6, 1));
}

TEST_CASE("nothing is forgotten that the snapshot does not cover", "[S29]") {
  disk d(8);
  d.keep(at(5, 1), frame_of("5"));
  d.log.compact({3});
  CHECK(d.log.base() == at(3, 1));
  d.log.compact({8});
  CHECK(d.log.base() == at(5, 1));
  CHECK(d.log.last() == log_index{8});
  d.log.compact({2});
  CHECK(d.log.base() == at(5, 1));
}

TEST_CASE("a start hands out what is behind the snapshot, and counts it as committed",
          "[S08][O-REC]") {
  disk d(8);
  d.keep(at(5, 1), frame_of("5"));
  CHECK(d.log.recover()->commit == log_index{5});
  d.log.compact({4});
  auto const held = d.log.recover();
  CHECK(held->base == at(4, 1));
  CHECK(held->commit == log_index{5});
  REQUIRE(held->runs.size() == 1);
  CHECK(held->runs[0] == run{at(5, 1), {8}, kind::payload});
  REQUIRE(held->configurations.size() == 1);
  CHECK(held->configurations[0].who == members_1_to(3));
}

TEST_CASE("the last part installs: a log that does not hold its entry goes", "[S41]") {
  disk d(6);
  bytes const whole = frame_of("a state at 9, longer than one part");
  for (std::size_t from = 0; from < whole.size(); from += 10) {
    CHECK_FALSE(d.log.snapshot());
    CHECK(d.log.last() == log_index{6});
    d.stage(at(9, 4), whole, from, std::min<std::size_t>(10, whole.size() - from), members_1_to(2));
  }
  CHECK(d.log.snapshot() == snapshot_info{at(9, 4), members_1_to(2), whole.size()});
  CHECK(d.log.base() == at(9, 4));
  CHECK(d.log.last() == log_index{9});
  CHECK_FALSE(d.log.run_at({6}));
  CHECK(d.log.configuration_before({10}) == configuration{at(9, 4), members_1_to(2)});
  CHECK_FALSE(d.log.configuration_before({9}));
  CHECK(d.read(at(9, 4), 0, static_cast<std::uint32_t>(whole.size()), whole.size()) == whole);
  CHECK(d.completed() == d.sequence);
  auto const held = d.log.recover();
  CHECK(held->base == at(9, 4));
  CHECK(held->commit == log_index{9});
  CHECK(held->runs.empty());
  CHECK(held->in == ballot{5});
  CHECK(held->vote == node_id{2});
}

TEST_CASE("the same entry in another ballot is another entry", "[S41]") {
  disk d(6);
  bytes const whole = frame_of("x");
  d.stage(at(4, 2), whole, 0, whole.size());
  CHECK(d.log.last() == log_index{4});
  CHECK(d.log.base() == at(4, 2));
}

TEST_CASE("entries behind a snapshot whose last entry is there stay", "[S41]") {
  disk d(6);
  bytes const whole = frame_of("x");
  d.stage(at(4, 1), whole, 0, whole.size(), members_1_to(5));
  CHECK(d.log.base() == at(4, 1));
  CHECK(d.log.last() == log_index{6});
  CHECK(d.log.run_at({5}) == run{at(5, 1), {6}, kind::payload});
  auto const kept = d.log.read({at(5, 1), {6}, kind::payload});
  REQUIRE(kept);
  CHECK(payload_reader(*kept).next()[0] == std::byte{'d'});
  CHECK(d.log.configuration_before({7}) == configuration{at(4, 1), members_1_to(5)});
  // And the log goes on.
  log_batch b;
  b.in = {5};
  b.truncate_from = log_index{6};
  b.entries = run{at(6, 5), {6}, kind::no_op};
  d.log.write(b, {}, {d.in_life, ++d.sequence});
  CHECK(d.log.run_at({6}) == run{at(6, 5), {6}, kind::no_op});
}

TEST_CASE("a later configuration behind the snapshot stays in force", "[S40][T6-15]") {
  disk d(6);
  log_batch b;
  b.in = {1};
  b.entries = run{at(7, 1), {7}, kind::configuration};
  b.who = members_1_to(4);
  d.log.write(b, {}, {d.in_life, ++d.sequence});
  bytes const whole = frame_of("x");
  d.stage(at(4, 1), whole, 0, whole.size(), members_1_to(2));
  CHECK(d.log.configuration_before({8}) == configuration{at(7, 1), members_1_to(4)});
  CHECK(d.log.configuration_before({7}) == configuration{at(4, 1), members_1_to(2)});
  CHECK(d.log.recover()->configurations.size() == 2);
}

TEST_CASE("a part at offset 0 begins anew; a restart forgets what is staged", "[S42][T6-11]") {
  disk d(2);
  bytes const first = frame_of("the first of two");
  bytes const second = frame_of("the second");
  d.stage(at(9, 1), first, 0, 12);
  d.stage(at(8, 1), second, 0, 12);
  d.stage(at(8, 1), second, 12, second.size() - 12);
  CHECK(d.log.snapshot()->at == at(8, 1));
  CHECK(d.read(at(8, 1), 0, static_cast<std::uint32_t>(second.size()), second.size()) == second);

  disk e(2);
  e.stage(at(9, 1), first, 0, 12);
  CHECK(test::violation_of([e, &first]() mutable {
          e.in_life = e.log.recover()->life;
          e.sequence = 0;
          e.stage(at(9, 1), first, 12, 12);
        }) == "memory_log: parts of a snapshot follow each other");
}

TEST_CASE("what is no whole frame fails the write of its last part, and all after it",
          "[S06][S42]") {
  std::vector<bytes> wrong{frame_of("state"), frame_of("state"), frame_of("state"), bytes(3),
                           frame_of("state")};
  wrong[0].back() ^= std::byte{1};
  wrong[1].push_back({});
  wrong[2].pop_back();
  wrong[4][0] ^= std::byte{1};
  for (bytes const& whole : wrong) {
    disk d(6);
    CHECK(d.completed() == 1);
    d.stage(at(9, 1), whole, 0, 1);
    CHECK_FALSE(d.log.failure());
    d.stage(at(9, 1), whole, 1, whole.size() - 1);
    REQUIRE(d.log.failure());
    CHECK(d.log.failure()->which == io_id{d.in_life, 3});
    CHECK(d.log.failure()->why.code != errc::ok);
    log_batch b;
    b.in = {8};
    d.log.write(b, {}, {d.in_life, ++d.sequence});
    CHECK(d.completed() == 1);
    CHECK_FALSE(d.log.next_completion());
    CHECK_FALSE(d.log.snapshot());
    CHECK(d.log.last() == log_index{6});
    CHECK(d.log.in() == ballot{5});
    CHECK(d.log.recover()->commit == log_index{1});
    CHECK_FALSE(d.log.failure());  // another life
  }
}

TEST_CASE("a copy keeps its own snapshot and what is staged") {
  disk d(2);
  bytes const whole = frame_of("the state of things");
  d.stage(at(9, 1), whole, 0, 12);
  disk copy = d;
  d.stage(at(8, 1), whole, 0, whole.size());
  copy.stage(at(9, 1), whole, 12, whole.size() - 12);
  CHECK(copy.log.snapshot()->at == at(9, 1));
  CHECK(d.log.snapshot()->at == at(8, 1));
}

TEST_CASE("what a host must not do with snapshots is a violation") {
  bytes const whole = frame_of("x");
  auto const keeps = [&](position of, std::uint64_t size) {
    return test::violation_of([&whole, of, size] {
      disk d(6);
      d.log.keep_snapshot({of, members_1_to(3), size}, whole);
    });
  };
  CHECK(keeps(at(6, 1), whole.size()).empty());
  CHECK(keeps(at(6, 1), whole.size() + 1) == "memory_log: a snapshot of another length");
  CHECK(keeps(at(6, 2), whole.size()) == "memory_log: a snapshot of what is not in the log");
  CHECK(keeps(at(7, 1), whole.size()) == "memory_log: a snapshot of what is not in the log");
  CHECK(test::violation_of([&whole] {
          disk d(6);
          d.log.compact({5});
          d.stage(at(5, 1), whole, 0, whole.size());
        }) == "log: a snapshot of what is compacted");
}
