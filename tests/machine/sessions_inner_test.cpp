// SPDX-License-Identifier: BSL-1.0
// What passes through a `sessions` machine to the one inside: direct commands, questions, time and
// snapshots.
#include <limits>
#include <string>

#include "synod/kv.hpp"
#include "synod/machine.hpp"
#include "tests/machine/kv_script.hpp"
#include "tests/machine/laws.hpp"
#include "tests/machine/session_script.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using namespace synod::machine;
using synod::errc;
using synod::error;
using synod::log_index;
using synod::seconds;
using status = synod::machine::session_status;

namespace {

template <class Command>
bytes direct(Command const& command) {
  bytes out(100);
  out.resize(encode_direct(command, out).value());
  return out;
}

bytes set_for(std::string_view key, std::string_view value, synod::duration lifetime) {
  return encoded(kv_set{
      .key = view(key), .value = view(value), .lifetime = kv_lifetime::limited, .limit = lifetime});
}

// The answer of the kv inside.
said inside(bytes const& response) {
  auto const read = read_response(response).value();
  CHECK(read.status == status::ok);
  return understood(read.response);
}

said ask(sessions<kv> const& machine, bytes const& question) {
  bytes out(100);
  out.resize(machine.query(question, out));
  return understood(out);
}

// Writes down what happens to it, in order.
struct chronicle {
  std::vector<std::string> lines;
  synod::instant time;

  std::size_t apply(log_index, std::span<std::byte const> command, std::span<std::byte>) noexcept {
    if (command.size() == 8) {
      time.ns = *synod::decode<std::uint64_t>(command);
      lines.push_back("time " + std::to_string(time.ns));
    }
    return 0;
  }
  void session_ended(log_index session) noexcept {
    lines.push_back(std::to_string(session.value) + " ended at " + std::to_string(time.ns));
  }
  synod::instant now() const noexcept { return time; }
  std::optional<synod::instant> next_deadline() const noexcept { return std::nullopt; }
  static std::size_t advance(synod::instant to, std::span<std::byte> out) noexcept {
    return synod::encode(to, out).value();
  }
  std::uint64_t fingerprint() const noexcept { return lines.size(); }
  bool operator==(chronicle const&) const = default;
};

}  // namespace

TEST_CASE("a direct command is executed as often as it arrives", "[machine][sessions]") {
  replica_of<kv> replica{};
  auto const once_more = direct(kv_add{view("n"), 1});
  CHECK(inside(replica.raw(once_more)).number == 1);
  CHECK(inside(replica.raw(once_more)).number == 2);
  CHECK(replica.machine.open_sessions() == 0);
  CHECK(replica.tell(bytes{std::byte{5}, std::byte{9}}) == status::bad_command);

  auto const answer = replica.raw(once_more);
  auto const read = read_response(answer).value();
  CHECK(read.session == log_index{});
  CHECK(read.sequence == 0);
}

TEST_CASE("a direct command gets the whole answer, one in a session what is kept",
          "[machine][sessions]") {
  session_limits limits;
  limits.max_reply_bytes = 30;
  replica_of<kv> replica{sessions<kv>::make(limits).value(), 0};
  auto const session = replica.opened();
  std::string const value(60, 'v');
  replica.raw(direct(kv_set{.key = view("a"), .value = view(value)}));
  CHECK(inside(replica.raw(direct(kv_get{view("a")}))).value == value);
  auto const kept = request(session, 1, 1, encoded(kv_get{view("a")}));
  CHECK(replica.tell(kept) == status::reply_too_large);
}

TEST_CASE("a direct answer without room is not written, and tells its size",
          "[machine][sessions]") {
  replica_of<kv> replica{};
  replica.raw(direct(kv_set{.key = view("a"), .value = view("value")}));
  auto const question = direct(kv_get{view("a")});
  auto const whole = replica.raw(question);
  for (std::size_t room = 0; room < whole.size(); ++room) {
    bytes out(room, std::byte{0x77});
    CHECK(replica.machine.apply({9}, question, out) == whole.size());
    CHECK(out == bytes(room, std::byte{0x77}));
  }
}

TEST_CASE("questions are those of the machine inside, without a session (X8)",
          "[machine][sessions]") {
  replica_of<kv> replica{};
  auto const session = replica.opened();
  replica.tell(request(session, 1, 1, encoded(kv_set{.key = view("a"), .value = view("1")})));
  auto const before = replica.machine;
  CHECK(ask(replica.machine, encoded(kv_get{view("a")})).value == "1");
  CHECK(ask(replica.machine, encoded(kv_count{})).number == 1);
  CHECK(ask(replica.machine, encoded(kv_add{view("a"), 1})).status == kv_status::bad_command);
  CHECK(replica.machine == before);
}

