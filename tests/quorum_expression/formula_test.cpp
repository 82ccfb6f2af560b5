// SPDX-License-Identifier: BSL-1.0
// Expressions known while compiling: from C++, from text, and beside what they stand for.
#include <array>
#include <boost/hana/equal.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>
#include <concepts>
#include <type_traits>

#include "synod/quorum/analysis.hpp"
#include "synod/quorum/expression.hpp"
#include "synod/quorum/hana_names.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/must_intersect.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/quorum_text.hpp"
#include "synod/quorum/tally.hpp"
#include "tests/support/catch.hpp"

namespace hana = boost::hana;
using synod::choose;
using synod::majority_of;
using synod::quorum_expression;
using synod::quorum_node;
using synod::quorum_text;
using synod::voter_set;
using synod::weigh;

namespace {

constexpr auto a = quorum_node<"a">;
constexpr auto b = quorum_node<"b">;
constexpr auto c = quorum_node<"c">;
constexpr auto d = quorum_node<"d">;
constexpr auto e = quorum_node<"e">;

constexpr auto mixed = (choose<2>(a, b, c) & d) | e;
using mixed_system = std::remove_const_t<decltype(mixed)>;

static_assert(synod::quorum_system<mixed_system>);
static_assert(synod::named_quorum_system<mixed_system>);
static_assert(std::is_empty_v<mixed_system>, "an expression costs nothing but its type");
static_assert(mixed.size() == 5);
static_assert(mixed.names()[3] == "d");
static_assert(mixed.is_quorum(voter_set::of_mask(0b01011)));
static_assert(mixed.is_quorum(voter_set::of_mask(0b10000)));
static_assert(!mixed.is_quorum(voter_set::of_mask(0b00111)));

// The same three ways.
static_assert(mixed == quorum_text<"2 of (a, b, c) and d or e">);
static_assert(mixed != quorum_text<"2 of (a, b, c) and e or d">);
static_assert((a & b & c) == quorum_text<"a and b and c">);
static_assert((a & (b & c)) == quorum_text<"a and b and c">);
static_assert(((a | b) | c) == choose<1>(a, b, c));
static_assert((a & a) == a);
static_assert(majority_of(a, b, c, d) == quorum_text<"majority(a, b, c, d)">);
static_assert(choose<3>(weigh<2>(a), b, c) == quorum_text<"3 of (a:2, b, c)">);
static_assert(majority_of(weigh<3>(a | b), c, d) == quorum_text<"majority((a or b):3, c, d)">);
static_assert(choose<2>(choose<1>(a, b), c& d, e) == quorum_text<"2 of (a or b, c and d, e)">);
static_assert(choose<3>(weigh<1>(a & b), c, d) == choose<3>(a & b, c, d));

static_assert(((quorum_text<"2 of (a, b, c)"> & d) | e) == mixed);
static_assert(choose<2>(quorum_text<"a or b">, weigh<2>(c), d) ==
              quorum_text<"2 of (a or b, c:2, d)">);

static_assert(mixed.dual() == quorum_text<"(2 of (a, b, c) or d) and e">);
static_assert(std::is_same_v<decltype(mixed.dual().dual()), mixed_system>);
static_assert(dual(quorum_text<"3 of (a:2, b, c)">) == quorum_text<"2 of (a:2, b, c)">);

// Hana's lists go in, and Hana's names come out.
constexpr auto zone = hana::make_tuple(a, b, c);
static_assert(choose<2>(zone) == majority_of(a, b, c));
static_assert(hana_names(mixed) == hana::make_tuple(BOOST_HANA_STRING("a"), BOOST_HANA_STRING("b"),
                                                    BOOST_HANA_STRING("c"), BOOST_HANA_STRING("d"),
                                                    BOOST_HANA_STRING("e")));
static_assert(hana_names(quorum_text<"node-1 and b">) ==
              hana::make_tuple(BOOST_HANA_STRING("node-1"), BOOST_HANA_STRING("b")));
constexpr auto from_hana = synod::quorum_node_of(BOOST_HANA_STRING("a"));
static_assert(std::is_same_v<decltype(from_hana), decltype(a)>);

// Proofs, by name.
static_assert(synod::intersects(choose<2>(a, b, c), choose<2>(c, b, a)));
static_assert(!synod::intersects(a | b, c), "other names are other members");
static_assert(!synod::intersects(choose<2>(a, b, c), choose<2>(b, c, d)));
static_assert(synod::disjoint_quorums(choose<2>(a, b, c), choose<2>(b, c, d)) ==
              synod::two_quorums{voter_set::of_mask(0b0011), voter_set::of_mask(0b1100)});
static_assert(synod::common_names(choose<2>(a, b), choose<2>(c, a)).count == 3);
static_assert(synod::intersection_size(choose<3>(a, b, c, d), choose<3>(d, c, b, a)) == 2);
static_assert(synod::always_intersect<2, choose<3>(a, b, c, d), choose<3>(d, c, b, a)>);
static_assert(!synod::always_intersect<3, choose<3>(a, b, c, d), choose<3>(d, c, b, a)>);
static_assert(synod::always_intersect<1, mixed, mixed.dual()>);
static_assert(synod::must_intersect<1, mixed, mixed.dual()>);
static_assert(!synod::always_intersect<1, mixed, mixed>);
static_assert(synod::always_intersect<1, [] { return synod::majority{5}; },
                                      [] { return synod::majority{5}; }>);

// Beyond twelve members, by counts.
constexpr auto many = [] { return synod::majority{31}; };
static_assert(synod::must_intersect<1, many, many>);
static_assert(!synod::always_intersect<2, many, many>);
static_assert(!synod::always_intersect<1, many, many, many>);

// By shape.
constexpr auto most = quorum_text<"9 of (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)">;
constexpr auto seven = quorum_text<"7 of (o, n, m, l, k, j, i, h, g, f, e, d, c, b, a)">;
constexpr auto six = quorum_text<"6 of (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)">;
constexpr auto zones =
    quorum_text<"2 of (2 of (a, b, c), 2 of (d, e, f), 2 of (g, h, i)) and 3 of (j, k, l, m, n)">;
constexpr auto thirteen = quorum_text<"7 of (a, b, c, d, e, f, g, h, i, j, k, l, m)">;
static_assert(synod::intersects(most, seven));
static_assert(synod::intersects(most, thirteen), "13 of the same 15 members");
static_assert(synod::intersects(zones, zones));
static_assert(synod::intersects(zones, zones.dual()));
static_assert(synod::must_intersect<1, zones, zones>);
static_assert(!synod::always_intersect<1, most, six>, "not proved");

template <class Formula>
std::size_t differences(Formula formula, bool (*by_hand)(voter_set)) {
  auto const text = quorum_expression::of(formula).text();
  auto const from_text = quorum_expression::parse(text).value();
  auto const table = synod::detail::table_of_system(formula);
  std::size_t wrong = from_text != quorum_expression::of(formula);
  for (std::uint64_t mask = 0; mask < std::uint64_t{1} << formula.size(); ++mask) {
    voter_set const set = voter_set::of_mask(mask);
    bool const wins = by_hand(set);
    wrong += formula.is_quorum(set) != wins;
    wrong += from_text.is_quorum(set) != wins;
    wrong += table.is_quorum(set) != wins;
    wrong += formula.dual().is_quorum(set.complement(formula.size())) == wins;
  }
  return wrong;
}

bool in(voter_set set, std::size_t slot) { return set.contains(slot); }
std::size_t among(voter_set set, std::size_t first, std::size_t count) {
  std::size_t sum = 0;
  for (std::size_t slot = first; slot < first + count; ++slot) sum += set.contains(slot);
  return sum;
}

}  // namespace

