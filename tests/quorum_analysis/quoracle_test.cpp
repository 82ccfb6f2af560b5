// SPDX-License-Identifier: BSL-1.0
// The numbers of Whittaker, Charapko, Hellerstein, Howard and Stoica, Read-Write Quorum Systems
// Made Practical (PaPoC 2021), as their library prints them: the examples of the paper
// (examples/paper.py of mwhittaker/quoracle), its tutorial (README.md) and its tests.
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "synod/quorum/load.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "tests/support/catch.hpp"

using synod::measure;
using synod::node_profile;
using synod::optimal_strategy;
using synod::quorum_expression;
using synod::quorum_strategy;
using synod::rational;
using synod::read_share;
using synod::read_write_quorums;
using synod::strategy_goal;
using synod::strategy_limits;
using synod::voter_set;
using synod::workload;

namespace {

std::string printed(rational const& value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value.convert_to<double>());
  return text.data();
}

using profiles = std::map<std::string, node_profile>;
using shares = std::vector<read_share>;

// A read system and its dual for writes, its nodes by name.
class example {
 public:
  example(char const* reads, profiles nodes, std::size_t failures = 0)
      : reads_(quorum_expression::parse(reads).value()),
        quorums_(read_write_quorums::make(reads_, reads_.dual(), failures).value()),
        profiles_(std::move(nodes)) {}

  read_write_quorums const& quorums() const { return quorums_; }
  quorum_expression const& reads() const { return reads_; }

  workload under(shares const& of) const {
    std::vector<node_profile> nodes;
    for (std::string const& name : reads_.names()) {
      auto const found = profiles_.find(name);
      nodes.push_back(found == profiles_.end() ? node_profile{} : found->second);
    }
    return {of, nodes};
  }
  voter_set set(std::string const& names) const {
    voter_set made;
    for (char const name : names) made.insert(reads_.slot_of(std::string(1, name)));
    return made;
  }

  synod::result<synod::optimum> best(shares const& of, strategy_goal goal = strategy_goal::load,
                                     strategy_limits const& limits = {}) const {
    return optimal_strategy(quorums_, under(of), goal, limits);
  }
  rational load(shares const& of) const { return best(of).value().value; }
  synod::strategy_measures measures(shares const& of, quorum_strategy const& strategy) const {
    return measure(quorums_, under(of), strategy).value();
  }
  rational capacity(shares const& of) const {
    return measures(of, best(of).value().strategy).capacity;
  }

 private:
  quorum_expression reads_;
  read_write_quorums quorums_;
  profiles profiles_;
};

shares always(rational const& fraction) { return {{fraction, 1}}; }

strategy_limits limited(std::optional<rational> load, std::optional<rational> network,
                        std::optional<rational> latency) {
  return {std::move(load), std::move(network), std::move(latency)};
}

}  // namespace

TEST_CASE("the paper's majority of three", "[analysis][quoracle]") {
  example const majority("a*b + b*c + a*c", {});
  CHECK(synod::find_resilience(majority.reads()).value() == 1);
  CHECK(printed(majority.capacity(always(1)), 1) == "1.5");
}

TEST_CASE("the paper's two-by-two grid", "[analysis][quoracle]") {
  profiles const equal{{"a", {100, 100}}, {"b", {100, 100}}, {"c", {50, 50}}, {"d", {50, 50}}};
  CHECK(example("a*b + c*d", equal).capacity(always(1)) == 150);

  profiles const skewed{{"a", {200, 100}}, {"b", {200, 100}}, {"c", {100, 50}}, {"d", {100, 50}}};
  example const grid("a*b + c*d", skewed);
  CHECK(grid.capacity(always(1)) == 300);
  CHECK(grid.capacity(always(rational(1, 2))) == 200);
  CHECK(grid.capacity(always(0)) == 100);

  example const turned("a*c + b*d", skewed);
  shares const mostly_writes{
      {0, 10}, {rational(1, 4), 4}, {rational(1, 2), 2}, {rational(3, 4), 1}, {1, 1}};
  CHECK(printed(turned.capacity(mostly_writes), 0) == "159");

  // Sets that are quorums still when one of them fails.
  CHECK(example("2 of (a, b, c, d)", skewed).capacity(always(1)) == 300);
  CHECK(example("a*b + c*d", skewed, 1).capacity(always(1)) == 100);
  example const two_of_four("2 of (a, b, c, d)", skewed, 1);
  CHECK(two_of_four.capacity(always(1)) == 200);
}

