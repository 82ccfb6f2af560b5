// SPDX-License-Identifier: BSL-1.0
// Rules X1 to X7 and D2 to D5 of exactly-once sessions.
#include "synod/machine/sessions.hpp"

#include <limits>
#include <random>
#include <vector>

#include "tests/machine/session_script.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::log_index;
using synod::milliseconds;
using synod::seconds;
using synod::machine::counter;
using synod::machine::session_limits;
using synod::machine::sessions;
using status = synod::machine::session_status;

namespace {

static_assert(synod::state_machine<sessions<counter>>);
static_assert(synod::state_machine<sessions<sessions<counter>>>, "a machine in a machine");

replica_of<> limited(session_limits limits) { return {sessions<counter>::make(limits).value(), 0}; }

// An inner machine that writes down which sessions ended, in which order.
struct mourner {
  std::vector<log_index> ended;

  std::size_t apply(log_index, std::span<std::byte const>, std::span<std::byte>) noexcept {
    return 0;
  }
  void session_ended(log_index session) noexcept { ended.push_back(session); }
  std::uint64_t fingerprint() const noexcept { return synod::fingerprint(ended); }
  bool operator==(mourner const&) const = default;
};

// An inner machine whose response is as long as the command says, and that counts its commands.
struct talker {
  std::uint64_t said = 0;

  std::size_t apply(log_index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    ++said;
    std::size_t const size = command.empty() ? 0 : std::to_integer<std::size_t>(command.front());
    for (std::size_t i = 0; i < size && i < out.size(); ++i) out[i] = std::byte{0x55};
    return size;
  }
  std::uint64_t fingerprint() const noexcept { return said; }
  bool operator==(talker const&) const = default;
};

}  // namespace

TEST_CASE("a session is named by the index of its opening (X1)", "[machine][sessions]") {
  replica_of replica{};
  CHECK(replica.opened() == log_index{1});
  CHECK(replica.opened() == log_index{2});
  CHECK(replica.machine.open_sessions() == 2);
}

TEST_CASE("a request is executed once and answered the same for ever (X2)",
          "[machine][sessions][session_executes_again]") {
  replica_of replica{};
  auto const session = replica.opened();
  auto const seventh = request(session, 7, 1, add(1));
  auto const first = replica.raw(seventh);
  CHECK(replica.raw(seventh) == first);
  CHECK(replica.machine.inner().value() == 1);
  CHECK(replica.tell(request(session, 8, 1, add(10))) == status::ok);
  CHECK(replica.raw(seventh) == first);
  CHECK(replica.machine.inner().value() == 11);
}

TEST_CASE("pipelined requests may arrive in any order, and again (X2)", "[machine][sessions]") {
  replica_of replica{};
  auto const session = replica.opened();
  std::vector<bytes> answers(6);
  for (std::uint64_t const sequence : {3u, 1u, 5u, 2u, 4u}) {
    answers[sequence] = replica.raw(request(session, sequence, 1, add(1)));
  }
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    CHECK(replica.raw(request(session, sequence, 1, add(1))) == answers[sequence]);
  }
  CHECK(replica.machine.inner().value() == 5);
}

TEST_CASE("what the client has is forgotten, and said to be stale (X2, X3)",
          "[machine][sessions]") {
  replica_of replica{};
  auto const session = replica.opened();
  replica.tell(request(session, 1, 1, add(1)));
  replica.tell(request(session, 2, 1, add(1)));
  CHECK(replica.tell(request(session, 3, 3, add(1))) == status::ok);
  CHECK(replica.tell(request(session, 2, 1, add(1))) == status::stale);
  CHECK(replica.tell(request(session, 1, 3, add(1))) == status::stale);
  CHECK(replica.tell(request(session, 0, 0, add(1))) == status::stale);
  CHECK(replica.tell(request(session, 4, 5, add(1))) == status::stale);
  CHECK(replica.machine.inner().value() == 3);
  CHECK(replica.tell(request(session, 4, 4, add(1))) == status::ok);
}

