// SPDX-License-Identifier: BSL-1.0
// What a `kv` answers, command by command. Where Redis has the command, its answers can be made of
// these.
#include "synod/machine/kv.hpp"

#include <limits>
#include <type_traits>

#include "tests/machine/kv_script.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using namespace synod::machine;
using synod::milliseconds;
using synod::seconds;
using status = synod::machine::kv_status;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

std::string const largest = "9223372036854775807";
std::string const smallest = "-9223372036854775808";

said ok(std::int64_t number = 0) { return {status::ok, number, std::nullopt}; }
said with(std::string value) { return {status::ok, 0, std::move(value)}; }
said no(status why) { return {why, 0, std::nullopt}; }

}  // namespace

TEST_CASE("what is set is there until it is removed", "[machine][kv]") {
  store kv;
  CHECK_FALSE(kv.get("a"));
  CHECK(kv.set("a", "1") == ok());
  CHECK(kv.get("a") == "1");
  CHECK(kv.set("a", "longer than before, and longer than the block that was taken") == ok());
  CHECK(kv.get("a") == "longer than before, and longer than the block that was taken");
  CHECK(kv.set("a", "") == ok());
  CHECK(kv.get("a") == "");
  CHECK(kv.remove({"a"}) == ok(1));
  CHECK_FALSE(kv.get("a"));
}

TEST_CASE("keys and values are bytes of any kind, the empty ones too", "[machine][kv]") {
  store kv;
  std::string const odd("a\0b\xff\r\n", 6);
  kv.set("", odd);
  kv.set(odd, "");
  CHECK(kv.get("") == odd);
  CHECK(kv.get(odd) == "");
  CHECK_FALSE(kv.get("a"));
}

TEST_CASE("set has every combination of condition, lifetime and the old value that Redis has",
          "[machine][kv][kv_keepttl_forgotten]") {
  for (bool const there : {false, true}) {
    for (auto const condition :
         {kv_condition::none, kv_condition::if_absent, kv_condition::if_present}) {
      for (auto const lifetime : {kv_lifetime::none, kv_lifetime::keep, kv_lifetime::limited}) {
        for (bool const want_old : {false, true}) {
          CAPTURE(there, int(condition), int(lifetime), want_old);
          store kv;
          if (there) kv.set("key", "old", seconds(10));
          bool const meets =
              condition == kv_condition::none || there == (condition == kv_condition::if_present);
          said expected = meets ? ok() : no(status::unmet);
          if (there && want_old) expected.value = "old";  // also with NX and GET, as since Redis 7

          auto const answer = kv.tell(kv_set{.key = view("key"),
                                             .value = view("new"),
                                             .condition = condition,
                                             .lifetime = lifetime,
                                             .limit = seconds(3),
                                             .want_old = want_old});
          CHECK(answer == expected);

          if (!meets && !there) {
            CHECK(kv.remaining("key") == no(status::absent));
            continue;
          }
          CHECK(kv.get("key") == (meets ? "new" : "old"));
          bool const kept = !meets || (there && lifetime == kv_lifetime::keep);
          std::int64_t const left = kept                               ? 10'000'000'000
                                    : lifetime == kv_lifetime::limited ? 3'000'000'000
                                                                       : -1;
          CHECK(kv.remaining("key") == ok(left));
        }
      }
    }
  }
}

TEST_CASE("a limit says nothing where the lifetime is not limited", "[machine][kv]") {
  store kv;
  CHECK(kv.tell(kv_set{.key = view("a"), .value = view("1"), .limit = seconds(1)}) == ok());
  CHECK(kv.remaining("a") == ok(-1));
}

TEST_CASE("a lifetime of nothing is refused, and so is one beyond 64 signed bits",
          "[machine][kv]") {
  store kv;
  kv.set("a", "1", seconds(1));
  CHECK(kv.set("a", "2", seconds(0)) == no(status::bad_lifetime));
  CHECK(kv.set("b", "2", seconds(0)) == no(status::bad_lifetime));
  CHECK(kv.set("a", "2", {std::uint64_t{1} << 63}) == no(status::bad_lifetime));
  CHECK(kv.get("a") == "1");
  CHECK(kv.set("a", "2", {static_cast<std::uint64_t>(most)}) == ok());
  CHECK(kv.remaining("a") == ok(most));
}

TEST_CASE("several keys are removed by one command, a repeated one once", "[machine][kv]") {
  store kv;
  for (auto const* key : {"a", "b", "c"}) kv.set(key, "1");
  CHECK(kv.remove({"a", "nothing", "b", "a"}) == ok(2));
  CHECK(kv.exists({"a", "b", "c"}) == ok(1));
  CHECK(kv.remove({}) == ok(0));
}