TEST_CASE("an expression, its text and the rule by hand agree on every set",
          "[quorum][expression]") {
  CHECK(differences(a, [](voter_set s) { return in(s, 0); }) == 0);
  CHECK(differences(
            mixed, [](voter_set s) { return (among(s, 0, 3) >= 2 && in(s, 3)) || in(s, 4); }) == 0);
  CHECK(differences(choose<4>(weigh<3>(a), weigh<2>(b), c, d), [](voter_set s) {
          return 3 * in(s, 0) + 2 * in(s, 1) + among(s, 2, 2) >= 4;
        }) == 0);
  CHECK(differences(majority_of(a & b, c | d, weigh<2>(e)), [](voter_set s) {
          return (among(s, 0, 2) == 2) + (among(s, 2, 2) >= 1) + 2 * in(s, 4) >= 3;
        }) == 0);
  // Seven to twelve members: a table in memory. Beyond: the terms.
  CHECK(differences(
            quorum_text<"2 of (2 of (a, b, c), 2 of (d, e, f), 2 of (g, h, i))">, [](voter_set s) {
              return (among(s, 0, 3) >= 2) + (among(s, 3, 3) >= 2) + (among(s, 6, 3) >= 2) >= 2;
            }) == 0);
  CHECK(differences(quorum_text<"7 of (a, b, c, d, e, f, g, h, i, j, k, l)">,
                    [](voter_set s) { return among(s, 0, 12) >= 7; }) == 0);
}