TEST_CASE("more outstanding than is kept is refused, not dropped (X3)",
          "[machine][sessions][session_window_too_wide]") {
  session_limits limits;
  limits.max_outstanding = 2;
  auto replica = limited(limits);
  auto const session = replica.opened();
  CHECK(replica.tell(request(session, 1, 1, add(1))) == status::ok);
  CHECK(replica.tell(request(session, 2, 1, add(1))) == status::ok);
  CHECK(replica.tell(request(session, 3, 1, add(1))) == status::too_many_outstanding);
  CHECK(replica.tell(request(session, std::numeric_limits<std::uint64_t>::max(), 1, add(1))) ==
        status::too_many_outstanding);
  CHECK(replica.machine.inner().value() == 2);
  CHECK(replica.tell(request(session, 1, 1, add(1))) == status::ok);  // still remembered
  CHECK(replica.tell(request(session, 3, 2, add(1))) == status::ok);  // and now there is room
  CHECK(replica.machine.inner().value() == 3);
}

TEST_CASE("a session that is not open is never served nor recreated (X4)",
          "[machine][sessions][session_recreated]") {
  replica_of replica{};
  auto const session = replica.opened(seconds(10));
  CHECK(replica.tell(request({99}, 1, 1, add(1))) == status::no_session);
  CHECK(replica.tell(request({0}, 1, 1, add(1))) == status::no_session);
  auto const before = request(session, 1, 1, add(1));
  replica.tell(before);
  CHECK(replica.tell(advance(seconds(10))) == status::ok);
  CHECK(replica.machine.open_sessions() == 0);
  CHECK(replica.tell(before) == status::no_session);
  CHECK(replica.tell(keep_alive(session)) == status::no_session);
  CHECK(replica.tell(close(session)) == status::no_session);
  CHECK(replica.machine.open_sessions() == 0);
  CHECK(replica.machine.inner().value() == 1);
}

TEST_CASE("a closed session is not open", "[machine][sessions]") {
  replica_of replica{};
  auto const one = replica.opened();
  auto const other = replica.opened();
  CHECK(replica.tell(close(one)) == status::ok);
  CHECK(replica.tell(request(one, 1, 1, add(1))) == status::no_session);
  CHECK(replica.tell(request(other, 1, 1, add(1))) == status::ok);
}

TEST_CASE("a session expires by replicated time only, and lives on by being used (X5)",
          "[machine][sessions][session_outlives_its_deadline][session_not_refreshed]") {
  replica_of replica{};
  auto const idle = replica.opened(seconds(10));
  auto const alive = replica.opened(seconds(10));
  auto const busy = replica.opened(seconds(10));
  replica.tell(advance(seconds(9)));
  CHECK(replica.tell(keep_alive(alive)) == status::ok);
  CHECK(replica.tell(request(busy, 1, 1, add(1))) == status::ok);
  CHECK(replica.tell(keep_alive(idle)) == status::ok);
  replica.tell(advance(seconds(18)));
  CHECK(replica.tell(request(busy, 1, 1, add(1))) == status::ok);  // a retry is a use
  CHECK(replica.tell(keep_alive(alive)) == status::ok);
  replica.tell(advance(seconds(19)));
  CHECK(replica.tell(keep_alive(idle)) == status::no_session);
  CHECK(replica.tell(keep_alive(alive)) == status::ok);
  CHECK(replica.tell(keep_alive(busy)) == status::ok);
}

TEST_CASE("time does not run backwards (D2)", "[machine][sessions][session_time_goes_back]") {
  replica_of replica{};
  replica.tell(advance(seconds(100)));
  replica.tell(advance(seconds(5)));
  CHECK(replica.machine.now() == synod::instant{} + seconds(100));
  auto const session = replica.opened(seconds(10));
  replica.tell(advance(seconds(50)));
  replica.tell(advance(seconds(109)));
  CHECK(replica.tell(keep_alive(session)) == status::ok);
  replica.tell(advance(seconds(119)));
  CHECK(replica.tell(keep_alive(session)) == status::no_session);
}