TEST_CASE("a list of keys that is cut short removes none of them (D5)",
          "[machine][kv][kv_removes_half]") {
  store kv;
  kv.set("a", "1");
  auto list = keys({"a", "b"});
  list.pop_back();
  CHECK(kv.tell(kv_remove{list}) == no(status::bad_command));
  CHECK(kv.ask(kv_exists{list}) == no(status::bad_command));
  CHECK(kv.get("a") == "1");
}

TEST_CASE("exists counts a repeated key as often as it is named", "[machine][kv]") {
  store kv;
  kv.set("a", "1");
  CHECK(kv.exists({"a", "b", "a"}) == ok(2));
  CHECK(kv.exists({}) == ok(0));
  CHECK(kv.ask(kv_count{}) == ok(1));
}

TEST_CASE("numbers are added as text", "[machine][kv]") {
  store kv;
  CHECK(kv.add("n", 5) == ok(5));  // absent counts as 0
  CHECK(kv.get("n") == "5");
  CHECK(kv.add("n", -15) == ok(-10));
  CHECK(kv.get("n") == "-10");
  CHECK(kv.add("n", 10) == ok(0));
  CHECK(kv.get("n") == "0");
}

TEST_CASE("a sum goes as far as 64 bits, and no further (K1)", "[machine][kv][kv_overflow_wraps]") {
  store kv;
  kv.set("n", "9223372036854775806");
  CHECK(kv.add("n", 1) == ok(most));
  CHECK(kv.get("n") == largest);
  CHECK(kv.add("n", 1) == no(status::overflow));
  CHECK(kv.get("n") == largest);
  CHECK(kv.add("n", 0) == ok(most));
  CHECK(kv.add("n", least) == ok(-1));
  CHECK(kv.add("n", least) == no(status::overflow));
  CHECK(kv.add("n", -most) == ok(least));
  CHECK(kv.get("n") == smallest);
  CHECK(kv.add("n", -1) == no(status::overflow));
  CHECK(kv.add("new", least) == ok(least));
}

