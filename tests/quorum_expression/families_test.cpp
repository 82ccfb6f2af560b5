// SPDX-License-Identifier: BSL-1.0
// The families of the literature: their tables, the rules between sizes, and the known ways to get
// them wrong.
#include <string>

#include "synod/quorum/analysis.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/three_systems.hpp"
#include "tests/support/catch.hpp"

using synod::quorum_expression;
using synod::voter_set;

namespace {

quorum_expression parsed(std::string const& text) { return quorum_expression::parse(text).value(); }

// k of n0 .. n(n - 1).
quorum_expression any(std::size_t k, std::size_t n) {
  std::string text = std::to_string(k) + " of (n0";
  for (std::size_t i = 1; i < n; ++i) text += ", n" + std::to_string(i);
  return parsed(text + ')');
}

char const* const rows = "a and b and c or d and e and f or g and h and i";
char const* const one_of_each_row = "(a or b or c) and (d or e or f) and (g or h or i)";
char const* const columns = "a and d and g or b and e and h or c and f and i";

struct figures {
  char const* text;
  std::size_t minimal;
  std::size_t size;
  std::size_t resilience;
};

}  // namespace

TEST_CASE("nine members: as many minimal quorums, as small, as resilient as is known",
          "[quorum][families]") {
  std::string const grid = "(" + std::string(rows) + ") and (" + columns + ")";
  std::string const row_and_one_each = "(" + std::string(rows) + ") and " + one_of_each_row;
  figures const nine[] = {
      {"majority(a, b, c, d, e, f, g, h, i)", 126, 5, 4},
      {"majority(majority(a, b, c), majority(d, e, f), majority(g, h, i))", 27, 4, 3},
      {grid.c_str(), 9, 5, 2},
      {row_and_one_each.c_str(), 27, 5, 2},
  };
  for (auto const& [text, minimal, size, resilience] : nine) {
    CAPTURE(text);
    auto const system = parsed(text);
    CHECK(synod::minimal_quorums(system).count() == minimal);
    CHECK(synod::smallest_quorum(system) == size);
    CHECK(synod::resilience(system) == resilience);
    CHECK(synod::intersects(system, system));
  }
}

TEST_CASE("rows meet columns, and not rows", "[quorum][families]") {
  CHECK(synod::intersects(parsed(rows), parsed(columns)));
  CHECK(synod::intersects(parsed(rows), parsed(one_of_each_row)));
  CHECK_FALSE(synod::intersects(parsed(rows), parsed(rows)));
  CHECK_FALSE(synod::intersects(parsed(columns), parsed(columns)));
  CHECK(synod::is_dominated(parsed("(" + std::string(rows) + ") and (" + columns + ")")));
  CHECK_FALSE(synod::is_dominated(parsed("majority(a, b, c)")));
  CHECK(synod::is_dominated(parsed("majority(a, b, c, d)")));
}

TEST_CASE("flexible sizes meet exactly where their sum is more than all", "[quorum][families]") {
  for (std::size_t n = 1; n <= 9; ++n) {
    for (std::size_t q1 = 1; q1 <= n; ++q1) {
      for (std::size_t q2 = 1; q2 <= n; ++q2) {
        REQUIRE(synod::intersects(any(q1, n), any(q2, n)) == (q1 + q2 > n));
      }
    }
  }
}

TEST_CASE("votes as weights: 2w > V and r + w > V", "[quorum][families]") {
  std::string const members = " of (a:3, b:2, c:1, d:1)";
  for (std::size_t r = 1; r <= 7; ++r) {
    for (std::size_t w = 1; w <= 7; ++w) {
      auto const reads = parsed(std::to_string(r) + members);
      auto const writes = parsed(std::to_string(w) + members);
      // Sums of 3, 2, 1, 1 take every value, so that the rule is exact.
      REQUIRE(synod::intersects(reads, writes) == (r + w > 7));
      REQUIRE(synod::intersects(writes, writes) == (2 * w > 7));
    }
  }
}