TEST_CASE("sessions end in the order of their deadlines, then of their ids (D3)",
          "[machine][sessions][sessions_end_by_id]") {
  replica_of<mourner> replica{};
  auto const late = replica.opened(seconds(30));
  auto const early = replica.opened(seconds(10));
  auto const between = replica.opened(seconds(20));
  auto const tied = replica.opened(seconds(10));
  auto const closed = replica.opened(seconds(1));
  auto const stays = replica.opened(seconds(31));
  replica.tell(close(closed));
  replica.tell(advance(seconds(30)));
  CHECK(replica.machine.inner().ended == std::vector{closed, early, tied, between, late});
  CHECK(replica.tell(keep_alive(stays)) == status::ok);
}

TEST_CASE("a retry sees the first answer of a rejected command (X7)", "[machine][sessions]") {
  replica_of replica{};
  auto const session = replica.opened();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  replica.tell(request(session, 1, 1, add(most)));
  auto const overflows = request(session, 2, 1, add(1));
  auto const first = replica.raw(overflows);
  replica.tell(request(session, 3, 1, add(-most)));  // from here on it would fit
  CHECK(replica.raw(overflows) == first);
  CHECK(replica.machine.inner().value() == 0);

  auto const nonsense = request(session, 4, 1, {std::byte{77}});
  auto const answer = replica.raw(nonsense);
  CHECK(replica.raw(nonsense) == answer);
}

TEST_CASE("limits are refused with their name", "[machine][sessions]") {
  session_limits limits;
  limits.max_sessions = 2;
  limits.max_timeout = seconds(60);
  auto replica = limited(limits);
  CHECK(replica.tell(open(seconds(0))) == status::bad_timeout);
  CHECK(replica.tell(open(seconds(61))) == status::bad_timeout);
  auto const first = replica.opened(seconds(60));
  replica.opened(seconds(60));
  CHECK(replica.tell(open(seconds(60))) == status::too_many_sessions);
  replica.tell(close(first));
  CHECK(replica.tell(open(seconds(60))) == status::ok);

  limits.max_outstanding = 0;
  CHECK(sessions<counter>::make(limits).error().code == synod::errc::bad_option);
  limits.max_outstanding = limits.max_reply_bytes = 1u << 16;
  CHECK(sessions<counter>::make(limits).error().code == synod::errc::bad_option);
}

TEST_CASE("a response that is too large to keep: executed once, and said", "[machine][sessions]") {
  session_limits limits;
  limits.max_reply_bytes = 8;
  replica_of<talker> replica{sessions<talker>::make(limits).value(), 0};
  auto const session = replica.opened();
  CHECK(replica.tell(request(session, 1, 1, {std::byte{8}})) == status::ok);
  CHECK(replica.tell(request(session, 2, 1, {std::byte{9}})) == status::reply_too_large);
  CHECK(replica.tell(request(session, 2, 1, {std::byte{9}})) == status::reply_too_large);
  CHECK(replica.machine.inner().said == 2);
}

TEST_CASE("what was forgotten leaves no trace", "[machine][sessions]") {
  replica_of<talker> one{};
  auto const session = one.opened();
  auto other = one;
  one.tell(request(session, 1, 1, {std::byte{30}}));
  other.tell(request(session, 1, 1, {std::byte{3}}));
  CHECK_FALSE(one.machine == other.machine);
  CHECK(one.tell(request(session, 2, 2, {})) == status::ok);
  CHECK(other.tell(request(session, 2, 2, {})) == status::ok);
  CHECK(one.machine == other.machine);
  CHECK(one.machine.fingerprint() == other.machine.fingerprint());
}

TEST_CASE("the size of the caller's buffer leaves no trace in the state", "[machine][sessions]") {
  replica_of replica{};
  auto const session = replica.opened();
  auto copy = replica.machine;
  auto const entry = request(session, 1, 1, add(1));
  auto const answer = replica.raw(entry);
  CHECK(copy.apply({2}, entry, {}) == answer.size());
  CHECK(copy == replica.machine);
}

