// SPDX-License-Identifier: BSL-1.0
// Counter, kv, sessions around each, and sessions around sessions keep the laws of machines.
#include "tests/machine/laws.hpp"

#include <string>

#include "synod/kv.hpp"
#include "synod/machine.hpp"
#include "tests/machine/kv_draw.hpp"
#include "tests/machine/session_script.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using namespace synod::machine;
using synod::log_index;

namespace {

std::vector<bytes> counter_log(std::uint64_t seed, std::size_t length) {
  std::mt19937_64 random{seed};
  std::vector<bytes> log;
  while (log.size() < length) {
    log.push_back(add(static_cast<std::int64_t>(random() % 3 == 0 ? random() : random() % 100)));
    if (random() % 6 == 0) log.back()[random() % 9] ^= std::byte{2};
    if (random() % 12 == 0) log.back().resize(random() % 12);
  }
  return log;
}

// Sessions of which some end, requests and retries out of order, direct commands, time, and bytes
// that are no command, around the commands of the machine inside.
std::vector<bytes> session_log(std::uint64_t seed, std::vector<bytes> const& inner,
                               std::uint64_t index) {
  std::mt19937_64 random{seed};
  auto const pick = [&](std::uint64_t n) { return random() % n; };
  std::vector<bytes> log;
  std::vector<log_index> opened;
  std::uint64_t now = 0;
  for (auto const& each : inner) {
    ++index;
    auto const session = opened.empty() ? log_index{pick(5)} : opened[pick(opened.size())];
    switch (pick(14)) {
      case 0:
      case 1:
        log.push_back(open({1 + pick(20)}));
        opened.push_back({index});
        break;
      case 2: log.push_back(pick(4) == 0 ? close(session) : keep_alive(session)); break;
      case 3:
        now += pick(4);
        log.push_back(advance({pick(5) == 0 ? pick(now + 1) : now}));
        break;
      case 4: log.push_back(log.empty() ? bytes{} : log[pick(log.size())]); break;
      case 5: {
        auto broken = log.empty() ? bytes{} : log[pick(log.size())];
        if (!broken.empty()) broken[pick(broken.size())] ^= static_cast<std::byte>(1 + pick(255));
        if (pick(2) == 0) broken.resize(pick(broken.size() + 4));
        log.push_back(broken);
        break;
      }
      case 6:
      case 7:
      case 8: log.push_back(command(session_direct{each})); break;
      default: {
        auto const sequence = 1 + pick(12);
        log.push_back(request(session, sequence, 1 + pick(sequence), each));
      }
    }
  }
  return log;
}

session_limits few() {
  session_limits limits;
  limits.max_sessions = 4;
  limits.max_outstanding = 4;
  limits.max_reply_bytes = 20;  // longer values are too large
  limits.max_timeout = {18};
  return limits;
}

kv blank_kv(std::uint64_t seed) { return kv::make(kv_draw::limits(), seed).value(); }

// A kv of equal state whose records, hash table and heap have another history.
kv disturbed_kv(std::uint64_t seed) {
  store other{kv_draw::limits(), seed * 7919};
  for (auto const* key : {"k1", "k2", "k3", "k4", "k5"}) other.set(key, "value", synod::seconds(1));
  for (auto const* key : {"k2", "k5", "k1", "k4", "k3"}) other.remove({key});
  return other.machine;
}

constexpr std::uint64_t seeds = 12;

}  // namespace

TEST_CASE("the same log gives the same machine, whatever its pages and seeds (D1)",
          "[machine][laws]") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    auto const inner = kv_log(seed, 300);
    CHECK(same_log_same_machine(counter{}, counter{}, counter_log(seed, 300), 0) == 0);
    CHECK(same_log_same_machine(blank_kv(seed), disturbed_kv(seed), inner, 0) == 0);
    CHECK(same_log_same_machine(sessions<kv>::make(few(), blank_kv(seed)).value(),
                                sessions<kv>::make(few(), disturbed_kv(seed)).value(),
                                session_log(seed, inner, 0), 0) == 0);
    auto const twice =
        sessions<sessions<kv>>::make(few(), sessions<kv>::make(few(), blank_kv(seed)).value());
    CHECK(same_log_same_machine(twice.value(), twice.value(),
                                session_log(seed + 100, session_log(seed, inner, 0), 0), 0) == 0);
  }
}

