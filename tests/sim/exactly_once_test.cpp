// SPDX-License-Identifier: BSL-1.0
// O-XO on histories made by hand.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synod/sim/exactly_once.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

std::vector<std::byte> open_session() {
  std::vector<std::byte> bytes(64);
  bytes.resize(*machine::encode_command(machine::session_open{seconds(1)}, bytes));
  return bytes;
}

std::vector<std::byte> add_one(std::uint64_t session, std::uint64_t sequence) {
  std::array<std::byte, 32> command;
  std::size_t const size = *encode(machine::counter_command{machine::counter_verb::add, 1},
                                   std::span<std::byte>{command});
  std::vector<std::byte> bytes(64);
  machine::session_request const request{
      {session}, sequence, 1, std::span<std::byte const>{command}.first(size)};
  bytes.resize(*machine::encode_command(request, bytes));
  return bytes;
}

std::vector<std::byte> add_plainly(std::int64_t amount) {
  std::vector<std::byte> bytes(64);
  bytes.resize(
      *machine::encode_direct(machine::counter_command{machine::counter_verb::add, amount}, bytes));
  return bytes;
}

struct history {
  history() {
    once.begin(verdict);
    once.applied({1}, {}, 0);
    once.applied({2}, open_session(), 0);
    once.applied({3}, add_one(2, 1), 1);
  }
  std::string oracle() const { return verdict.broken() ? verdict.oracle() : "none"; }

  sim_verdict verdict;
  exactly_once once;
};

}  // namespace

TEST_CASE("O-XO: a repeated request takes effect once") {
  history h;
  h.once.applied({4}, add_one(2, 1), 1);
  h.once.applied({5}, add_one(2, 2), 2);
  CHECK(h.oracle() == "none");
  SECTION("not twice") { h.once.applied({6}, add_one(2, 1), 3); }
  SECTION("and not never") { h.once.applied({6}, add_one(2, 3), 2); }
  CHECK(h.oracle() == "O-XO");
}

TEST_CASE("O-XO: without a session, a command takes effect as often as it is decided") {
  history h;
  h.once.applied({4}, add_plainly(10), 11);
  h.once.applied({5}, add_plainly(10), 21);
  CHECK(h.oracle() == "none");
  h.once.applied({6}, add_plainly(10), 21);
  CHECK(h.oracle() == "O-XO");
}

TEST_CASE("O-XO: machines that come to an index later count the same") {
  history h;
  h.once.applied({1}, {}, 0);
  h.once.applied({2}, open_session(), 0);
  CHECK(h.oracle() == "none");
  h.once.applied({3}, add_one(2, 1), 0);
  CHECK(h.oracle() == "O-XO");
}

TEST_CASE("O-XO: the answer is that of the effect") {
  history h;
  h.once.answered({2}, 1, 1);
  CHECK(h.oracle() == "none");
  SECTION("another answer") { h.once.answered({2}, 1, 2); }
  SECTION("an answer without an effect") { h.once.answered({2}, 2, 2); }
  SECTION("an unknown session") { h.once.answered({3}, 1, 1); }
  CHECK(h.oracle() == "O-XO");
}
