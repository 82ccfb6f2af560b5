// SPDX-License-Identifier: BSL-1.0
#include "synod/net/loopback.hpp"

#include <array>
#include <string>

#include "synod/net/transport.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

struct note {
  int number;
};
using network = loopback<note>;

constexpr std::array<node_id, 3> nodes{{{1}, {2}, {3}}};

}  // namespace

static_assert(transport<network::endpoint, note>);
static_assert(!transport<network, note>);

TEST_CASE("messages arrive in order, each at its node, with who sent them") {
  network net(nodes);
  auto one = net.endpoint_of({1});
  auto two = net.endpoint_of({2});
  one.send({3}, note{1}, {});
  two.send({3}, note{2}, {});
  one.send({2}, note{3}, {});
  auto first = net.take({3});
  REQUIRE(first);
  CHECK(first->from == node_id{1});
  CHECK(first->message.number == 1);
  auto second = net.take({3});
  CHECK(second->from == node_id{2});
  CHECK(second->message.number == 2);
  CHECK_FALSE(net.take({3}));
  CHECK_FALSE(net.take({3}));
  CHECK(net.take({2})->message.number == 3);
  CHECK_FALSE(net.take({1}));
}

TEST_CASE("the payload is passed by value") {
  network net(nodes);
  auto one = net.endpoint_of({1});
  std::string text = "content";
  one.send({2}, note{1}, {std::as_bytes(std::span{text.data(), text.size()}), 1});
  text = "changed";
  auto const got = net.take({2});
  REQUIRE(got);
  CHECK(got->payload.entries == 1);
  CHECK(std::string(reinterpret_cast<char const*>(got->payload.bytes.data()),
                    got->payload.bytes.size()) == "content");
}

TEST_CASE("what was taken stays while others are sent to") {
  network net(nodes);
  auto two = net.endpoint_of({2});
  net.endpoint_of({1}).send({2}, note{7}, {});
  auto const got = net.take({2});
  for (int i = 0; i < 1'000; ++i) two.send({3}, note{i}, {});
  CHECK(got->message.number == 7);
}

TEST_CASE("what goes to nobody is lost") {
  network net(nodes);
  net.endpoint_of({1}).send({9}, note{1}, {});
  CHECK_FALSE(net.take({9}));
  net.set_connected({9}, false);
  for (node_id const n : nodes) CHECK_FALSE(net.take(n));
}

TEST_CASE("a node that is cut off hears nothing, also of what had come") {
  network net(nodes);
  auto one = net.endpoint_of({1});
  one.send({2}, note{1}, {});
  net.set_connected({2}, false);
  one.send({2}, note{2}, {});
  CHECK_FALSE(net.take({2}));
  net.set_connected({2}, true);
  CHECK_FALSE(net.take({2}));
  one.send({2}, note{3}, {});
  CHECK(net.take({2})->message.number == 3);
}

TEST_CASE("cut off between two messages, it goes on where it is connected again") {
  network net(nodes);
  auto one = net.endpoint_of({1});
  one.send({2}, note{1}, {});
  one.send({2}, note{2}, {});
  CHECK(net.take({2})->message.number == 1);
  net.set_connected({2}, false);
  net.set_connected({2}, true);
  one.send({2}, note{3}, {});
  CHECK(net.take({2})->message.number == 3);
  CHECK_FALSE(net.take({2}));
}

TEST_CASE("a node that is cut off is still heard: only what goes to it is lost") {
  network net(nodes);
  auto two = net.endpoint_of({2});
  net.set_connected({2}, false);
  two.send({1}, note{1}, {});
  CHECK(net.take({1})->message.number == 1);
}

namespace {
using errand_network = loopback<note, true>;
errand numbered(std::uint64_t n) {
  errand e;
  e.number = n;
  return e;
}
}  // namespace

static_assert(transport<errand_network::endpoint, note>);
static_assert(carries_errands<errand_network::endpoint>);
static_assert(!carries_errands<network::endpoint>);

TEST_CASE("errands arrive in order, beside the messages, with who sent them and their bytes") {
  errand_network net(nodes);
  auto one = net.endpoint_of({1});
  auto two = net.endpoint_of({2});
  std::string text = "content";
  one.send({3}, numbered(7), std::as_bytes(std::span{text.data(), text.size()}));
  text = "changed";
  one.send({3}, note{1}, {});
  two.send({3}, numbered(8), {});
  auto const first = net.take_errand({3});
  REQUIRE(first);
  CHECK(first->from == node_id{1});
  CHECK(first->what.number == 7);
  CHECK(std::string(reinterpret_cast<char const*>(first->bytes.data()), first->bytes.size()) ==
        "content");
  CHECK(net.take({3})->message.number == 1);
  CHECK(net.take_errand({3})->what.number == 8);
  CHECK_FALSE(net.take_errand({3}));
  CHECK_FALSE(net.take_errand({9}));
}

TEST_CASE("errands to a node that is cut off are lost, also those that had come") {
  errand_network net(nodes);
  auto one = net.endpoint_of({1});
  one.send({2}, numbered(1), {});
  one.send({2}, numbered(2), {});
  CHECK(net.take_errand({2})->what.number == 1);
  net.set_connected({2}, false);
  one.send({2}, numbered(3), {});
  CHECK_FALSE(net.take_errand({2}));
  net.set_connected({2}, true);
  one.send({2}, numbered(4), {});
  CHECK(net.take_errand({2})->what.number == 4);
}
