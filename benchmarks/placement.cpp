// SPDX-License-Identifier: BSL-1.0
// What the owner of a hash costs under each placement: hashes known and random, look-ups
// independent. Memory is what a placement holds besides its names, per node.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "synod/ring/anchor.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/rendezvous.hpp"

namespace {

constexpr std::size_t key_count = std::size_t{1} << 16;

std::vector<std::uint64_t> const& hashes() {
  static auto const all = [] {
    std::mt19937_64 random{42};
    std::vector<std::uint64_t> made(key_count);
    for (auto& hash : made) hash = random();
    return made;
  }();
  return all;
}

template <class Find>
void look_up(benchmark::State& state, Find find) {
  std::uint64_t const* const keys = hashes().data();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(find(keys[next]));
    next = (next + 1) % key_count;
  }
}

template <auto Bucket>
void buckets(benchmark::State& state) {
  auto const count = static_cast<std::uint32_t>(state.range(0));
  look_up(state, [count](std::uint64_t hash) { return Bucket(hash, count); });
}

std::size_t heap_in_use() {
  auto const all = mallinfo2();
  return all.uordblks + all.hblkhd;
}

std::vector<synod::numbered_node> some_nodes(std::size_t count) {
  std::vector<synod::numbered_node> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back({{i}});
  return nodes;
}

// The same nodes for all; they have numbers for names.
template <class Placement, class Make>
void owner(benchmark::State& state, Make make) {
  auto const nodes = some_nodes(static_cast<std::size_t>(state.range(0)));
  std::size_t const before = heap_in_use();
  Placement const placement = make(nodes);
  auto const bytes = static_cast<double>(heap_in_use() - before);
  state.counters["bytes_a_node"] = bytes / static_cast<double>(placement.size());
  look_up(state, [&](std::uint64_t hash) { return placement.owner_index_of(hash); });
}

template <class Placement, class Make>
void replicas(benchmark::State& state, Make make) {
  auto const nodes = some_nodes(static_cast<std::size_t>(state.range(0)));
  Placement const placement = make(nodes);
  look_up(state, [&](std::uint64_t hash) {
    std::array<std::uint32_t, 3> out;
    benchmark::DoNotOptimize(placement.replicas_of(hash, std::span<std::uint32_t>{out}));
    return out[2];
  });
}

template <class Placement>
Placement plainly(std::vector<synod::numbered_node> const& nodes) {
  return Placement::make(nodes).value();
}

synod::numbered_rendezvous weighted(std::vector<synod::numbered_node> nodes) {
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].weight = 1 + 0.1 * double(i % 10);
  return synod::numbered_rendezvous::make(nodes).value();
}

// Those whose number ends in 5 have failed, one after the other.
template <bool Anchored>
synod::numbered_anchor with_failures(std::vector<synod::numbered_node> const& nodes) {
  using synod::numbered_anchor;
  auto now = (Anchored ? numbered_anchor::make(nodes, nodes.size()) : numbered_anchor::make(nodes))
                 .value();
  for (std::size_t i = 5; i < nodes.size(); i += 10) now = now.without({i}).value();
  return now;
}

template <class Make>
void add(std::string const& name, Make make, std::initializer_list<std::int64_t> sizes) {
  using placement = std::invoke_result_t<Make, std::vector<synod::numbered_node> const&>;
  for (std::int64_t const nodes : sizes) {
    benchmark::RegisterBenchmark(("owner/" + name).c_str(),
                                 [make](benchmark::State& state) { owner<placement>(state, make); })
        ->ArgName("nodes")
        ->Arg(nodes);
    benchmark::RegisterBenchmark(
        ("replicas3/" + name).c_str(),
        [make](benchmark::State& state) { replicas<placement>(state, make); })
        ->ArgName("nodes")
        ->Arg(nodes);
  }
}

bool const registered = [] {
  for (std::int64_t const count :
       {10, 100, 1000, 1025, 100'000, 1'000'000, 1'000'000'000, 2'147'483'647}) {
    benchmark::RegisterBenchmark("owner/jump", buckets<synod::jump_bucket>)
        ->ArgName("buckets")
        ->Arg(count);
    benchmark::RegisterBenchmark("owner/jump_back", buckets<synod::jump_back_bucket>)
        ->ArgName("buckets")
        ->Arg(count);
  }
  using namespace synod;
  add("jump", plainly<numbered_jump>, {10, 1000, 100'000});
  add("jump_back", plainly<numbered_jump_back>, {10, 1000, 100'000});
  add("hash_ring", plainly<numbered_hash_ring>, {10, 1000, 10'000});
  add("rendezvous", plainly<numbered_rendezvous>, {10, 100, 1000, 10'000});
  add("rendezvous_weighted", weighted, {10, 100, 1000, 10'000});
  add("maglev", plainly<basic_maglev<xxh3, node_id>>, {10, 100, 1000});
  add("anchor", plainly<numbered_anchor>, {10, 1000, 100'000});
  for (std::size_t const room : {1u, 2u, 10u}) {
    add("anchor_capacity_x" + std::to_string(room),
        [room](std::vector<numbered_node> const& nodes) {
          return numbered_anchor::make(nodes, room * nodes.size()).value();
        },
        {10, 1000, 100'000});
  }
  add("anchor_10%_failed", with_failures<false>, {10, 1000});
  add("anchor_capacity_10%_failed", with_failures<true>, {10, 1000});
  return true;
}();

}  // namespace
