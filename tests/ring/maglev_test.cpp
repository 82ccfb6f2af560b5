// SPDX-License-Identifier: BSL-1.0
// Maglev tables: the paper's, Envoy's, and those of the definition, filled as slowly as it is
// written.
#include "synod/ring/maglev.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/hash/colliding.hpp"
#include "tests/ring/models.hpp"
#include "tests/ring/vector_rows.hpp"
#include "tests/support/catch.hpp"

using synod::envoy_maglev;
using synod::errc;
using synod::maglev;

namespace {

static_assert(synod::weighted_placement<maglev>);
static_assert(synod::weighted_placement<synod::basic_maglev<synod::xxh3, synod::node_id>>);

std::string row_of(auto const& table) {
  std::string all;
  for (std::size_t i = 0; i < table.slot_count(); ++i) {
    all += table.nodes()[table.slot(i)].name.substr(0, 2);
    all += ' ';
  }
  return all;
}

// The definition: every node is asked in every turn. `Index` is what positions are computed in.
template <class Hash, class Index = std::uint64_t>
std::vector<std::uint32_t> filled_turn_by_turn(std::span<synod::ring_node const> nodes,
                                               std::uint64_t slots) {
  double sum = 0;
  for (auto const& node : nodes) sum += node.weight;
  double most = 0;
  for (auto const& node : nodes) most = std::max(most, node.weight / sum);
  std::vector<std::uint32_t> table(slots, synod::no_node);
  std::vector<std::uint64_t> next(nodes.size());
  std::vector<double> target(nodes.size());
  std::uint64_t filled = 0;
  for (std::uint32_t turn = 1; filled < slots; ++turn) {
    for (std::uint32_t i = 0; i < nodes.size() && filled < slots; ++i) {
      if (turn * (nodes[i].weight / sum) < target[i]) continue;
      target[i] += most;
      auto const offset = static_cast<Index>(Hash::hash(nodes[i].name, 0) % slots);
      auto const skip = static_cast<Index>(Hash::hash(nodes[i].name, 1) % (slots - 1) + 1);
      auto const probe = [&] {
        return static_cast<std::size_t>(
            static_cast<Index>(offset + skip * static_cast<Index>(next[i]++)) %
            static_cast<Index>(slots));
      };
      std::size_t slot = probe();
      while (table[slot] != synod::no_node) slot = probe();
      table[slot] = i;
      ++filled;
    }
  }
  return table;
}

std::size_t differences(auto const& table, std::vector<std::uint32_t> const& expected) {
  if (table.slot_count() != expected.size()) return expected.size();
  std::size_t count = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) count += table.slot(i) != expected[i] ? 1u : 0u;
  return count;
}

struct named_nodes {
  std::vector<std::string> names;
  std::vector<synod::ring_node> nodes;

  explicit named_nodes(std::size_t count, std::string const& prefix = "node-") {
    for (std::size_t i = 0; i < count; ++i) names.push_back(prefix + std::to_string(1000 + i));
    for (auto const& name : names) nodes.push_back({name});
  }
};

}  // namespace

// Offsets and skips (3, 4), (0, 2), (3, 1): "B0:3,3" hashes to 3, and 3 mod 6 + 1 is the skip of 4.
TEST_CASE("the table of the paper's example", "[ring][maglev][vectors]") {
  using table = synod::basic_maglev<synod::test::scripted>;
  auto const all = table::make({{"B0:3,3"}, {"B1:0,1"}, {"B2:3,0"}}, {7}).value();
  CHECK(row_of(all) == "B1 B0 B1 B0 B2 B2 B0 ");
  auto const without = all.without("B1:0,1").value();
  CHECK(row_of(without) == "B0 B0 B0 B0 B2 B2 B2 ");
  CHECK(without.balance()[0].points == 4);
  CHECK(without.balance()[1].points == 3);
}

