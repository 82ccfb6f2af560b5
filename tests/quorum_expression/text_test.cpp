// SPDX-License-Identifier: BSL-1.0
// The text of quorum expressions: what it means, how it prints, what is wrong with it and where.
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "synod/quorum/analysis.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/tally.hpp"
#include "tests/quorum_expression/random_tree.hpp"
#include "tests/support/catch.hpp"

using synod::errc;
using synod::quorum_expression;
using synod::voter_set;

namespace {

static_assert(std::regular<quorum_expression>);
static_assert(synod::quorum_system<quorum_expression>);

quorum_expression parsed(std::string_view text) {
  auto const made = quorum_expression::parse(text);
  INFO(text << ": " << made.error().what << " at " << made.error().place);
  REQUIRE(made);
  return *made;
}
std::string normal(std::string_view text) { return parsed(text).text(); }

std::vector<std::string> names_of(quorum_expression const& system) {
  return {system.names().begin(), system.names().end()};
}

// The error of a text, as "code@column".
std::string refused(std::string_view text) {
  auto const made = quorum_expression::parse(text);
  if (made) return "accepted";
  char const* const codes[] = {"ok",        "bad_option", "bad_recovered", "bad_input",
                               "too_large", "duplicate",  "unknown",       "empty"};
  return std::string(codes[static_cast<std::size_t>(made.error().code)]) + '@' +
         std::to_string(made.error().place + 1);
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

}  // namespace

TEST_CASE("slots are the names in order of their first appearance", "[quorum][expression]") {
  auto const system = parsed("2 of (a, b, c) or (d and e) or a and e");
  CHECK(names_of(system) == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK(system.size() == 5);
  CHECK(system.slot_of("d") == 3);
  CHECK(system.slot_of("f") == 5);
  CHECK(system.is_quorum(voter_set::of_mask(0b00011)));
  CHECK(system.is_quorum(voter_set::of_mask(0b11000)));
  CHECK(system.is_quorum(voter_set::of_mask(0b10001)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b01001)));
  CHECK_FALSE(system.is_quorum({}));
}

TEST_CASE("each operator can be written in three ways", "[quorum][expression]") {
  auto const system = parsed("a and b or c");
  for (char const* text : {"a & b | c", "a*b+c", " ( a and b )\tor\nc ", "a&b or c"}) {
    CHECK(parsed(text) == system);
  }
  CHECK(parsed("and-1 or of.x") == parsed("and-1|of.x"));
  CHECK(normal("1 or 2") == "1 or 2");  // digits are a name, unless `of` follows
  CHECK(normal("2 of (1, 2, 3)") == "2 of (1, 2, 3)");
}

TEST_CASE("a majority is more than half of the weight", "[quorum][expression]") {
  CHECK(normal("majority(a, b, c)") == "2 of (a, b, c)");
  CHECK(normal("majority(a, b, c, d)") == "3 of (a, b, c, d)");
  CHECK(normal("majority(a:3, b, c)") == "3 of (a:3, b, c)");
  CHECK(normal("majority(a:2, b, c)") == "3 of (a:2, b, c)");
  CHECK(normal("majority(a)") == "a");
  CHECK(normal("majority(a, b)") == "a and b");
}

TEST_CASE("the normal form has as few parentheses as can be", "[quorum][expression]") {
  CHECK(normal("((a))") == "a");
  CHECK(normal("(a and (b and c))") == "a and b and c");
  CHECK(normal("(a or (b or c)) or d") == "a or b or c or d");
  CHECK(normal("(a and b) or (c and d)") == "a and b or c and d");
  CHECK(normal("(a or b) and (c or d)") == "(a or b) and (c or d)");
  CHECK(normal("2 of ((a), (b), (c or d))") == "2 of (a, b, c or d)");
  CHECK(normal("3 of (a:2, (b or c):2, (d))") == "3 of (a:2, (b or c):2, d)");
  CHECK(normal("3 of (2 of (a, b, c):2, d, e)") == "3 of (2 of (a, b, c):2, d, e)");
  CHECK(normal("2 of (a, b)") == "a and b");
  CHECK(normal("1 of (a, b)") == "a or b");
  CHECK(normal("2 of (a:2)") == "a");
  CHECK(normal("2 of (a and b, c)") == "a and b and c");
  CHECK(normal("a and b and a") == "a and b");
  CHECK(normal("a or a") == "a");
  CHECK(normal("b and (a and b or c)") == "b and (a and b or c)");
}

TEST_CASE("a member weighs what stands after its colon", "[quorum][expression]") {
  auto const system = parsed("3 of (a:2, b, c)");
  CHECK(system.is_quorum(voter_set::of_mask(0b011)));
  CHECK(system.is_quorum(voter_set::of_mask(0b101)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b110)));
  CHECK_FALSE(system.is_quorum(voter_set::of_mask(0b001)));

