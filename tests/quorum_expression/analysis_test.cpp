// SPDX-License-Identifier: BSL-1.0
// Analysis against the definitions, over every monotone system of up to 5 members.
#include "synod/quorum/analysis.hpp"

#include <cstdint>
#include <vector>

#include "synod/quorum/majority.hpp"
#include "synod/quorum/three_systems.hpp"
#include "tests/quorum_expression/monotone.hpp"
#include "tests/support/catch.hpp"

using synod::truth_table;
using synod::voter_set;

namespace {

std::uint32_t answers_of(truth_table const& table) {
  return static_cast<std::uint32_t>(table.word(0));
}
bool is_minimal(naive::system const& s, voter_set set) {
  return (naive::minimal(s) >> set.mask() & 1) != 0;
}

// Any k of n: only the number counts.
struct any {
  std::size_t k = 1;
  std::size_t n = 0;
  constexpr std::size_t size() const noexcept { return n; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return (set & voter_set::first(n)).size() >= k;
  }
  constexpr bool operator==(any const&) const = default;
};

static_assert(synod::intersects(any{7, 12}, any{6, 12}), "known while compiling");
static_assert(synod::intersection_size(any{7, 12}, any{8, 12}) == 3);
static_assert(synod::disjoint_quorums(any{2, 4}, any{2, 4}) ==
              synod::two_quorums{voter_set::of_mask(0b0011), voter_set::of_mask(0b1100)});
static_assert(synod::resilience(any{4, 6}) == 2);
static_assert(synod::minimal_quorums(any{5, 9}).count() == 126);

}  // namespace

TEST_CASE("there are as many monotone systems as Dedekind counted", "[quorum][analysis]") {
  std::size_t const dedekind[] = {2, 3, 6, 20, 168, 7581};
  for (std::size_t n = 0; n <= 5; ++n) CHECK(naive::all_systems(n).size() == dedekind[n]);
}

