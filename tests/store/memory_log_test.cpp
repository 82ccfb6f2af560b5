// SPDX-License-Identifier: BSL-1.0
// The in-memory log, against a vector of entries.
#include "synod/store/memory_log.hpp"

#include <optional>
#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

namespace {

members three() {
  members who;
  for (std::uint64_t n = 1; n <= 3; ++n) who.voters.push_back({n});
  return who;
}

struct entries {
  std::vector<std::byte> bytes;
  std::uint32_t count = 0;

  void add(std::string const& content) {
    std::size_t const at = bytes.size();
    bytes.resize(at + framed_bytes(content.size()));
    frame_entry(std::as_bytes(std::span{content.data(), content.size()}), bytes.data() + at);
    ++count;
  }
  operator payload() const { return {bytes, count}; }
};

/// A store and its dumb twin.
struct twins {
  struct one {
    ballot in;
    synod::kind kind = kind::payload;
    std::string content;
    members who;
  };

  memory_log log;
  bool in_one_chunk = true;
  std::vector<one> plain;  // entry i at i - 1
  std::uint64_t base = 0;
  life in_life;
  std::uint64_t sequence = 0;
  ballot term;
  std::optional<node_id> vote;

  twins() { found(); }
  explicit twins(std::size_t chunk_bytes) : log(duration{}, chunk_bytes), in_one_chunk(false) {
    found();
  }
  void found() {
    REQUIRE(log.bootstrap(three()));
    plain.push_back({{0}, kind::configuration, "", three()});
    restart();
  }
  void restart() {
    auto const held = log.recover();
    REQUIRE(held);
    CHECK(held->life > in_life);
    in_life = held->life;
    sequence = 0;
    CHECK(held->in == term);
    CHECK(held->vote == vote);
    CHECK(held->base.index.value == base);
    CHECK(held->commit.value == std::max<std::uint64_t>(base, 1));
    std::uint64_t at = base;
    for (run const& r : held->runs) {
      CHECK(r.first.index.value == at + 1);
      CHECK(r == run_at(at + 1));
      at = r.last.value;
    }
    CHECK(at == plain.size());
    REQUIRE_FALSE(held->configurations.empty());
    CHECK(held->configurations.back() == *configuration_before(plain.size() + 1));
  }
  void write(log_batch b, payload with = {}) {
    b.in = term;
    b.vote = vote;
    log.write(b, with, {in_life, ++sequence});
    if (b.truncate_from) plain.resize(b.truncate_from->value - 1);
  }

  std::optional<run> run_at(std::uint64_t i) const {
    if (i <= base || i > plain.size()) return std::nullopt;
    auto const joins = [&](std::uint64_t a) {
      return plain[a - 1].in == plain[a].in && plain[a - 1].kind == plain[a].kind &&
             plain[a].kind != kind::configuration;
    };
    std::uint64_t first = i;
    std::uint64_t last = i;
    while (first > base + 1 && joins(first - 1)) --first;
    while (last < plain.size() && joins(last)) ++last;
    return run{{{first}, plain[i - 1].in}, {last}, plain[i - 1].kind};
  }
  std::optional<configuration> configuration_before(std::uint64_t i) const {
    for (std::uint64_t at = std::min<std::uint64_t>(i - 1, plain.size()); at != 0; --at) {
      if (plain[at - 1].kind == kind::configuration) {
        return configuration{{{at}, plain[at - 1].in}, plain[at - 1].who};
      }
    }
    return std::nullopt;
  }
  std::uint64_t bytes_of(std::uint64_t i) const {
    return plain[i - 1].kind == kind::payload ? framed_bytes(plain[i - 1].content.size()) : 0;
  }

  void agree(splitmix64& draw) const {
    CHECK(log.last().value == plain.size());
    CHECK(log.in() == term);
    CHECK(log.vote() == vote);
    CHECK(log.base() == (base == 0 ? position{} : position{{base}, plain[base - 1].in}));
    for (std::uint64_t i = 0; i <= plain.size() + 1; ++i) REQUIRE(log.run_at({i}) == run_at(i));
    for (std::uint64_t i = base + 1; i <= plain.size() + 1; ++i) {
      REQUIRE(log.configuration_before({i}) == configuration_before(i));
    }
    if (plain.size() == base) return;
    std::uint64_t const first = base + 1 + draw.below(plain.size() - base);
    std::uint64_t const last = run_at(first)->last.value;
    std::uint64_t const limit = draw.below(60);
    std::uint64_t most = first;
    std::uint64_t bytes = bytes_of(first);
    while (most < last && bytes + bytes_of(most + 1) <= limit) bytes += bytes_of(++most);
    CHECK(log.bytes_of({first}, {most}) == bytes);
    std::uint64_t const fits = log.fits({first}, {last}, limit).value;
    CHECK((in_one_chunk ? fits == most : first <= fits && fits <= most));
    run which{{{first}, plain[first - 1].in}, {fits}, plain[first - 1].kind};
    auto const read = log.read(which);
    REQUIRE(read);
    for (; most > fits; --most) bytes -= bytes_of(most);
    CHECK(read->entries == fits - first + 1);
    CHECK(read->bytes.size() == bytes);
    which.last = {last};
    run const piece = one_piece(log, which);
    REQUIRE(log.read(piece));
    if (which.kind == kind::payload && piece.last < which.last) {
      which.last = next(piece.last);
      CHECK_FALSE(log.read(which));
      which.last = {last};
      CHECK_FALSE(log.read(which));
    } else {
      CHECK(piece.last == which.last);
    }
    if (plain[first - 1].kind == kind::payload) {
      payload_reader reader(*read);
      for (std::uint64_t i = first; i <= fits; ++i) {
        auto const got = reader.next();
        CHECK(std::string(reinterpret_cast<char const*>(got.data()), got.size()) ==
              plain[i - 1].content);
      }
    }
  }
};

}  // namespace

