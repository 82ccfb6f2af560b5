// SPDX-License-Identifier: BSL-1.0
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using scripted_ring = synod::basic_hash_ring<scripted>;

namespace {

constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

template <class Hash>
void owners_are_the_models(std::vector<owned_node> const& nodes) {
  auto const ring = synod::basic_hash_ring<Hash>::make(views(nodes)).value();
  model<Hash> const expected{views(nodes)};
  std::size_t wrong = 0;
  for (std::uint64_t const hash : telling_hashes(ring)) {
    auto const name = expected.owner(hash);
    wrong += ring.owner_of(hash) != name;
    wrong += ring.nodes()[ring.owner_index_of(hash)].name != name;
  }
  CHECK(wrong == 0);
}

}  // namespace

// H10, mutant Q-01.
TEST_CASE("a hash belongs to the first point at or after it, wrapping",
          "[ring][owner][Q01][ring_without_wrap]") {
  auto const ring =
      scripted_ring::make({{"a:100,300", weight_of(2)}, {"b:200", weight_of(1)}}).value();
  REQUIRE(ring.point_count() == 3);
  CHECK(ring.owner("k:99") == "a:100,300");
  CHECK(ring.owner("k:100") == "a:100,300");  // equal: that point's own
  CHECK(ring.owner("k:101") == "b:200");
  CHECK(ring.owner("k:200") == "b:200");
  CHECK(ring.owner("k:201") == "a:100,300");
  CHECK(ring.owner("k:300") == "a:100,300");
  CHECK(ring.owner_of(301) == "a:100,300");  // beyond the last: the first
  CHECK(ring.owner_of(max) == "a:100,300");
  CHECK(ring.owner_of(0) == "a:100,300");
}

TEST_CASE("points at both ends of the hash space", "[ring][owner]") {
  auto const ring =
      scripted_ring::make({{"low:0", weight_of(1)}, {"high:18446744073709551615", weight_of(1)}})
          .value();
  CHECK(ring.owner_of(0) == "low:0");
  CHECK(ring.owner_of(1) == "high:18446744073709551615");
  CHECK(ring.owner_of(max - 1) == "high:18446744073709551615");
  CHECK(ring.owner_of(max) == "high:18446744073709551615");
  CHECK((ring.balance()[1].share.hashes == 1));    // low
  CHECK((ring.balance()[0].share.hashes == max));  // high
}

TEST_CASE("one node with one point owns everything", "[ring][owner]") {
  std::string const at =
      GENERATE("0", "1", "9223372036854775807", "9223372036854775808", "18446744073709551615");
  std::string const name = "only:" + at;
  auto const ring = scripted_ring::make({{name, weight_of(1)}}).value();
  for (std::uint64_t const hash : telling_hashes(ring)) CHECK(ring.owner_of(hash) == name);
  CHECK(ring.balance()[0].share == synod::ring_share::whole());
}

// Mutant Q-02: H12.
TEST_CASE("where points fall together the smaller name owns", "[ring][owner][Q02]") {
  auto const ring = scripted_ring::make({{"b:50", weight_of(1)}, {"a:50", weight_of(1)}}).value();
  CHECK(ring.point_count() == 2);  // both are kept
  CHECK(ring.owner("k:50") == "a:50");
  CHECK(ring.owner("k:51") == "a:50");
  CHECK(ring.without("a:50").value().owner("k:50") == "b:50");  // and removed by identity
}

TEST_CASE("owners are those of the definition", "[ring][owner][model]") {
  std::vector<owned_node> const nodes{{"n1"}, {"n2", 0.5}, {"n3", 3.0}, {"n4", 0.001}};
  owners_are_the_models<synod::xxh3>(nodes);
  owners_are_the_models<synod::xxh64>(nodes);
  owners_are_the_models<synod::colliding<8>>(nodes);
  owners_are_the_models<synod::colliding<1>>(nodes);
  owners_are_the_models<synod::colliding<60>>(nodes);
}

TEST_CASE("owners of random rings of every small size", "[ring][owner][model]") {
  synod::splitmix64 random{7};
  for (int points = 1; points <= 70; ++points) {
    CAPTURE(points);
    std::vector<owned_node> nodes;
    for (int left = points; left > 0;) {
      auto const some = static_cast<int>(random.below(static_cast<std::uint64_t>(left))) + 1;
      nodes.push_back({"n" + std::to_string(random() % 1'000'000'000), weight_of(some)});
      left -= some;
    }
    owners_are_the_models<synod::xxh3>(nodes);
    owners_are_the_models<synod::colliding<4>>(nodes);
  }
}

// All points in one corner: the look-up must neither miss nor crawl.
TEST_CASE("a crowd of points in one bucket", "[ring][owner]") {
  struct crowded {
    static std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
      return max - 1'000'000 + (synod::xxh3::hash(text, seed) >> 44);
    }
  };
  auto const ring = synod::basic_hash_ring<crowded>::make({{"a", 50.0}, {"b", 50.0}}).value();
  std::set<std::uint64_t> points;
  for (std::size_t i = 0; i < ring.point_count(); ++i) points.insert(ring.point(i).point);
  std::size_t wrong = 0;
  for (std::uint64_t const hash : telling_hashes(ring)) {
    auto const at = points.lower_bound(hash);
    auto const first = at == points.end() ? *points.begin() : *at;
    wrong += ring.owner_of(hash) != ring.owner_of(first);
  }
  CHECK(wrong == 0);
}

TEST_CASE("every spelling of a look-up agrees", "[ring][owner]") {
  auto const ring = synod::hash_ring::make({{"a"}, {"b"}, {"c"}}).value();
  for (int key = 0; key < 1000; ++key) {
    auto const hash = ring.hash_of(key);
    CHECK(ring.owner(key) == ring.owner_of(hash));
    CHECK(ring.owner_index(key) == ring.owner_index_of(hash));
    CHECK(ring.nodes()[ring.owner_index(key)].name == ring.owner(key));
    CHECK(ring.owner(std::uint64_t(key)) == ring.owner(key));
  }
}

TEST_CASE("a ring without nodes answers, with nobody", "[ring][owner]") {
  synod::hash_ring const ring;
  CHECK(ring.empty());
  CHECK(ring.size() == 0);
  CHECK(ring.point_count() == 0);
  CHECK(ring.owner("anything").empty());
  CHECK(ring.owner_index("anything") == synod::no_node);
  CHECK(ring.index_of("a") == synod::no_node);
  CHECK(ring.balance().empty());
  CHECK(ring.without("a").error().code == synod::errc::unknown);
  CHECK(ring.with({"a"}).value() == synod::hash_ring::make({{"a"}}).value());
}