TEST_CASE("what is no canonical number is not added to", "[machine][kv]") {
  for (std::string const text :
       {"", "-", "+1", " 1", "1 ", "01", "-0", "00", "1.0", "0x1", "1e3", "ten", "--1",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1\n"}) {
    CAPTURE(text);
    store kv;
    kv.set("n", text);
    CHECK(kv.add("n", 1) == no(status::not_a_number));
    CHECK(kv.get("n") == text);
  }
  for (std::string const text : {"0", "-1", "10", largest.c_str(), smallest.c_str()}) {
    CAPTURE(text);
    store kv;
    kv.set("n", text);
    CHECK(kv.add("n", 0).status == status::ok);
    CHECK(kv.get("n") == text);
  }
}

TEST_CASE("adding keeps the lifetime, setting clears it", "[machine][kv]") {
  store kv;
  kv.set("n", "1", seconds(10));
  kv.at(seconds(4));
  kv.add("n", 1);
  CHECK(kv.remaining("n") == ok(6'000'000'000));
  kv.set("n", "1");
  CHECK(kv.remaining("n") == ok(-1));
}

TEST_CASE("expire gives a lifetime from now on; zero or less removes the key",
          "[machine][kv][kv_keeps_what_has_no_life]") {
  store kv;
  CHECK(kv.expire("a", 5) == no(status::absent));
  kv.set("a", "1");
  CHECK(kv.expire("a", 5) == ok());
  CHECK(kv.remaining("a") == ok(5));
  kv.at({3});
  CHECK(kv.expire("a", 5) == ok());
  CHECK(kv.remaining("a") == ok(5));
  for (std::int64_t const gone : {std::int64_t{0}, std::int64_t{-1}, least}) {
    CAPTURE(gone);
    kv.set("a", "1");
    CHECK(kv.expire("a", gone) == ok());
    CHECK_FALSE(kv.get("a"));
  }
}

TEST_CASE("persist takes the lifetime away", "[machine][kv]") {
  store kv;
  CHECK(kv.tell(kv_persist{view("a")}) == no(status::absent));
  kv.set("a", "1", seconds(1));
  CHECK(kv.tell(kv_persist{view("a")}) == ok(1));
  CHECK(kv.tell(kv_persist{view("a")}) == ok(0));
  kv.at(seconds(2));
  CHECK(kv.get("a") == "1");
}

TEST_CASE("only who knows the value removes or prolongs: the lock of everyday use",
          "[machine][kv][kv_compares_nothing]") {
  store kv;
  auto const remove_if = [&](std::string_view token) {
    return kv.tell(kv_remove_if{view("lock"), view(token)});
  };
  auto const expire_if = [&](std::string_view token, std::int64_t ns) {
    return kv.tell(kv_expire_if{view("lock"), view(token), ns});
  };
  CHECK(remove_if("mine") == no(status::absent));
  CHECK(expire_if("mine", 5) == no(status::absent));
  kv.set("lock", "mine", seconds(1));
  CHECK(remove_if("") == no(status::unmet));
  CHECK(remove_if("mine!") == no(status::unmet));
  CHECK(expire_if("theirs", 5) == no(status::unmet));
  CHECK(expire_if("theirs", 0) == no(status::unmet));
  CHECK(kv.remaining("lock") == ok(1'000'000'000));
  CHECK(expire_if("mine", 7) == ok());
  CHECK(kv.remaining("lock") == ok(7));
  CHECK(remove_if("mine") == ok());
  CHECK(remove_if("mine") == no(status::absent));
  kv.set("lock", "mine");
  CHECK(expire_if("mine", 0) == ok());
  CHECK_FALSE(kv.get("lock"));
}

TEST_CASE("a key ends at the first command that brings time to its deadline (D3)",
          "[machine][kv][kv_outlives_its_deadline][kv_ends_one_command_late]") {
  store kv;
  kv.set("a", "1", milliseconds(10));
  CHECK(kv.machine.next_deadline() == synod::instant{} + milliseconds(10));
  CHECK(kv.at({9'999'999}) == ok(0));
  CHECK(kv.get("a") == "1");
  CHECK(kv.remaining("a") == ok(1));
  CHECK(kv.at({10'000'000}) == ok(1));
  CHECK_FALSE(kv.get("a"));
  CHECK(kv.remaining("a") == no(status::absent));
  CHECK_FALSE(kv.machine.next_deadline());
  CHECK(kv.tell(kv_set{
            .key = view("a"), .value = view("2"), .condition = kv_condition::if_absent}) == ok());
}

TEST_CASE("a deadline that was replaced ends nothing", "[machine][kv]") {
  store kv;
  kv.set("cleared", "1", seconds(1));
  kv.set("cleared", "2");
  kv.set("later", "1", seconds(1));
  kv.expire("later", 5'000'000'000);
  kv.set("again", "1", seconds(1));
  kv.remove({"again"});
  kv.set("again", "2");
  CHECK(kv.at(seconds(2)) == ok(0));
  CHECK(kv.exists({"cleared", "later", "again"}) == ok(3));
}

TEST_CASE("a key does not come back to life by being renewed too late (V3)", "[machine][kv]") {
  store kv;
  kv.set("lock", "mine", seconds(1));
  kv.at(seconds(1));
  CHECK(kv.tell(kv_expire_if{view("lock"), view("mine"), 1'000}) == no(status::absent));
  CHECK(kv.expire("lock", 1'000) == no(status::absent));
  CHECK_FALSE(kv.get("lock"));
}

TEST_CASE("time that goes backwards is lifted to the last one (D2)",
          "[machine][kv][kv_time_goes_back]") {
  store kv;
  kv.at(seconds(100));
  CHECK(kv.at(seconds(5)) == ok(0));
  CHECK(kv.machine.now() == synod::instant{} + seconds(100));
  kv.set("a", "1", seconds(10));
  kv.at(seconds(50));
  CHECK(kv.remaining("a") == ok(10'000'000'000));
  kv.at(seconds(110));
  CHECK_FALSE(kv.get("a"));
}

TEST_CASE("at the end of all time no deadline comes any more", "[machine][kv]") {
  store kv;
  kv.at({std::numeric_limits<std::uint64_t>::max()});
  CHECK(kv.set("a", "1", seconds(1)) == ok());
  CHECK(kv.remaining("a") == ok(-1));
  CHECK_FALSE(kv.machine.next_deadline());
}

TEST_CASE("beyond a limit: an answer of its own, nothing changed", "[machine][kv]") {
  kv_limits limits;
  limits.max_keys = 2;
  limits.max_key_bytes = 3;
  limits.max_value_bytes = 4;
  limits.max_bytes = 10;
  store kv{limits};
  CHECK(kv.set("long", "1") == no(status::key_too_large));
  CHECK(kv.add("long", 1) == no(status::key_too_large));
  CHECK(kv.set("a", "12345") == no(status::value_too_large));
  CHECK(kv.add("a", 12345) == no(status::value_too_large));
  CHECK(kv.machine == store{limits}.machine);

  CHECK(kv.set("a", "1234") == ok());
  CHECK(kv.set("b", "1234") == ok());
  CHECK(kv.machine.bytes() == 10);
  CHECK(kv.set("c", "") == no(status::full));  // keys
  CHECK(kv.add("c", 1) == no(status::full));
  CHECK(kv.remove({"b"}) == ok(1));
  CHECK(kv.set("bcd", "123") == no(status::full));  // bytes
  CHECK(kv.set("bcd", "12") == ok());
  CHECK(kv.set("bcd", "123") == no(status::full));  // of a value that is there
  CHECK(kv.get("bcd") == "12");
  CHECK(kv.set("bcd", "1") == ok());
  CHECK(kv.add("bcd", 99) == no(status::full));
  CHECK(kv.get("bcd") == "1");
  CHECK(kv.add("bcd", 98) == ok(99));
  CHECK(kv.exists({"long", "a"}) == ok(1));
}

TEST_CASE("limits are checked", "[machine][kv]") {
  auto const refused = [](auto change) {
    kv_limits limits;
    change(limits);
    auto const made = kv::make(limits);
    return !made && made.error().code == synod::errc::bad_option;
  };
  CHECK(kv::make({}));
  CHECK(refused([](kv_limits& limits) { limits.max_keys = 0; }));
  CHECK(refused([](kv_limits& limits) { limits.max_key_bytes = 0; }));
  CHECK(refused([](kv_limits& limits) { limits.max_value_bytes = 0; }));
  CHECK(refused([](kv_limits& limits) { limits.max_bytes = 0; }));
  CHECK(refused([](kv_limits& limits) { limits.max_keys = 1u << 31; }));
  CHECK(refused([](kv_limits& limits) { limits.max_value_bytes = (1u << 31) - 4096; }));
}

TEST_CASE("a command that is cut short or unknown changes nothing (D5)", "[machine][kv]") {
  store kv;
  kv.set("a", "1");
  auto const before = kv.machine;
  auto const whole = encoded(kv_set{.key = view("b"), .value = view("2")});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(understood(kv.raw(std::span{whole}.first(size))) == no(status::bad_command));
  }
  bytes longer = whole;
  longer.push_back({});
  CHECK(understood(kv.raw(longer)) == no(status::bad_command));
  CHECK(understood(kv.raw(bytes{std::byte{200}})) == no(status::bad_command));
  CHECK(kv.machine == before);
}

TEST_CASE("a question changes nothing, and a command is no question", "[machine][kv]") {
  store kv;
  kv.set("a", "1");
  CHECK(kv.ask(kv_add{view("a"), 1}) == no(status::bad_command));
  CHECK(kv.ask(kv_set{.key = view("a"), .value = view("2")}) == no(status::bad_command));
  CHECK(kv.ask(kv_advance{{5}}) == no(status::bad_command));
  CHECK(kv.get("a") == "1");
  CHECK(kv.tell(kv_get{view("a")}) == with("1"));  // a question is a command, though
  CHECK(kv.tell(kv_count{}) == ok(1));
  CHECK(kv.tell(kv_remaining{view("a")}) == ok(-1));
}

TEST_CASE("an answer without room leaves the same state and tells its size", "[machine][kv]") {
  store one;
  one.set("a", "old");
  auto other = one;
  auto const entry = encoded(kv_set{.key = view("a"), .value = view("new"), .want_old = true});
  auto const answer = one.raw(entry);
  bytes small(answer.size() - 1, std::byte{0x77});
  CHECK(other.machine.apply({9}, entry, small) == answer.size());
  CHECK(small == bytes(small.size(), std::byte{0x77}));
  CHECK(one.machine == other.machine);
  CHECK(other.machine.query(encoded(kv_get{view("a")}), {}) == answer.size());
  CHECK(answer.size() <= one.machine.max_response_bytes());
}

TEST_CASE("a kv is a value: a copy goes its own way", "[machine][kv]") {
  static_assert(std::is_nothrow_move_constructible_v<kv>);
  store one;
  one.set("a", "1", seconds(5));
  auto other = one;
  CHECK(one.machine == other.machine);
  other.set("a", "2");
  CHECK_FALSE(one.machine == other.machine);
  CHECK(one.get("a") == "1");
  one.at(seconds(5));
  CHECK_FALSE(one.get("a"));
  CHECK(other.get("a") == "2");

  kv_limits narrow;
  narrow.max_keys = 7;
  CHECK_FALSE(kv{} == kv::make(narrow).value());
}
