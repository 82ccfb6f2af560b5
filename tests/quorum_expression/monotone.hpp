// SPDX-License-Identifier: BSL-1.0
// Every monotone system of a few members, and what is true of one by definition.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/quorum/system.hpp"

namespace naive {

using synod::voter_set;

/// A system of up to 5 members as the bits of all its answers: bit m is that for the set of mask m.
struct system {
  std::uint32_t answers = 0;
  std::size_t members = 0;

  constexpr std::size_t size() const noexcept { return members; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return (answers >> (set.mask() & ((1u << members) - 1)) & 1) != 0;
  }
  constexpr std::uint32_t sets() const noexcept { return 1u << members; }
  constexpr bool wins(std::uint32_t mask) const noexcept { return (answers >> mask & 1) != 0; }

  friend constexpr bool operator==(system const&, system const&) = default;
};
static_assert(synod::quorum_system<system>);

/// All of them, those that nobody or everybody wins included: 2, 3, 6, 20, 168, 7581 for 0 to 5
/// members (Dedekind's numbers).
inline std::vector<system> all_systems(std::size_t members) {
  std::vector<std::uint32_t> found{0, 1};
  for (std::size_t n = 0; n < members; ++n) {
    // What wins without the new member wins with it.
    std::vector<std::uint32_t> larger;
    for (std::uint32_t const without : found) {
      for (std::uint32_t const with : found) {
        if ((without & ~with) == 0) larger.push_back(without | with << (1u << n));
      }
    }
    found = larger;
  }
  std::vector<system> systems;
  for (std::uint32_t const answers : found) systems.push_back({answers, members});
  return systems;
}

/// Those that are quorum systems: somebody wins, nobody does not.
inline std::vector<system> all_quorum_systems(std::size_t members) {
  auto systems = all_systems(members);
  std::erase_if(systems, [](system const& s) { return s.answers == 0 || s.wins(0); });
  return systems;
}

inline std::size_t count(std::uint32_t mask) {
  return static_cast<std::size_t>(std::popcount(mask));
}

/// The sets that meet every quorum.
inline std::uint32_t blocking(system const& s) {
  std::uint32_t sets = 0;
  for (std::uint32_t a = 0; a < s.sets(); ++a) {
    bool meets_all = true;
    for (std::uint32_t b = 0; b < s.sets(); ++b) {
      if (s.wins(b) && (a & b) == 0) meets_all = false;
    }
    if (meets_all) sets |= 1u << a;
  }
  return sets;
}

inline std::uint32_t minimal(system const& s) {
  std::uint32_t sets = 0;
  for (std::uint32_t a = 0; a < s.sets(); ++a) {
    bool spares_nobody = s.wins(a);
    for (std::uint32_t b = 0; b < a; ++b) {
      if ((b & ~a) == 0 && s.wins(b)) spares_nobody = false;
    }
    if (spares_nobody) sets |= 1u << a;
  }
  return sets;
}

inline std::size_t fewest_shared(system const& x, system const& y) {
  std::size_t fewest = x.members;
  for (std::uint32_t a = 0; a < x.sets(); ++a) {
    for (std::uint32_t b = 0; b < y.sets(); ++b) {
      if (x.wins(a) && y.wins(b)) fewest = std::min(fewest, count(a & b));
    }
  }
  return fewest;
}

inline std::size_t fewest_shared(system const& x, system const& y, system const& z) {
  std::size_t fewest = x.members;
  for (std::uint32_t a = 0; a < x.sets(); ++a) {
    for (std::uint32_t b = 0; x.wins(a) && b < y.sets(); ++b) {
      for (std::uint32_t c = 0; y.wins(b) && c < z.sets(); ++c) {
        if (z.wins(c)) fewest = std::min(fewest, count(a & b & c));
      }
    }
  }
  return fewest;
}

inline std::size_t smallest(system const& s) {
  std::size_t least = s.members + 1;
  for (std::uint32_t a = 0; a < s.sets(); ++a) {
    if (s.wins(a)) least = std::min(least, count(a));
  }
  return least;
}

/// The most members that may fail, whichever they are.
inline std::size_t resilience(system const& s) {
  std::size_t most = s.members;
  for (std::uint32_t failed = 0; failed < s.sets(); ++failed) {
    if (!s.wins((s.sets() - 1) & ~failed)) most = std::min(most, count(failed) - 1);
  }
  return most;
}

}  // namespace naive
