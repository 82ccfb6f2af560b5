// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include "synod/quorum.hpp"
#include "synod/quorum/description.hpp"
#include "synod/quorum/membership.hpp"
#include "synod/reflect.hpp"
#include "tests/quorum/systems.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

static_assert(std::is_trivially_copyable_v<membership>);
static_assert(sizeof(membership) == 272);

namespace {

constexpr std::array three_nodes{node_id{1}, node_id{2}, node_id{3}};
constexpr membership three = membership::make(three_nodes).value();

using changes = std::vector<membership_change>;

membership after(membership const& group, changes const& list) {
  return group.changed(list).value();
}
membership joined(membership const& group, changes const& list) {
  return group.entered(list, false).value();
}

voter_set of_nodes(membership const& group, std::vector<std::uint64_t> const& nodes) {
  voter_set set;
  auto const voters = group.voters();
  for (std::size_t slot = 0; slot < voters.size(); ++slot) {
    for (auto const node : nodes) {
      if (voters[slot].value == node) set.insert(slot);
    }
  }
  return set;
}

// While compiling as well.
constexpr bool removes_one() {
  std::array const list{membership_change{{3}, becomes::removed}};
  return three.changed(list).value().voters().size() == 2;
}
static_assert(removes_one());

}  // namespace

TEST_CASE("a group is founded by its voters", "[quorum][membership]") {
  CHECK(three.voters().size() == 3);
  CHECK_FALSE(three.is_joint());
  CHECK(three.check() == error{});
  CHECK(membership::make({}).error() == error{errc::empty, "", 0});
  std::array const zero{node_id{1}, node_id{0}};
  CHECK(membership::make(zero).error() == error{errc::unknown, "", 1});
  std::array const twice{node_id{1}, node_id{2}, node_id{1}};
  CHECK(membership::make(twice).error() == error{errc::duplicate, "", 2});
  CHECK(basic_membership<2>::make(three_nodes).error() == error{errc::too_large, "", 2});
}

TEST_CASE("a change of node 0 is ignored", "[quorum][membership]") {
  CHECK(after(three, {{{0}, becomes::voter}, {{0}, becomes::removed}}) == three);
}

TEST_CASE("a learner does not vote, and a demoted voter votes until the old is left",
          "[quorum][membership]") {
  auto const learning = after(three, {{{4}, becomes::learner}});
  CHECK(learning.voters().size() == 3);
  CHECK(learning.quorum() == three.quorum());
  auto const demoting = joined(three, {{{3}, becomes::learner}, {{4}, becomes::voter}});
  CHECK(demoting.find({3})->votes());
  CHECK(demoting.find({3})->learner_next);
  CHECK_FALSE(demoting.find({3})->learner);
  auto const demoted = demoting.left().value();
  CHECK(demoted.find({3})->learner);
  CHECK_FALSE(demoted.find({3})->votes());
  CHECK_FALSE(demoted.is_joint());
}

TEST_CASE("the quorum of a joint configuration is a majority of both", "[quorum][membership]") {
  auto const group = joined(three, {{{1}, becomes::removed},
                                    {{2}, becomes::removed},
                                    {{4}, becomes::voter},
                                    {{5}, becomes::voter}});
  auto const voters = group.voters();  // those that leave, that stay, that come
  CHECK(std::vector(voters.begin(), voters.end()) == std::vector<node_id>{{1}, {2}, {3}, {4}, {5}});
  auto const quorum = group.quorum();
  CHECK(quorum.is_quorum(of_nodes(group, {2, 3, 4})));
  CHECK(quorum.is_quorum(of_nodes(group, {1, 2, 4, 5})));
  CHECK_FALSE(quorum.is_quorum(of_nodes(group, {1, 4, 5})));  // a majority of the union
  CHECK_FALSE(quorum.is_quorum(of_nodes(group, {1, 2, 3})));
  CHECK(group.left()->quorum() == three.quorum());
  CHECK(group.commit_quorum().size() == 5);
  every_set(5, [&](voter_set set) {
    CHECK(group.commit_quorum().is_quorum(set) == quorum.is_quorum(set));  // no witness
  });
}

