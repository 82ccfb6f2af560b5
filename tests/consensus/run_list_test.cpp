// SPDX-License-Identifier: BSL-1.0
// The newest runs of a log, against a plain vector of entries.
#include "synod/consensus/run_list.hpp"

#include <vector>

#include "synod/base/random.hpp"
#include "synod/consensus/log_view.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

namespace {

/// Every entry, one by one; also the storage that knows what the core has forgotten.
struct plain_log {
  struct one {
    ballot in;
    synod::kind kind;
  };
  std::vector<one> entries;  // entry i stands at i - 1
  std::uint64_t compacted = 0;

  std::uint64_t last() const { return entries.size(); }
  void append(run const& r) {
    REQUIRE(r.first.index.value == last() + 1);
    while (last() < r.last.value) entries.push_back({r.first.in, r.kind});
  }
  /// The maximal run at i within (after, last]: configurations stand alone.
  std::optional<run> run_within(std::uint64_t i, std::uint64_t after) const {
    if (i <= after || i > last()) return std::nullopt;
    auto const joins = [&](std::uint64_t a, std::uint64_t b) {
      return entries[a - 1].in == entries[b - 1].in && entries[a - 1].kind == entries[b - 1].kind &&
             entries[a - 1].kind != kind::configuration;
    };
    std::uint64_t first = i;
    std::uint64_t end = i;
    while (first > after + 1 && joins(first - 1, first)) --first;
    while (end < last() && joins(end, end + 1)) ++end;
    return run{{{first}, entries[i - 1].in}, {end}, entries[i - 1].kind};
  }
  std::optional<run> run_at(log_index i) const noexcept { return run_within(i.value, compacted); }
  log_index fits(log_index, log_index last, std::uint64_t) const noexcept { return last; }
  position base() const noexcept { return {}; }
  std::optional<configuration> configuration_before(log_index) const noexcept { return {}; }

  ballot in(std::uint64_t i) const { return i == 0 ? ballot{} : entries[i - 1].in; }
  std::size_t runs() const {
    std::size_t n = 0;
    for (std::uint64_t i = 1; i <= last(); i = run_within(i, 0)->last.value + 1) ++n;
    return n;
  }
};

template <std::size_t Capacity>
void agree(run_list<Capacity> const& list, plain_log const& log) {
  CHECK(list.last_index().value == log.last());
  CHECK(list.last() == position{{log.last()}, log.in(log.last())});
  std::uint64_t const before = list.before().index.value;
  CHECK(list.before().in == log.in(before));
  CHECK(list.size() <= Capacity);
  for (std::uint64_t i = 0; i <= log.last() + 2; ++i) {
    CAPTURE(i, before, log.last());
    CHECK(list.run_at({i}) == log.run_within(i, before));
    bool const known = i >= before && i <= log.last();
    CHECK(list.ballot_at({i}) == (known ? std::optional(log.in(i)) : std::nullopt));
  }
}

}  // namespace

static_assert(log_reader<plain_log>);
static_assert(std::regular<run_list<16>>);
static_assert(sizeof(run_list<16>) <= 16 * 16 + 32);

TEST_CASE("an empty list knows the position before it") {
  run_list<4> const list;
  CHECK(list.last() == position{});
  CHECK_FALSE(list.run_at({0}));
  CHECK_FALSE(list.run_at({1}));
  CHECK(list.ballot_at({0}) == ballot{});
  run_list<4> const after{position{{7}, {3}}};
  CHECK(after.last() == position{{7}, {3}});
  CHECK(after.ballot_at({7}) == ballot{3});
  CHECK_FALSE(after.ballot_at({6}));
  CHECK_FALSE(after.ballot_at({8}));
}

TEST_CASE("adjoining runs of one ballot and kind are one, configurations are not") {
  run_list<4> list;
  list.append({{{1}, {0}}, {1}, kind::configuration});
  list.append({{{2}, {0}}, {2}, kind::configuration});
  list.append({{{3}, {1}}, {3}, kind::payload});
  list.append({{{4}, {1}}, {9}, kind::payload});
  CHECK(list.size() == 3);
  CHECK(list.run_at({5}) == run{{{3}, {1}}, {9}, kind::payload});
  CHECK(list.run_at({1}) == run{{{1}, {0}}, {1}, kind::configuration});
  CHECK(list.run_at({2}) == run{{{2}, {0}}, {2}, kind::configuration});
}

TEST_CASE("the largest ballot and index keep their kind") {
  run_list<4> list{position{{max_index - 2}, {max_ballot}}};
  for (auto const k : {kind::payload, kind::configuration}) {
    list.append({{next(list.last_index()), {max_ballot}}, next(list.last_index()), k});
    CHECK(list.run_at(list.last_index())->kind == k);
    CHECK(list.last().in == ballot{max_ballot});
  }
}

