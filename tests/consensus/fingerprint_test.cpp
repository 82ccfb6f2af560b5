// SPDX-License-Identifier: BSL-1.0
#include "synod/consensus/fingerprint.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace synod;

namespace {

template <class... Values>
std::uint64_t of(Values const&... values) {
  fingerprint_visitor visitor;
  (visitor("", values), ...);
  return visitor.value();
}

}  // namespace

TEST_CASE("fingerprints depend on values and their order, not on names") {
  fingerprint_visitor a, b;
  a("one", std::uint64_t{1});
  b("other", std::uint64_t{1});
  CHECK(a.value() == b.value());
  CHECK(of(std::uint64_t{1}, std::uint64_t{2}) != of(std::uint64_t{2}, std::uint64_t{1}));
  CHECK(of(std::uint64_t{0}) != of());
  CHECK(of(std::uint64_t{0}, std::uint64_t{0}) != of(std::uint64_t{0}));
}

TEST_CASE("nobody is not node 0") {
  CHECK(of(std::optional<node_id>{}) != of(std::optional{node_id{0}}));
}

TEST_CASE("every part of a run, a position and of members counts") {
  run const r{{{1}, {2}}, {3}, kind::payload};
  std::set<std::uint64_t> seen{of(r),
                               of(run{{{9}, {2}}, {3}, kind::payload}),
                               of(run{{{1}, {9}}, {3}, kind::payload}),
                               of(run{{{1}, {2}}, {9}, kind::payload}),
                               of(run{{{1}, {2}}, {3}, kind::no_op}),
                               of(r.first),
                               of(position{{2}, {1}})};
  CHECK(seen.size() == 7);
  members who;
  std::set<std::uint64_t> groups{of(who)};
  for (std::uint64_t n = 0; n < max_voters; ++n) {
    who.voters.push_back({n});
    groups.insert(of(who));
  }
  CHECK(groups.size() == max_voters + 1);
}

TEST_CASE("small numbers do not collide") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t a = 0; a < 300; ++a) {
    for (std::uint64_t b = 0; b < 300; ++b) seen.insert(of(a, b));
  }
  CHECK(seen.size() == 90'000);
}

TEST_CASE("the same on every platform: golden values") {
  CHECK(of() == 0);
  CHECK(of(std::uint64_t{1}) == 0xcf9666fe0a2dabe0);
  CHECK(of(log_index{1}) == 0xcf9666fe0a2dabe0);
  CHECK(of(position{{1}, {2}}) == 0x6847d6924ae2457f);
}
