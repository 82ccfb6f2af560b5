// SPDX-License-Identifier: BSL-1.0
// What one description gives: members, equality, fingerprint, printing, relabelling.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "synod/raft/description.hpp"
#include "tests/reflect/samples.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::node_id;

namespace {

struct not_described {
  int value = 0;
};

static_assert(synod::described<everything>);
static_assert(synod::described<synod::position>);
static_assert(!synod::described<not_described>);
static_assert(!synod::described<int>);
static_assert(synod::reflected<std::vector<std::optional<leaf>>>);
static_assert(!synod::reflected<not_described>);
static_assert(!synod::reflected<double>);
static_assert(!synod::reflected<int*>);
static_assert(synod::bounded_enum<color>);
static_assert(!synod::bounded_enum<synod::errc>);

// Everything that is in `everything`, changed one at a time.
std::vector<everything> every_change_of(everything const& from) {
  std::vector<std::function<void(everything&)>> const changes{
      [](everything& e) { ++e.small; },
      [](everything& e) { ++e.negative; },
      [](everything& e) { ++e.large; },
      [](everything& e) { e.paint = color::green; },
      [](everything& e) { e.drive = gear::neutral; },
      [](everything& e) { ++e.node.value; },
      [](everything& e) { ++e.at.index.value; },
      [](everything& e) { ++e.at.in.value; },
      [](everything& e) { e.voted_for.reset(); },
      [](everything& e) { e.voted_for = node_id{0}; },
      [](everything& e) { ++e.pair[1]; },
      [](everything& e) { ++e.voters[0].value; },
      [](everything& e) { e.voters.pop_back(); },
      [](everything& e) { e.voters.push_back({}); },
      [](everything& e) { e.leaves[0].yes = false; },
      [](everything& e) { e.leaves[1].maybe = std::int16_t{0}; },
      [](everything& e) { e.leaves.pop_back(); },
      [](everything& e) { e.text += '\0'; },
      [](everything& e) { e.text = "hj"; },
      [](everything& e) { e.text = "hi and more than one word of it"; },
      [](everything& e) { e.raw.clear(); },
      [](everything& e) { e.raw[0] = {}; },
  };
  std::vector<everything> changed;
  for (auto const& change : changes) {
    changed.push_back(from);
    change(changed.back());
  }
  return changed;
}

}  // namespace

TEST_CASE("members come in the order of their description", "[reflect]") {
  std::string names;
  synod::for_each_member(full(), [&](char const* name, auto const&) { names += name; });
  CHECK(names == "smallnegativelargepaintdrivenodeatvoted_forpairvotersleavestextraw");

  leaf changed;
  synod::for_each_member(changed, [](char const*, auto& member) { member = {}; });
}

TEST_CASE("values that differ anywhere are unequal and differ in their fingerprints", "[reflect]") {
  auto const from = full();
  CHECK(synod::equal(from, full()));
  CHECK(synod::fingerprint(from) == synod::fingerprint(full()));
  auto all = every_change_of(from);
  all.push_back(from);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(i, j);
      CHECK_FALSE(synod::equal(all[i], all[j]));
      CHECK(synod::fingerprint(all[i]) != synod::fingerprint(all[j]));
    }
  }
}

TEST_CASE("fingerprints are these, so that a change is a decision", "[reflect]") {
  CHECK(synod::fingerprint(full()) == 0xddca2d02e68bd7e6);
  CHECK(synod::fingerprint(nothing{}) == 0);
}

TEST_CASE("where one sequence ends and the next begins shows in the fingerprint", "[reflect]") {
  using texts = std::vector<std::string>;
  CHECK(synod::fingerprint(texts{"ab", "c"}) != synod::fingerprint(texts{"a", "bc"}));
  CHECK(synod::fingerprint(texts{"", "a"}) != synod::fingerprint(texts{"a", ""}));
}

TEST_CASE("a value prints as one line", "[reflect][print]") {
  CHECK(synod::to_text(full()) ==
        "{small: 127, negative: -2, large: 72623859790382856, paint: blue, drive: 1, node: 3, "
        "at: {index: 9, in: 4}, voted_for: 1, pair: [4386, 13124], voters: [1, 2], "
        "leaves: [{yes: true, maybe: -1}, {yes: false, maybe: none}], text: \"hi\", raw: 0xab}");
  CHECK(synod::to_text(nothing{}) == "{}");
  CHECK(synod::to_text(std::string{"a\"\\\n\x7f"}) == "\"a\\\"\\\\\\x0a\\x7f\"");
  CHECK(synod::to_text(std::vector<std::byte>{}) == "0x");
  CHECK(synod::to_text(std::byte{15}) == "0x0f");
}

TEST_CASE("nodes are renamed wherever they are named, and nothing else is", "[reflect]") {
  auto value = full();
  synod::relabel(value, [](node_id n) { return node_id{n.value + 100}; });
  auto expected = full();
  expected.node = {103};
  expected.voted_for = node_id{101};
  expected.voters[0] = {101};
  expected.voters[1] = {102};
  CHECK(synod::equal(value, expected));

  synod::relabel(value, [](node_id n) { return node_id{n.value - 100}; });
  CHECK(synod::equal(value, full()));
}

namespace synod::test {

// Keeps its nodes in order, also when their names change.
struct in_order {
  std::vector<node_id> nodes;
};
inline void relabelled(in_order& value) { std::sort(value.nodes.begin(), value.nodes.end()); }

}  // namespace synod::test
BOOST_HANA_ADAPT_STRUCT(synod::test::in_order, nodes);

TEST_CASE("what is kept in order is in order again after relabelling", "[reflect]") {
  in_order value{{{1}, {2}, {3}}};
  synod::relabel(value, [](node_id n) { return node_id{4 - n.value}; });
  CHECK(value.nodes == std::vector<node_id>{{1}, {2}, {3}});
}

TEST_CASE("a message of Raft goes through the codec", "[reflect][codec]") {
  synod::raft::fields message;
  message.what = synod::raft::verb::append;
  message.kind = synod::kind::configuration;
  message.count = 1;
  message.in = {3};
  message.at = {{8}, {2}};
  message.of = {3};
  synod::members founders;
  founders.voters.push_back({1});
  message.who = founders;
  auto const bytes = encoded(message);
  auto const back = synod::decode<synod::raft::fields>(bytes);
  REQUIRE(back);
  CHECK(*back == message);
}
