// SPDX-License-Identifier: BSL-1.0
// A ring as a value: what its types model and what not, copies, and memory that copies share.
#include <concepts>
#include <iterator>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "synod/ring.hpp"
#include "tests/support/catch.hpp"

using synod::hash_ring;
using other_ring = synod::basic_hash_ring<synod::xxh64>;

namespace {

static_assert(std::regular<hash_ring>);
static_assert(std::is_nothrow_copy_constructible_v<hash_ring>);
static_assert(std::is_nothrow_move_assignable_v<hash_ring>);
static_assert(!std::totally_ordered<hash_ring>);
static_assert(!std::convertible_to<std::string_view, hash_ring>);
static_assert(!std::equality_comparable_with<hash_ring, other_ring>);
static_assert(std::regular<synod::ring_move>);
static_assert(std::totally_ordered<synod::ring_share>);
static_assert(std::totally_ordered<synod::ring_point>);
static_assert(sizeof(synod::ring_point) == 16);

static_assert(synod::interval_placement<hash_ring>);
static_assert(!synod::interval_placement<int>);

// Look-ups neither throw nor take what is no key.
static_assert(noexcept(std::declval<hash_ring const&>().owner("k")));
static_assert(noexcept(std::declval<hash_ring const&>().owner_index_of(1)));
static_assert(noexcept(std::declval<hash_ring const&>().replicas("k", 3)));
template <class Key>
concept can_be_looked_up = requires(hash_ring const& ring, Key const& key) { ring.owner(key); };
static_assert(can_be_looked_up<std::string>);
static_assert(can_be_looked_up<unsigned short>);
static_assert(!can_be_looked_up<double>);
static_assert(!can_be_looked_up<char>);

// A walk is a walk of a ring that stays.
template <class Ring>
concept can_be_walked = requires(Ring&& ring) { std::forward<Ring>(ring).replicas("k", 2); };
static_assert(can_be_walked<hash_ring&>);
static_assert(can_be_walked<hash_ring const&>);
static_assert(!can_be_walked<hash_ring>);

using walk_iterator = decltype(std::declval<synod::replica_walk_of<synod::hash_ring>>().begin());
static_assert(std::forward_iterator<walk_iterator>);
static_assert(!std::bidirectional_iterator<walk_iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, walk_iterator>);
static_assert(std::semiregular<synod::replica_walk_of<synod::hash_ring>>);

using lvalue_plan = decltype(plan(std::declval<hash_ring&>(), std::declval<hash_ring const&>()));
using owning_plan = decltype(plan(std::declval<hash_ring>(), std::declval<hash_ring>()));
static_assert(std::forward_iterator<lvalue_plan::iterator>);
static_assert(!std::bidirectional_iterator<lvalue_plan::iterator>);
static_assert(sizeof(lvalue_plan) == 2 * sizeof(void*), "refers to lvalues");
static_assert(sizeof(owning_plan) == 2 * sizeof(hash_ring), "owns rvalues");

// Plans compare rings of one hash.
template <class A, class B>
concept can_be_planned = requires(A const& a, B const& b) { plan(a, b); };
static_assert(can_be_planned<hash_ring, hash_ring>);
static_assert(!can_be_planned<hash_ring, other_ring>);

}  // namespace

TEST_CASE("rings of equal nodes are equal", "[ring][value]") {
  auto const ring = hash_ring::make({{"a"}, {"b", 2.0}}).value();
  CHECK(ring == hash_ring::make({{"b", 2.0}, {"a"}}).value());
  CHECK(ring != hash_ring::make({{"a"}, {"b"}}).value());
  CHECK(ring != hash_ring::make({{"a"}, {"c", 2.0}}).value());
  CHECK(ring != hash_ring::make({{"a"}}).value());
  CHECK(ring != hash_ring{});
  CHECK(hash_ring{} == hash_ring{});
}

TEST_CASE("a ring keeps its own copy of the names", "[ring][value]") {
  std::string name = "a-name-too-long-for-any-small-string-optimisation";
  auto const ring = hash_ring::make({{name}}).value();
  name.assign(name.size(), 'x');
  CHECK(ring.owner("k") == "a-name-too-long-for-any-small-string-optimisation");
}

TEST_CASE("names outlive the ring while a copy is there", "[ring][value]") {
  auto original = hash_ring::make({{"a"}, {"b"}}).value();
  auto const owner = original.owner("k");
  auto const walk = original.replicas("k", 2);
  hash_ring const copy = original;
  original = hash_ring::make({{"c"}}).value();
  CHECK(copy.owner("k") == owner);
  CHECK(copy.owner("k").data() == owner.data());  // one memory, not two
  CHECK(*walk.begin() == owner);
}

TEST_CASE("what was moved from is a ring without nodes", "[ring][value]") {
  auto ring = hash_ring::make({{"a"}}).value();
  hash_ring const taken = std::move(ring);
  CHECK(taken.owner("k") == "a");
  CHECK(ring == hash_ring{});
  CHECK(ring.owner("k").empty());
  CHECK(ring.replicas("k", 1).shortfall() == 1);
  ring = taken;
  CHECK(ring == taken);
  auto& self = ring;
  ring = self;
  CHECK(ring.owner("k") == "a");
}

TEST_CASE("threads share a ring while others drop theirs", "[ring][value][threads]") {
  auto ring = hash_ring::make({{"a"}, {"b"}, {"c"}}).value();
  auto const expected = std::string{ring.owner("k")};
  std::vector<std::thread> readers;
  std::vector<int> wrong(4);
  for (auto& count : wrong) {
    readers.emplace_back([mine = ring, &count, &expected] {
      for (int i = 0; i < 10'000; ++i) {
        hash_ring const copy = mine;
        count += copy.owner("k") != expected;
      }
    });
  }
  ring = {};
  for (auto& reader : readers) reader.join();
  CHECK(wrong == std::vector<int>(4));
}
