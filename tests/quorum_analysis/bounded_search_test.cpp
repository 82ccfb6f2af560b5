// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/bounded_search.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "synod/quorum/majority.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "tests/quorum_analysis/systems.hpp"
#include "tests/support/catch.hpp"

using namespace analysis_tests;
using synod::errc;
using synod::find_disjoint;
using synod::find_resilience;
using synod::find_smallest_quorum;
using synod::list_minimal_quorums;
using synod::majority;
using synod::quorum_expression;
using synod::surviving;
using synod::voter_set;

namespace {

quorum_expression expression(std::string const& text) {
  auto parsed = quorum_expression::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

// One of each pair: 2^count minimal quorums.
std::string pairs(std::size_t count, std::string const& first, std::string const& second) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    std::string const number = std::to_string(i);
    text += (i == 0 ? "(" : " and (") + first + number + " or " + second + number + ")";
  }
  return text;
}

// One of each of 32 pairs.
struct pairs_of_64 {
  std::size_t size() const noexcept { return 64; }
  bool is_quorum(voter_set set) const noexcept {
    constexpr std::uint64_t firsts = 0x5555555555555555;
    return ((set.mask() | set.mask() >> 1) & firsts) == firsts;
  }
  bool operator==(pairs_of_64 const&) const = default;
};

// Choices in one another over members m0, m1 ..., each once, some with weights.
std::string random_read_once(std::mt19937_64& random, std::size_t members) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < members; ++i) parts.push_back("m" + std::to_string(i));
  while (parts.size() > 1) {
    std::size_t const count = 2 + random() % (parts.size() - 1);
    std::uint64_t total = 0;
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t const weight = 1 + random() % 3;
      total += weight;
      list += (i == 0 ? "(" : ", ") + parts.back() + ":" + std::to_string(weight);
      parts.pop_back();
    }
    parts.insert(parts.begin(), std::to_string(1 + random() % total) + " of " + list + ")");
  }
  return parts.front();
}

// An expression whose tree nobody sees.
class table_of_nine {
 public:
  table_of_nine() = default;
  explicit table_of_nine(quorum_expression const& of) {
    for (std::uint64_t mask = 0; mask < 512; ++mask) {
      wins_[mask] = of.is_quorum(synod::voter_set::of_mask(mask));
    }
  }
  std::size_t size() const noexcept { return 9; }
  bool is_quorum(voter_set set) const noexcept { return wins_[set.within(9).mask()]; }
  bool operator==(table_of_nine const&) const = default;

 private:
  std::array<bool, 512> wins_{};
};

}  // namespace

TEST_CASE("there are as many monotone systems as Dedekind counted", "[analysis]") {
  CHECK(monotone_tables(3).size() == 20);
  CHECK(monotone_tables(4).size() == 168);
  CHECK(monotone_tables(5).size() == 7581);
}

