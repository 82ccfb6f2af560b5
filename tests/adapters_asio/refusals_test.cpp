// SPDX-License-Identifier: BSL-1.0
// Who is not let in, and that both sides are told why, once.
#include "synod/adapters/asio/asio_transport.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

using namespace peers;

namespace {

// Node 1 dials node 2, as they are; both must have told this, once, and never have connected.
void both_tell(peer_identity const& one, peer_identity const& two, std::string const& reason,
               ear first = {}, ear second = {}) {
  boost::asio::io_context io;
  auto const where = locations(2);
  auto as_listed = where;
  as_listed[0].node = one.node;
  auto as_called = where;
  as_called[1].node = two.node;
  node a(io, one, as_listed, first);
  node b(io, two, as_called, second);
  auto const told = [&] { return first.count(reason) == 1 && second.count(reason) == 1; };
  CAPTURE(reason, first.told, second.told);
  CHECK(until(io, told));
  pass(io, 200);  // many dials later
  CHECK(told());
  CHECK(first.count("+") + second.count("+") == 0);
  CHECK(first.count("it refuses this node") + second.count("it refuses this node") == 1);
}

}  // namespace

TEST_CASE("Another cluster, an own id, a wrong addressee and a stranger are refused") {
  auto two = identity(2);
  two.cluster = "red";
  both_tell(identity(1), two, "another cluster (blue instead of red)");
  both_tell(identity(1), identity(3), "meant for node 2, met node 3");
  two = identity(1);
  both_tell(identity(1), two, "node 1 was met by a node of the same id");

  boost::asio::io_context io;
  auto const where = locations(3);
  ear first;
  ear second;
  node stranger_to_two(io, identity(1), where, first);
  node two_alone(io, identity(2), {where[1], where[2]}, second);
  CHECK(until(io, [&] { return second.count("node 1 is not among the peers") == 1; }));
  CHECK(until(io, [&] { return first.count("node 1 is not among the peers") == 1; }));
}

TEST_CASE("A disk other than the known one is refused, on either side") {
  ear knows;
  knows.incarnations[2] = 7;
  both_tell(identity(1), identity(2),
            "another disk than the one known for this node (1002 instead of 7)", knows, {});
  ear other;
  other.incarnations[1] = 8;
  both_tell(identity(1), identity(2),
            "another disk than the one known for this node (1001 instead of 8)", {}, other);
}

TEST_CASE("A meeting that cannot be recorded does not take place") {
  ear full;
  full.can_record = false;
  boost::asio::io_context io;
  auto const where = locations(2);
  ear first;
  node one(io, identity(1), where, first);
  node two(io, identity(2), where, full);
  CHECK(until(io, [&] { return full.count("could not be recorded") == 1; }));
  CHECK(until(io, [&] { return first.count("could not be recorded") == 1; }));
  CHECK(!two.net.is_connected({1}));
}

TEST_CASE("An older life and a copy of the disk are refused, and the connection stays") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear ears[3];
  auto who = identity(1);
  who.life = {5};
  node two(io, identity(2), where, ears[1]);
  node one(io, who, where, ears[0]);
  REQUIRE(until(io, [&] { return two.net.is_connected({1}); }));

  auto const elsewhere = std::vector{peer_location{{1}, {"127.0.0.1", 0}}, where[1]};
  auto clone = who;
  clone.process = 77;
  node copy(io, clone, elsewhere, ears[2]);
  CHECK(
      until(io, [&] { return ears[2].count("a second process of the same node in life 5") == 1; }));
  auto old = who;
  old.life = {4};
  ear last;
  node older(io, old, elsewhere, last);
  CHECK(until(io, [&] { return last.count("life 4 of a node whose life 5 was met before") == 1; }));
  CHECK(two.net.is_connected({1}));
  CHECK(ears[0].told == std::vector<std::string>{"+2 life 1"});
}

TEST_CASE("Another version of the protocol is told so, however its hello goes on") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear second;
  node two(io, identity(2), where, second);
  stranger s(io, where[1].at.port);
  s.say(frame_kind::hello, std::uint32_t{9}, std::string("something new"));
  REQUIRE(until(io, [&] { return s.first_kind() == frame_kind::refusal; }));
  auto const why = decode<peer_refusal>(scan_frame(s.heard, max_hello_bytes)->body);
  REQUIRE(why);
  CHECK(to_text(*why) == "another protocol version (9 instead of 1)");
  CHECK(until(io, [&] { return s.is_closed(); }));
}

TEST_CASE("The node with the higher id does not dial: it is told who does") {
  boost::asio::io_context io;
  auto const where = locations(2);
  ear first;
  node one(io, identity(1), where, first);
  stranger s(io, where[0].at.port);
  s.say(frame_kind::hello, peer_hello{peer_protocol, identity(2), {1}});
  REQUIRE(until(io, [&] { return s.first_kind() == frame_kind::refusal; }));
  CHECK(first.count("node 2 dialled node 1, which has the lower id and dials") == 1);
}
