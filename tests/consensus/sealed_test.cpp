// SPDX-License-Identifier: BSL-1.0
#include "synod/consensus/sealed.hpp"

#include <concepts>
#include <type_traits>

#include "tests/consensus/confirming.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

static_assert(std::copyable<sealed<int>>);
static_assert(std::is_trivially_copyable_v<sealed<int>>);
static_assert(!std::convertible_to<sealed<int>, int>);

TEST_CASE("a sealed message opens once its write is covered, and not before", "[O-PERSIST]") {
  sealed<int> const promise{42, io_id{{3}, 2}};
  CHECK(promise.needs() == io_id{{3}, 2});
  CHECK(promise.open(first_writes({3}, 0)) == nullptr);
  CHECK(promise.open(first_writes({3}, 1)) == nullptr);
  REQUIRE(promise.open(first_writes({3}, 2)) != nullptr);
  CHECK(*promise.open(first_writes({3}, 2)) == 42);
  CHECK(promise.open(first_writes({3}, 9)) != nullptr);
}

TEST_CASE("no other life opens it") {
  sealed<int> const promise{42, io_id{{3}, 2}};
  CHECK(promise.open(first_writes({2}, 9)) == nullptr);
  CHECK(promise.open(first_writes({4}, 9)) == nullptr);
}

TEST_CASE("what promises nothing opens at once") {
  write_ledger const ledger{life{3}};
  CHECK(sealed<int>{1, ledger.nothing()}.open(ledger.upto()) != nullptr);
}

TEST_CASE("a default-constructed one opens for no life that a store hands out") {
  CHECK(sealed<int>{}.open(first_writes({1}, 9)) == nullptr);
}

TEST_CASE("a message may be built in its place") {
  struct pinned {
    int value = 0;
    explicit pinned(int v) : value(v) {}
    pinned() = default;
    pinned(pinned const&) = delete;
  };
  sealed<pinned> const promise{[] { return pinned{7}; }, io_id{{1}, 0}};
  CHECK(promise.open(first_writes({1}, 0))->value == 7);
}