namespace {

// Mostly sensible entries of three clients, with retries, time, closings and broken bytes.
std::vector<bytes> some_log(std::uint64_t seed, std::size_t length) {
  std::mt19937_64 random{seed};
  std::vector<bytes> log;
  std::vector<log_index> opened;
  synod::duration now;
  for (std::uint64_t index = 1; index <= length; ++index) {
    auto const pick = [&](std::uint64_t n) { return random() % n; };
    auto const session = opened.empty() ? log_index{pick(5)} : opened[pick(opened.size())];
    switch (pick(12)) {
      case 0:
        log.push_back(open(seconds(1 + pick(5))));
        opened.push_back({index});
        break;
      case 1: log.push_back(keep_alive(session)); break;
      case 2: log.push_back(pick(4) == 0 ? close(session) : keep_alive(session)); break;
      case 3:
        now.ns += milliseconds(pick(1500)).ns;
        log.push_back(advance(pick(5) == 0 ? milliseconds(pick(3000)) : now));
        break;
      case 4: {
        auto broken = log.empty() ? bytes{} : log[pick(log.size())];
        if (!broken.empty()) broken[pick(broken.size())] ^= static_cast<std::byte>(1 + pick(255));
        if (pick(2) == 0) broken.resize(pick(broken.size() + 4));
        log.push_back(broken);
        break;
      }
      case 5: log.push_back(log.empty() ? bytes{} : log[pick(log.size())]); break;
      default: {
        auto const sequence = 1 + pick(24);
        auto const known = 1 + pick(sequence);
        log.push_back(request(session, sequence, known, add(static_cast<std::int64_t>(pick(9)))));
      }
    }
  }
  return log;
}

}  // namespace

TEST_CASE("the same log gives the same answers and states, from any copy on (D1, D4, D5, X6)",
          "[machine][sessions]") {
  session_limits limits;
  limits.max_sessions = 4;
  limits.max_outstanding = 4;
  limits.max_reply_bytes = 17;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    auto const log = some_log(seed, 120);
    auto replica = limited(limits);
    std::vector<replica_of<>> copies{replica};
    std::vector<bytes> answers;
    std::vector<std::uint64_t> prints;
    for (auto const& entry : log) {
      answers.push_back(replica.raw(entry));
      prints.push_back(replica.machine.fingerprint());
      copies.push_back(replica);
    }
    std::size_t differences = 0;
    for (std::size_t from = 0; from < log.size(); ++from) {
      auto& copy = copies[from];
      for (std::size_t i = from; i < log.size(); ++i) {
        differences += copy.raw(log[i]) != answers[i];
        differences += copy.machine.fingerprint() != prints[i];
      }
      differences += !(copy.machine == replica.machine);
    }
    CHECK(differences == 0);
  }
}

TEST_CASE("bytes of any kind are answered alike by two copies (D5)", "[machine][sessions]") {
  std::mt19937_64 random{7};
  replica_of one{};
  one.opened();
  auto other = one;
  std::size_t differences = 0;
  for (int i = 0; i < 20'000; ++i) {
    bytes entry(random() % 48);
    for (auto& each : entry) each = static_cast<std::byte>(random() % 4 == 0 ? random() : 0);
    if (!entry.empty()) entry.front() = static_cast<std::byte>(random() % 6);
    differences += one.raw(entry) != other.raw(entry);
  }
  CHECK(differences == 0);
  CHECK(one.machine == other.machine);
}

TEST_CASE("the fingerprint covers the sessions and their replies (X6)", "[machine][sessions]") {
  replica_of replica{};
  auto const session = replica.opened();
  replica.tell(request(session, 1, 1, add(0)));
  replica.tell(advance(seconds(1)));
  std::vector<std::uint64_t> prints{replica.machine.fingerprint()};
  auto const moved_by = [&](bytes const& entry) {
    auto copy = replica;
    copy.raw(entry);
    prints.push_back(copy.machine.fingerprint());
  };
  moved_by(request(session, 2, 1, add(0)));  // another reply
  moved_by(request(session, 2, 2, add(0)));  // the first one forgotten
  moved_by(request(session, 2, 1, add(1)));  // the inner machine
  moved_by(open(seconds(9)));
  moved_by(open(seconds(8)));
  moved_by(advance(seconds(2)));
  moved_by(keep_alive(session));
  moved_by(close(session));
  for (std::size_t i = 0; i < prints.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(prints[i] != prints[j]);
  }
}
