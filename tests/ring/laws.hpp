// SPDX-License-Identifier: BSL-1.0
// What each placement promises, for the tests that hold all of them to it.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/hash/colliding.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/anchor.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/rendezvous.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"

namespace synod::test {

/// Which nodes may leave.
enum class removable : std::uint8_t { any, last };

/// How a replica list follows when a node joins.
enum class joins_as : std::uint8_t {
  insertion,      ///< the new node comes in at one place; the last one leaves
  exchange,       ///< as a set: the new node instead of one other
  rearrangement,  ///< others may change their places, too
};

/// Promises of most: the set of nodes is all that counts.
template <class P>
struct promises {
  static constexpr bool any_order = true;
  static constexpr removable leaves = removable::any;
  static constexpr joins_as replicas = joins_as::insertion;
  /// Of all hashes, how many may move between two nodes that stay when one of at most 64 changes.
  static constexpr double others_move = 0;
  /// A weight that is changed and changed back is as if nothing had happened.
  static constexpr bool weights_return = true;
};
template <class Rule, class Hash, class Name>
struct promises<bucket_placement<Rule, Hash, Name>> {
  static constexpr bool any_order = false;
  static constexpr removable leaves = removable::last;
  static constexpr joins_as replicas = joins_as::exchange;
  static constexpr double others_move = 0;
};
template <class Hash, class Name>
struct promises<basic_anchor<Hash, Name>> {
  static constexpr bool any_order = false;
  static constexpr removable leaves = removable::any;
  static constexpr joins_as replicas = joins_as::exchange;
  static constexpr double others_move = 0;
};

// The paper's table moves about as much again as it must; a small part of all hashes.
template <class Hash, class Name>
struct promises<basic_maglev<Hash, Name>> : promises<void> {
  static constexpr joins_as replicas = joins_as::rearrangement;
  static constexpr double others_move = 0.03;
};

// Tokens given up are not remembered.
template <class Hash, class Name>
struct promises<basic_token_ring<Hash, Name>> : promises<void> {
  static constexpr bool weights_return = false;
};

/// Every algorithm with the usual hash.
using placements =
    std::tuple<hash_ring, jump, jump_back, rendezvous, maglev, anchor, thinned_ring, token_ring>;
/// With numbers for names.
using numbered_placements = std::tuple<numbered_hash_ring, numbered_jump, numbered_jump_back,
                                       numbered_rendezvous, numbered_anchor, numbered_thinned_ring>;
/// On 256 hashes, so that nodes and keys collide all the time.
using crowded_placements = std::tuple<basic_hash_ring<colliding<8>>, basic_jump<colliding<8>>,
                                      basic_jump_back<colliding<8>>, basic_rendezvous<colliding<8>>,
                                      basic_anchor<colliding<8>>, basic_thinned_ring<colliding<8>>>;

using any_placements =
    decltype(std::tuple_cat(placements{}, numbered_placements{}, crowded_placements{}));

/// A name for number i.
template <class Name>
Name name_of(std::size_t i);
template <>
inline std::string_view name_of<std::string_view>(std::size_t i) {
  static std::vector<std::string> const all = [] {
    std::vector<std::string> made;
    for (int k = 0; k < 4096; ++k) made.push_back("node-" + std::to_string(k));
    return made;
  }();
  return all.at(i);
}
template <>
inline node_id name_of<node_id>(std::size_t i) {
  return {i * 7919};
}

/// Nodes 0 to count - 1.
template <class P>
std::vector<typename P::node> some_nodes(std::size_t count) {
  using name = decltype(P::node::name);
  std::vector<typename P::node> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back({name_of<name>(i)});
  return nodes;
}
template <class P>
result<P> made(std::vector<typename P::node> const& nodes) {
  return P::make(nodes);
}
template <class P>
P some(std::size_t count) {
  return made<P>(some_nodes<P>(count)).value();
}

/// The ends of the hash space, small numbers, and hashes spread over it: the same in every run.
inline std::vector<std::uint64_t> some_hashes(std::size_t count) {
  std::vector<std::uint64_t> all{0, 1, 255, ~std::uint64_t{0} - 1, ~std::uint64_t{0}};
  splitmix64 random{4711};
  while (all.size() < count) all.push_back(random());
  return all;
}
/// Those of keys, which a policy may crowd.
template <class P>
std::vector<std::uint64_t> key_hashes(std::size_t count) {
  std::vector<std::uint64_t> all;
  for (std::size_t key = 0; key < count; ++key) all.push_back(P::hash_of(key));
  return all;
}

template <class P>
auto owner_names(P const& placement, std::vector<std::uint64_t> const& hashes) {
  std::vector<decltype(P::node::name)> all;
  for (std::uint64_t const hash : hashes) all.push_back(placement.owner_of(hash));
  return all;
}
template <class P>
auto replica_names(P const& placement, std::uint64_t hash, std::size_t count,
                   spread how = spread::nodes) {
  std::vector<decltype(P::node::name)> all;
  for (auto const name : placement.replicas_of(hash, count, how)) all.push_back(name);
  return all;
}

}  // namespace synod::test