TEST_CASE("time reaches the machine inside, by the same command (D3)",
          "[machine][sessions][session_keeps_time_to_itself]") {
  replica_of<kv> replica{};
  auto const session = replica.opened(seconds(60));
  replica.tell(request(session, 1, 1, set_for("lock", "mine", seconds(10))));
  replica.tell(advance(seconds(9)));
  CHECK(replica.machine.inner().now() == synod::instant{} + seconds(9));
  CHECK(ask(replica.machine, encoded(kv_get{view("lock")})).value == "mine");
  replica.tell(advance(seconds(10)));
  CHECK(ask(replica.machine, encoded(kv_get{view("lock")})).status == kv_status::absent);
  CHECK(replica.machine.open_sessions() == 1);
  replica.tell(advance(seconds(3)));  // lifted for both
  CHECK(replica.machine.now() == synod::instant{} + seconds(10));
  CHECK(replica.machine.inner().now() == synod::instant{} + seconds(10));
}

TEST_CASE("the machine inside has the new time before sessions end by it", "[machine][sessions]") {
  replica_of<chronicle> replica{};
  replica.opened({30});
  replica.opened({10});
  replica.tell(advance({5}));
  replica.tell(advance({30}));
  CHECK(replica.machine.inner().lines ==
        std::vector<std::string>{"time 5", "time 30", "2 ended at 30", "1 ended at 30"});
}

TEST_CASE("the next deadline is the first of sessions and machine inside", "[machine][sessions]") {
  replica_of<kv> replica{};
  CHECK_FALSE(replica.machine.next_deadline());
  replica.opened({50});
  CHECK(replica.machine.next_deadline() == synod::instant{50});
  replica.raw(direct(kv_set{
      .key = view("a"), .value = view("1"), .lifetime = kv_lifetime::limited, .limit = {70}}));
  CHECK(replica.machine.next_deadline() == synod::instant{50});
  replica.raw(direct(kv_expire{view("a"), 20}));
  CHECK(replica.machine.next_deadline() == synod::instant{20});
  bytes command(64);
  command.resize(sessions<kv>::advance({20}, command));
  CHECK(replica.tell(command) == status::ok);
  CHECK(replica.machine.next_deadline() == synod::instant{50});
  CHECK(sessions<kv>::advance({20}, {}) == command.size());
}

TEST_CASE("a session's deadline moves with its use", "[machine][sessions][session_not_refreshed]") {
  replica_of<kv> replica{};
  auto const one = replica.opened({50});
  auto const other = replica.opened({60});
  replica.tell(advance({20}));
  replica.tell(request(one, 1, 1, {}));
  CHECK(replica.machine.next_deadline() == synod::instant{60});
  replica.tell(keep_alive(other));
  CHECK(replica.machine.next_deadline() == synod::instant{70});
  replica.tell(close(one));
  CHECK(replica.machine.next_deadline() == synod::instant{80});
}

TEST_CASE("a retry after a snapshot gets the first answer, byte for byte (X6)",
          "[machine][sessions][session_snapshot_lacks_replies]") {
  replica_of<kv> replica{};
  auto const session = replica.opened();
  auto const add_one = request(session, 1, 1, encoded(kv_add{view("n"), 1}));
  auto const wrong = request(session, 2, 1, encoded(kv_remove_if{view("n"), view("9")}));
  auto const first = replica.raw(add_one);
  auto const refused = replica.raw(wrong);
  replica.raw(direct(kv_set{.key = view("n"), .value = view("9")}));

  auto const read = sessions<kv>{}.restored(saved(replica.machine));
  replica_of<kv> other{read.value(), replica.index};
  CHECK(other.raw(add_one) == first);
  CHECK(other.raw(wrong) == refused);  // it would succeed now
  CHECK(ask(other.machine, encoded(kv_get{view("n")})).value == "9");
}

TEST_CASE("a session that ended is not in the snapshot, and not recreated by it (X4)",
          "[machine][sessions][session_recreated]") {
  replica_of<kv> replica{};
  auto const session = replica.opened({10});
  auto const entry = request(session, 1, 1, encoded(kv_add{view("n"), 1}));
  replica.tell(entry);
  replica.tell(advance({10}));
  replica_of<kv> other{sessions<kv>{}.restored(saved(replica.machine)).value(), replica.index};
  CHECK(other.tell(entry) == status::no_session);
  CHECK(ask(other.machine, encoded(kv_get{view("n")})).value == "1");
}

