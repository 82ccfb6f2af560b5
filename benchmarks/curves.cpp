// SPDX-License-Identifier: BSL-1.0
// What the charts of docs/images show of balance and movement, as CSV: chart, series, x, y. No time
// is measured, so that every run prints the same.
//
//   balance    greatest share of 100 equal nodes by its part, against points (of maglev: slots) a
//              node; algorithms without points are drawn as level lines
//   movement   keys that one node more moves, by what it has to move, against the number of nodes
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/anchor.hpp"
#include "synod/ring/envoy_ring.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/ketama.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/movement.hpp"
#include "synod/ring/rendezvous.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"

namespace {

struct equal_nodes {
  std::vector<std::string> names;
  std::vector<synod::ring_node> list;

  explicit equal_nodes(std::size_t count, double weight = 1.0) {
    for (std::size_t i = 0; i < count; ++i) names.push_back("node-" + std::to_string(i));
    for (auto const& name : names) list.push_back({name, weight});
  }
};

std::vector<std::uint64_t> const& hashes() {
  static auto const all = [] {
    synod::splitmix64 random{0};
    std::vector<std::uint64_t> made(std::size_t{1} << 20);
    for (auto& hash : made) hash = random();
    return made;
  }();
  return all;
}

void print(char const* chart, std::string const& series, std::size_t x, double y) {
  std::printf("%s,%s,%zu,%.5f\n", chart, series.c_str(), x, y);
}

// Exact where the placement knows it, else counted.
template <class Placement>
double greatest_share(Placement const& placement) {
  std::vector<double> shares(placement.size());
  if constexpr (requires { placement.balance(); }) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
      shares[i] = placement.balance()[i].share.fraction();
    }
  } else {
    double const one = 1 / static_cast<double>(hashes().size());
    for (auto const hash : hashes()) shares[placement.owner_index_of(hash)] += one;
  }
  return *std::max_element(shares.begin(), shares.end()) * static_cast<double>(shares.size());
}

constexpr std::array<std::size_t, 8> points_a_node{10, 20, 40, 80, 160, 320, 640, 1280};

// The least prime that is no less.
std::uint32_t prime_from(std::size_t least) {
  auto const is_prime = [](std::size_t n) {
    for (std::size_t i = 2; i * i <= n; ++i) {
      if (n % i == 0) return false;
    }
    return true;
  };
  while (!is_prime(least)) ++least;
  return static_cast<std::uint32_t>(least);
}

void balance() {
  constexpr std::size_t nodes = 100;
  equal_nodes const equal{nodes};
  auto const level = [](char const* series, double greatest) {
    for (std::size_t const points : {points_a_node.front(), points_a_node.back()}) {
      print("balance", series, points, greatest);
    }
  };
  for (std::size_t const points : points_a_node) {
    equal_nodes const weighing{nodes,
                               static_cast<double>(points) / double{synod::points_per_weight}};
    print("balance", "hash_ring", points,
          greatest_share(synod::hash_ring::make(weighing.list).value()));
    print("balance", "thinned_ring", points,
          greatest_share(synod::thinned_ring::make(weighing.list).value()));
    print("balance", "token_ring", points,
          greatest_share(synod::token_ring::make(weighing.list).value()));
    print("balance", "envoy_ring", points,
          greatest_share(
              synod::envoy_ring::make(equal.list, {points * nodes, points * nodes}).value()));
    print("balance", "maglev", points,
          greatest_share(synod::maglev::make(equal.list, {prime_from(points * nodes)}).value()));
  }
  level("rendezvous", greatest_share(synod::rendezvous::make(equal.list).value()));
  level("jump_back", greatest_share(synod::jump_back::make(equal.list).value()));
  level("anchor", greatest_share(synod::anchor::make(equal.list).value()));
}

template <class Placement>
void movement_of(char const* series) {
  for (std::size_t const count : {5u, 10u, 20u, 50u, 100u, 200u, 500u}) {
    equal_nodes const one_more{count + 1};
    std::vector<synod::ring_node> const nodes{one_more.list.begin(), one_more.list.end() - 1};
    auto const before = Placement::make(nodes).value();
    auto const after = before.with(one_more.list.back()).value();
    print("movement", series, count,
          movement(before, after, hashes()).fraction() * static_cast<double>(count + 1));
  }
}

}  // namespace

int main() {
  balance();
  movement_of<synod::hash_ring>("hash_ring");
  movement_of<synod::rendezvous>("rendezvous");
  movement_of<synod::jump_back>("jump_back");
  movement_of<synod::anchor>("anchor");
  movement_of<synod::maglev>("maglev");
  movement_of<synod::envoy_ring>("envoy_ring");
  movement_of<synod::ketama_ring<synod::ketama::libmemcached>>("ketama (libmemcached)");
}
