// SPDX-License-Identifier: BSL-1.0
// Options out of their range are told by name.
#include "tests/replica/stage.hpp"

using namespace synod;
using namespace synod::test;

TEST_CASE("each option that is out of its range is named") {
  auto const said = [](auto change) {
    replica_options o;
    change(o);
    error const bad = check(o);
    CHECK(bad.code == errc::bad_option);
    return std::string(bad.what);
  };
  CHECK(check(replica_options{}).code == errc::ok);
  CHECK(said([](auto& o) { o.max_batch_bytes = 0; }) == "replica: max_batch_bytes is zero");
  CHECK(said([](auto& o) { o.max_waiting_bytes = o.max_batch_bytes - 1; }) ==
        "replica: max_waiting_bytes is less than max_batch_bytes");
  CHECK(said([](auto& o) { o.batch_delay = seconds(2); }) ==
        "replica: batch_delay is more than a second");
  CHECK(said([](auto& o) { o.answer_timeout = {}; }) == "replica: answer_timeout is zero");
  CHECK(said([](auto& o) { o.max_response_bytes = 0; }) == "replica: max_response_bytes is zero");
  CHECK(said([](auto& o) { o.snapshot_entries = 0; }) == "replica: snapshot_entries is zero");
  CHECK(said([](auto& o) { o.snapshot_bytes = 0; }) == "replica: snapshot_bytes is zero");
  CHECK(said([](auto& o) { o.time_resolution = {}; }) == "replica: time_resolution is zero");
}

TEST_CASE("a replica does not start on wrong options") {
  memory_log log;
  std::vector<sent> out;
  client hears;
  replica_options wrong;
  wrong.snapshot_entries = 0;
  auto const bad = stage<>::replica_type::start({.self = {1}}, log, {&out}, {}, hears, {}, wrong);
  CHECK(bad.error().code == errc::bad_option);
}

TEST_CASE("a proposal may be as long as the core takes, where that is less than a batch") {
  stage<> s(1);
  s.lead();
  replica_options o;
  o.max_batch_bytes = std::size_t{4} << 20;
  memory_log log;
  members who;
  who.voters.push_back({1});
  REQUIRE(log.bootstrap(who));
  auto node = stage<>::replica_type::start({.self = {1}, .max_message_bytes = 100}, log, {&s.out},
                                           {}, s.hears, s.now, o);
  REQUIRE(node);
  auto const bytes = framed({std::string(97, 'x')});
  node->propose({9}, {bytes, 1}, s.now);
  CHECK(s.hears.answers.back() == refused(9, why::too_large));
}