TEST_CASE("a snapshot of sessions is refused where it is wrong", "[machine][sessions]") {
  using detail::session_snapshot_entry;
  using detail::session_snapshot_head;
  using detail::session_snapshot_reply;
  constexpr std::size_t head = 13;
  constexpr std::size_t entry = 36;
  session_limits limits;
  limits.max_sessions = 2;
  limits.max_outstanding = 3;
  limits.max_reply_bytes = 4;
  limits.max_timeout = {50};
  auto const blank = sessions<counter>::make(limits).value();
  auto const snapshot = [](std::uint32_t count, auto const&... parts) {
    bytes out;
    detail::append(out, session_snapshot_head{1, {100}, count});
    (detail::append(out, parts), ...);
    detail::append(out, std::int64_t{7});
    return out;
  };
  session_snapshot_entry const good{{4}, {50}, {150}, 8, 0};
  auto const with = [&](auto change) {
    auto one = good;
    change(one);
    return one;
  };
  auto const replies = [&](std::uint32_t n) { return with([=](auto& one) { one.replies = n; }); };
  session_snapshot_reply const reply{8, status::ok, {}};
  bytes const five(5);
  auto const refusal = [&](bytes const& whole) {
    auto const read = blank.restored(whole);
    REQUIRE_FALSE(read);
    return read.error();
  };
  error const here{errc::bad_input, "", head};

  auto const whole = snapshot(1, replies(1), reply);
  REQUIRE(blank.restored(whole));
  CHECK(saved(blank.restored(whole).value()) == whole);

  CHECK(refusal({}) == error{errc::bad_input, "", 0});
  auto other_format = whole;
  other_format[0] = std::byte{9};
  CHECK(refusal(other_format) == error{errc::bad_input, "", 0});
  CHECK(refusal(snapshot(3)) == error{errc::too_large, "", 9});
  CHECK(refusal(snapshot(2, good, good)) == error{errc::bad_input, "", head + entry});
  CHECK(refusal(snapshot(1, with([](auto& one) { one.id = {}; }))) == here);
  CHECK(refusal(snapshot(1, with([](auto& one) { one.timeout = {51}; }))) ==
        error{errc::too_large, "", head});
  CHECK(refusal(snapshot(1, with([](auto& one) { one.timeout = {}; }))).code == errc::too_large);
  CHECK(refusal(snapshot(1, with([](auto& one) { one.deadline = {151}; }))) == here);
  CHECK(refusal(snapshot(1, with([](auto& one) { one.deadline = {100}; }))) == here);
  CHECK(refusal(snapshot(1, with([](auto& one) { one.first_outstanding = 0; }))) == here);
  CHECK(refusal(snapshot(1, replies(4))) == error{errc::too_large, "", head});

  error const at_reply{errc::bad_input, "", head + entry};
  auto const one_reply = [&](session_snapshot_reply const& only) {
    return refusal(snapshot(1, replies(1), only));
  };
  CHECK(one_reply({7, status::ok, {}}) == at_reply);
  CHECK(one_reply({11, status::ok, {}}) == at_reply);
  CHECK(one_reply({8, status::stale, {}}) == at_reply);
  CHECK(one_reply({8, status::reply_too_large, std::span{five}.first(1)}) == at_reply);
  CHECK(one_reply({8, status::ok, five}) == error{errc::too_large, "", head + entry});
  CHECK(refusal(snapshot(1, replies(2), reply, reply)).code == errc::bad_input);

  auto longer = whole;
  longer.push_back({});
  CHECK(refusal(longer) == error{errc::bad_input, "", whole.size()});  // of the machine inside
}

TEST_CASE("sequences at the end of all numbers survive a snapshot", "[machine][sessions]") {
  constexpr auto last = std::numeric_limits<std::uint64_t>::max();
  replica_of<counter> replica{};
  auto const session = replica.opened();
  CHECK(replica.tell(request(session, last, last - 3, add(1))) == status::ok);
  auto const whole = saved(replica.machine);
  auto const read = replica.machine.restored(whole);
  REQUIRE(read);
  CHECK(*read == replica.machine);
  CHECK(saved(*read) == whole);
}
