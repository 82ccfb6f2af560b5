// SPDX-License-Identifier: BSL-1.0
// Keys placed, copied and moved in a program without exceptions and RTTI.
#include "synod/ring.hpp"

#include <array>
#include <cstdint>

int main() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}});
  if (!ring || ring->owner("user:42") != "c") return 1;
  if (synod::hash_ring::make({{"a"}, {"a"}})) return 2;  // a result, not an exception

  std::array<std::uint32_t, 4> slots{};
  auto const count = ring->replicas("k", std::span<std::uint32_t>(slots));
  if (count.found != 3 || count.shortfall != 1) return 3;
  std::size_t walked = 0;
  for (auto const node : ring->replicas("k", 3)) {
    if (walked++ == 0 && node != ring->owner("k")) return 4;
  }
  if (walked != 3) return 5;

  auto const next = ring->with({"d"});
  if (!next) return 6;
  auto const moves = plan(*ring, *next);
  for (auto const& [interval, from, to] : moves) {
    if (to != "d" || from == "d" || interval.last < interval.first) return 7;
  }
  return moves.share() == synod::ring_share{} ? 8 : 0;
}