TEST_CASE("searches agree with trying every set, for all systems of up to 5 members",
          "[analysis]") {
  std::size_t wrong = 0;
  for (std::size_t n = 1; n <= 5; ++n) {
    for (auto const& system : systems_of(n)) {
      auto const listed = list_minimal_quorums(system).value();
      std::set<std::uint64_t> found;
      std::size_t smallest = n;
      for (voter_set const quorum : listed) {
        found.insert(quorum.mask());
        smallest = std::min(smallest, quorum.size());
      }
      wrong += found.size() != listed.size();
      for (std::uint64_t mask = 0; mask < std::uint64_t{1} << n; ++mask) {
        wrong += found.contains(mask) != brute_is_minimal(system, mask);
      }
      wrong += find_smallest_quorum(system).value() != smallest;
      wrong += find_resilience(system).value() != brute_resilience(system);
      wrong += bool(find_disjoint(system, system).value()) == brute_intersect(system, system);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("two systems are disjoint exactly if some set and the rest are quorums", "[analysis]") {
  std::size_t wrong = 0;
  auto const all = systems_of(4);
  for (auto const& first : all) {
    for (auto const& second : all) {
      auto const found = find_disjoint(first, second).value();
      wrong += bool(found) == brute_intersect(first, second);
      if (!found) continue;
      wrong += !(found->first & found->second).empty();
      wrong += !brute_is_minimal(first, found->first.mask());
      wrong += !brute_is_minimal(second, found->second.mask());
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a surviving quorum is one whoever of it fails", "[analysis]") {
  std::size_t wrong = 0;
  for (auto const& system : systems_of(4)) {
    for (std::size_t failures = 0; failures <= 5; ++failures) {
      for (std::uint64_t mask = 0; mask < 16; ++mask) {
        bool expected = set_of(mask).size() >= failures;
        for (std::uint64_t failed = 0; failed < 16; ++failed) {
          if ((failed & ~mask) != 0 || set_of(failed).size() > failures) continue;
          expected = expected && system.is_quorum(set_of(mask & ~failed));
        }
        wrong += surviving(system, failures).is_quorum(set_of(mask)) != expected;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a system without quorums has none to list, and nothing to survive", "[analysis]") {
  CHECK(list_minimal_quorums(majority{0}).value().empty());
  CHECK(find_smallest_quorum(majority{0}).error().code == errc::empty);
  CHECK(find_resilience(majority{0}).error().code == errc::empty);
  CHECK(find_resilience(quorum_expression{}).error().code == errc::empty);
  CHECK_FALSE(find_disjoint(majority{0}, majority{0}).value());
  CHECK(list_minimal_quorums(surviving(majority{3}, 3)).value().empty());
}

TEST_CASE("members that never matter are in no minimal quorum", "[analysis]") {
  struct first_of_four {
    std::size_t size() const noexcept { return 4; }
    bool is_quorum(voter_set set) const noexcept { return set.contains(0); }
    bool operator==(first_of_four const&) const = default;
  };
  CHECK(list_minimal_quorums(first_of_four{}).value() == std::vector{set_of(1)});
  CHECK(find_resilience(first_of_four{}).value() == 0);
}

TEST_CASE("searches end, with an error where the answer is too far", "[analysis]") {
  CHECK(list_minimal_quorums(majority{9}, 126).value().size() == 126);
  CHECK(list_minimal_quorums(majority{9}, 125).error() == synod::error{errc::too_large, "", 125});
  CHECK(list_minimal_quorums(majority{64}).error().code == errc::too_large);
  CHECK(find_resilience(majority{64}).value() == 31);

  CHECK(list_minimal_quorums(pairs_of_64{}).error().code == errc::too_large);
  CHECK(find_smallest_quorum(pairs_of_64{}).error().code == errc::too_large);
}

TEST_CASE("systems of different members cannot be compared", "[analysis]") {
  CHECK(find_disjoint(majority{3}, majority{5}).error() == synod::error{errc::bad_input, "", 5});
}

TEST_CASE("expressions without a member twice are answered by their shape", "[analysis]") {
  auto const large = expression(pairs(32, "a", "b"));
  CHECK(find_smallest_quorum(large).value() == 32);
  CHECK(find_resilience(large).value() == 1);
  CHECK(find_resilience(large.dual()).value() == 31);
  CHECK_FALSE(find_disjoint(large, large.dual()).value());

  std::mt19937_64 random{3};
  std::size_t wrong = 0;
  for (int i = 0; i < 200; ++i) {
    auto const folded = expression(random_read_once(random, 9));
    table_of_nine const searched(folded);
    wrong += find_smallest_quorum(folded).value() != find_smallest_quorum(searched).value();
    wrong += find_resilience(folded).value() != find_resilience(searched).value();
  }
  CHECK(wrong == 0);
}

TEST_CASE("members of expressions are the same where their names are", "[analysis]") {
  auto const found = find_disjoint(expression("a and b"), expression("c and b or d")).value();
  REQUIRE(found);
  CHECK(found->first == set_of(0b0011));   // a and b
  CHECK(found->second == set_of(0b1000));  // d: after a, b and c
  CHECK_FALSE(find_disjoint(expression("a and b"), expression("b or a")).value());
  // By slot, the one would miss the other, and these would meet.
  CHECK_FALSE(find_disjoint(expression("a and (b or c)"), expression("c and b or a")).value());
  auto const apart =
      find_disjoint(expression("a and (b or c)"), expression("c or b and a")).value();
  REQUIRE(apart);
  CHECK((apart->first == set_of(0b011) && apart->second == set_of(0b100)));
  CHECK(find_disjoint(expression("x"), expression("y")).value());
  CHECK(find_disjoint(expression(pairs(20, "a", "b")), expression(pairs(20, "c", "d"))).error() ==
        synod::error{errc::too_large, "", 80});
}
