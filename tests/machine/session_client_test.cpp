// SPDX-License-Identifier: BSL-1.0
#include "synod/machine/session_client.hpp"

#include <concepts>
#include <optional>
#include <random>
#include <vector>

#include "synod/machine/kv_commands.hpp"
#include "tests/machine/session_script.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::machine::session_client;
using status = synod::machine::session_status;

static_assert(std::regular<session_client>);

namespace {

bytes built(session_client& client, bytes const& inner) {
  bytes out(100);
  auto const made = client.request(inner, out).value();
  out.resize(made.size);
  return out;
}

}  // namespace

TEST_CASE("a client numbers its requests from 1 on", "[machine][session_client]") {
  session_client client{{4}};
  CHECK(built(client, add(1)) == request({4}, 1, 1, add(1)));
  CHECK(built(client, add(2)) == request({4}, 2, 1, add(2)));
  CHECK(client.waits(1));
  CHECK_FALSE(client.waits(3));
}

TEST_CASE("a request is built from a command's struct in one call", "[machine][session_client]") {
  using namespace synod::machine;
  session_client client{{4}};
  session_client same = client;
  bytes out(100);
  auto const made = client.request(counter_command{counter_verb::add, 3}, out).value();
  out.resize(made.size);
  CHECK(out == built(same, add(3)));
  CHECK(client == same);

  kv_add const inner{{}, 3};
  bytes plain(synod::encoded_size(inner) + 1);
  REQUIRE(encode_command(inner, plain).value() == plain.size());
  out.resize(100);
  out.resize(client.request(inner, out).value().size);
  CHECK(out == request({4}, 2, 1, plain));
  bytes small(out.size() - 1);
  CHECK(client.request(inner, small).error() ==
        synod::error{synod::errc::too_large, "", out.size()});
}

TEST_CASE("first_outstanding follows the responses, in whatever order they come",
          "[machine][session_client]") {
  session_client client{{4}};
  for (int i = 0; i < 3; ++i) built(client, add(1));
  CHECK(client.on_response({status::ok, {4}, 2, {}}));
  CHECK_FALSE(client.on_response({status::ok, {4}, 2, {}}));  // a duplicate
  CHECK_FALSE(client.on_response({status::ok, {5}, 1, {}}));  // another session's
  CHECK_FALSE(client.on_response({status::ok, {4}, 9, {}}));  // never asked
  CHECK_FALSE(client.on_response({status::too_many_outstanding, {4}, 1, {}}));
  CHECK(built(client, add(1)) == request({4}, 4, 1, add(1)));
  CHECK(client.on_response({status::ok, {4}, 1, {}}));
  CHECK(built(client, add(1)) == request({4}, 5, 3, add(1)));
}

TEST_CASE("a window of requests waits, no more", "[machine][session_client]") {
  bytes out(100);
  session_client none;
  CHECK(none.request({}, out).error().code == synod::errc::exhausted);

  session_client client{{4}, 64};
  for (int i = 0; i < 64; ++i) built(client, add(1));
  CHECK(client.request(add(1), out).error().code == synod::errc::exhausted);
  for (std::uint64_t sequence = 64; sequence >= 1; --sequence) {
    CHECK(client.on_response({status::ok, {4}, sequence, {}}));
  }
  CHECK(built(client, add(1)) == request({4}, 65, 65, add(1)));
  CHECK(client.waits(65));
}

TEST_CASE("a request without room uses up no number", "[machine][session_client]") {
  session_client client{{4}};
  auto const before = client;
  bytes room(100);  // g++ 12 -O2 warns of memory that is too small, though nothing is written to it
  auto const small = std::span{room}.first(10);
  CHECK(client.request(add(1), small).error() == synod::error{synod::errc::too_large, "", 38});
  CHECK(client == before);
}

TEST_CASE("over a line that loses, repeats and reorders, every request counts once",
          "[machine][session_client]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    replica_of replica{};
    session_client client{replica.opened(), 16};
    std::vector<bytes> waiting;  // what a client keeps: the bytes it built
    std::vector<bytes> on_the_way;
    int sent = 0;
    int settled = 0;
    while (settled < 200) {
      bytes out(100);
      if (sent < 200 && random() % 2 == 0) {
        if (auto const made = client.request(add(1), out)) {
          out.resize(made->size);
          waiting.push_back(out);
          on_the_way.push_back(out);
          ++sent;
        }
      }
      if (!waiting.empty()) on_the_way.push_back(waiting[random() % waiting.size()]);
      if (on_the_way.empty()) continue;
      if (on_the_way.size() > 40) on_the_way.erase(on_the_way.begin());
      auto const which = static_cast<std::ptrdiff_t>(random() % on_the_way.size());
      auto const response = replica.raw(on_the_way[static_cast<std::size_t>(which)]);
      if (random() % 2 == 0) on_the_way.erase(on_the_way.begin() + which);
      if (random() % 3 == 0) continue;  // the response is lost
      auto const read = synod::machine::read_response(response).value();
      if (client.on_response(read)) {
        REQUIRE(read.status == status::ok);
        ++settled;
        std::erase_if(waiting, [&](bytes const& one) {
          auto const was =
              synod::decode<synod::machine::session_request>(std::span{one}.subspan(1)).value();
          return was.sequence == read.sequence;
        });
      }
    }
    CHECK(replica.machine.inner().value() == 200);
    CHECK(waiting.empty());
  }
}
