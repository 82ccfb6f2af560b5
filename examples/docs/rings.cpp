// The snippets of docs/rings.md.
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include "synod/ring.hpp"

// begin policy
// XXH3 under seeds of our own: another layout than anybody else's.
struct salted {
  static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    return synod::xxh3::hash(bytes, seed ^ 0x5eed'0000'0000'0000);
  }
};
using salted_ring = synod::basic_hash_ring<salted>;
// end policy

int main() {
  // begin make
  auto const made = synod::hash_ring::make({{"cache-1"}, {"cache-2", 2.0}, {"cache-3"}});
  if (!made) {
    std::cerr << made.error().what << ", node " << made.error().place << '\n';
    return 1;
  }
  auto const ring = made.value();
  // end make

  // begin owner
  std::string_view const owner = ring.owner("user:42");  // text, bytes, integers
  std::uint32_t const index = ring.owner_index(42);      // its place in ring.nodes()
  std::uint64_t const hash = ring.hash_of("user:42");    // hashed once, used often
  if (ring.owner_of(hash) != owner || index >= ring.size()) return 1;
  // end owner

  // begin replicas
  auto const walk = ring.replicas("user:42", 5);
  for (std::string_view node : walk) std::cout << node << ' ';  // the owner first, three in all
  std::cout << "and " << walk.shortfall() << " too few\n";      // 2

  std::array<std::uint32_t, 2> nodes;
  auto const [found, shortfall] = ring.replicas("user:42", nodes);
  if (found != 2 || shortfall != 0) return 1;
  // end replicas

  // begin zones
  auto const spread_out =
      synod::hash_ring::make({{"web-1", 1, "east"}, {"web-2", 1, "east"}, {"web-3", 1, "west"}})
          .value();
  auto const apart = spread_out.replicas("user:42", 3, synod::spread::zones);
  if (apart.size() != 2 || apart.shortfall() != 1) return 1;  // there are but two zones
  for (std::string_view node : spread_out.replicas("user:42", 3, synod::spread::zones_first)) {
    std::cout << node << ' ';  // one of each zone, then the third
  }
  // end zones

  // begin numbers
  auto const numbered = synod::numbered_hash_ring::make({{{17}}, {{4}, 2.0}, {{99}}}).value();
  synod::node_id const holder = numbered.owner("user:42");
  // end numbers
  if (numbered.index_of(holder) == synod::no_node) return 1;

  // begin batch
  std::array<std::string_view, 3> const keys{"user:1", "user:2", "user:42"};
  std::array<std::uint32_t, 3> owners;
  ring.owners(keys, owners);
  // end batch
  if (owners[2] != ring.owner_index("user:42")) return 1;

  // begin change
  auto const grown = ring.with({"cache-4", 1.5}).value();
  auto const shrunk = ring.without("cache-1").value();
  auto const heavier = ring.reweighted("cache-3", 1.2).value();
  // end change
  if (shrunk.size() != 2 || heavier == ring) return 1;

  // begin in_place
  auto mine = synod::hash_ring::make({{"cache-1"}, {"cache-2"}}).value();
  mine = std::move(mine).with({"cache-3"}).value();  // nobody else holds it: changed in place
  // end in_place

  // begin plan
  synod::ring_share moved;
  for (auto [interval, from, to] : plan(ring, grown)) {
    // Every key whose hash is in [interval.first, interval.last] goes from `from` to `to`.
    if (to != "cache-4" || from == to) return 1;
    moved += interval.share();
  }
  std::cout << 100 * moved.fraction() << " % of all keys move\n";
  // end plan

  // begin balance
  synod::ring_share all;
  for (auto const& node : ring.balance()) {
    std::cout << node.name << ' ' << node.points << " points, " << 100 * node.share.fraction()
              << " %\n";
    all += node.share;
  }
  if (all != synod::ring_share::whole()) return 1;  // exact: not a hash is lost
  // end balance

  // begin own_policy
  auto const other = salted_ring::make({{"a"}, {"b"}}).value();
  std::cout << other.owner("user:42") << '\n';
  // end own_policy
}
