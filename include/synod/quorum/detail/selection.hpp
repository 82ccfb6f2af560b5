// SPDX-License-Identifier: BSL-1.0
// The k-th greatest of some numbers, and what that is for any monotone system: the greatest number
// that a quorum has reached. For commit_index.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI::detail {

// The middle one of 3, 5 and 7 numbers by selection networks: compare-exchanges whose order does
// not depend on the data, so that there is no branch to mispredict.
template <class Key>
constexpr Key lower(Key a, Key b) noexcept {
  return a < b ? a : b;
}
template <class Key>
constexpr Key upper(Key a, Key b) noexcept {
  return a < b ? b : a;
}
template <class Key>
struct ordered_pair {
  Key low, high;
};
template <class Key>
constexpr ordered_pair<Key> in_order(Key a, Key b) noexcept {
  return {lower(a, b), upper(a, b)};
}

template <class Key>
constexpr Key middle(Key a, Key b, Key c) noexcept {
  auto const [low, high] = in_order(a, b);
  return upper(low, lower(high, c));
}

// Of four numbers neither the least nor the greatest is the middle one of five.
template <class Key>
constexpr Key middle(Key a, Key b, Key c, Key d, Key e) noexcept {
  auto const [ab_low, ab_high] = in_order(a, b);
  auto const [cd_low, cd_high] = in_order(c, d);
  return middle(upper(ab_low, cd_low), lower(ab_high, cd_high), e);
}

// Of six numbers neither the least nor the greatest is the middle one of seven; four and the
// seventh are left.
template <class Key>
constexpr Key middle(Key a, Key b, Key c, Key d, Key e, Key f, Key g) noexcept {
  auto const [ab_low, ab_high] = in_order(a, b);
  auto const [cd_low, cd_high] = in_order(c, d);
  auto const [ef_low, ef_high] = in_order(e, f);
  auto const [low, next_low] = in_order(ab_low, cd_low);
  auto const [next_high, high] = in_order(ab_high, cd_high);
  return middle(upper(low, ef_low), next_low, next_high, lower(high, ef_high), g);
}

// Likewise of nine: of six numbers neither the least nor the greatest; four and three are left.
template <class Key>
constexpr Key middle(Key a, Key b, Key c, Key d, Key e, Key f, Key g, Key h, Key i) noexcept {
  auto const [ab_low, ab_high] = in_order(a, b);
  auto const [cd_low, cd_high] = in_order(c, d);
  auto const [ef_low, ef_high] = in_order(e, f);
  auto const [low, next_low] = in_order(ab_low, cd_low);
  auto const [next_high, high] = in_order(ab_high, cd_high);
  return middle(upper(low, ef_low), next_low, next_high, lower(high, ef_high), g, h, i);
}

// What the members seen so far amount to. One of these for each way to judge: `see_if` a member
// belongs there, `enough` tells whether those seen are a quorum.
struct counted_members {
  std::size_t needed;
  std::size_t seen = 0;

  constexpr void see_if(bool belongs, std::size_t) noexcept { seen += belongs; }
  constexpr bool enough() const noexcept { return seen >= needed; }
};
template <weighing_system System>
struct weighed_members {
  System const* system;
  std::uint64_t seen = 0;

  constexpr void see_if(bool belongs, std::size_t slot) noexcept {
    seen += system->votes_of(slot) & -std::uint64_t{belongs};
  }
  constexpr bool enough() const noexcept { return seen >= system->votes_needed(); }
};
template <class System, class Set>
struct asked_members {
  System const* system;
  Set seen{};

  constexpr void see_if(bool belongs, std::size_t slot) noexcept {
    seen.insert_in_word(slot / 64, std::uint64_t{belongs} << slot % 64);
  }
  constexpr bool enough() const noexcept { return system->is_quorum(seen); }
};

