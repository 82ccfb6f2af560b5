// SPDX-License-Identifier: BSL-1.0
// Rings made from rings: by putting points in and taking them out, by merging, in place or not. All
// must be what `make` gives for the same nodes, to the last line.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using synod::hash_ring;

namespace {

// A node shows again and again, how often is nobody's business.
void to_another(synod::candidate_cursor auto& at) {
  auto const node = at.node();
  while (!at.done() && at.node() == node) at.advance();
}

// How many of their points, owners, candidates and shares differ.
template <class Ring>
std::size_t differences(Ring const& ring, Ring const& expected) {
  std::size_t wrong = ring != expected || ring.point_count() != expected.point_count();
  wrong += !std::equal(ring.balance().begin(), ring.balance().end(), expected.balance().begin(),
                       expected.balance().end());
  auto theirs = expected.points();
  std::size_t i = 0;
  for (auto at = ring.points(); !at.done(); at.advance(), theirs.advance(), ++i) {
    if (theirs.done() || *at != *theirs) return wrong + 1;
    if (i % 97 == 0) wrong += ring.point(i) != *at;
  }
  if (!theirs.done()) return wrong + 1;

  auto const hashes = telling_hashes(expected);
  std::vector<std::uint32_t> owners(hashes.size());
  ring.owners_of(hashes, owners);
  for (std::size_t h = 0; h < hashes.size(); ++h) {
    auto const owner = expected.owner_index_of(hashes[h]);
    wrong += ring.owner_index_of(hashes[h]) != owner || owners[h] != owner;
    if (h % 31 != 0) continue;
    auto mine = ring.candidates_of(hashes[h]);
    auto other = expected.candidates_of(hashes[h]);
    wrong += mine.node() != owner;
    for (int step = 0; step < 40 && !mine.done(); ++step) {
      wrong += other.done() || mine.node() != other.node();
      to_another(mine);
      to_another(other);
    }
  }
  return wrong;
}

struct history {
  std::vector<owned_node> nodes;
  synod::splitmix64 random;
  int serial = 0;

  owned_node fresh(int most_points) {
    // Some come before all others in the order of names, some behind, most in between.
    std::string const prefix = random.below(5) == 0 ? "a" : random.below(5) == 0 ? "z" : "n";
    auto const points = static_cast<int>(random.below(static_cast<std::uint64_t>(most_points))) + 1;
    return {prefix + std::to_string(random.below(1'000'000)) + "-" + std::to_string(serial++),
            weight_of(points)};
  }
};

// Nodes come, go and change weight; every so often the ring is compared with one made anew.
template <class Hash>
void lives_through(std::uint64_t seed, int nodes, int points, int changes, bool keep_copies) {
  using ring_type = synod::basic_hash_ring<Hash>;
  history past{{}, synod::splitmix64{seed}};
  for (int i = 0; i < nodes; ++i) past.nodes.push_back(past.fresh(points));
  auto ring = ring_type::make(views(past.nodes)).value();
  std::size_t wrong = 0;
  for (int change = 0; change < changes; ++change) {
    ring_type const before = keep_copies ? ring : ring_type{};
    std::vector<owned_node> const nodes_before =
        keep_copies ? past.nodes : std::vector<owned_node>{};
    auto const kind = past.random.below(4);
    std::size_t const chosen = past.random.below(past.nodes.size());
    if (kind == 0 && past.nodes.size() > 1) {
      ring = std::move(ring).without(past.nodes[chosen].name).value();
      past.nodes.erase(past.nodes.begin() + static_cast<std::ptrdiff_t>(chosen));
    } else if (kind == 1) {
      past.nodes[chosen].weight = weight_of(
          static_cast<int>(past.random.below(2 * static_cast<std::uint64_t>(points))) + 1);
      ring = std::move(ring).reweighted(past.nodes[chosen].name, past.nodes[chosen].weight).value();
    } else {
      std::vector<owned_node> added;
      for (std::uint64_t i = 0; i <= past.random.below(3); ++i) added.push_back(past.fresh(points));
      ring = std::move(ring).with(views(added)).value();
      past.nodes.insert(past.nodes.end(), added.begin(), added.end());
    }
    if (change % 16 == 15) wrong += differences(ring, ring_type::make(views(past.nodes)).value());
    if (keep_copies && change % 16 == 7) {
      wrong += differences(before, ring_type::make(views(nodes_before)).value());
    }
  }
  wrong += differences(ring, ring_type::make(views(past.nodes)).value());
  CHECK(wrong == 0);
}

// Points on 4096 places, evenly: many on each, of all nodes.
struct coarse {
  static std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
    return synod::xxh3::hash(text, seed) & 0xfff0'0000'0000'0000;
  }
};

// All points on one place.
struct constant {
  static std::uint64_t hash(std::string_view, std::uint64_t) noexcept { return 5; }
};

}  // namespace

TEST_CASE("a ring that lived through changes is the one made of its nodes",
          "[ring][incremental][ring_erases_by_place][ring_inserts_first][ring_keeps_stale_lines]") {
  SECTION("changed in place") { lives_through<synod::xxh3>(1, 200, 160, 200, false); }
  SECTION("while copies of each state are kept") {
    lives_through<synod::xxh3>(2, 200, 160, 200, true);
  }
  SECTION("from a single node on") { lives_through<synod::xxh3>(3, 1, 40, 200, true); }
  SECTION("of many small nodes") { lives_through<synod::xxh3>(4, 3000, 4, 400, false); }
  SECTION("of more nodes than 16 bits name") { lives_through<synod::xxh3>(7, 70'000, 3, 40, true); }
  SECTION("where many points share each place") { lives_through<coarse>(8, 100, 160, 200, false); }
  SECTION("where points collide here and there") {
    lives_through<synod::colliding<60>>(5, 100, 160, 100, true);
  }
  SECTION("where all points are in one bucket") {
    lives_through<synod::colliding<8>>(6, 60, 160, 60, true);
  }
}

TEST_CASE("the first of many points on one place owns all there is",
          "[ring][incremental][ring_share_without_wrap]") {
  std::vector<owned_node> nodes;
  for (int i = 0; i < 40; ++i) nodes.push_back({"n" + std::to_string(i), weight_of(1)});
  auto const ring = synod::basic_hash_ring<constant>::make(views(nodes)).value();
  auto const more = ring.with({"a", weight_of(1)}).value();
  CHECK((more.balance()[0].share == synod::ring_share::whole()));
  CHECK((more.balance()[1].share == synod::ring_share{}));
  CHECK(more.owner_of(4711) == "a");
  auto const again = more.without("a").value();
  CHECK((again.balance()[0].share == synod::ring_share::whole()));
  CHECK(differences(again, ring) == 0);
}
