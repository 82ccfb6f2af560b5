// SPDX-License-Identifier: BSL-1.0
// AnchorHash: any node may go, the last bucket that went comes back first, and the order of all
// changes is the state.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring/anchor.hpp"
#include "tests/ring/laws.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::anchor;
using synod::errc;

namespace {

// The wrapper that the paper defines first, on sets: with b removed when the set W_b was left, a
// key that comes to b goes on to a member of W_b, until it comes to a bucket that works. Here W_b
// is kept as a list, in which the last member took the place of the one that left.
struct model {
  bool anchored = false;
  std::uint32_t buckets = 0;
  std::vector<std::uint32_t> working;                           // by place
  std::map<std::uint32_t, std::vector<std::uint32_t>> left_by;  // removed bucket -> W_b
  std::vector<std::uint32_t> stack;                             // of removals
  std::map<std::uint32_t, std::string> names;

  model(std::vector<synod::ring_node> const& nodes, std::uint32_t capacity)
      : anchored(capacity > 0),
        buckets(anchored ? capacity : static_cast<std::uint32_t>(nodes.size())) {
    for (std::uint32_t i = 0; i < buckets; ++i) working.push_back(i);
    for (std::uint32_t i = buckets; i-- > nodes.size();) remove(i);
    for (std::uint32_t i = 0; i < nodes.size(); ++i) names[i] = nodes[i].name;
  }

  void remove(std::uint32_t bucket) {
    names.erase(bucket);
    if (!anchored && stack.empty() && bucket + 1 == buckets) {
      --buckets;
      working.pop_back();
      return;
    }
    auto const place = std::find(working.begin(), working.end(), bucket);
    *place = working.back();
    working.pop_back();
    left_by[bucket] = working;
    stack.push_back(bucket);
  }
  void remove(std::string const& name) {
    for (auto const& [bucket, its] : names) {
      if (its == name) return remove(bucket);
    }
  }
  void add(std::string const& name) {
    std::uint32_t bucket = buckets;
    if (stack.empty()) {
      working.push_back(buckets++);
    } else {
      bucket = stack.back();
      stack.pop_back();
      left_by.erase(bucket);
      replay();
    }
    names[bucket] = name;
  }
  // The list as the removals that stand leave it.
  void replay() {
    working.clear();
    for (std::uint32_t i = 0; i < buckets; ++i) working.push_back(i);
    for (std::uint32_t const gone : stack) {
      auto const place = std::find(working.begin(), working.end(), gone);
      *place = working.back();
      working.pop_back();
    }
  }

  std::string owner(std::uint64_t hash) const {
    using synod::detail::chained_hash;
    using synod::detail::scaled_to;
    std::uint32_t at = anchored ? scaled_to(chained_hash(hash, 1), buckets)
                                : synod::jump_back_bucket(hash, buckets);
    for (std::uint64_t i = 2; left_by.count(at) != 0; ++i) {
      auto const& left = left_by.at(at);
      at = left[scaled_to(chained_hash(hash, i), static_cast<std::uint32_t>(left.size()))];
    }
    return names.at(at);
  }
};

void lives_as_the_model(std::uint32_t nodes, std::uint32_t capacity, std::uint64_t seed) {
  auto const list = some_nodes<anchor>(nodes);
  anchor now = capacity == 0 ? anchor::make(list).value() : anchor::make(list, capacity).value();
  model expected{list, capacity};
  auto const hashes = some_hashes(200);
  synod::splitmix64 random{seed};
  std::size_t wrong = 0;
  for (std::size_t step = 0; step < 120; ++step) {
    for (std::uint64_t const hash : hashes) {
      wrong += now.owner_of(hash) != expected.owner(hash);
    }
    bool const full = capacity != 0 && now.size() == capacity;
    if (now.size() > 1 && (full || random.below(2) == 0)) {
      std::string const gone{now.nodes()[random.below(now.size())].name};
      now = now.without(gone).value();
      expected.remove(gone);
    } else {
      auto const name = name_of<std::string_view>(1000 + step);
      now = now.with({name}).value();
      expected.add(std::string{name});
    }
  }
  CHECK(wrong == 0);
}

template <class... More>
anchor make(std::initializer_list<synod::ring_node> nodes, More... more) {
  return anchor::make(nodes, more...).value();
}

std::vector<std::string> names(anchor const& placement) {
  std::vector<std::string> all;
  for (auto const& node : placement.nodes()) all.emplace_back(node.name);
  return all;
}

}  // namespace

TEST_CASE("an anchor lives as the paper's sets do", "[ring][anchor][model]") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    CAPTURE(seed);
    lives_as_the_model(1 + static_cast<std::uint32_t>(seed) * 5, 0, seed);
    lives_as_the_model(1 + static_cast<std::uint32_t>(seed) * 3, 20, seed);
    lives_as_the_model(12, 12, seed);
  }
}

