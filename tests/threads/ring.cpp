// SPDX-License-Identifier: BSL-1.0
// Readers use rings, without a lock, while a writer makes the next ones and readers drop theirs;
// and the writer changes in place what readers have just let go. The thread sanitizer watches.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "synod/ring.hpp"

namespace {

constexpr int rounds = 200;
constexpr int readers = 3;

struct published {
  std::array<synod::hash_ring, rounds> rings;  // written before `upto` says so, then only read
  std::atomic<int> upto{0};
};

std::atomic<int> failures{0};

void expect(bool holds) { failures += holds ? 0 : 1; }

// All that a reader does; what it sees must hang together.
std::uint64_t use(synod::hash_ring const& ring, std::uint64_t number) {
  std::uint64_t sum = 0;
  std::array<std::uint64_t, 64> hashes;
  for (auto& hash : hashes) hash = number = number * 0x9e3779b97f4a7c15 + 1;
  std::array<std::uint32_t, 64> owners;
  ring.owners_of(hashes, owners);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    expect(ring.owner_index_of(hashes[i]) == owners[i] && owners[i] < ring.size());
    expect(*ring.replicas_of(hashes[i], 3).begin() == ring.owner_of(hashes[i]));
    sum += ring.owner_of(hashes[i]).size();
  }
  sum += ring.balance()[owners[0]].points + ring.point(number % ring.point_count()).node;
  return sum;
}

std::vector<synod::ring_node> nodes(std::vector<std::string> const& names) {
  std::vector<synod::ring_node> all;
  for (auto const& name : names) all.push_back({name});
  return all;
}

// A writer publishes values; readers copy, use and drop them in any order.
void values(std::vector<std::string> const& names) {
  published all;
  all.rings[0] = synod::hash_ring::make(nodes(names)).value();
  std::vector<std::thread> threads;
  for (int reader = 0; reader < readers; ++reader) {
    threads.emplace_back([&all, reader] {
      std::uint64_t sum = 0;
      synod::hash_ring kept;
      for (int last = -1; last < rounds - 1;) {
        int const upto = all.upto.load(std::memory_order_acquire);
        if (upto == last) std::this_thread::yield();
        synod::hash_ring const mine = all.rings[static_cast<std::size_t>(upto)];
        sum += use(mine, static_cast<std::uint64_t>(reader + upto));
        if (upto % 3 == 0) kept = mine;
        last = upto;
      }
      expect(sum > 0 && kept.size() > 0);
    });
  }
  for (std::size_t i = 1; i < rounds; ++i) {
    auto const& before = all.rings[i - 1];
    all.rings[i] = i % 2 == 1 ? before.with({"comes and goes"}).value()
                              : before.without("comes and goes").value();
    all.upto.store(static_cast<int>(i), std::memory_order_release);
  }
  for (auto& thread : threads) thread.join();
}

// A writer lends copies of its ring and goes on in place, if it can: when all copies are dropped,
// whoever dropped them.
void in_place(std::vector<std::string> const& names) {
  auto ring = synod::hash_ring::make(nodes(names)).value();
  for (int round = 0; round < rounds / 4; ++round) {
    std::atomic<int> left{readers};
    std::vector<std::thread> threads;
    for (int reader = 0; reader < readers; ++reader) {
      threads.emplace_back([mine = ring, &left, round, reader]() mutable {
        expect(use(mine, static_cast<std::uint64_t>(round * readers + reader)) > 0);
        mine = {};
        left.fetch_sub(1, std::memory_order_relaxed);  // of itself it orders nothing
      });
    }
    while (round % 2 == 0 && left.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
    ring = round % 2 == 0 ? std::move(ring).with({"comes and goes"}).value()
                          : std::move(ring).without("comes and goes").value();
    for (auto& thread : threads) thread.join();
  }
}

}  // namespace

int main() {
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) names.push_back("node-" + std::to_string(i));
  values(names);
  in_place(names);
  if (failures != 0) std::fprintf(stderr, "FAILED: %d expectations\n", failures.load());
  return failures == 0 ? 0 : 1;
}