TEST_CASE("Envoy's tables, slot for slot", "[ring][maglev][vectors]") {
  auto const hosts = synod::test::vector_rows("maglev_hosts.tsv");
  auto const tables = synod::test::vector_rows("maglev_tables.tsv");
  if (!hosts || !tables) return;
  struct given {
    std::uint64_t slots = 0;
    std::vector<synod::ring_node> nodes;
    std::map<std::string_view, std::string> entries;
  };
  std::map<std::string, given> all;
  for (auto const& row : *hosts) {
    given& here = all[row[0]];
    here.slots = std::stoull(row[1]);
    here.nodes.push_back({row[2], std::stod(row[3])});
    here.entries[row[2]] = row[4];
  }
  CHECK(all.size() == 10);
  std::map<std::string, envoy_maglev> made;
  for (auto const& [name, it] : all) {
    CAPTURE(name);
    made[name] = envoy_maglev::make(it.nodes, {it.slots}).value();
    for (auto const& share : made[name].balance()) {
      CHECK(std::to_string(share.points) == it.entries.at(share.name));
    }
  }
  for (auto const& row : *tables) {
    CAPTURE(row);
    auto const& table = made.at(row[0]);
    std::uint64_t const slot = std::stoull(row[1]);
    CHECK(table.nodes()[table.slot(slot)].name == row[2]);
    CHECK(table.owner_of(slot + 3 * table.slot_count()) == row[2]);
  }
  auto const retries = synod::test::vector_rows("retry_lookups.tsv");
  for (auto const& row : *retries) {
    if (row[0] != "maglev") continue;
    CAPTURE(row);
    auto const attempt = static_cast<std::uint32_t>(std::stoul(row[3]));
    CHECK(envoy_retry_owner(made.at(row[1]), std::stoull(row[2]), attempt) == row[4]);
  }
}