  auto const wide = parsed("18446744073709551615 of (a:18446744073709551614, b)");
  CHECK(wide.is_quorum(voter_set::of_mask(0b11)));
  CHECK_FALSE(wide.is_quorum(voter_set::of_mask(0b01)));
  CHECK_FALSE(wide.is_quorum(voter_set::of_mask(0b10)));
  CHECK(synod::minimal_quorums(wide).count() == 1);
}

TEST_CASE("the dual exchanges choices and looks back", "[quorum][expression]") {
  CHECK(parsed("a and b or c").dual().text() == "(a or b) and c");
  CHECK(parsed("2 of (a, b, c, d)").dual().text() == "3 of (a, b, c, d)");
  CHECK(parsed("3 of (a:2, b, c)").dual().text() == "2 of (a:2, b, c)");
  CHECK(parsed("a").dual() == parsed("a"));
  CHECK(parsed("2 of (a, b, c)").dual() == parsed("2 of (a, b, c)"));
  CHECK(quorum_expression{}.dual() == quorum_expression{});
}

TEST_CASE("errors point at the column where they show", "[quorum][expression]") {
  CHECK(refused("") == "empty@1");
  CHECK(refused("  ") == "empty@3");
  CHECK(refused("a b") == "bad_input@3");
  CHECK(refused("a or") == "bad_input@5");
  CHECK(refused("a or or b") == "bad_input@6");
  CHECK(refused("and") == "bad_input@1");
  CHECK(refused("(a or b") == "bad_input@1");  // the parenthesis that is not closed
  CHECK(refused("2 of (a, (b)") == "bad_input@6");
  CHECK(refused("a)") == "bad_input@2");
  CHECK(refused("(a b)") == "bad_input@4");
  CHECK(refused("a @ b") == "bad_input@3");
  CHECK(refused("a and \xc3\xa4") == "bad_input@7");
  CHECK(refused(std::string_view("a\0", 2)) == "bad_input@2");
  CHECK(refused("2 of a") == "bad_input@6");
  CHECK(refused("2 of (a, b,)") == "bad_input@12");
  CHECK(refused("2 of (a; b)") == "bad_input@8");
  CHECK(refused("x of (a, b)") == "bad_input@1");
  CHECK(refused("-1 of (a, b)") == "bad_input@1");
  CHECK(refused("2 of ()") == "empty@6");
  CHECK(refused("majority()") == "empty@9");
  CHECK(refused("majority") == "bad_input@9");
  CHECK(refused("majority or b") == "bad_input@10");
}

TEST_CASE("a choice that is always or never won is refused", "[quorum][expression]") {
  CHECK(refused("a and 0 of (b, c)") == "bad_input@7");
  CHECK(refused("a and 3 of (b, c)") == "bad_input@7");
  CHECK(refused("5 of (b:2, c:2)") == "bad_input@1");
  CHECK(refused("4 of (b:2, c:2)") == "accepted");
}

TEST_CASE("weights are refused where they count for nothing or cannot be counted",
          "[quorum][expression]") {
  CHECK(refused("2 of (a:0, b, c)") == "bad_input@9");
  CHECK(refused("2 of (a:x, b, c)") == "bad_input@9");
  CHECK(refused("2 of (a:, b, c)") == "bad_input@9");
  CHECK(refused("2 of (a:-1, b, c)") == "bad_input@9");
  CHECK(refused("2 of (a or b:2, c)") == "bad_input@13");
  CHECK(refused("2 of (a:2 or b, c)") == "bad_input@11");
  CHECK(refused("a:2") == "bad_input@2");
  CHECK(refused("(a:2)") == "bad_input@3");
  CHECK(refused("18446744073709551616 of (a, b)") == "too_large@1");
  CHECK(refused("2 of (a:18446744073709551616, b)") == "too_large@9");
  CHECK(refused("2 of (a:18446744073709551615, b)") == "too_large@31");
  CHECK(refused("2 of (a:18446744073709551614, b)") == "accepted");
}

