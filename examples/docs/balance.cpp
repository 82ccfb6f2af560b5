// The snippets of docs/balance.md.
#include <array>
#include <cstdint>
#include <iostream>
#include <string_view>
#include <vector>

#include "synod/ring.hpp"
#include "synod/ring/movement.hpp"
#include "synod/ring/plan_totals.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"

int main() {
  // begin thinned
  auto const ring = synod::thinned_ring::make({{"cache-1"}, {"cache-2", 2.0}, {"cache-3"}}).value();
  std::string_view const owner = ring.owner("user:42");
  for (auto const& node : ring.balance()) {
    std::cout << node.name << " may expect " << 100 * node.share.fraction() << " % of all keys\n";
  }
  // end thinned
  if (owner.empty()) return 1;

  // begin movement
  auto const grown = ring.with({"cache-4"}).value();
  std::array<std::string_view, 3> const keys{"user:1", "user:2", "user:42"};
  auto const tell = [](std::string_view key, std::string_view from, std::string_view to) {
    std::cout << key << " goes from " << from << " to " << to << '\n';
  };
  auto const moved = movement_of_keys(ring, grown, keys, tell);
  std::cout << moved.moved << " of " << moved.keys << " keys\n";
  // end movement
  if (moved.keys != 3) return 1;

  // begin tokens
  auto const founded = synod::token_ring::make({{"db-1"}, {"db-2"}, {"db-3"}}).value();
  auto const joined = founded.with({"db-4"}).value();

  std::vector<synod::ring_point> tokens;  // to be stored, or sent to the other machines
  for (auto at = joined.points(); !at.done(); at.advance()) tokens.push_back(*at);
  auto const restored = synod::token_ring::make(joined.nodes(), tokens).value();
  // end tokens
  if (restored != joined) return 1;

  // begin own_tokens
  // Four tokens of your own for two nodes: {place, index in the list of nodes}.
  std::array<synod::ring_node, 2> const nodes{{{"db-1"}, {"db-2"}}};
  std::array<synod::ring_point, 4> const own{{{0x3fff'ffff'ffff'ffff, 0},
                                              {0x7fff'ffff'ffff'ffff, 1},
                                              {0xbfff'ffff'ffff'ffff, 0},
                                              {0xffff'ffff'ffff'ffff, 1}}};
  auto const made = synod::token_ring::make(nodes, own);
  if (!made) std::cerr << made.error().what << ", token " << made.error().place << '\n';
  // end own_tokens
  if (!made) return 1;

  // begin totals
  auto const sums = totals(plan(founded, joined)).value();
  for (auto const& [from, to, share, intervals] : sums.moves()) {
    std::cout << from << " gives " << to << ' ' << 100 * share.fraction() << " % of all keys, in "
              << intervals << " intervals\n";
  }
  // end totals
  if (sums.nodes().size() != 4) return 1;
}