TEST_CASE("a snapshot at any index leaves no trace (D4, X6, V7)",
          "[machine][laws][kv_restores_longer_lifetimes][session_"
          "snapshot_lacks_replies]") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    auto const inner = kv_log(seed, 120);
    CHECK(a_snapshot_at_every_index(counter{}, counter{}, counter_log(seed, 120), 0) == 0);
    CHECK(a_snapshot_at_every_index(blank_kv(1), blank_kv(seed), inner, 0) == 0);
    auto const counting = sessions<counter>::make(few()).value();
    CHECK(a_snapshot_at_every_index(counting, counting,
                                    session_log(seed, counter_log(seed, 120), 0), 0) == 0);
    auto const keeping = sessions<kv>::make(few(), blank_kv(1)).value();
    auto const other_seed = sessions<kv>::make(few(), blank_kv(seed)).value();
    CHECK(a_snapshot_at_every_index(keeping, other_seed, session_log(seed, inner, 0), 0) == 0);
  }
}

TEST_CASE("a damaged snapshot is refused, or means what it says", "[machine][laws]") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    auto machine = sessions<kv>::make(few(), blank_kv(seed)).value();
    auto const blank = machine;
    std::uint64_t index = 0;
    for (auto const& entry : session_log(seed, kv_log(seed, 80), 0)) {
      answer_of(machine, ++index, entry);
      if (index % 20 == 0) {
        CHECK(damaged_snapshots(machine, blank, seed) == 0);
        CHECK(damaged_snapshots(machine.inner(), blank.inner(), seed) == 0);
      }
    }
  }
  CHECK(damaged_snapshots(counter{}, counter{}, 1) == 0);
}

TEST_CASE("an invalid command changes nothing (D5)", "[machine][laws]") {
  std::size_t invalid = 0;
  std::size_t changed = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto machine = sessions<kv>::make(few(), blank_kv(seed)).value();
    std::uint64_t index = 0;
    for (auto const& entry : session_log(seed, kv_log(seed, 400), 0)) {
      auto const before = machine;
      auto const answer = read_response(answer_of(machine, ++index, entry)).value();
      bool const refused = answer.status == session_status::bad_command ||
                           answer.status == session_status::no_session ||
                           answer.status == session_status::bad_timeout ||
                           answer.status == session_status::too_many_sessions;
      invalid += refused;
      changed += refused && !(machine == before);
    }
    auto plain = blank_kv(seed);
    for (auto const& entry : kv_log(seed, 400)) {
      auto const before = plain;
      auto const answer = synod::decode<kv_response>(answer_of(plain, ++index, entry)).value();
      bool const refused = answer.status != kv_status::ok;
      invalid += refused;
      changed += refused && !(plain == before);
    }
  }
  CHECK(invalid > 1000);
  CHECK(changed == 0);
}

TEST_CASE("bytes of any kind leave two copies equal (D5)", "[machine][laws]") {
  std::mt19937_64 random{7};
  std::vector<bytes> log;
  for (int i = 0; i < 4'000; ++i) {
    bytes entry(random() % 40);
    for (auto& each : entry) each = static_cast<std::byte>(random() % 4 == 0 ? random() : 0);
    if (!entry.empty()) entry.front() = static_cast<std::byte>(random() % 14);
    log.push_back(entry);
  }
  auto const machine = sessions<kv>::make(few(), blank_kv(1)).value();
  auto const other = sessions<kv>::make(few(), disturbed_kv(2)).value();
  CHECK(same_log_same_machine(machine, other, log, 0) == 0);
  CHECK(same_log_same_machine(blank_kv(1), disturbed_kv(2), log, 0) == 0);
}