static_assert(log_store<memory_log>);
static_assert(log_reader<memory_log>);
static_assert(std::copyable<memory_log>);

TEST_CASE("founding is for empty stores, with each voter once") {
  memory_log log;
  CHECK(log.bootstrap({}).error().code == errc::empty);
  members twice = three();
  twice.voters.push_back({2});
  CHECK(log.bootstrap(twice).error() == error{errc::duplicate, "", 3});
  CHECK(log.recover().error().code == errc::empty);
  CHECK(*log.bootstrap(three()) == position{{1}, {0}});
  CHECK(log.bootstrap(three()).error().code == errc::not_empty);
  CHECK(log.recover());
  CHECK(log.bootstrap(three()).error().code == errc::not_empty);
}

TEST_CASE("what was founded is recovered, committed, in life 1") {
  memory_log log;
  REQUIRE(log.bootstrap(three()));
  auto const held = log.recover();
  REQUIRE(held);
  CHECK(held->life == life{1});
  CHECK(held->in == ballot{0});
  CHECK_FALSE(held->vote);
  CHECK(held->commit == log_index{1});
  REQUIRE(held->runs.size() == 1);
  CHECK(held->runs[0] == run{{{1}, {0}}, {1}, kind::configuration});
  REQUIRE(held->configurations.size() == 1);
  CHECK(held->configurations[0] == configuration{{{1}, {0}}, three()});
}

TEST_CASE("every recovery is another life") {
  memory_log log;
  REQUIRE(log.bootstrap(three()));
  for (std::uint64_t n = 1; n < 5; ++n) CHECK(log.recover()->life == life{n});
}

TEST_CASE("a store agrees with a plain log, whatever is written, cut and compacted") {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    CAPTURE(seed);
    splitmix64 draw(seed / 2);
    twins t = seed % 2 == 0 ? twins() : twins(64);
    for (int i = 0; i < 80; ++i) {
      switch (draw.below(10)) {
        case 0: t.restart(); break;
        case 1: {  // only the term and the vote
          t.term = next(t.term);
          t.vote = draw.below(2) != 0 ? std::optional(node_id{draw.below(3)}) : std::nullopt;
          t.write({});
          break;
        }
        case 2: {
          std::uint64_t const upto = t.base + draw.below(t.plain.size() - t.base + 2);
          t.log.compact({upto});
          if (upto > t.base && upto <= t.plain.size()) t.base = upto;
          break;
        }
        default: {
          t.term = {t.term.value + draw.below(2)};
          log_batch b;
          if (draw.below(4) == 0 && t.plain.size() > std::max<std::uint64_t>(t.base, 1)) {
            std::uint64_t const kept = std::max<std::uint64_t>(t.base, 1);
            b.truncate_from = log_index{kept + 1 + draw.below(t.plain.size() - kept)};
            t.plain.resize(b.truncate_from->value - 1);
            if (draw.below(3) == 0) {
              t.write(b);
              break;
            }
          }
          auto const what = static_cast<kind>(draw.below(8) < 6 ? 0 : 1 + draw.below(2));
          std::uint64_t const n = what == kind::payload ? 1 + draw.below(4) : 1;
          position const first{{t.plain.size() + 1}, t.term};
          b.entries = run{first, {t.plain.size() + n}, what};
          entries with;
          if (what == kind::payload) {
            b.skip = static_cast<std::uint32_t>(draw.below(3));
            for (std::uint32_t k = 0; k < b.skip; ++k) with.add("skipped");
          }
          if (what == kind::configuration) {
            b.who = three();
            b.who->voters.push_back({100 + draw.below(9)});
          }
          std::vector<twins::one> added;
          for (std::uint64_t k = 0; k < n; ++k) {
            std::string const content(draw.below(20), static_cast<char>('a' + draw.below(26)));
            if (what == kind::payload) with.add(content);
            added.push_back(
                {t.term, what, what == kind::payload ? content : "", b.who.value_or(members{})});
          }
          if (what == kind::payload && draw.below(3) == 0) with.add("more than is asked for");
          auto const truncated = b.truncate_from;
          t.write(b, with);
          if (truncated) t.plain.resize(truncated->value - 1);
          t.plain.insert(t.plain.end(), added.begin(), added.end());
        }
      }
      t.agree(draw);
    }
  }
}

