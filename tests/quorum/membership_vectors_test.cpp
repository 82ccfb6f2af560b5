// SPDX-License-Identifier: BSL-1.0
// The vectors of etcd-io/raft (confchange/testdata, Apache-2.0), replayed: configurations, errors,
// and who is tracked since when.
#include <algorithm>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "synod/quorum/membership.hpp"
#include "tests/quorum/datadriven.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/testdata.hpp"

using namespace synod;

namespace {

std::vector<membership_change> changes_of(std::string const& input) {
  std::vector<membership_change> changes;
  std::istringstream tokens{input};
  for (std::string token; tokens >> token;) {
    becomes const what = token[0] == 'v'   ? becomes::voter
                         : token[0] == 'l' ? becomes::learner
                         : token[0] == 'r' ? becomes::removed
                                           : becomes::updated;
    changes.push_back({{std::stoull(token.substr(1))}, what});
  }
  return changes;
}

// The origin's words for our errors.
std::string in_their_words(error const& wrong) {
  std::map<std::string_view, std::string> const words{
      {"membership: joint already", "config is already joint"},
      {"membership: a single step in a joint configuration",
       "can't apply simple config change in joint config"},
      {"membership: nobody would vote", "removed all voters"},
      {"membership: more than one voter changes in a single step",
       "more than one voter changed without entering joint config"},
      {"membership: nobody votes, so there is nothing to leave",
       "can't make a zero-voter config joint"},
      {"membership: not joint", "can't leave a non-joint config"}};
  auto const found = words.find(wrong.what);
  return found == words.end() ? wrong.what : found->second;
}

std::string text_of(membership const& group) {
  auto const list = [&](bool member::* which) {
    std::ostringstream ids;
    for (auto const& one : group.members) {
      if (one.*which) ids << (ids.str().empty() ? "" : " ") << std::hex << one.node.value;
    }
    return ids.str();
  };
  std::string text = "voters=(" + list(&member::incoming) + ")";
  if (group.is_joint()) text += "&&(" + list(&member::outgoing) + ")";
  if (!list(&member::learner).empty()) text += " learners=(" + list(&member::learner) + ")";
  if (!list(&member::learner_next).empty()) {
    text += " learners_next=(" + list(&member::learner_next) + ")";
  }
  return text + (group.auto_leave ? " autoleave\n" : "\n");
}

// One file: a configuration, and the round in which each of its nodes was first met.
class history {
 public:
  std::string run(test::scenario const& one) {
    std::uint64_t const round = rounds_++;
    auto const next = step(one);
    if (!next) return in_their_words(next.error()) + "\n";
    CHECK(next->check() == error{});
    group_ = *next;
    std::erase_if(met_, [&](auto const& item) { return group_.find({item.first}) == nullptr; });
    std::ostringstream text;
    text << text_of(group_);
    for (auto const& one_node : group_.members) {
      auto const since = met_.try_emplace(one_node.node.value, std::max<std::uint64_t>(round, 1));
      text << one_node.node.value << ": StateProbe match=0 next=" << since.first->second
           << (one_node.learner ? " learner\n" : "\n");
    }
    return text.str();
  }

 private:
  result<membership> step(test::scenario const& one) const {
    auto const changes = changes_of(one.input);
    if (one.command.starts_with("simple")) return group_.changed(changes);
    if (one.command.starts_with("leave-joint")) return group_.left();
    REQUIRE(one.command.starts_with("enter-joint"));
    return group_.entered(changes, test::argument(one.command, "autoleave") == "true");
  }

  membership group_;
  std::map<std::uint64_t, std::uint64_t> met_;
  std::uint64_t rounds_ = 0;
};

}  // namespace

TEST_CASE("etcd's configuration change vectors", "[quorum][membership][vectors]") {
  std::size_t replayed = 0;
  for (std::string const file :
       {"joint_autoleave", "joint_idempotency", "joint_learners_next", "simple_idempotency",
        "simple_promote_demote", "simple_safety", "update"}) {
    auto const text = synod::test::testdata("confchange/" + file + ".txt");
    if (!text) return;
    history past;
    for (auto const& one : test::scenarios(*text)) {
      CAPTURE(file, one.command, one.input);
      CHECK(past.run(one) == one.expected);
      ++replayed;
    }
  }
  CHECK(replayed == 42);
}