TEST_CASE("beyond twelve members an expression is asked term by term", "[quorum][expression]") {
  auto const from_text = quorum_expression::of(zones);
  std::size_t wrong = 0;
  for (std::uint64_t mask = 0; mask < 1u << 14; ++mask) {
    voter_set const set = voter_set::of_mask(mask);
    bool const wins =
        (among(set, 0, 3) >= 2) + (among(set, 3, 3) >= 2) + (among(set, 6, 3) >= 2) >= 2 &&
        among(set, 9, 5) >= 3;
    wrong += zones.is_quorum(set) != wins;
    wrong += from_text.is_quorum(set) != wins;
  }
  CHECK(wrong == 0);
}

TEST_CASE("what is no member of an expression does not matter to it", "[quorum][expression]") {
  CHECK(mixed.is_quorum(voter_set::of_mask(~std::uint64_t{0})));
  CHECK_FALSE(mixed.is_quorum(voter_set::of_mask(~std::uint64_t{0b11111})));
  CHECK_FALSE(most.is_quorum(voter_set::of_mask(~std::uint64_t{0} << 15)));
}

TEST_CASE("an expression turns into its run-time twin", "[quorum][expression]") {
  auto const twin = quorum_expression::of(mixed);
  CHECK(twin == quorum_expression::parse("2 of (a, b, c) and d or e").value());
  CHECK(twin.text() == "2 of (a, b, c) and d or e");
  CHECK(twin.dual() == quorum_expression::of(mixed.dual()));
  CHECK(synod::intersects(twin, mixed.dual()));
  CHECK_FALSE(synod::intersects(twin, mixed));
}

TEST_CASE("votes are counted for an expression of two words", "[quorum][expression]") {
  synod::tally votes{mixed};
  CHECK(sizeof(votes) <= 24);
  votes.vote(0, true);
  votes.vote(3, true);
  CHECK(votes.now() == synod::verdict::pending);
  CHECK(votes.vote(1, true) == synod::verdict::won);
}

TEST_CASE("a proof by shape is never wrong", "[quorum][expression]") {
  // Small systems, where tables tell the truth. Some pairs meet though no shape shows it.
  char const* const texts[] = {"a",
                               "a and b",
                               "a or b",
                               "2 of (a, b, c)",
                               "3 of (a, b, c, d)",
                               "2 of (a, b, c, d)",
                               "2 of (a:2, b, c)",
                               "3 of (a:2, b, c)",
                               "3 of (a, b:2, c)",
                               "2 of (a and b, c, d)",
                               "2 of (a or b, c, d)",
                               "2 of (c, a and b, d)",
                               "a and (b or c)",
                               "a or b and c",
                               "(a or b) and (c or d)",
                               "a and c or b and d",
                               "2 of (a and b, b and c, c and a)",
                               "2 of (d, a or b, c)"};
  std::size_t wrong = 0;
  std::size_t shown = 0;
  std::size_t meeting = 0;
  for (char const* x : texts) {
    for (char const* y : texts) {
      auto const first = quorum_expression::parse(x).value();
      auto const second = quorum_expression::parse(y).value();
      synod::detail::common_slots const slots(first, second);
      bool const by_shape = synod::detail::meet_by_shape(first, second, slots);
      bool const meet = synod::intersects(first, second);
      wrong += by_shape && !meet;
      shown += by_shape;
      meeting += meet;
    }
  }
  CHECK(wrong == 0);
  CHECK(shown * 3 > meeting);
}
