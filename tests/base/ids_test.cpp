// SPDX-License-Identifier: BSL-1.0
#include "synod/base/ids.hpp"

#include <concepts>
#include <type_traits>

#include "tests/support/catch.hpp"

using namespace synod;

template <class A, class B>
concept comparable = requires(A a, B b) { a == b; };
template <class A, class B>
concept ordered = requires(A a, B b) { a < b; };
template <class A>
concept arithmetic = requires(A a) { a + a; } || requires(A a) { ++a; } || requires(A a) { a - a; };

// What a strong number has, and what it lacks.
static_assert(std::regular<node_id> && std::totally_ordered<node_id>);
static_assert(std::is_trivially_copyable_v<log_index> && sizeof(log_index) == 8);
static_assert(std::is_aggregate_v<ballot>);
static_assert(!std::convertible_to<std::uint64_t, node_id>);
static_assert(!std::convertible_to<node_id, std::uint64_t>);
static_assert(!std::convertible_to<node_id, log_index>);
static_assert(!std::constructible_from<log_index, node_id>);
static_assert(!std::assignable_from<log_index&, ballot>);
static_assert(!comparable<node_id, log_index> && !ordered<ballot, life>);
static_assert(!comparable<node_id, std::uint64_t>);
static_assert(!arithmetic<log_index>);
static_assert(std::regular<position> && std::regular<io_id>);
static_assert(!ordered<io_id, io_id>);  // never by index or number alone

TEST_CASE("numbers are ordered as their values") {
  CHECK(log_index{1} < log_index{2});
  CHECK(log_index{2} > log_index{1});
  CHECK(log_index{2} <= log_index{2});
  CHECK(log_index{2} >= log_index{2});
  CHECK_FALSE(log_index{2} < log_index{2});
  CHECK(log_index{} == log_index{0});
}

TEST_CASE("next and previous") {
  static_assert(next(log_index{1}) == log_index{2});
  static_assert(previous(ballot{1}) == ballot{0});
  CHECK(previous(next(node_id{7})) == node_id{7});
}

TEST_CASE("a position is its index and its ballot; a write its life and its number") {
  CHECK(position{{1}, {2}} != position{{1}, {3}});
  CHECK(position{{1}, {2}} != position{{2}, {2}});
  CHECK(io_id{{1}, 2} != io_id{{2}, 2});
  CHECK(io_id{{1}, 2} != io_id{{1}, 3});
}