TEST_CASE("a table is filled as if turn by turn, whatever the weights", "[ring][maglev]") {
  synod::splitmix64 random{11};
  constexpr std::uint64_t primes[]{2, 3, 7, 101, 997, 5003};
  for (int round = 0; round < 200; ++round) {
    std::uint64_t const slots = primes[random.below(std::size(primes))];
    named_nodes given{1 + random.below(std::min<std::uint64_t>(slots, 60))};
    auto const kind = random.below(5);
    for (auto& node : given.nodes) {
      if (kind == 1) node.weight = static_cast<double>(1 + random.below(5));
      if (kind == 2) node.weight = static_cast<double>(1 + random.below(100'000));
      if (kind == 3) node.weight = 1e-3 + static_cast<double>(random() >> 11) * 0x1p-53;
    }
    if (kind == 4) {  // most are passed over in most turns
      for (auto& node : given.nodes) node.weight = static_cast<double>(1 + random.below(3));
      given.nodes[random.below(given.nodes.size())].weight = 1000;
    }
    CAPTURE(slots, given.nodes.size(), kind);
    auto const table = maglev::make(given.nodes, {slots}).value();
    CHECK(differences(table, filled_turn_by_turn<synod::xxh3>(given.nodes, slots)) == 0);
  }
}

// Whole weights of thirds and sevenths: sums of rounded parts and products of them must meet the
// way they do in double.
TEST_CASE("ties between turns are those of double arithmetic", "[ring][maglev]") {
  for (std::vector<double> const& weights :
       {std::vector<double>{1, 2}, {1, 2, 4}, {3, 7, 9}, {1, 1, 1, 3}, {5, 10, 15, 20, 25}}) {
    named_nodes given{weights.size()};
    for (std::size_t i = 0; i < weights.size(); ++i) given.nodes[i].weight = weights[i];
    auto const table = envoy_maglev::make(given.nodes, {65537}).value();
    CHECK(differences(table, filled_turn_by_turn<synod::xxh64>(given.nodes, 65537)) == 0);
  }
}

// offset + j x skip passes 2^32 here: computed in 32 bits, the table would be another.
TEST_CASE("positions do not overflow", "[ring][maglev]") {
  named_nodes const given{5};
  constexpr std::uint64_t slots = 655'373;
  auto const table = maglev::make(given.nodes, {slots}).value();
  CHECK(differences(table, filled_turn_by_turn<synod::xxh3>(given.nodes, slots)) == 0);
  CHECK(differences(table, filled_turn_by_turn<synod::xxh3, std::uint32_t>(given.nodes, slots)) >
        0);
}

TEST_CASE("the order in which nodes are given never shows", "[ring][maglev]") {
  named_nodes given{40};
  for (std::size_t i = 0; i < 40; ++i) given.nodes[i].weight = static_cast<double>(1 + i % 3);
  auto const table = maglev::make(given.nodes).value();
  auto shuffled = given.nodes;
  std::reverse(shuffled.begin(), shuffled.end());
  std::swap(shuffled[3], shuffled[31]);
  auto const other = maglev::make(shuffled).value();
  CHECK(table == other);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < table.slot_count(); ++i) {
    wrong += table.slot(i) != other.slot(i) ? 1u : 0u;
  }
  CHECK(wrong == 0);
}

TEST_CASE("nodes whose permutations are equal share the slots", "[ring][maglev]") {
  using table = synod::basic_maglev<synod::colliding<1>>;
  named_nodes const given{20};
  auto const made = table::make(given.nodes, {101}).value();
  CHECK(differences(made, filled_turn_by_turn<synod::colliding<1>>(given.nodes, 101)) == 0);
  for (auto const& node : made.balance()) CHECK((node.points == 5 || node.points == 6));
}

TEST_CASE("a hash belongs to its slot modulo the table", "[ring][maglev]") {
  synod::splitmix64 random{5};
  for (std::uint64_t const modulus : {2u, 3u, 7u, 251u, 65537u, 655373u, 2147483647u}) {
    synod::detail::fixed_modulus const by{modulus};
    std::size_t wrong = 0;
    for (std::uint64_t const x : {std::uint64_t{0}, std::uint64_t{1}, modulus - 1, modulus,
                                  modulus + 1, ~std::uint64_t{0}, ~std::uint64_t{0} - modulus}) {
      wrong += by.rest(x) != x % modulus ? 1u : 0u;
    }
    for (int i = 0; i < 100'000; ++i) {
      std::uint64_t const x = random();
      std::uint64_t const edge = x / modulus * modulus;
      wrong += by.rest(x) != x % modulus ? 1u : 0u;
      wrong += by.rest(edge) != 0 ? 1u : 0u;
      wrong += by.rest(edge - 1) != (edge - 1) % modulus ? 1u : 0u;
    }
    CAPTURE(modulus);
    CHECK(wrong == 0);
  }
}

TEST_CASE("shares are exact and add up", "[ring][maglev]") {
  auto const table = maglev::make({{"a"}, {"b", 2}, {"c", 0.5}}, {251}).value();
  synod::ring_share all;
  std::uint32_t slots = 0;
  for (auto const& node : table.balance()) {
    all += node.share;
    slots += node.points;
    CHECK(node.share.fraction() == Catch::Approx(node.points / 251.0).epsilon(1e-12));
  }
  CHECK(all == synod::ring_share::whole());
  CHECK(slots == 251);
  CHECK(table.balance()[1].points == Catch::Approx(251 * 2 / 3.5).margin(2));
}

// Shares of 100 slots a node; what moves beside what must, as a mean over 32 sets of nodes.
TEST_CASE("equal nodes get equal shares, and a change moves little more than it must",
          "[ring][maglev]") {
  double moved_by_one_more = 0;
  double moved_by_one_less = 0;
  constexpr std::size_t count = 100;
  constexpr std::uint64_t slots = 10'007;
  for (int set = 0; set < 32; ++set) {
    named_nodes const given{count + 1, "set" + std::to_string(set) + "-"};
    auto const before = maglev::make({given.nodes.data(), count}, {slots}).value();
    auto const [least, most] =
        std::minmax_element(before.balance().begin(), before.balance().end(),
                            [](auto const& a, auto const& b) { return a.points < b.points; });
    CHECK(most->points - least->points <= 1);
    auto const more = before.with(given.nodes[count]).value();
    auto const less = before.without(given.names[count / 2]).value();
    std::size_t changed_more = 0;
    std::size_t changed_less = 0;
    for (std::size_t i = 0; i < slots; ++i) {
      auto const owner = before.owner_of(i);
      changed_more += owner != more.owner_of(i) ? 1u : 0u;
      changed_less += owner != less.owner_of(i) ? 1u : 0u;
    }
    moved_by_one_more += static_cast<double>(changed_more) * (count + 1) / slots / 32;
    moved_by_one_less += static_cast<double>(changed_less) * count / slots / 32;
  }
  CAPTURE(moved_by_one_more, moved_by_one_less);
  CHECK(moved_by_one_more > 1);
  CHECK(moved_by_one_more < 3);
  CHECK(moved_by_one_less > 1);
  CHECK(moved_by_one_less < 3);
}

TEST_CASE("replica sets of a table", "[ring][maglev]") {
  auto const table =
      maglev::make({{"a", 1, "x"}, {"b", 1, "x"}, {"c", 1, "y"}, {"d", 1, ""}}).value();
  for (int key = 0; key < 100; ++key) {
    std::array<std::string_view, 5> names;
    auto const [found, shortfall] = table.replicas(key, names);
    CHECK(found == 4);
    CHECK(shortfall == 1);
    CHECK(names[0] == table.owner(key));
    std::sort(names.begin(), names.begin() + 4);
    CHECK(names[0] == "a");
    CHECK(names[3] == "d");
    CHECK(table.replicas(key, 5, synod::spread::zones).size() == 3);
  }
}

TEST_CASE("a table of more than 65 535 nodes", "[ring][maglev]") {
  named_nodes const given{65'600, "n"};
  auto const table = maglev::make(given.nodes, {655'373}).value();
  CHECK(differences(table, filled_turn_by_turn<synod::xxh3>(table.nodes(), 655'373)) == 0);
  CHECK(table.balance()[65'599].points >= 9);
  CHECK(table.candidates_of(12345).node() == table.owner_index_of(12345));
}

// Each of these would take hours if every node were asked in every turn.
TEST_CASE("lopsided weights take no longer than others", "[ring][maglev]") {
  named_nodes given{50'000};
  auto const slots_of = [&](std::string_view name, std::uint64_t slots) {
    auto const table = maglev::make(given.nodes, {slots}).value();
    return table.balance()[table.index_of(name)].points;
  };
  given.nodes[7].weight = 1e9;
  CHECK(slots_of(given.names[7], 5'000'011) == 5'000'011 - 49'999);
  given.nodes[7].weight = 1e-250;
  CHECK(slots_of(given.names[7], 655'373) == 1);
}

TEST_CASE("bad tables are refused", "[ring][maglev][errors]") {
  using synod::error;
  auto const refused = [](std::uint64_t slots) {
    return maglev::make({{"a"}, {"b"}}, {slots}).error().code;
  };
  for (std::uint64_t const slots : {0u, 1u, 4u, 9u, 100u, 65536u, 65539u * 3}) {
    CAPTURE(slots);
    CHECK(refused(slots) == errc::bad_option);
  }
  CHECK(refused(0x80000000) == errc::bad_option);
  CHECK(refused(4'294'967'311) == errc::bad_option);  // a prime, but too large
  CHECK(refused(~std::uint64_t{0}) == errc::bad_option);
  CHECK(refused(2) == errc::ok);
  named_nodes const given{8};
  CHECK(maglev::make(given.nodes, {7}).error() == error{errc::too_large, "", 7});
  CHECK(maglev::make({given.nodes.data(), 7}, {7}).value().balance()[6].points == 1);
  CHECK(maglev::make({}).error().code == errc::empty);
  CHECK(maglev::make({{"a"}, {"b"}, {"a"}}).error() == error{errc::duplicate, "", 2});
  CHECK(maglev::make({{"a"}, {"b", 0.0}}).error() == error{errc::bad_input, "", 1});
  CHECK(maglev::make({{"a"}, {"b", -1}}).error() == error{errc::bad_input, "", 1});
  CHECK(maglev::make({{"a", 1e308}, {"b", 1e308}}).error().code == errc::too_large);
  CHECK(maglev::make({{"a", 1e300}, {"b", 1e-300}}).error().code == errc::bad_input);
}

TEST_CASE("a table goes on as if made anew", "[ring][maglev]") {
  auto const table = maglev::make({{"a"}, {"b", 2}, {"c"}}, {997}).value();
  CHECK(table.with({"d", 3}).value() ==
        maglev::make({{"a"}, {"b", 2}, {"c"}, {"d", 3}}, {997}).value());
  CHECK(table.without("b").value() == maglev::make({{"a"}, {"c"}}, {997}).value());
  CHECK(table.reweighted("b", 5).value() == maglev::make({{"a"}, {"b", 5}, {"c"}}, {997}).value());
  CHECK(table.with({"b"}).error() == synod::error{errc::duplicate, "", 0});
  CHECK(table.without("z").error().code == errc::unknown);
  CHECK(table.reweighted("b", 0).error() == synod::error{errc::bad_input, "", 0});
  CHECK(table.without("a").value().without("b").value().without("c").error().code == errc::empty);
  CHECK(table != maglev::make({{"a"}, {"b", 2}, {"c"}}, {1009}).value());
}

TEST_CASE("a table without nodes answers", "[ring][maglev]") {
  maglev const none;
  CHECK(none.owner("x").empty());
  CHECK(none.owner_index_of(~std::uint64_t{0}) == synod::no_node);
  CHECK(none.slot_count() == 0);
  CHECK(none.replicas("x", 3).shortfall() == 3);
  CHECK(envoy_retry_owner(none, 7, 3).empty());
}
