// SPDX-License-Identifier: BSL-1.0
#include "synod/machine/counter.hpp"

#include <array>
#include <limits>
#include <type_traits>
#include <vector>

#include "synod/reflect/equality.hpp"
#include "tests/support/catch.hpp"

using namespace synod::machine;
using synod::log_index;

namespace {

static_assert(synod::state_machine<counter>);
static_assert(std::is_trivially_copyable_v<counter>);
static_assert(sizeof(counter) == 8);

struct no_fingerprint {
  std::size_t apply(log_index, std::span<std::byte const>, std::span<std::byte>) noexcept {
    return 0;
  }
  constexpr bool operator==(no_fingerprint const&) const = default;
};
static_assert(!synod::state_machine<no_fingerprint>);
static_assert(!synod::state_machine<int>);

counter_response tell(counter& machine, counter_verb verb, std::int64_t amount = 0) {
  std::array<std::byte, 9> command;
  std::array<std::byte, 17> response;
  REQUIRE(synod::encode(counter_command{verb, amount}, command).value() == command.size());
  REQUIRE(machine.apply({1}, command, response) == response.size());
  return synod::decode<counter_response>(response).value();
}

}  // namespace

TEST_CASE("a counter answers with what was and what is", "[machine][counter]") {
  counter machine;
  CHECK(synod::equal(tell(machine, counter_verb::add, 5), {counter_status::ok, 0, 5}));
  CHECK(synod::equal(tell(machine, counter_verb::add, -7), {counter_status::ok, 5, -2}));
  CHECK(synod::equal(tell(machine, counter_verb::read), {counter_status::ok, -2, -2}));
  CHECK(machine.value() == -2);
}

TEST_CASE("a counter does not overflow (K1)", "[machine][counter]") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  counter machine;
  tell(machine, counter_verb::add, most);
  CHECK(synod::equal(tell(machine, counter_verb::add, 1), {counter_status::overflow, most, most}));
  CHECK(machine.value() == most);
  tell(machine, counter_verb::add, least);
  tell(machine, counter_verb::add, least + 1);
  CHECK(machine.value() == least);
  CHECK(
      synod::equal(tell(machine, counter_verb::add, -1), {counter_status::overflow, least, least}));
}

TEST_CASE("bytes that are no command change nothing and are answered (D5)", "[machine][counter]") {
  counter machine;
  tell(machine, counter_verb::add, 3);
  auto const before = machine;
  std::vector<std::vector<std::byte>> const no_commands{{},
                                                        std::vector<std::byte>(8),
                                                        std::vector<std::byte>(10),
                                                        std::vector<std::byte>(9, std::byte{2})};
  for (auto const& bytes : no_commands) {
    std::array<std::byte, 17> response;
    REQUIRE(machine.apply({9}, bytes, response) == response.size());
    CHECK(synod::equal(synod::decode<counter_response>(response).value(),
                       {counter_status::bad_command, 3, 3}));
  }
  CHECK(machine == before);
}

TEST_CASE("a response without room leaves the same state", "[machine][counter]") {
  counter with_room;
  counter without;
  std::array<std::byte, 9> command;
  (void)synod::encode(counter_command{counter_verb::add, 5}, command).value();
  std::array<std::byte, 17> response;
  CHECK(with_room.apply({1}, command, response) == 17);
  CHECK(without.apply({1}, command, std::span{response}.first(16)) == 17);
  CHECK(without.apply({1}, {}, {}) == 17);
  CHECK(without == with_room);
  CHECK(without.fingerprint() == with_room.fingerprint());
  CHECK(without.fingerprint() != counter{}.fingerprint());
}
