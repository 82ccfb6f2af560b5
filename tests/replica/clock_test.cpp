// SPDX-License-Identifier: BSL-1.0
// The estimate of the replicated time.
#include "synod/replica/clock.hpp"

#include "tests/support/catch.hpp"

using namespace synod;

namespace {
constexpr instant at(std::uint64_t ms) { return instant{} + milliseconds(ms); }
}  // namespace

TEST_CASE("replicated time goes on from the machine's, at the pace of the own clock", "[D2]") {
  replicated_clock c;
  c.take_office(at(50), at(7'000));
  CHECK(c.estimate(at(7'000)) == at(50));
  CHECK(c.estimate(at(7'010)) == at(60));
  CHECK(c.ahead(at(7'010)) == milliseconds(10));
  c.stamped(at(60));
  CHECK(c.ahead(at(7'010)) == duration{});
  CHECK(c.ahead(at(7'012)) == milliseconds(2));
}

TEST_CASE("a machine that is ahead pulls the estimate with it, one that is behind does not",
          "[D2]") {
  replicated_clock c;
  c.take_office(at(50), at(7'000));
  c.observe(at(500), at(7'010));  // an entry of the leader before
  CHECK(c.estimate(at(7'020)) == at(510));
  CHECK(c.ahead(at(7'010)) == duration{});
  c.observe(at(400), at(7'020));
  CHECK(c.estimate(at(7'020)) == at(510));
}

TEST_CASE("a clock that steps back moves nothing back", "[D2]") {
  replicated_clock c;
  c.take_office(at(50), at(7'000));
  c.stamped(c.estimate(at(7'100)));
  CHECK(c.ahead(at(6'000)) == duration{});
  CHECK(c.estimate(at(6'000)) == at(50));  // not below where it began
}

TEST_CASE("a moment is due when the estimate reaches it, once") {
  replicated_clock c;
  c.take_office(at(50), at(7'000));
  CHECK(c.due(at(80)) == at(7'030));
  CHECK(c.due(at(51)) == at(7'001));
  CHECK_FALSE(c.due(at(50)));  // the machine has been told of it
  c.stamped(at(80));
  CHECK_FALSE(c.due(at(80)));
  CHECK(c.due(at(81)) == at(7'031));
}

TEST_CASE("after a refusal it is tried again, but not at once") {
  replicated_clock c;
  c.take_office(at(50), at(7'000));
  c.refused(at(7'030));
  CHECK(c.due(at(80)) == at(7'040));
  CHECK(c.due(at(500)) == at(7'450));
}