TEST_CASE("a run is read only whole, with the right ballot and kind", "[O-LMATCH]") {
  twins t;
  t.term = {3};
  entries with;
  for (char const* text : {"a", "b", "c"}) with.add(text);
  log_batch b;
  b.entries = run{{{2}, {3}}, {4}, kind::payload};
  t.write(b, with);
  auto const at = [&](std::uint64_t first, std::uint64_t in, std::uint64_t last,
                      kind what = kind::payload) {
    return t.log.read({{{first}, {in}}, {last}, what}).has_value();
  };
  CHECK(at(2, 3, 4));
  CHECK(at(3, 3, 3));
  CHECK_FALSE(at(2, 2, 4));
  CHECK_FALSE(at(2, 3, 5));
  CHECK_FALSE(at(1, 3, 4));
  CHECK_FALSE(at(1, 0, 2, kind::configuration));
  CHECK_FALSE(at(2, 3, 4, kind::no_op));
  CHECK_FALSE(at(5, 3, 5));
  b.truncate_from = log_index{3};
  b.entries = run{{{3}, {4}}, {3}, kind::payload};
  t.term = {4};
  t.write(b, with);
  CHECK_FALSE(at(2, 3, 3));
  CHECK_FALSE(at(3, 3, 3));
  CHECK(at(2, 3, 2));
  t.log.compact({2});
  CHECK_FALSE(at(2, 3, 2));
  CHECK(at(3, 4, 3));
}

TEST_CASE("without a delay every write completes at the next poll, in order", "[S05]") {
  twins t;
  for (int i = 0; i < 3; ++i) t.write({});
  CHECK(t.log.outstanding() == 3);
  for (std::uint64_t n = 1; n <= 3; ++n) CHECK(t.log.poll({})->id() == io_id{{1}, n});
  CHECK_FALSE(t.log.poll({}));
  CHECK(t.log.outstanding() == 0);
}

TEST_CASE("group commit: one sync at a time covers all that was written before it began") {
  memory_log log(milliseconds(2));
  REQUIRE(log.bootstrap(three()));
  life const in = log.recover()->life;
  auto const ms = [](std::uint64_t n) { return instant{} + milliseconds(n); };
  auto const completed = [&](std::uint64_t at) {
    std::vector<std::uint64_t> all;
    while (auto const done = log.poll(ms(at))) all.push_back(done->id().sequence);
    return all;
  };
  using sequence = std::vector<std::uint64_t>;
  CHECK(completed(0).empty());
  CHECK_FALSE(log.next_completion());
  log.write({}, {}, {in, 1});
  CHECK(completed(0).empty());  // a sync begins
  CHECK(log.next_completion() == ms(2));
  log.write({}, {}, {in, 2});  // too late for it
  log.write({}, {}, {in, 3});
  CHECK(completed(1).empty());
  CHECK(completed(2) == sequence{1});
  CHECK(log.next_completion() == ms(4));
  log.write({}, {}, {in, 4});
  CHECK(completed(3).empty());
  CHECK(completed(4) == sequence{2, 3});
  CHECK(completed(9) == sequence{4});  // polled late
  CHECK_FALSE(log.next_completion());
  log.write({}, {}, {in, 5});
  CHECK(completed(20).empty());
  CHECK(completed(22) == sequence{5});
}

TEST_CASE("a restart forgets what was never reported") {
  memory_log log(milliseconds(2));
  REQUIRE(log.bootstrap(three()));
  log.write({}, {}, {log.recover()->life, 1});
  (void)log.poll({});
  life const now = log.recover()->life;
  CHECK_FALSE(log.next_completion());
  CHECK_FALSE(log.poll(instant{} + seconds(1)));
  log.write({}, {}, {now, 1});
  (void)log.poll({});
  CHECK(log.poll(instant{} + seconds(1))->id() == io_id{now, 1});
}

TEST_CASE("a copy is a disk of its own") {
  twins t;
  memory_log copy = t.log;
  t.term = {5};
  t.write({});
  CHECK(copy.in() == ballot{0});
  CHECK(copy.outstanding() == 0);
}

TEST_CASE("what a host must not do is a violation") {
  std::string const order = "memory_log: writes come in order, of the life that was handed out";
  auto const writes = [](io_id id) {
    return test::violation_of([id] {
      memory_log log;
      (void)log.bootstrap(three());
      (void)log.recover();
      log.write({}, {}, id);
    });
  };
  CHECK(writes({{1}, 1}).empty());
  CHECK(writes({{1}, 2}) == order);
  CHECK(writes({{1}, 0}) == order);
  CHECK(writes({{2}, 1}) == order);
  CHECK(test::violation_of([] {
          memory_log log;
          (void)log.bootstrap(three());
          (void)log.recover();
          log_batch b;
          b.entries = run{{{2}, {1}}, {2}, kind::payload};
          log.write(b, {}, {{1}, 1});
        }) == "log: the payload lacks entries");
}