template <class Set, class System>
constexpr auto nobody_of(System const& system) noexcept {
  if constexpr (counting_system<System>) {
    return counted_members{system.votes_needed()};
  } else if constexpr (weighing_system<System>) {
    return weighed_members<System>{&system};
  } else {
    return asked_members<System, Set>{&system};
  }
}

template <class Key>
struct reached {
  Key key;
  std::size_t slot;
};

inline constexpr std::size_t most_selected = 64;

// Quickselect for any monotone system: linear on average, no branch on the data but by each pivot.
// `none` where not even all members are enough.
template <class Key, class Seen>
constexpr Key select_reached(reached<Key>* from, reached<Key>* spare, std::size_t n, Seen seen,
                             Key none) noexcept {
  while (n > 0) {
    // Of three, so that neither sorted nor equal numbers are a bad case.
    Key const pivot = middle(from[n / 4].key, from[n / 2].key, from[n - 1 - n / 4].key);
    // The greater ones go to the front of the spare room, the less to its end, the equal nowhere.
    std::size_t front = 0;
    std::size_t back = n;
    Seen greater = seen;
    Seen not_less = seen;
    for (std::size_t i = 0; i < n; ++i) {
      reached<Key> const one = from[i];
      bool const is_greater = pivot < one.key;
      bool const is_less = one.key < pivot;
      spare[front] = one;
      spare[back - 1] = one;
      front += is_greater;
      back -= is_less;
      greater.see_if(is_greater, one.slot);
      not_less.see_if(!is_less, one.slot);
    }
    reached<Key>* const kept = spare;
    spare = from;
    from = kept;
    if (greater.enough()) {
      n = front;
    } else if (not_less.enough()) {
      return pivot;
    } else {
      seen = not_less;
      from += back;
      n -= back;
    }
  }
  return none;
}

// Beyond what fits in registers and a stack: halves the range of the numbers until one is left. As
// many passes as that range has bits, over any number of members, no memory.
template <class Key, class At, class Seen>
constexpr Key bisect(std::size_t n, At at, Seen nobody, Key none) noexcept {
  auto const has_reached = [&](Key key) {
    Seen seen = nobody;
    for (std::size_t slot = 0; slot < n; ++slot) {
      seen.see_if(!(at(slot) < key), slot);
    }
    return seen.enough();
  };
  if (n == 0) return none;
  Key low = at(0);
  Key high = low;
  for (std::size_t slot = 1; slot < n; ++slot) {
    low = lower(low, at(slot));
    high = upper(high, at(slot));
  }
  if (!has_reached(low)) return none;
  while (low < high) {
    // At least one up, and without overflow: the distance always fits the unsigned type.
    using distance = std::make_unsigned_t<Key>;
    auto const apart =
        static_cast<distance>(static_cast<distance>(high) - static_cast<distance>(low));
    auto const half = static_cast<distance>(apart / 2 + 1);
    Key const between = static_cast<Key>(static_cast<distance>(low) + half);
    if (has_reached(between)) {
      low = between;
    } else {
      high = static_cast<Key>(between - 1);
    }
  }
  return low;
}

// The greatest number that a quorum has reached, of `at(slot)` for the slots below n.
template <class Set, class Key, class System, class At>
constexpr Key greatest_reached(System const& system, std::size_t n, At at, Key none) noexcept {
  auto const nobody = nobody_of<Set>(system);
  SYNOD_EXPECTS(counting_system<System> || weighing_system<System> || n <= Set::max_slots,
                "commit_index: more members than the set has room for");
  if (n > most_selected) return bisect(n, at, nobody, none);
  reached<Key> all[most_selected];  // in use up to n, like the spare room
  reached<Key> spare[most_selected];
  for (std::size_t slot = 0; slot < n && slot < most_selected; ++slot) all[slot] = {at(slot), slot};
  return select_reached(all, spare, n, nobody, none);
}

}  // namespace synod::inline SYNOD_ABI::detail
