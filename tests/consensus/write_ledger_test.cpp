// SPDX-License-Identifier: BSL-1.0
// From completions in any order to one contiguous watermark.
#include <algorithm>
#include <array>
#include <concepts>
#include <set>
#include <vector>

#include "synod/base/random.hpp"
#include "tests/consensus/confirming.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

constexpr life now{7};

/// How many of the first n writes are covered; the rest must not be.
std::uint64_t watermark(write_ledger const& ledger, std::uint64_t n = 200) {
  std::uint64_t covered = 0;
  while (covered < n && ledger.upto().covers({now, covered + 1})) ++covered;
  for (std::uint64_t i = covered + 1; i <= n; ++i) CHECK_FALSE(ledger.upto().covers({now, i}));
  return covered;
}

}  // namespace

static_assert(std::regular<write_ledger>);
static_assert(std::copyable<durable> && !std::default_initializable<durable>);
static_assert(std::copyable<completion>);
static_assert(!std::constructible_from<completion, io_id>);
static_assert(!std::constructible_from<durable, io_id>);

TEST_CASE("a life begins covered at 0, with nothing issued") {
  write_ledger const ledger{now};
  CHECK(ledger.upto().covers(ledger.nothing()));
  CHECK(ledger.nothing() == io_id{now, 0});
  CHECK(ledger.latest() == ledger.nothing());
  CHECK(ledger.outstanding() == 0);
  CHECK(watermark(ledger) == 0);
}

TEST_CASE("writes are numbered from 1 on") {
  write_ledger ledger{now};
  CHECK(ledger.issue() == io_id{now, 1});
  CHECK(ledger.issue() == io_id{now, 2});
  CHECK(ledger.latest() == io_id{now, 2});
  CHECK(ledger.outstanding() == 2);
}

TEST_CASE("every order of six completions gives the contiguous maximum", "[S05][R30]") {
  std::array<std::uint64_t, 6> order{1, 2, 3, 4, 5, 6};
  int orders = 0;
  do {
    write_ledger ledger{now};
    for (int i = 0; i < 6; ++i) ledger.issue();
    std::set<std::uint64_t> done;
    for (std::uint64_t const sequence : order) {
      CHECK(ledger.persisted(confirming::confirm(now, sequence)));
      done.insert(sequence);
      std::uint64_t contiguous = 0;
      while (done.contains(contiguous + 1)) ++contiguous;
      CHECK(watermark(ledger, 8) == contiguous);
      CHECK(ledger.outstanding() == 6 - contiguous);
    }
    CHECK(ledger.early() == 0);
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 720);
}

TEST_CASE("a completion counts once, before and behind the watermark") {
  write_ledger ledger{now};
  for (int i = 0; i < 3; ++i) ledger.issue();
  CHECK(ledger.persisted(confirming::confirm(now, 2)));
  write_ledger const before = ledger;
  CHECK_FALSE(ledger.persisted(confirming::confirm(now, 2)));
  CHECK(ledger == before);
  CHECK(ledger.persisted(confirming::confirm(now, 1)));
  CHECK_FALSE(ledger.persisted(confirming::confirm(now, 1)));
  CHECK_FALSE(ledger.persisted(confirming::confirm(now, 2)));
  CHECK(watermark(ledger) == 2);
}

TEST_CASE("what was never issued, or in another life, confirms nothing", "[S05]") {
  write_ledger ledger{now};
  ledger.issue();
  write_ledger const before = ledger;
  for (std::uint64_t const sequence :
       {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{65}, ~std::uint64_t{0}}) {
    CHECK_FALSE(ledger.persisted(confirming::confirm(now, sequence)));
  }
  CHECK_FALSE(ledger.persisted(confirming::confirm(previous(now), 1)));
  CHECK_FALSE(ledger.persisted(confirming::confirm(next(now), 1)));
  CHECK_FALSE(ledger.persisted(completion{}));
  CHECK(ledger == before);
}

TEST_CASE("a watermark covers nothing of another life") {
  durable const upto = first_writes(now, 5);
  CHECK(upto.covers({now, 5}));
  CHECK_FALSE(upto.covers({now, 6}));
  CHECK_FALSE(upto.covers({previous(now), 1}));
  CHECK_FALSE(upto.covers({next(now), 0}));
}

TEST_CASE("64 writes may be outstanding, and complete in any order") {
  for (bool const backwards : {false, true}) {
    write_ledger ledger{now};
    for (int round = 0; round < 3; ++round) {
      std::uint64_t const base = ledger.latest().sequence;
      for (int i = 0; i < 64; ++i) {
        CHECK_FALSE(ledger.full());
        ledger.issue();
      }
      CHECK(ledger.full());
      for (std::uint64_t i = 1; i <= 64; ++i) {
        CHECK(ledger.persisted(confirming::confirm(now, base + (backwards ? 65 - i : i))));
        CHECK(ledger.full() == (backwards && i < 64));
      }
      CHECK(watermark(ledger, base + 70) == base + 64);
    }
  }
}

TEST_CASE("a ledger agrees with a set of numbers, whatever happens") {
  splitmix64 draw(3);
  for (int round = 0; round < 200; ++round) {
    write_ledger ledger{now};
    std::uint64_t issued = 0;
    std::uint64_t contiguous = 0;
    std::set<std::uint64_t> done;
    for (int i = 0; i < 300; ++i) {
      if (!ledger.full() && draw.below(2) == 0) {
        CHECK(ledger.issue().sequence == ++issued);
      } else {
        std::uint64_t const sequence = contiguous + draw.below(70);
        bool const news = sequence > contiguous && sequence <= issued && !done.contains(sequence);
        CHECK(ledger.persisted(confirming::confirm(now, sequence)) == news);
        if (news) done.insert(sequence);
        while (done.contains(contiguous + 1)) ++contiguous;
      }
      CHECK(ledger.upto() == first_writes(now, contiguous));
      CHECK(ledger.outstanding() == issued - contiguous);
    }
  }
}
