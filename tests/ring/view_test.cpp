// SPDX-License-Identifier: BSL-1.0
// Walks and plans in pipelines of both libraries.
#if __has_include(<range/v3/range_fwd.hpp>)

#include "synod/ring/view.hpp"

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "synod/ring.hpp"
#include "tests/support/catch.hpp"

using synod::as_view;
using synod::hash_ring;

namespace {

using replica_view = synod::walk_view<synod::replica_walk_of<synod::hash_ring>>;
using plan_view = synod::walk_view<synod::ring_plan<hash_ring const&, hash_ring>>;

static_assert(std::ranges::view<replica_view>);
static_assert(std::ranges::forward_range<replica_view>);
static_assert(std::ranges::sized_range<replica_view>);
static_assert(!std::ranges::bidirectional_range<replica_view>);
static_assert(std::ranges::view<plan_view>);
static_assert(std::ranges::forward_range<plan_view>);
static_assert(!std::ranges::sized_range<plan_view>);

static_assert(::ranges::view_<replica_view>);
static_assert(::ranges::forward_range<replica_view>);
static_assert(::ranges::sized_range<replica_view>);
static_assert(!::ranges::bidirectional_range<replica_view>);
static_assert(::ranges::view_<plan_view>);
static_assert(::ranges::forward_range<plan_view>);

template <class T>
concept viewable = requires(T value) { as_view(value); };
static_assert(!viewable<hash_ring>, "a ring is no walk");
static_assert(!viewable<std::vector<int>>);

}  // namespace

TEST_CASE("replicas pipe into range-v3", "[ring][view]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}, {"c"}}).value();
  auto const down = ring.owner("k");
  auto const up =
      as_view(ring.replicas("k", 3)) |
      ::ranges::views::filter([&](std::string_view name) { return name != down; }) |
      ::ranges::views::transform([](std::string_view name) { return std::string{name}; }) |
      ::ranges::to<std::vector>();
  REQUIRE(up.size() == 2);
  CHECK(up.front() == *++ring.replicas("k", 3).begin());
}

TEST_CASE("replicas pipe into std::ranges", "[ring][view]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}, {"c"}}).value();
  std::vector<std::string> lengths;
  for (auto name : as_view(ring.replicas("k", 3)) | std::views::drop(1) | std::views::take(1)) {
    lengths.emplace_back(name);
  }
  CHECK(lengths.size() == 1);
  CHECK(as_view(ring.replicas("k", 9)).size() == 3);
  CHECK(as_view(ring.replicas("k", 9)).front() == ring.owner("k"));
}

TEST_CASE("plans pipe into both", "[ring][view]") {
  auto const ring = hash_ring::make({{"a"}, {"b"}}).value();
  auto const from_a = [](synod::ring_move const& move) { return move.from == "a"; };
  auto const share = [](synod::ring_move const& move) { return move.share(); };
  synod::ring_share all;
  for (auto part : as_view(plan(ring, ring.with({"c"}).value())) | ::ranges::views::filter(from_a) |
                       ::ranges::views::transform(share)) {
    all += part;
  }
  synod::ring_share again;
  for (auto part : as_view(plan(ring, ring.with({"c"}).value())) | std::views::filter(from_a) |
                       std::views::transform(share)) {
    again += part;
  }
  CHECK((all == again));
  CHECK((all > synod::ring_share{}));
}

#endif