TEST_CASE("a member is named once in a list", "[quorum][expression]") {
  CHECK(refused("2 of (a, b, a)") == "duplicate@13");
  CHECK(refused("2 of (a, b, (a))") == "duplicate@13");
  CHECK(refused("2 of (a, b, a and a)") == "duplicate@13");
  CHECK(refused("majority(a:2, a)") == "duplicate@15");
  CHECK(refused("2 of (a, b, a or c)") == "accepted");
  CHECK(refused("2 of (a, b, c) or 2 of (a, d, e)") == "accepted");
}

TEST_CASE("limits are stated and kept", "[quorum][expression]") {
  std::string text = "n0";
  for (std::size_t i = 1; i < 64; ++i) text += " and n" + std::to_string(i);
  auto const most = parsed(text);
  CHECK(most.size() == 64);
  CHECK(most.is_quorum(voter_set::first(64)));
  CHECK_FALSE(most.is_quorum(voter_set::first(63)));
  CHECK(parsed(most.text()) == most);
  std::size_t const column = text.size() + 6;
  CHECK(refused(text + " and n64") == "too_large@" + std::to_string(column));
  CHECK(refused(text + " and n63") == "accepted");

  CHECK(refused(repeated("(", 64) + "a" + repeated(")", 64)) == "accepted");
  CHECK(refused(repeated("(", 65) + "a" + repeated(")", 65)) == "too_large@65");
  CHECK(refused(repeated("(", 1'000'000)) == "too_large@65");
  CHECK(refused(repeated("1 of (", 1'000'000)) == "too_large@390");
  CHECK(refused(repeated("a|", 65534) + "a") == "accepted");
  CHECK(refused(repeated("a|", 65535) + "a") == "too_large@131071");

  // Choices in one another: 64 levels, whatever the parentheses.
  std::string deep = "a";
  for (std::size_t level = 0; level < 32; ++level) deep = "(b or " + deep + ") and c";
  CHECK(refused(deep) == "accepted");
  CHECK(refused("(b or " + deep + ") and c").starts_with("too_large@"));
}

TEST_CASE("the deepest expressions print, parse back and turn into duals", "[quorum][expression]") {
  for (char const* piece : {"2 of (a, b, c, ", "3 of (a:2, b, c and d, e or f, ", "c or b and ("}) {
    std::string text = "g";
    for (std::size_t level = 0; quorum_expression::parse(piece + text + ")"); ++level) {
      text = piece + text + ")";
      REQUIRE(level < 64);
    }
    auto const system = parsed(text);
    CHECK(parsed(system.text()) == system);
    CHECK(parsed(system.dual().text()) == system.dual());
    CHECK(system.dual().dual() == system);
    CHECK(system.is_quorum(voter_set::first(system.size())));
  }
}

TEST_CASE("expressions mean what a naive reader takes them for", "[quorum][expression]") {
  synod::splitmix64 random(20);
  std::size_t wrong = 0;
  std::size_t members = 0;
  for (std::size_t round = 0; round < 3000; ++round) {
    auto const tree = naive::random_tree(random, 1 + round % 8, 4);
    auto const system = parsed(tree.text());
    auto const dual = system.dual();
    auto const table = synod::detail::table_of_system(system);
    members += system.size();
    for (std::uint64_t mask = 0; mask < std::uint64_t{1} << system.size(); ++mask) {
      std::uint64_t names = 0;
      for (std::size_t slot = 0; slot < system.size(); ++slot) {
        if ((mask >> slot & 1) != 0)
          names |= std::uint64_t{1} << std::stoul(system.names()[slot].substr(5));
      }
      voter_set const set = voter_set::of_mask(mask);
      wrong += system.is_quorum(set) != tree.wins(names);
      wrong += table.is_quorum(set) != tree.wins(names);
      wrong += dual.is_quorum(set.complement(system.size())) == tree.wins(names);
    }
    wrong += table.dual() != synod::detail::table_of_system(dual);
    wrong += dual.dual() != system;
    wrong += parsed(system.text()) != system;
    wrong += parsed(dual.text()) != dual;
    wrong += system.text().size() > tree.text().size();
  }
  CHECK(wrong == 0);
  CHECK(members > 3000 * 2);  // the trees are not all trivial
}

TEST_CASE("an expression counts votes like any other system", "[quorum][expression]") {
  synod::tally votes{parsed("(a or b) and (c or d)")};
  CHECK(votes.vote(0, true) == synod::verdict::pending);
  CHECK(votes.vote(2, false) == synod::verdict::pending);
  CHECK(votes.vote(3, false) == synod::verdict::lost);
}
