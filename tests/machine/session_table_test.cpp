// SPDX-License-Identifier: BSL-1.0
// The table of sessions beside ordered containers of the standard library.
#include "synod/machine/session_table.hpp"

#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using namespace synod::machine;
using synod::duration;
using synod::instant;
using synod::log_index;

namespace {

session opened(log_index id, duration timeout, instant now) {
  session next{id, timeout, 1};
  next.end_at(now + timeout);
  return next;
}

// Everything that the table is asked for, as a model answers it.
struct model {
  std::map<log_index, std::pair<instant, duration>> open;
  std::set<std::pair<instant, log_index>> deadlines;

  void agrees_with(session_table& table) const {
    REQUIRE(table.size() == open.size());
    REQUIRE((table.last() == nullptr) == open.empty());
    if (!open.empty()) REQUIRE(table.last()->id() == open.rbegin()->first);
    REQUIRE((table.first_to_expire() == nullptr) == deadlines.empty());
    if (!deadlines.empty()) {
      REQUIRE(table.first_to_expire()->id() == deadlines.begin()->second);
      REQUIRE(table.first_to_expire()->deadline() == deadlines.begin()->first);
    }
    std::vector<log_index> ids;
    table.for_each([&](session const& each) { ids.push_back(each.id()); });
    std::vector<log_index> expected;
    for (auto const& [id, rest] : open) expected.push_back(id);
    REQUIRE(ids == expected);
  }
};

}  // namespace

TEST_CASE("the open sessions are those of a map, and end in the order of a set",
          "[machine][sessions]") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random{seed};
    session_table table;
    model same;
    log_index next{1};
    for (int step = 0; step < 600; ++step) {
      instant const now{static_cast<std::uint64_t>(step)};
      log_index const some{1 + random() % next.value};
      auto const found = same.open.find(some);
      switch (random() % (step < 300 ? 4 : 8)) {
        case 0:
        case 1: {
          next.value += 1 + random() % 3;
          duration const timeout{1 + random() % 4};  // many ties
          table.add(opened(next, timeout, now));
          same.open.emplace(next, std::pair{now + timeout, timeout});
          same.deadlines.emplace(now + timeout, next);
          break;
        }
        case 2: {
          session* const which = table.find(some);
          REQUIRE((which != nullptr) == (found != same.open.end()));
          if (which == nullptr) break;
          table.refresh(*which, now);
          same.deadlines.erase({found->second.first, some});
          found->second.first = now + found->second.second;
          same.deadlines.emplace(found->second.first, some);
          break;
        }
        default: {
          session const* const which =
              random() % 2 == 0 ? table.find(some) : table.first_to_expire();
          if (which == nullptr) break;
          log_index const id = which->id();
          same.deadlines.erase({same.open.at(id).first, id});
          same.open.erase(id);
          table.remove(*which);
          REQUIRE(table.find(id) == nullptr);
          break;
        }
      }
      same.agrees_with(table);
    }
  }
}

TEST_CASE("tables are equal by the sessions that are open, whatever ended before",
          "[machine][sessions]") {
  instant const now{10};
  session_table one;
  session_table other;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    one.add(opened({id}, {5}, now));
    if (id % 3 == 0) other.add(opened({id}, {5}, now));
  }
  CHECK_FALSE(one == other);
  for (std::uint64_t id = 1; id <= 9; ++id) {
    if (id % 3 != 0) one.remove(*one.find({id}));
  }
  CHECK(one == other);
  session_table const before = one;
  one.refresh(*one.find({6}), {11});
  CHECK_FALSE(one == other);
  CHECK(before == other);
}
