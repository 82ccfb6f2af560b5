// SPDX-License-Identifier: BSL-1.0
// The majority vectors of etcd-io/raft (quorum/testdata, Apache-2.0), replayed: arguments in
// `name=(a,b,...)`, then `----`, a picture, and the result on the last line of the block.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "synod/quorum.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/testdata.hpp"

using synod::log_index;
using synod::majority;
using synod::verdict;

namespace {

struct scenario {
  std::string command;
  std::string result;
};

std::vector<scenario> scenarios(std::string const& text) {
  std::vector<scenario> all;
  std::istringstream lines{text};
  std::string line;
  while (std::getline(lines, line)) {
    if (line.empty() || line.front() == '#') continue;
    scenario next{line, {}};
    std::getline(lines, line);
    REQUIRE(line == "----");
    while (std::getline(lines, line) && !line.empty()) next.result = line;
    all.push_back(next);
  }
  return all;
}

// The list of `name=(...)`; empty where the command does not have it.
std::vector<std::string> argument(std::string const& command, std::string_view name) {
  std::vector<std::string> values;
  std::string const opening = " " + std::string{name} + "=(";
  auto const from = command.find(opening);
  if (from == std::string::npos) return values;
  auto const begin = from + opening.size();
  std::istringstream list{command.substr(begin, command.find(')', begin) - begin)};
  for (std::string value; std::getline(list, value, ',');) {
    std::erase(value, ' ');
    values.push_back(value);
  }
  return values;
}

}  // namespace

TEST_CASE("etcd's majority commit vectors", "[quorum][vectors]") {
  auto const text = synod::test::testdata("quorum/majority_commit.txt");
  if (!text) return;
  std::size_t replayed = 0;
  for (auto const& [command, expected] : scenarios(*text)) {
    CAPTURE(command);
    REQUIRE(command.starts_with("committed"));
    auto const names = argument(command, "cfg");
    std::vector<log_index> acknowledged;
    for (auto const& index : argument(command, "idx")) {
      acknowledged.push_back({index == "_" ? 0 : std::stoull(index)});
    }
    REQUIRE(acknowledged.size() == names.size());
    auto const got = synod::commit_index(majority{names.size()}, acknowledged);
    if (names.empty()) {
      CHECK(expected == "<empty majority quorum>\xE2\x88\x9E");  // there "everything",
      CHECK(got == log_index{0});                                // here nothing: see majority.hpp
    } else {
      CHECK(std::to_string(got.value) == expected);
    }
    ++replayed;
  }
  CHECK(replayed == 16);
}

TEST_CASE("etcd's majority vote vectors", "[quorum][vectors]") {
  auto const text = synod::test::testdata("quorum/majority_vote.txt");
  if (!text) return;
  std::size_t replayed = 0;
  for (auto const& [command, expected] : scenarios(*text)) {
    CAPTURE(command);
    REQUIRE(command.starts_with("vote"));
    std::vector<synod::node_id> members;
    for (auto const& name : argument(command, "cfg")) members.push_back({std::stoull(name)});
    auto votes = synod::named_tally<majority>::make(majority{members.size()}, members).value();
    auto const papers = argument(command, "votes");
    REQUIRE(papers.size() == members.size());
    for (std::size_t i = 0; i < papers.size(); ++i) {
      if (papers[i] != "_") votes.vote(members[i], papers[i] == "y");
    }
    if (members.empty()) {
      CHECK(expected == "VoteWon");         // there an empty configuration wins,
      CHECK(votes.now() == verdict::lost);  // here it has no quorum: see majority.hpp
    } else {
      CHECK(expected == (votes.now() == verdict::won    ? "VoteWon"
                         : votes.now() == verdict::lost ? "VoteLost"
                                                        : "VotePending"));
    }
    ++replayed;
  }
  CHECK(replayed == 22);
}