TEST_CASE("the paper's latency and network load", "[analysis][quoracle]") {
  profiles const nodes{
      {"a", {200, 100, 4}}, {"b", {200, 100, 4}}, {"c", {100, 50, 1}}, {"d", {100, 50, 1}}};
  example const grid("a*b + c*d", nodes);
  auto const reads = always(1);
  auto const least_load = grid.measures(reads, grid.best(reads).value().strategy);
  CHECK(least_load.capacity == 300);
  CHECK(least_load.network == 2);
  CHECK(least_load.latency == 3);

  auto const fast =
      grid.best(reads, strategy_goal::latency, limited(rational(1, 150), 2, {})).value();
  for (auto const& [members, probability] : fast.strategy.reads) {
    CHECK(probability == (members == grid.set("ab") ? rational(1, 3) : rational(2, 3)));
  }
  CHECK(fast.strategy.reads.size() == 2);

  // What their search finds: any node reads.
  example const any("a + b + c + d", nodes);
  auto const found =
      any.best(reads, strategy_goal::latency, limited(rational(1, 150), 2, {})).value();
  auto const measured = any.measures(reads, found.strategy);
  CHECK(measured.capacity >= 150);
  CHECK(measured.network == 1);
  CHECK(measured.latency == 1);
}

TEST_CASE("the tutorial's two-by-three grid", "[analysis][quoracle]") {
  example const grid("a*b*c + d*e*f", {});
  CHECK(synod::find_resilience(grid.reads()).value() == 1);
  CHECK(synod::find_resilience(grid.reads().dual()).value() == 2);

  quorum_strategy const by_hand{
      {{grid.set("abc"), rational(2, 3)}, {grid.set("def"), rational(1, 3)}},
      {{grid.set("ad"), rational(1, 3)},
       {grid.set("be"), rational(1, 3)},
       {grid.set("cf"), rational(1, 3)}}};
  CHECK(grid.measures(always(1), by_hand).load == rational(2, 3));
  CHECK(grid.measures(always(0), by_hand).load == rational(1, 3));
  CHECK(grid.measures(always(rational(1, 4)), by_hand).load == rational(5, 12));

  auto const best = grid.best(always(rational(1, 4))).value();
  CHECK(best.value == rational(3, 8));
  CHECK(grid.capacity(always(rational(1, 4))) == rational(8, 3));
  CHECK(grid.measures(always(0), best.strategy).load == rational(1, 3));
  CHECK(grid.measures(always(rational(1, 2)), best.strategy).load == rational(5, 12));
  CHECK(grid.measures(always(1), best.strategy).load == rational(1, 2));

  CHECK(printed(grid.load({{rational(1, 10)}, {rational(3, 4)}}), 3) == "0.404");
}

TEST_CASE("the tutorial's nodes of different speed", "[analysis][quoracle]") {
  profiles nodes;
  for (auto const* name : {"a", "c", "e"}) nodes[name] = {1000, 1000};
  for (auto const* name : {"b", "d", "f"}) nodes[name] = {500, 500};
  example const grid("a*b*c + d*e*f", nodes);
  CHECK(printed(grid.load(always(rational(3, 4))), 5) == "0.00075");
  CHECK(printed(grid.capacity(always(rational(3, 4))), 0) == "1333");
}

