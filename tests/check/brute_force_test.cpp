// SPDX-License-Identifier: BSL-1.0
// The search beside the definition: every order of every choice of open operations.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/check.hpp"
#include "tests/check/evidence.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

template <class Model>
using history = std::vector<operation<Model>>;

// The state of each part.
template <class Model>
using states = std::map<decltype(test::part_of(operation<Model>())), Model>;

// Whether the operations named, in this order, keep real time and give the answers.
template <class Model>
bool runs(history<Model> const& all, std::vector<std::size_t> const& order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      auto const& later = all[order[j]];
      if (later.returned && *later.returned < all[order[i]].called) return false;
    }
  }
  states<Model> now;
  return std::all_of(order.begin(), order.end(), [&](std::size_t each) {
    return now[test::part_of(all[each])].step(all[each].input, all[each].output);
  });
}

template <class Model>
bool linearizable_by_definition(history<Model> const& all) {
  std::vector<std::size_t> open;
  std::vector<std::size_t> returned;
  for (std::size_t i = 0; i < all.size(); ++i) {
    (all[i].returned ? returned : open).push_back(i);
  }
  for (std::size_t taken = 0; taken < std::size_t{1} << open.size(); ++taken) {
    std::vector<std::size_t> order = returned;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if ((taken >> i & 1) != 0) order.push_back(open[i]);
    }
    std::sort(order.begin(), order.end());
    do {
      if (runs(all, order)) return true;
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return false;
}

using small_register = register_model<std::int64_t>;

operation<small_register> draw(splitmix64& random, small_register) {
  auto const value = static_cast<std::int64_t>(random.below(3));
  operation<small_register> made;
  small_register::output answer;
  switch (random.below(4)) {
    case 0: made.input = small_register::write(value); break;
    case 1:
      made.input =
          small_register::compare_and_set(value, static_cast<std::int64_t>(random.below(3)));
      answer.done = random.below(2) == 0;
      break;
    default:
      made.input = small_register::read();
      if (random.below(4) != 0) answer.value = value;
  }
  made.output = answer;
  return made;
}

operation<kv_model> draw(splitmix64& random, kv_model) {
  static constexpr std::array<char const*, 2> words{"a", "b"};
  static constexpr std::array<char const*, 2> keys{"x", "y"};
  std::string const key = keys[random.below(8) == 0 ? 1 : 0];
  std::string const value = random.below(3) == 0 ? "1" : words[random.below(2)];
  bool const done = random.below(2) == 0;
  operation<kv_model> made;
  switch (random.below(9)) {
    case 0: made.input = kv_model::set(key, value); break;
    case 1: made.input = kv_model::append(key, value); break;
    case 2: made.input = kv_model::set_if_absent(key, value); break;
    case 3: made.input = kv_model::set_if_present(key, value); break;
    case 4: made.input = kv_model::increment(key); break;
    case 5: made.input = kv_model::remove(key); break;
    case 6: made.input = kv_model::exchange(key, value); break;
    default: made.input = kv_model::get(key);
  }
  made.output = kv_model::output{done,
                                 random.below(4) == 0
                                     ? std::nullopt
                                     : std::optional(random.below(3) == 0 ? value + "a" : value),
                                 static_cast<std::int64_t>(random.below(3))};
  return made;
}

// Up to six operations; one in four is open, one in eight has an answer that nobody knows. Instants
// are few, so that some are equal.
template <class Model>
history<Model> draw_history(splitmix64& random) {
  history<Model> all;
  std::uint64_t const size = 1 + random.below(6);
  for (std::uint64_t i = 0; i < size; ++i) {
    operation<Model> each = draw(random, Model{});
    each.called = {random.below(12)};
    each.returned = each.called + duration{random.below(6)};
    std::uint64_t const fate = random.below(8);
    if (fate < 3) each.output.reset();
    if (fate < 2) each.returned.reset();
    all.push_back(each);
  }
  return all;
}

// As above, but the answers are those of some order that keeps real time, so that it is
// linearizable, and hard to see.
template <class Model>
history<Model> draw_linearizable(splitmix64& random) {
  history<Model> all = draw_history<Model>(random);
  states<Model> now;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Model& state = now[test::part_of(all[i])];
    all[i].called = {i + 1 - random.below(std::min<std::uint64_t>(i + 1, 4))};
    if (all[i].returned) all[i].returned = instant{i + 1 + random.below(4)};
    if (!all[i].returned && random.below(2) == 0) continue;
    if (!all[i].output) {
      state.step(all[i].input, all[i].output);
      continue;
    }
    Model next = state;
    for (int tries = 0; !next.step(all[i].input, all[i].output); ++tries) {
      all[i].output = draw(random, Model{}).output;
      if (tries == 20) all[i].output.reset();
      next = state;
    }
    state = next;
  }
  return all;
}

template <class Model>
void compare(std::uint64_t seeds) {
  splitmix64 random(1);
  std::uint64_t linearizable = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    bool const made_so = seed % 3 == 0;
    history<Model> const all =
        made_so ? draw_linearizable<Model>(random) : draw_history<Model>(random);
    bool const expected = linearizable_by_definition(all);
    auto const report = check_linearizability<Model>(all).value();
    CAPTURE(seed, explain<Model>(report, all));
    REQUIRE((expected || !made_so));
    REQUIRE(static_cast<bool>(report) == expected);
    REQUIRE(report.verdict != linearizability::out_of_budget);
    REQUIRE(test::evidence_holds<Model>(report, all));
    linearizable += expected ? 1 : 0;
  }
  // Both answers were common.
  CHECK(linearizable > seeds / 3);
  CHECK(linearizable < seeds - seeds / 5);
}

}  // namespace

TEST_CASE("The search agrees with the definition on a register",
          "[lin_forgets_real_time][lin_orders_ties][lin_writes_only_look]"
          "[lin_forgets_the_state][lin_open_never_happens]") {
  compare<small_register>(10000);
}

TEST_CASE("The search agrees with the definition on keys and values", "[lin_first_part_decides]") {
  compare<kv_model>(10000);
}
