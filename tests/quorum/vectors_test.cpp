// SPDX-License-Identifier: BSL-1.0
// The vectors of etcd-io/raft (quorum/testdata, Apache-2.0), replayed with their pictures, and the
// laws that hold for every one of them.
#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "synod/quorum.hpp"
#include "tests/quorum/datadriven.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/testdata.hpp"

using namespace synod;
using synod::test::scenario;

namespace {

using both = joint<majority, majority>;

// A case: two configurations, of which the second may be missing, and what every voter has said,
// in the order in which the ids appear.
struct inquiry {
  std::vector<node_id> old;
  std::vector<node_id> next;
  bool is_joint = false;
  std::vector<node_id> voters;
  std::map<std::uint64_t, std::string> said;

  inquiry(std::string const& command, std::string const& about) {
    for (auto const& id : test::elements(command, "cfg")) old.push_back({std::stoull(id)});
    is_joint = test::argument(command, "cfgj").has_value();
    if (is_joint && *test::argument(command, "cfgj") != "zero") {
      for (auto const& id : test::elements(command, "cfgj")) next.push_back({std::stoull(id)});
    }
    voters = old;
    for (auto const id : next) {
      if (std::find(old.begin(), old.end(), id) == old.end()) voters.push_back(id);
    }
    auto const values = test::elements(command, about);
    REQUIRE(values.size() == voters.size());
    for (std::size_t i = 0; i < voters.size(); ++i) said[voters[i].value] = values[i];
  }

  std::string const& by(node_id id) const { return said.at(id.value); }
};

// A joint system of two lists of voters, and who sits on its slots.
struct seated {
  both system;
  std::vector<node_id> slots;

  seated(std::vector<node_id> const& old, std::vector<node_id> const& next) {
    slots.resize(old.size() + next.size());
    auto const order = joint_order<node_id>(old, next, slots).value();
    slots.resize(order.size);
    if (auto const made = both::make(majority{old.size()}, majority{next.size()}, order.staying)) {
      system = *made;
    }
  }
};

using indices = std::map<std::uint64_t, std::uint64_t>;

log_index committed(std::vector<node_id> const& old, std::vector<node_id> const& next,
                    indices const& has) {
  seated const group{old, next};
  std::vector<log_index> acknowledged;
  for (auto const id : group.slots) acknowledged.push_back({has.at(id.value)});
  return commit_index(group.system, acknowledged);
}

verdict voted(std::vector<node_id> const& old, std::vector<node_id> const& next,
              inquiry const& asked) {
  seated const group{old, next};
  auto votes = named_tally<both>::make(group.system, group.slots).value();
  for (auto const id : group.slots) {
    if (asked.by(id) != "_") votes.vote(id, asked.by(id) == "y");
  }
  return votes.now();
}

// Every voter by its id: a bar as long as there are voters with less, its index, its id.
std::string picture(inquiry const& asked) {
  std::size_t const n = asked.said.size();
  std::ostringstream text;
  text << std::string(n, ' ') << "    idx\n";
  auto const index = [](std::string const& said) { return said == "_" ? 0 : std::stoull(said); };
  for (auto const& [id, said] : asked.said) {
    std::size_t less = 0;
    for (auto const& [other, its] : asked.said) less += index(its) < index(said);
    if (said == "_") {
      text << '?' << std::string(n, ' ');
    } else {
      text << std::string(less, 'x') << '>' << std::string(n - less, ' ');
    }
    text << ' ' << std::setw(5) << index(said) << "    (id=" << std::hex << id << std::dec << ")\n";
  }
  return text.str();
}

std::string name_of(verdict now) {
  return now == verdict::won ? "VoteWon" : now == verdict::lost ? "VoteLost" : "VotePending";
}

// What the origin prints for one case, here without its neutral empty configuration, which has no
// commit index and no verdict of its own (see majority.hpp).
std::string answer(std::string const& command) {
  if (command.starts_with("vote")) {
    inquiry const asked{command, "votes"};
    auto const now = voted(asked.old, asked.next, asked);
    CHECK(voted(asked.next, asked.old, asked) == now);  // which half is the old one does not matter
    if (asked.voters.empty()) {
      CHECK(now == verdict::lost);
      return "VoteWon\n";
    }
    if (!asked.is_joint) {
      tally plain{majority{asked.old.size()}};
      for (std::size_t slot = 0; slot < asked.old.size(); ++slot) {
        auto const& said = asked.by(asked.old[slot]);
        if (said != "_") plain.vote(slot, said == "y");
      }
      CHECK(plain.now() == now);
      CHECK(voted(asked.old, asked.old, asked) == now);
    }
    return name_of(now) + "\n";
  }

  REQUIRE(command.starts_with("committed"));
  inquiry const asked{command, "idx"};
  indices has;
  for (auto const& [id, said] : asked.said) has[id] = said == "_" ? 0 : std::stoull(said);
  auto const now = committed(asked.old, asked.next, has);
  CHECK(committed(asked.next, asked.old, has) == now);
  if (asked.voters.empty()) {
    CHECK(now == log_index{0});
    return "<empty majority quorum>\xE2\x88\x9E\n";
  }
  if (!asked.is_joint) {
    std::vector<log_index> acknowledged;
    for (auto const id : asked.old) acknowledged.push_back({has.at(id.value)});
    CHECK(commit_index(majority{asked.old.size()}, acknowledged) == now);
    CHECK(committed(asked.old, asked.old, has) == now);
    // Less from who has less than the result changes nothing.
    for (auto const& [id, index] : has) {
      if (index >= now.value) continue;
      for (std::uint64_t const lower : {std::uint64_t{0}, index == 0 ? 0 : index - 1}) {
        auto other = has;
        other[id] = lower;
        CHECK(committed(asked.old, {}, other) == now);
      }
    }
  }
  return picture(asked) + std::to_string(now.value) + "\n";
}

void replay(std::string const& file, std::size_t expected_cases) {
  auto const text = synod::test::testdata("quorum/" + file);
  if (!text) return;
  auto const all = test::scenarios(*text);
  for (auto const& one : all) {
    CAPTURE(one.command);
    CHECK(answer(one.command) == one.expected);
  }
  CHECK(all.size() == expected_cases);
}

}  // namespace

TEST_CASE("etcd's majority commit vectors", "[quorum][vectors]") {
  replay("majority_commit.txt", 16);
}
TEST_CASE("etcd's majority vote vectors", "[quorum][vectors]") { replay("majority_vote.txt", 22); }
TEST_CASE("etcd's joint commit vectors", "[quorum][vectors]") { replay("joint_commit.txt", 50); }