namespace {

// The six nodes of the tutorial's second half: fast and slow ones, nearer and farther.
profiles six() {
  profiles nodes;
  int seconds = 0;
  for (auto const* name : {"a", "b", "c", "d", "e", "f"}) {
    ++seconds;
    nodes[name] =
        seconds % 2 == 1 ? node_profile{10000, 1000, seconds} : node_profile{5000, 500, seconds};
  }
  return nodes;
}

}  // namespace

TEST_CASE("the tutorial's reads and writes of different speed", "[analysis][quoracle]") {
  example const grid("a*b*c + d*e*f", six());
  CHECK(grid.capacity(always(1)) == 10000);
  CHECK(printed(grid.capacity(always(rational(1, 2))), 0) == "3913");
  CHECK(grid.capacity(always(0)) == 2000);
  CHECK(example("a*b*c + d*e*f", six(), 1).capacity(always(0)) == 1000);

  // Writes ask two, reads all but one.
  CHECK(example("4 of (a, b, c, d, e)", six()).capacity(always(0)) == 2000);
  CHECK(printed(example("4 of (a, b, c, d, e)", six(), 1).capacity(always(0)), 2) == "1333.33");
}

TEST_CASE("the tutorial's latencies and network loads", "[analysis][quoracle]") {
  example const grid("a*b*c + d*e*f", six());
  auto const half = always(rational(1, 2));
  auto const fastest = grid.best(half, strategy_goal::latency).value();
  CHECK(fastest.value == rational(7, 2));
  CHECK(grid.measures(always(1), fastest.strategy).latency == 3);
  CHECK(grid.measures(always(0), fastest.strategy).latency == 4);
  CHECK(grid.quorums().write_latency(grid.set("abdf"), grid.under(half)) == 4);

  auto const fast =
      grid.best(half, strategy_goal::latency, limited(rational(1, 1500), {}, {})).value();
  CHECK(printed(fast.value, 6) == "3.666667");
  CHECK(grid.measures(half, fast.strategy).capacity == 1500);

  auto const within = grid.best(half, strategy_goal::load, limited({}, {}, 4)).value();
  CHECK(printed(1 / within.value, 0) == "3856");
  CHECK(grid.measures(half, within.strategy).latency == 4);
  CHECK_FALSE(grid.best(half, strategy_goal::load, limited({}, {}, 1)));

  CHECK(grid.best(half, strategy_goal::network).value().value == rational(5, 2));
}

TEST_CASE("the tutorial's searched system", "[analysis][quoracle]") {
  example const found("3 of (a, c, e, (b + d + f))", six(), 1);
  auto const mostly_reads = always(rational(3, 4));
  auto const best = found.best(mostly_reads, strategy_goal::load, limited({}, 4, 4)).value();
  CHECK(printed(1 / best.value, 0) == "3500");
  auto const measured = found.measures(mostly_reads, best.strategy);
  CHECK(measured.latency <= 4);
  CHECK(measured.network <= 4);
}

TEST_CASE("the tutorial's comparison of three systems of five", "[analysis][quoracle]") {
  struct expected {
    char const* reads;
    char const* capacity;
    char const* surviving_one;
  };
  // There, capacity is one over the expected load.
  shares const mixed{{rational(9, 10), 9}, {rational(1, 10), 1}};
  for (auto const& [reads, capacity, surviving_one] :
       {expected{"majority(a, b, c, d, e)", "5089", "3817"},
        expected{"a*b + c*d*e", "5837", "1908"},
        expected{"a*b + a*c*e + d*e + d*c*b", "5725", "1908"}}) {
    CAPTURE(reads);
    example const system(reads, six());
    CHECK(synod::find_resilience(system.reads()).value() >= 1);
    CHECK(synod::find_resilience(system.reads().dual()).value() >= 1);
    CHECK(printed(1 / system.load(mixed), 0) == capacity);
    CHECK(printed(1 / example(reads, six(), 1).load(mixed), 0) == surviving_one);
  }
}