TEST_CASE("an addition takes the bucket that was removed last", "[ring][anchor]") {
  for (anchor const& all :
       {make({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}), make({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}, 5u)}) {
    auto const fewer = all.without("b").value().without("d").value().without("a").value();
    CHECK(names(fewer) == std::vector<std::string>{"c", "e"});
    auto const again = fewer.with({"x"}).value();
    CHECK(names(again) == std::vector<std::string>{"x", "c", "e"});
    auto const more = again.with({"y"}).value();
    CHECK(names(more) == std::vector<std::string>{"x", "c", "y", "e"});
    CHECK(names(more.with({"z"}).value()) == std::vector<std::string>{"x", "z", "c", "y", "e"});

    // In the bucket, not in the name, lies what is owned.
    std::map<std::string, std::string> const now{
        {"a", "x"}, {"d", "y"}, {"b", "z"}, {"c", "c"}, {"e", "e"}};
    auto const renamed = more.with({"z"}).value();
    std::size_t wrong = 0;
    for (std::uint64_t const hash : some_hashes(500)) {
      wrong += now.at(std::string{all.owner_of(hash)}) != renamed.owner_of(hash);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("every removal moves only what it removes, in any order", "[ring][anchor]") {
  for (std::size_t const capacity : {0u, 40u, 100u}) {
    CAPTURE(capacity);
    auto const nodes = some_nodes<anchor>(40);
    anchor now =
        capacity == 0 ? anchor::make(nodes).value() : anchor::make(nodes, capacity).value();
    auto const hashes = some_hashes(1000);
    synod::splitmix64 random{9};
    std::size_t wrong = 0;
    while (now.size() > 1) {
      std::string const gone{now.nodes()[random.below(now.size())].name};
      anchor const next = now.without(gone).value();
      for (std::uint64_t const hash : hashes) {
        wrong += now.owner_of(hash) != gone && now.owner_of(hash) != next.owner_of(hash);
      }
      now = next;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("what is left shares evenly, whatever was removed", "[ring][anchor]") {
  for (std::size_t const capacity : {0u, 64u, 640u}) {
    CAPTURE(capacity);
    auto const nodes = some_nodes<anchor>(64);
    anchor now =
        capacity == 0 ? anchor::make(nodes).value() : anchor::make(nodes, capacity).value();
    synod::splitmix64 random{10};
    while (now.size() > 13) {
      now = now.without(now.nodes()[random.below(now.size())].name).value();
    }
    std::array<double, 13> found{};
    constexpr double keys = 260'000;
    for (int key = 0; key < keys; ++key) ++found[now.owner_index(key)];
    double chi_squared = 0;
    for (double const count : found) {
      chi_squared += (count - keys / 13) * (count - keys / 13) / (keys / 13);
    }
    CHECK(chi_squared < 51);  // 12 degrees of freedom: once in 10^6
  }
}

TEST_CASE("the order of removals is part of the value",
          "[ring][anchor][anchor_forgets_the_order]") {
  auto const all = make({{"a"}, {"b"}, {"c"}, {"d"}});
  auto const one = all.without("a").value().without("b").value();
  auto const other = all.without("b").value().without("a").value();
  CHECK(names(one) == names(other));
  CHECK(one != other);
  CHECK(one == all.without("a").value().without("b").value());
  CHECK(one.with({"b"}).value().with({"a"}).value() == all);
  CHECK(other.with({"a"}).value().with({"b"}).value() == all);
  CHECK(one.with({"a"}).value().with({"b"}).value() != all);
  CHECK(all != make({{"a"}, {"b"}, {"c"}, {"d"}}, 4u));
}

TEST_CASE("removing the same node twice, an unknown one or the last one is an error",
          "[ring][anchor][errors]") {
  auto const two = make({{"a"}, {"b"}, {"c"}}).without("b").value();
  CHECK(two.without("b").error().code == errc::unknown);
  CHECK(two.without("x").error().code == errc::unknown);
  auto const one = two.without("a").value();
  CHECK(one.without("c").error().code == errc::empty);
  CHECK(one.owner("k") == "c");
  CHECK(anchor{}.without("c").error().code == errc::unknown);
}

TEST_CASE("a full anchor refuses a node more", "[ring][anchor][errors]") {
  auto const full = make({{"a"}, {"b"}}, 2u);
  CHECK(full.capacity() == 2);
  CHECK(full.bucket_count() == 2);
  auto const refused = full.with({"c"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::too_large);
  CHECK(std::string{refused.error().what} == "anchor: more nodes than its capacity");
  CHECK(full.without("a").value().with({"c"}).value().size() == 2);

  CHECK(anchor::make({{"a"}, {"b"}, {"c"}}, 2).error().code == errc::too_large);
  CHECK(anchor::make({{"a"}, {"b"}, {"c"}}, 2).error().place == 2);
  CHECK(anchor::make({{"a"}}, 0).error().code == errc::too_large);
  CHECK(anchor::make({{"a"}}, synod::max_ring_nodes + 1).error().code == errc::too_large);
  CHECK(anchor::make({}, 3).error().code == errc::empty);
}

TEST_CASE("with nothing removed an anchor is a jump_back, and grows like one", "[ring][anchor]") {
  auto const nodes = some_nodes<anchor>(100);
  auto const grown = anchor::make({nodes[0]}).value();
  anchor now = grown;
  for (std::size_t i = 1; i < nodes.size(); ++i) now = now.with(nodes[i]).value();
  CHECK(now == anchor::make(nodes).value());
  CHECK(now.bucket_count() == 100);
  CHECK(now.capacity() == 0);
  std::size_t wrong = 0;
  for (std::uint64_t const hash : some_hashes(1000)) {
    wrong += now.owner_index_of(hash) != synod::jump_back_bucket(hash, 100);
  }
  CHECK(wrong == 0);
  while (now.size() > 1) now = now.without(now.nodes().back().name).value();
  CHECK(now == grown);
}

TEST_CASE("an anchor's nodes have no weights", "[ring][anchor][errors]") {
  CHECK(anchor::make({{"a"}, {"b", 2.0}}).error().code == errc::bad_input);
  CHECK(anchor::make({{"a"}, {"b", 2.0}}).error().place == 1);
  CHECK(make({{"a"}}).with({"b", 0.5}).error().code == errc::bad_input);
}