TEST_CASE("beyond its capacity the oldest run is forgotten, but for its end") {
  run_list<3> list;
  for (std::uint64_t i = 1; i <= 5; ++i) list.append({{{i}, {i}}, {i}, kind::payload});
  CHECK(list.size() == 3);
  CHECK(list.before() == position{{2}, {2}});
  CHECK(list.ballot_at({2}) == ballot{2});
  CHECK_FALSE(list.ballot_at({1}));
  CHECK_FALSE(list.run_at({2}));
}

TEST_CASE("truncation below what is kept begins anew at what the caller knows") {
  run_list<2> list;
  for (std::uint64_t i = 1; i <= 5; ++i) list.append({{{i}, {i}}, {i}, kind::payload});
  list.truncate_after({{1}, {1}});
  CHECK(list.size() == 0);
  CHECK(list.last() == position{{1}, {1}});
  list.append({{{2}, {9}}, {4}, kind::no_op});
  CHECK(list.last() == position{{4}, {9}});
}

TEST_CASE("a list agrees with a plain log, whatever is appended and truncated") {
  splitmix64 draw(11);
  for (int round = 0; round < 60; ++round) {
    run_list<4> list;
    plain_log log;
    std::uint64_t highest = 0;
    for (int i = 0; i < 60; ++i) {
      if (draw.below(4) != 0) {
        highest += draw.below(2);
        auto const what = static_cast<kind>(draw.below(3));
        std::uint64_t const length = what == kind::configuration ? 1 : 1 + draw.below(4);
        run const r{{{log.last() + 1}, {highest}}, {log.last() + length}, what};
        list.append(r);
        log.append(r);
      } else if (log.last() != 0) {
        std::uint64_t const upto =
            log.last() - draw.below(std::min<std::uint64_t>(log.last(), 6) + 1);
        list.truncate_after({{upto}, log.in(upto)});
        log.entries.resize(upto);
      }
      agree(list, log);
    }
  }
}

TEST_CASE("a gap is a violation") {
  CHECK(synod::test::violation_of([] {
          run_list<4> list;
          list.append({{{2}, {1}}, {2}, kind::payload});
        }) == "run_list: a gap");
}

TEST_CASE("a view knows the whole log: the newest runs and the storage's", "[S21]") {
  splitmix64 draw(5);
  for (int round = 0; round < 40; ++round) {
    run_list<3> list;
    plain_log log;
    std::uint64_t in = 1;
    for (int i = 0; i < 12; ++i) {
      in += draw.below(2);
      run const r{{{log.last() + 1}, {in}}, {log.last() + 1 + draw.below(3)}, kind::payload};
      list.append(r);
      log.append(r);
    }
    log.compacted = draw.below(list.before().index.value + 1);
    log_view const view{list, log};
    for (std::uint64_t i = 0; i <= log.last() + 2; ++i) {
      bool const known =
          (i > log.compacted || i >= list.before().index.value || i == 0) && i <= log.last();
      CAPTURE(i, log.compacted, log.last());
      CHECK(view.ballot_at({i}) == (known ? std::optional(log.in(i)) : std::nullopt));
      CHECK(view.holds({{i}, log.in(std::min(i, log.last()))}) == known);
      CHECK_FALSE(view.holds({{i}, {99}}));
      if (i > log.compacted && i <= log.last()) {
        REQUIRE(view.run_at({i}));
        CHECK(view.run_at({i})->contains({i}));
        CHECK(view.run_at({i})->first.in == log.in(i));
      } else if (i > log.last()) {
        CHECK_FALSE(view.run_at({i}));
      }
    }
  }
}

TEST_CASE("a view finds the end of a ballot and the last place that may agree", "[S26]") {
  run_list<2> list;
  plain_log log;
  // 1..3@1 4..4@1 (no-op) 5..6@3 7..9@5
  for (run const& r : {run{{{1}, {1}}, {3}, kind::payload}, run{{{4}, {1}}, {4}, kind::no_op},
                       run{{{5}, {3}}, {6}, kind::payload}, run{{{7}, {5}}, {9}, kind::payload}}) {
    list.append(r);
    log.append(r);
  }
  log_view const view{list, log};
  CHECK(view.last_of_ballot({{1}, {1}}) == log_index{4});
  CHECK(view.last_of_ballot({{2}, {1}}) == log_index{4});
  CHECK(view.last_of_ballot({{7}, {5}}) == log_index{9});
  CHECK(view.last_of_ballot({{5}, {2}}) == log_index{4});   // not of that ballot at all
  CHECK(view.last_of_ballot({{10}, {5}}) == log_index{9});  // beyond the end
  CHECK(view.last_at_most({{20}, {5}}) == position{{9}, {5}});
  CHECK(view.last_at_most({{20}, {4}}) == position{{6}, {3}});
  CHECK(view.last_at_most({{8}, {9}}) == position{{8}, {5}});
  CHECK(view.last_at_most({{5}, {2}}) == position{{4}, {1}});
  CHECK(view.last_at_most({{2}, {2}}) == position{{2}, {1}});
  CHECK(view.last_at_most({{9}, {0}}) == position{});
}
