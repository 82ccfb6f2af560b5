// SPDX-License-Identifier: BSL-1.0
// How even placements are, as CSV: synod-balance [shares|probes|history|replicas|bounded]
//
//   shares    greatest and least share of a node by its part, and standard deviation, for equal
//             nodes: hash rings, thinned rings and founding token rings
//   probes    the same of multi-probe hashing, which is what thinned rings are compared with
//   history   token rings that grew, shrank, and saw nodes come and go
//   replicas  the same measures where a key counts for each of its three nodes
//   bounded   bounded loads: what is not on its owner, and what it takes to find its place
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/multi_probe.hpp"
#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/bounded.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"

namespace {

struct names {
  std::vector<std::string> all;
  explicit names(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) all.push_back("node-" + std::to_string(i));
  }
  std::vector<synod::ring_node> nodes(std::size_t count, double weight = 1.0) const {
    std::vector<synod::ring_node> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back({all[i], weight});
    return list;
  }
};

names const& of() {
  static names const made{20'000};
  return made;
}

template <class Ring>
std::vector<double> shares(Ring const& ring) {
  std::vector<double> all;
  for (auto const& node : ring.balance()) all.push_back(node.share.fraction());
  return all;
}

struct spread_of {
  double greatest = 0;
  double least = 1e300;
  double deviation = 0;

  explicit spread_of(std::vector<double> const& shares) {
    auto const count = static_cast<double>(shares.size());
    for (double const share : shares) {
      greatest = std::max(greatest, share * count);
      least = std::min(least, share * count);
      deviation += (share * count - 1) * (share * count - 1) / count;
    }
    deviation = std::sqrt(deviation);
  }
};

void print(char const* what, std::size_t nodes, double points, unsigned parameter,
           std::vector<double> const& shares) {
  spread_of const s{shares};
  std::printf("%s,%zu,%g,%u,%.4f,%.4f,%.5f\n", what, nodes, points, parameter, s.greatest, s.least,
              s.deviation);
}

template <unsigned OneIn>
void print_thinned(std::size_t nodes, unsigned points) {
  using ring = synod::basic_thinned_ring<synod::xxh3, std::string_view, OneIn>;
  auto const made = ring::make(of().nodes(nodes, points / 160.0)).value();
  print("thinned_ring", nodes, points, OneIn, shares(made));
}

void print_shares() {
  std::puts("placement,nodes,points_a_node,one_in,greatest,least,deviation");
  for (std::size_t const nodes : {10u, 100u, 1000u, 10'000u}) {
    for (unsigned const points : {40u, 160u, 640u, 2560u}) {
      if (nodes * points > 3'000'000) continue;
      auto const list = of().nodes(nodes, points / 160.0);
      print("hash_ring", nodes, points, 1, shares(synod::hash_ring::make(list).value()));
    }
    print_thinned<8>(nodes, 160);
    print_thinned<32>(nodes, 160);
    print_thinned<64>(nodes, 160);
    print_thinned<128>(nodes, 160);
    print_thinned<256>(nodes, 160);
    print_thinned<128>(nodes, 40);
    print("token_ring", nodes, 160, 1, shares(synod::token_ring::make(of().nodes(nodes)).value()));
  }
}

void print_probes() {
  std::puts("placement,nodes,points_a_node,probes,greatest,least,deviation");
  for (std::size_t const nodes : {10u, 100u, 1000u, 10'000u}) {
    auto const ring = synod::hash_ring::make(of().nodes(nodes)).value();
    for (unsigned const probes : {1u, 8u, 21u, 32u, 64u, 128u, 256u}) {
      synod::bench::multi_probe const probed{ring, probes};
      print("multi_probe", nodes, 160, probes, probed.shares(nodes));
    }
  }
}

void print_history(char const* what, synod::token_ring const& ring) {
  double const points = static_cast<double>(ring.point_count()) / static_cast<double>(ring.size());
  print(what, ring.size(), points, 1, shares(ring));
}

void print_history() {
  std::puts("history,nodes,points_a_node,one_in,greatest,least,deviation");
  auto ring = synod::token_ring::make(of().nodes(1)).value();
  spread_of worst{shares(ring)};
  for (std::size_t i = 1; i < 1000; ++i) {
    ring = ring.with({of().all[i]}).value();
    worst.greatest = std::max(worst.greatest, spread_of{shares(ring)}.greatest);
    if (i == 9 || i == 99 || i == 999) print_history("joined_one_by_one", ring);
  }
  std::printf("# the greatest share of any ring on that way: %.4f of its part\n", worst.greatest);
  for (std::size_t const nodes : {10u, 100u, 1000u}) {
    auto shrinking = synod::token_ring::make(of().nodes(nodes)).value();
    shrinking = shrinking.without(of().all[0]).value();
    print_history("one_left", shrinking);
    for (std::size_t i = 1; i < nodes / 2; ++i) {
      shrinking = shrinking.without(of().all[i]).value();
    }
    print_history("half_left", shrinking);
    auto replaced = synod::token_ring::make(of().nodes(nodes)).value();
    double greatest = 0;
    for (std::size_t i = 0; i < 200; ++i) {
      replaced = replaced.without(replaced.nodes()[i * 37 % nodes].name).value();
      greatest = std::max(greatest, spread_of{shares(replaced)}.greatest);
      replaced = replaced.with({of().all[nodes + i]}).value();
      greatest = std::max(greatest, spread_of{shares(replaced)}.greatest);
    }
    print_history("200_replaced", replaced);
    std::printf("# the greatest share of any ring on that way: %.4f of its part\n", greatest);
  }
}

// For each node the part of the hash space whose keys have it among their first three.
template <class Ring>
std::vector<double> replicated(Ring const& ring) {
  std::vector<double> all(ring.size());
  std::uint64_t before = ring.point(ring.point_count() - 1).point;
  for (auto at = ring.points(); !at.done(); at.advance()) {
    std::uint32_t holders[3];
    ring.replicas_of((*at).point, holders);
    double const length = static_cast<double>((*at).point - before) * 0x1p-64;
    for (std::uint32_t const node : holders) all[node] += length / 3;
    before = (*at).point;
  }
  return all;
}

void print_replicas() {
  std::puts("placement,nodes,points_a_node,one_in,greatest,least,deviation");
  for (std::size_t const nodes : {10u, 100u, 1000u}) {
    auto const list = of().nodes(nodes);
    print("hash_ring", nodes, 160, 1, replicated(synod::hash_ring::make(list).value()));
    print("token_ring", nodes, 160, 1, replicated(synod::token_ring::make(list).value()));
    auto grown = synod::token_ring::make(of().nodes(nodes / 2)).value();
    for (std::size_t i = nodes / 2; i < nodes; ++i) grown = grown.with({of().all[i]}).value();
    print("token_ring_half_joined", nodes, 160, 1, replicated(grown));
    grown = synod::token_ring::make(of().nodes(1)).value();
    for (std::size_t i = 1; i < nodes; ++i) grown = grown.with({of().all[i]}).value();
    print("token_ring_all_joined", nodes, 160, 1, replicated(grown));
    for (std::size_t i = 0; i < 200; ++i) {
      grown = grown.without(grown.nodes()[i * 37 % nodes].name).value();
      grown = grown.with({of().all[nodes + i]}).value();
    }
    print("token_ring_200_replaced", nodes, 160, 1, replicated(grown));
  }
}

// Counts the candidates that are asked for room.
template <class Overflow>
struct counting {
  static inline std::uint64_t asked = 0;

  template <class Placement, class HasRoom>
  static std::uint32_t find(Placement const& placement, std::uint64_t hash, HasRoom has_room) {
    return Overflow::find(placement, hash, [&](std::uint32_t node) {
      ++asked;
      return has_room(node);
    });
  }
};

// Of ten items, so many have one of ten hot keys; the others are counted.
template <class Overflow>
void print_bounded(char const* what, unsigned points, unsigned hot_of_ten, double factor) {
  constexpr double items_a_node = 100;
  constexpr std::size_t nodes = 1000;
  using overflow = counting<Overflow>;
  auto const ring = synod::hash_ring::make(of().nodes(nodes, points / 160.0)).value();
  auto bounded = synod::bounded_loads<synod::hash_ring, overflow>::make(
                     ring, synod::load_factor::of(factor).value())
                     .value();
  auto const items = static_cast<std::uint64_t>(items_a_node * nodes);
  std::vector<synod::load_place> places;
  synod::splitmix64 random{1};
  // Fill, then let items go and others come: the state that lasts.
  std::uint64_t asked = 0;
  std::uint64_t moved = 0;
  std::uint64_t measured = 0;
  for (std::uint64_t i = 0; i < 5 * items; ++i) {
    if (places.size() == items) {
      std::swap(places[random.below(items)], places.back());
      bounded.release(std::move(places.back()));
      places.pop_back();
    }
    bool const hot = random.below(10) < hot_of_ten;
    std::uint64_t const hash = hot ? synod::mix(1 + random.below(10)) : random();
    std::uint64_t const asked_before = overflow::asked;
    places.push_back(bounded.assign_hash(hash));
    if (i < 3 * items || hot) continue;
    asked += overflow::asked - asked_before;
    ++measured;
    moved += bounded.index_of(places.back()) != ring.owner_index_of(hash) ? 1 : 0;
  }
  std::uint64_t most = 0;
  for (std::uint32_t n = 0; n < nodes; ++n) most = std::max(most, bounded.items_on(n));
  auto const all = static_cast<double>(measured);
  std::printf("%s,%u,%u,%g,%.3f,%.4f,%.2f\n", what, points, 10 * hot_of_ten, factor,
              static_cast<double>(most) / items_a_node, static_cast<double>(moved) / all,
              static_cast<double>(asked) / all);
}

void print_bounded() {
  std::puts("overflow,points_a_node,percent_hot,factor,greatest,not_on_owner,candidates_asked");
  for (unsigned const points : {1u, 10u, 160u}) {
    for (unsigned const hot_of_ten : {0u, 3u}) {
      for (double const factor : {1.05, 1.25, 1.5, 2.0}) {
        print_bounded<synod::linear_walk>("linear_walk", points, hot_of_ten, factor);
        print_bounded<synod::random_jumps>("random_jumps", points, hot_of_ten, factor);
      }
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::string_view const topic = count > 1 ? arguments[1] : "all";
  if (topic == "shares" || topic == "all") print_shares();
  if (topic == "probes" || topic == "all") print_probes();
  if (topic == "history" || topic == "all") print_history();
  if (topic == "replicas" || topic == "all") print_replicas();
  if (topic == "bounded" || topic == "all") print_bounded();
}
