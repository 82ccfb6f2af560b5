// SPDX-License-Identifier: BSL-1.0
// What moves from one placement to the next, counted over the keys that there are. For every
// algorithm; placements that own intervals have `plan`, which needs no keys.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/hash/policy.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"
#include "synod/ring/plan.hpp"

namespace synod::inline SYNOD_ABI {

/// Of so many keys, how many change hands.
struct key_movement {
  std::uint64_t keys = 0;
  std::uint64_t moved = 0;

  /// Of the keys, 0 to 1; of no keys at all, none.
  constexpr double fraction() const noexcept {
    return keys == 0 ? 0.0 : static_cast<double>(moved) / static_cast<double>(keys);
  }

  friend constexpr bool operator==(key_movement, key_movement) = default;
};

namespace detail {

template <class Keys, class HashOf, class OnMove, placement Before, placement After>
constexpr key_movement movement_over(Before const& before, After const& after, Keys const& keys,
                                     HashOf hash_of, OnMove& on_move) {
  using name = name_of_t<Before>;
  auto const name_in = [](auto const& nodes, std::uint32_t node) {
    return node == no_node ? name{} : nodes[node].name;
  };
  auto const old_nodes = before.nodes();
  auto const new_nodes = after.nodes();
  key_movement all;
  for (auto const& key : keys) {
    std::uint64_t const hash = hash_of(key);
    name const from = name_in(old_nodes, before.owner_index_of(hash));
    name const to = name_in(new_nodes, after.owner_index_of(hash));
    ++all.keys;
    if (from == to) continue;
    ++all.moved;
    on_move(key, from, to);
  }
  return all;
}

struct ignore_move {
  template <class Key, class Name>
  constexpr void operator()(Key const&, Name, Name) const noexcept {}
};

}  // namespace detail

/// What moves of these hashes, each the place of one key: exact for them, and an estimate for
/// others. `on_move(hash, from, to)` is told each one that does. One look-up in each placement a
/// hash; nothing is allocated.
template <placement Before, placement After, class Hashes, class OnMove = detail::ignore_move>
  requires detail::comparable_placements<Before, After>
constexpr key_movement movement(Before const& before, After const& after, Hashes const& hashes,
                                OnMove on_move = {}) {
  auto const as_it_is = [](std::uint64_t hash) { return hash; };
  return detail::movement_over(before, after, hashes, as_it_is, on_move);
}

/// The same of keys, which are hashed as the placements do; `on_move(key, from, to)`.
template <placement Before, placement After, class Keys, class OnMove = detail::ignore_move>
  requires detail::comparable_placements<Before, After>
constexpr key_movement movement_of_keys(Before const& before, After const& after, Keys const& keys,
                                        OnMove on_move = {}) {
  auto const hashed = [](auto const& key) { return Before::hash_of(key); };
  return detail::movement_over(before, after, keys, hashed, on_move);
}

}  // namespace synod::inline SYNOD_ABI