TEST_CASE("a system's own measures are what their definitions say", "[quorum][analysis]") {
  for (std::size_t n = 1; n <= 5; ++n) {
    std::size_t wrong = 0;
    for (auto const& s : naive::all_quorum_systems(n)) {
      truth_table const table = truth_table::of(s);
      naive::system const dual{naive::blocking(s), n};
      bool const right = answers_of(table) == s.answers &&            //
                         answers_of(table.dual()) == dual.answers &&  //
                         answers_of(truth_table::of(synod::dual(s))) == dual.answers &&
                         table.dual().dual() == table &&                      //
                         answers_of(table.minimal()) == naive::minimal(s) &&  //
                         table.count() == naive::count(s.answers) &&          //
                         synod::is_monotone(s) &&                             //
                         synod::smallest_quorum(s) == naive::smallest(s) &&   //
                         synod::smallest_blocking_set(s) == naive::smallest(dual) &&
                         synod::resilience(s) == naive::resilience(s) &&  //
                         synod::is_dominated(s) == (dual.answers != s.answers);
      wrong += !right;
    }
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("a dominated system of quorums that meet can be improved, another cannot",
          "[quorum][analysis]") {
  auto const systems = naive::all_quorum_systems(4);
  for (auto const& s : systems) {
    if (naive::fewest_shared(s, s) == 0) continue;
    bool improvable = false;
    for (auto const& t : systems) {
      bool const more = (s.answers & ~t.answers) == 0 && s != t;
      if (more && naive::fewest_shared(t, t) > 0) improvable = true;
    }
    CHECK(synod::is_dominated(s) == improvable);
  }
}

TEST_CASE("what is not monotone is found out", "[quorum][analysis]") {
  for (std::uint32_t answers = 0; answers < 1u << 8; ++answers) {
    naive::system const s{answers, 3};
    bool monotone = !s.wins(0);
    for (std::uint32_t a = 0; a < 8; ++a) {
      for (std::uint32_t b = 0; b < 8; ++b) {
        if (s.wins(a) && !s.wins(a | b)) monotone = false;
      }
    }
    CHECK(synod::is_monotone(s) == monotone);
  }
}

TEST_CASE("two systems share as few members as their nearest quorums do", "[quorum][analysis]") {
  for (std::size_t n = 1; n <= 5; ++n) {
    auto const systems = naive::all_quorum_systems(n);
    // Every pair of up to four members; of five, each system with every 97th.
    std::size_t const stride = n < 5 ? 1 : 97;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < systems.size(); ++i) {
      for (std::size_t j = stride == 1 ? 0 : i % stride; j < systems.size(); j += stride) {
        auto const& x = systems[i];
        auto const& y = systems[j];
        std::size_t const shared = naive::fewest_shared(x, y);
        bool right = synod::intersection_size(x, y) == shared &&
                     synod::intersects(x, y) == (shared > 0) &&
                     !synod::quorums_sharing_less(x, y, shared);
        auto const nearest = synod::quorums_sharing_less(x, y, shared + 1);
        right = right && nearest && (nearest->first & nearest->second).size() == shared &&
                is_minimal(x, nearest->first) && is_minimal(y, nearest->second);
        right = right && synod::disjoint_quorums(x, y).has_value() == (shared == 0);
        wrong += !right;
      }
    }
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("three systems share as few members as their nearest quorums do", "[quorum][analysis]") {
  for (std::size_t n = 1; n <= 5; ++n) {
    auto const systems = naive::all_quorum_systems(n);
    std::size_t const stride = n <= 3 ? 1 : n == 4 ? 11 : 1009;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < systems.size(); i += stride) {
      for (std::size_t j = i % 7; j < systems.size(); j += stride) {
        for (std::size_t k = j % 5; k < systems.size(); k += stride) {
          auto const &x = systems[i], &y = systems[j], &z = systems[k];
          std::size_t const shared = naive::fewest_shared(x, y, z);
          bool right = synod::intersection_size(x, y, z) == shared &&
                       synod::intersects(x, y, z) == (shared > 0);
          auto const apart = synod::disjoint_quorums(x, y, z);
          right = right && apart.has_value() == (shared == 0);
          if (apart) {
            right = right && (apart->first & apart->second & apart->third).empty() &&
                    is_minimal(x, apart->first) && is_minimal(y, apart->second) &&
                    is_minimal(z, apart->third);
          }
          wrong += !right;
        }
      }
    }
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("counts agree with tables, up to twelve members", "[quorum][analysis]") {
  std::size_t wrong = 0;
  for (std::size_t n = 1; n <= 12; ++n) {
    for (std::size_t k = 1; k <= n; ++k) {
      truth_table const table = truth_table::of(any{k, n});
      wrong += table != truth_table::of_count(n, k, n);
      wrong += table.smallest() != k || table.dual().smallest() != n - k + 1;
      for (std::size_t m = 1; m <= n; ++m) {
        truth_table const other = truth_table::of(any{m, n});
        std::size_t const shared = k + m > n ? k + m - n : 0;
        wrong += synod::intersection_size(table, other) != shared;
        wrong += synod::intersection_size(table, other, table) !=
                 (2 * k + m > 2 * n ? 2 * k + m - 2 * n : 0);
      }
    }
    synod::majority const most{n};
    wrong += synod::intersection_size(most, most) != 2 * (n / 2 + 1) - n;
    wrong += truth_table::of(most) != truth_table::of_count(n, n / 2 + 1, n);
    wrong += synod::resilience(most) != (n - 1) / 2;
  }
  CHECK(wrong == 0);
}

TEST_CASE("majorities are judged by counts beyond any table", "[quorum][analysis]") {
  synod::majority const many{63};
  CHECK(synod::intersects(many, many));
  CHECK(synod::intersection_size(many, many) == 1);
  CHECK(synod::resilience(many) == 31);
  CHECK(synod::smallest_quorum(many) == 32);
  CHECK_FALSE(synod::intersects(many, many, many));
}

TEST_CASE("members that a system does not know do not matter to it", "[quorum][analysis]") {
  for (std::size_t n = 1; n <= 4; ++n) {
    for (auto const& s : naive::all_quorum_systems(n)) {
      for (std::size_t more = n; more <= 8; ++more) {
        truth_table const table = truth_table::of(s, more);
        REQUIRE(table == truth_table::of(truth_table::of(s), more));
        REQUIRE(table.smallest() == naive::smallest(s));
        REQUIRE(table.dual().smallest() == synod::smallest_blocking_set(s));
      }
    }
  }
  // Different members altogether: never safe together.
  CHECK_FALSE(synod::intersects(synod::majority{3}, synod::dual(any{9, 9})));
}

TEST_CASE("a system without a quorum misses nobody and survives nothing", "[quorum][analysis]") {
  synod::majority const nobody{0};
  CHECK(synod::intersects(nobody, nobody));
  CHECK(synod::resilience(nobody) == 0);
  CHECK(synod::smallest_blocking_set(nobody) == 0);
  CHECK(synod::smallest_quorum(nobody) == 1);

  any const never{4, 3};
  CHECK(synod::intersection_size(never, any{1, 3}) == 3);
  CHECK_FALSE(synod::disjoint_quorums(never, any{1, 3}));
  CHECK(synod::intersects(never, any{1, 3}, any{1, 3}));
  CHECK(synod::resilience(never) == 0);
  CHECK_FALSE(synod::is_dissemination(never, 0));
}

TEST_CASE("minimal quorums come in the order of their masks", "[quorum][analysis]") {
  std::vector<std::uint64_t> masks;
  synod::minimal_quorums(any{2, 3}).for_each([&](voter_set set) { masks.push_back(set.mask()); });
  CHECK(masks == std::vector<std::uint64_t>{0b011, 0b101, 0b110});
}
