// SPDX-License-Identifier: BSL-1.0
// Everything a program does with rings, under the name UNIT: compiled twice, for different
// instruction sets.
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "synod/ring.hpp"

/// A number for all that rings answer, the same whatever they are compiled for.
std::uint64_t UNIT();

std::uint64_t UNIT() {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("node-" + std::to_string(i));
  std::vector<synod::ring_node> nodes;
  for (auto const& name : names)
    nodes.push_back({name, 1.0, name.substr(5, 1) == "1" ? "one" : "other"});
  auto ring = synod::hash_ring::make(nodes).value();
  auto const first = ring;
  ring = ring.with({"another"}).value();
  ring = std::move(ring).with({"one-more", 2.0}).value();
  ring = std::move(ring).without("node-7").value();
  ring = ring.reweighted("node-8", 0.3).value();

  std::uint64_t all = 0xcbf29ce484222325;
  auto const add = [&](std::uint64_t number) { all = (all ^ number) * 0x100000001b3; };
  std::vector<std::string> keys;
  std::vector<std::uint64_t> hashes;
  for (int i = 0; i < 1000; ++i) {
    keys.push_back("key-" + std::to_string(i));
    hashes.push_back(synod::hash_ring::hash_of(keys.back()));
    add(ring.owner_index(keys.back()));
    add(ring.owner(keys.back()).size());
  }
  std::vector<std::uint32_t> owners(keys.size());
  ring.owners_of(hashes, owners);
  for (auto const owner : owners) add(owner);
  ring.owners(std::span<std::string const>{keys}, owners);
  for (auto const owner : owners) add(owner);
  for (auto const& key : keys) {
    std::array<std::uint32_t, 3> replicas{};
    ring.replicas(key, replicas, synod::spread::zones_first);
    for (auto const replica : replicas) add(replica);
    for (auto const name : ring.replicas(key, 2)) add(name.size());
  }
  for (auto const& node : ring.balance()) add(static_cast<std::uint64_t>(node.share.hashes));
  for (auto const& move : plan(first, ring)) add(move.interval.first);
  return all;
}