TEST_CASE("fast sizes: any classic quorum meets any two fast ones together", "[quorum][families]") {
  struct sizes {
    std::size_t n, classic, fast, one_for_both;
  };
  sizes const table[] = {{3, 2, 3, 3}, {4, 3, 3, 3}, {5, 3, 4, 4}, {6, 4, 5, 5},
                         {7, 4, 6, 5}, {8, 5, 6, 6}, {9, 5, 7, 7}, {11, 6, 9, 8}};
  for (auto const& [n, classic, fast, one] : table) {
    CAPTURE(n);
    auto const slow = any(classic, n);
    auto const quick = any(fast, n);
    CHECK(synod::intersects(slow, slow));
    CHECK(synod::intersects(slow, quick, quick));
    CHECK(synod::intersects(any(one, n), any(one, n), any(one, n)));
    // One less is too few, though any two still meet.
    CHECK_FALSE(synod::intersects(slow, any(fast - 1, n), any(fast - 1, n)));
    CHECK_FALSE(synod::intersects(any(one - 1, n), any(one - 1, n), any(one - 1, n)));
  }
}

TEST_CASE("Byzantine sizes: two quorums share more than the liars among them",
          "[quorum][families]") {
  struct sizes {
    std::size_t b, n, dissemination;
  };
  for (auto const& [b, n, q] : {sizes{1, 4, 3}, sizes{2, 7, 5}}) {
    CAPTURE(n);
    CHECK(synod::is_dissemination(any(q, n), b));
    CHECK_FALSE(synod::is_dissemination(any(q - 1, n), b));  // they share too few
    CHECK_FALSE(synod::is_dissemination(any(q + 1, n), b));  // b silent ones stop it
    CHECK_FALSE(synod::is_masking(any(q, n), b));
  }
  for (auto const& [b, n, q] : {sizes{1, 5, 4}, sizes{2, 9, 7}}) {
    CAPTURE(n);
    CHECK(synod::is_masking(any(q, n), b));
    CHECK_FALSE(synod::is_masking(any(q - 1, n), b));
    CHECK_FALSE(synod::is_masking(any(q + 1, n), b));
  }
  // Majorities meet; that is not enough where the one they share may lie.
  CHECK(synod::intersects(any(3, 5), any(3, 5)));
  CHECK_FALSE(synod::is_dissemination(any(3, 5), 1));
}

TEST_CASE("half is no majority (Q-03)", "[quorum][families]") {
  auto const half = parsed("2 of (a, b, c, d)");
  CHECK(synod::disjoint_quorums(half, half) ==
        synod::two_quorums{voter_set::of_mask(0b0011), voter_set::of_mask(0b1100)});
  auto const groups = parsed("1 of (majority(a, b), majority(c, d))");
  CHECK(synod::disjoint_quorums(groups, groups) ==
        synod::two_quorums{voter_set::of_mask(0b0011), voter_set::of_mask(0b1100)});
  auto const most = parsed("majority(a, b, c, d)");
  CHECK(synod::intersects(most, most));
}

TEST_CASE("joint is both, not a quorum of the union (Q-04)", "[quorum][families]") {
  auto const before = parsed("majority(n1, n2, n3)");
  auto const after = parsed("majority(n3, n4, n5)");
  auto const joint = parsed("majority(n1, n2, n3) and majority(n3, n4, n5)");
  auto const of_union = parsed("majority(n1, n2, n3, n4, n5)");
  CHECK(synod::intersects(joint, before));
  CHECK(synod::intersects(joint, after));
  CHECK_FALSE(synod::intersects(of_union, before));
  CHECK_FALSE(synod::intersects(before, after));
}

TEST_CASE("a phase led by the other phase's quorum is unsafe (P-09)", "[quorum][families]") {
  CHECK(synod::intersects(any(3, 4), any(2, 4)));
  CHECK_FALSE(synod::intersects(any(2, 4), any(2, 4)));
}