TEST_CASE("the numbers of their tests", "[analysis][quoracle]") {
  profiles const nodes{{"a", {2, 1, 1}}, {"b", {2, 1, 2}}, {"c", {2, 1, 3}}, {"d", {2, 1, 4}}};
  example const grid("a*b + c*d", nodes);
  example const surviving("a*b + c*d", nodes, 1);
  struct expected {
    rational reading, load, latency, surviving_load;
  };
  for (auto const& [reading, load, latency, surviving_load] :
       {expected{1, rational(1, 4), 2, rational(1, 2)}, expected{0, rational(1, 2), 3, 1}}) {
    auto const of = always(reading);
    CHECK(grid.load(of) == load);
    CHECK(grid.best(of, strategy_goal::load, limited({}, 2, {})).value().value == load);
    CHECK(grid.best(of, strategy_goal::load, limited({}, {}, 4)).value().value == load);
    CHECK(grid.best(of, strategy_goal::network).value().value == 2);
    CHECK(grid.best(of, strategy_goal::network, limited(load, {}, {})).value().value == 2);
    CHECK(grid.best(of, strategy_goal::network, limited({}, {}, latency)).value().value == 2);
    CHECK(grid.best(of, strategy_goal::latency).value().value == latency);
    CHECK(grid.best(of, strategy_goal::latency, limited(1, {}, {})).value().value == latency);
    CHECK(grid.best(of, strategy_goal::latency, limited({}, 2, {})).value().value == latency);
    CHECK(surviving.load(of) == surviving_load);
    CHECK(surviving.best(of, strategy_goal::network).value().value == 4);
    CHECK(surviving.best(of, strategy_goal::latency).value().value == latency);
  }
  CHECK_FALSE(grid.best(always(0), strategy_goal::load, limited({}, rational(3, 2), {})));
  CHECK_FALSE(grid.best(always(0), strategy_goal::load, limited({}, {}, 1)));
  CHECK_FALSE(grid.best(always(1), strategy_goal::network, limited(rational(1, 4), {}, 2)));
}

// The systems, nodes and workload of the paper's case study (examples/case_study.py); what is
// printed here is exact and rounded to the command and to the hundredth of a second.
TEST_CASE("the paper's case study", "[analysis][quoracle]") {
  profiles const nodes{{"a", {4000, 2000, 1}},
                       {"b", {2000, 1000, 1}},
                       {"c", {4000, 2000, 3}},
                       {"d", {2000, 1000, 4}},
                       {"e", {4000, 2000, 5}}};
  shares mixed;
  int tenths = 9;
  for (int const weight : {10, 20, 100, 100, 100, 60, 30, 30, 20}) {
    mixed.push_back({rational(tenths--, 10), weight});
  }
  struct expected {
    char const* reads;
    char const* capacity;
    char const* surviving_one;
    char const* latency;
  };
  for (auto const& [reads, capacity, surviving_one, latency] :
       {expected{"majority(a, b, c, d, e)", "3667", "2750", "3.24"},
        expected{"a*b + c*d*e", "4200", "1375", "1.95"},
        expected{"a*b + a*c*e + d*e + d*c*b", "4125", "1375", "2.43"}}) {
    CAPTURE(reads);
    example const system(reads, nodes);
    CHECK(printed(system.capacity(mixed), 0) == capacity);
    CHECK(printed(example(reads, nodes, 1).capacity(mixed), 0) == surviving_one);
    auto const fast =
        system.best(mixed, strategy_goal::latency, limited(rational(1, 2000), {}, {})).value();
    CHECK(printed(fast.value, 2) == latency);
  }
  example const majority("majority(a, b, c, d, e)", nodes);
  auto const uniform = synod::uniform_strategy(majority.quorums());
  CHECK(printed(majority.measures(mixed, uniform).capacity, 0) == "2292");
}
