// SPDX-License-Identifier: BSL-1.0
// A node that nobody meets says so, and learns why.
#include "synod/adapters/asio/asio_transport.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

using namespace peers;

namespace {

peer_options impatient() {
  peer_options o = quick();
  o.unmet_after = milliseconds(100);
  return o;
}

}  // namespace

TEST_CASE(
    "A node that its peers do not know, and that dials none of them, says so and learns why") {
  boost::asio::io_context io;
  auto const where = locations(4);
  std::vector<peer_location> const three(where.begin(), where.begin() + 3);
  ear ears[4];
  node one(io, identity(1), three, ears[0]);
  node two(io, identity(2), three, ears[1]);
  node four(io, identity(4), where, ears[3], impatient());
  CHECK(until(io, [&] { return ears[3].count("unmet: 1 2 3") == 1; }));
  // Two of them run, and refuse it; the third does not run.
  CHECK(until(io, [&] {
    return ears[3].count("!it refuses this node: node 4 is not among the peers") == 2 &&
           ears[3].count("?3") == 1;
  }));
  CHECK(ears[0].count("!refused: node 4 is not among the peers") == 1);
  CHECK(ears[1].count("!refused: node 4 is not among the peers") == 1);
  pass(io, 500);  // many pauses between dials later
  CHECK(ears[3].told.size() == 4);
  CHECK(one.net.is_connected({2}));
}

TEST_CASE("A node that dials in vain names who was never met too, once") {
  boost::asio::io_context io;
  auto const where = locations(3);
  ear first;
  node one(io, identity(1), where, first, impatient());
  CHECK(until(io, [&] { return first.count("unmet: 2 3") == 1; }));
  pass(io, 300);
  CHECK(first.count("unmet") == 1);
}

TEST_CASE(
    "A peer that knows another address of this node refuses the probe, and says that it dials") {
  boost::asio::io_context io;
  auto const where = locations(2);
  auto elsewhere = where;
  elsewhere[1].at.port = free_port();
  ear ears[2];
  node one(io, identity(1), elsewhere, ears[0]);
  node two(io, identity(2), where, ears[1], impatient());
  CHECK(until(io, [&] {
    return ears[1].count("node 2 dialled node 1, which has the lower id and dials") == 1;
  }));
  CHECK(ears[1].told.front() == "unmet: 1");
  CHECK(ears[1].told.size() == 2);
}

TEST_CASE("Who was met is not told of, also where it is gone again") {
  boost::asio::io_context io;
  auto const where = locations(3);
  ear ears[3];
  node two(io, identity(2), where, ears[1], impatient());
  {
    node one(io, identity(1), where, ears[0]);
    REQUIRE(until(io, [&] { return two.net.is_connected({1}); }));
  }
  CHECK(until(io, [&] { return ears[1].count("unmet: 3") == 1; }));
  CHECK(ears[1].count("unmet") == 1);
}

TEST_CASE("Where all are met in time, nobody is told of") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[2];
  node two(io, identity(2), where, ears[1], impatient());
  node one(io, identity(1), where, ears[0], impatient());
  REQUIRE(until(io, [&] { return two.net.is_connected({1}) && one.net.is_connected({2}); }));
  pass(io, 300);
  CHECK(ears[0].count("unmet") + ears[1].count("unmet") == 0);
  CHECK(ears[0].told == std::vector<std::string>{"+2 life 1"});
}