// Against the two configurations, on random changes; of three that store, and of one beside two
// witnesses, whose majorities may hold nothing.
TEST_CASE("what a joint configuration decides, both of its ends decide", "[quorum][membership]") {
  std::array const alone{node_id{1}};
  changes const both_witness{{{4}, becomes::witness}, {{5}, becomes::witness}};
  auto const tended = joined(membership::make(alone).value(), both_witness).left().value();
  std::mt19937_64 random{7};
  std::size_t compared = 0;
  std::size_t empty_majorities = 0;
  for (int round = 0; round < 600; ++round) {
    auto const& before = round % 2 == 0 ? three : tended;
    changes list;
    for (int i = 0; i < 4; ++i) {
      list.push_back({{1 + random() % 7}, static_cast<becomes>(random() % 5)});
    }
    auto const group = before.entered(list, random() % 2 == 0);
    if (!group) continue;
    REQUIRE(group->check() == error{});
    auto const next = group->left().value();
    REQUIRE(next.check() == error{});
    for (std::uint64_t mask = 0; mask < 128; ++mask) {
      std::vector<std::uint64_t> nodes;
      for (std::uint64_t node = 0; node < 7; ++node) {
        if ((mask >> node & 1) != 0) nodes.push_back(node + 1);
      }
      bool const by_old = before.quorum().is_quorum(of_nodes(before, nodes));
      bool const by_new = next.quorum().is_quorum(of_nodes(next, nodes));
      CHECK(group->quorum().is_quorum(of_nodes(*group, nodes)) == (by_old && by_new));
      bool const held_old = before.commit_quorum().is_quorum(of_nodes(before, nodes));
      bool const held_new = next.commit_quorum().is_quorum(of_nodes(next, nodes));
      CHECK(group->commit_quorum().is_quorum(of_nodes(*group, nodes)) == (held_old && held_new));
      empty_majorities += by_new && !held_new;
      ++compared;
    }
  }
  CHECK(compared > 10'000);
  CHECK(empty_majorities > 100);
}

TEST_CASE("a single step moves one voter, so majorities meet", "[quorum][membership]") {
  CHECK(three.changed(changes{{{4}, becomes::voter}, {{5}, becomes::voter}}).error() ==
        error{errc::bad_input, "", 2});
  CHECK(three.changed(changes{{{3}, becomes::removed}, {{4}, becomes::voter}}).error() ==
        error{errc::bad_input, "", 2});
  auto const four = after(three, {{{4}, becomes::witness}, {{9}, becomes::learner}});
  CHECK(four.voters().size() == 4);
}

TEST_CASE("witnesses vote, hold nothing, and stay what they are", "[quorum][membership]") {
  auto const group = after(after(three, {{{3}, becomes::removed}}), {{{4}, becomes::witness}});
  CHECK(group.quorum().is_quorum(of_nodes(group, {1, 4})));
  CHECK(group.commit_quorum().is_quorum(of_nodes(group, {1, 4})));
  auto const more = after(group, {{{5}, becomes::witness}});
  CHECK(more.quorum().is_quorum(of_nodes(more, {2, 4, 5})));
  auto const lonely = after(more, {{{2}, becomes::removed}});
  CHECK(lonely.quorum().is_quorum(of_nodes(lonely, {4, 5})));
  CHECK_FALSE(lonely.commit_quorum().is_quorum(of_nodes(lonely, {4, 5})));
  CHECK(lonely.commit_quorum().is_quorum(of_nodes(lonely, {1, 4})));

  error const kept{errc::bad_input, "", 1};
  for (auto const what : {becomes::voter, becomes::learner}) {
    CHECK(group.changed(changes{{{9}, becomes::learner}, {{4}, what}}).error() == kept);
    CHECK(group.entered(changes{{{4}, becomes::removed}, {{4}, what}}, true).error() == kept);
    CHECK(group.changed(changes{{{4}, becomes::removed}, {{4}, what}}).error() == kept);
  }
  CHECK(group.changed(changes{{{9}, becomes::updated}, {{1}, becomes::witness}}).error() == kept);
  CHECK(group.changed(changes{{{4}, becomes::witness}}).value() == group);
  CHECK(
      after(after(three, {{{8}, becomes::learner}}), {{{8}, becomes::witness}}).find({8})->witness);
}

TEST_CASE("a group in which only witnesses vote is refused", "[quorum][membership]") {
  std::array const one{node_id{1}};
  auto const group = after(membership::make(one).value(), {{{2}, becomes::witness}});
  auto const wrong = group.changed(changes{{{1}, becomes::removed}}).error();
  CHECK(wrong == error{errc::bad_input, "", 0});
  CHECK(std::string_view{wrong.what} == "membership: only witnesses would vote");
  CHECK(group.entered(changes{{{1}, becomes::learner}}, false).error().code == errc::bad_input);
}

TEST_CASE("a change that is refused says why", "[quorum][membership]") {
  auto const joint_group = joined(three, {{{4}, becomes::voter}});
  CHECK(joint_group.changed(changes{}).error() == error{errc::bad_input, "", 0});
  CHECK(joint_group.entered(changes{}, false).error() == error{errc::bad_input, "", 0});
  CHECK(three.left().error() == error{errc::bad_input, "", 0});
  CHECK(membership{}.entered(changes{{{1}, becomes::voter}}, false).error() ==
        error{errc::bad_input, "", 0});
  CHECK(three
            .changed(
                changes{{{1}, becomes::removed}, {{2}, becomes::removed}, {{3}, becomes::removed}})
            .error() == error{errc::empty, "", 0});
  basic_membership<3> const full = basic_membership<3>::make(three_nodes).value();
  CHECK(full.changed(changes{{{3}, becomes::updated}, {{4}, becomes::learner}}).error() ==
        error{errc::too_large, "", 1});
  CHECK(full.changed(changes{{{3}, becomes::removed}, {{4}, becomes::learner}}));
}

TEST_CASE("a membership from outside is checked", "[quorum][membership]") {
  auto const wrong = [](auto spoil) {
    membership group = joined(three, {{{3}, becomes::learner}, {{4}, becomes::voter}});
    spoil(group);
    return group.check();
  };
  CHECK(wrong([](auto&) {}) == error{});
  CHECK(wrong([](auto& g) { g.members[0].node = {0}; }) == error{errc::bad_input, "", 0});
  CHECK(wrong([](auto& g) { g.members[2].node = {2}; }) == error{errc::bad_input, "", 2});
  CHECK(wrong([](auto& g) { g.members[3].incoming = false; }) == error{errc::bad_input, "", 3});
  CHECK(wrong([](auto& g) { g.members[1].learner = true; }) == error{errc::bad_input, "", 1});
  CHECK(wrong([](auto& g) { g.members[1].learner_next = true; }) == error{errc::bad_input, "", 1});
  CHECK(wrong([](auto& g) { g.members[2].witness = true; }) == error{errc::bad_input, "", 2});
  CHECK(wrong([](auto& g) {
          for (auto& one : g.members) one.incoming = false, one.outgoing = true;
        }) == error{errc::empty, "", 0});
  CHECK(wrong([](auto& g) {
          for (auto& one : g.members) one.witness = one.outgoing && !one.learner_next;
          g.members[2].learner_next = false, g.members[2].witness = true;
        }) == error{errc::bad_input, "", 0});
  membership quiet = three;
  quiet.auto_leave = true;
  CHECK(quiet.check() == error{errc::bad_input, "", 0});
}

TEST_CASE("a log carries memberships and changes through the codec", "[quorum][membership]") {
  auto const group = after(
      joined(after(three, {{{7}, becomes::witness}}), {{{2}, becomes::learner}}).left().value(),
      {{{5}, becomes::learner}});
  auto const joint_group = three.entered(changes{{{2}, becomes::learner}}, true).value();
  for (auto const& one : {membership{}, three, group, joint_group}) {
    std::array<std::byte, 512> bytes{};
    auto const size = encode(one, bytes).value();
    CHECK(size == 4 + 13 * one.members.size() + 1);
    auto const back = decode<membership>(std::span{bytes}.first(size)).value();
    CHECK(back == one);
    CHECK(equal(back, one));
  }
  membership_change const change{{9}, becomes::witness};
  std::array<std::byte, 9> bytes{};
  CHECK(encode(change, bytes).value() == 9);
  CHECK(decode<membership_change>(bytes).value() == change);
  bytes[8] = std::byte{5};
  CHECK_FALSE(decode<membership_change>(bytes));  // becomes nothing known
}
