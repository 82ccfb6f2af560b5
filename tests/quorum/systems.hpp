// SPDX-License-Identifier: BSL-1.0
// Systems for tests: every monotone one of a few members by its truth table, and definitions to
// judge others by.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "synod/quorum.hpp"

namespace synod::test {

/// A system of up to five members by its truth table: bit m tells whether the set of mask m is a
/// quorum.
struct table {
  std::uint32_t truth = 0;
  std::size_t members = 0;

  constexpr std::size_t size() const noexcept { return members; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    return (truth >> (set.mask() & ((1u << members) - 1)) & 1) != 0;
  }
  constexpr bool operator==(table const&) const = default;
};

/// Every monotone predicate over sets of n members: 2, 3, 6, 20, 168, 7581 of them (Dedekind's
/// numbers). One without and one with the last member, of which the first implies the second.
inline std::vector<table> all_monotone(std::size_t n) {
  if (n == 0) return {{0, 0}, {1, 0}};
  auto const fewer = all_monotone(n - 1);
  std::vector<table> all;
  for (auto const& without : fewer) {
    for (auto const& with : fewer) {
      if ((without.truth & ~with.truth) != 0) continue;
      all.push_back({without.truth | with.truth << (1u << (n - 1)), n});
    }
  }
  return all;
}

/// All of these that are quorum systems: the empty set is no quorum.
inline std::vector<table> all_systems(std::size_t n) {
  auto all = all_monotone(n);
  std::erase_if(all, [](table const& one) { return (one.truth & 1) != 0; });
  return all;
}

/// The same system with nothing to say about how it decides, so that no short cut is taken.
template <class System>
struct opaque_system {
  System system{};
  constexpr std::size_t size() const noexcept { return system.size(); }
  constexpr bool is_quorum(voter_set set) const noexcept { return system.is_quorum(set); }
  constexpr bool operator==(opaque_system const&) const = default;
};

/// Calls f(voter_set) for every set of n members.
template <class F>
void every_set(std::size_t n, F f) {
  for (std::uint64_t mask = 0; mask < std::uint64_t{1} << n; ++mask) f(voter_set::of_mask(mask));
}

template <class System>
std::vector<voter_set> quorums_of(System const& system) {
  std::vector<voter_set> all;
  every_set(system.size(), [&](voter_set set) {
    if (system.is_quorum(set)) all.push_back(set);
  });
  return all;
}

/// In how many members two quorums meet at least; 64 where one of the systems has no quorum.
template <class A, class B>
std::size_t least_in_common(A const& a, B const& b) {
  std::size_t least = 64;
  auto const others = quorums_of(b);
  for (auto const one : quorums_of(a)) {
    for (auto const other : others) least = std::min(least, (one & other).size());
  }
  return least;
}

/// How many members may fail, whichever they are.
template <class System>
std::size_t resilience(System const& system) {
  std::size_t blocking = system.size();
  every_set(system.size(), [&](voter_set failed) {
    if (!system.is_quorum(failed.complement(system.size()))) {
      blocking = std::min(blocking, failed.size());
    }
  });
  return blocking - 1;
}

template <class System>
std::vector<voter_set> minimal_quorums(System const& system) {
  std::vector<voter_set> all;
  for (auto const quorum : quorums_of(system)) {
    bool minimal = true;
    for (std::uint64_t rest = quorum.mask(); rest != 0; rest &= rest - 1) {
      auto const without = quorum.mask() & ~(rest & -rest);
      minimal = minimal && !system.is_quorum(voter_set::of_mask(without));
    }
    if (minimal) all.push_back(quorum);
  }
  return all;
}

template <class System>
bool is_monotone(System const& system) {
  bool monotone = !system.is_quorum(voter_set{});
  every_set(system.size(), [&](voter_set set) {
    for (std::size_t slot = 0; slot < system.size(); ++slot) {
      auto const more = set | voter_set::of_mask(std::uint64_t{1} << slot);
      monotone = monotone && (!system.is_quorum(set) || system.is_quorum(more));
    }
  });
  return monotone;
}

/// The commit index by its definition: the largest of the values (or nothing) that a quorum has.
template <class System>
log_index commit_by_definition(System const& system, std::vector<log_index> const& has) {
  log_index best;
  for (log_index const candidate : has) {
    voter_set holders;
    for (std::size_t slot = 0; slot < has.size(); ++slot) {
      if (has[slot] >= candidate) holders.insert(slot);
    }
    if (system.is_quorum(holders)) best = std::max(best, candidate);
  }
  return best;
}

/// Every assignment of 0 .. top to n members.
template <class Check>
void every_assignment(std::size_t n, std::uint64_t top, Check check) {
  std::vector<log_index> has(n);
  for (;;) {
    check(has);
    std::size_t i = 0;
    while (i < n && has[i].value == top) has[i++] = {};
    if (i == n) return;
    ++has[i].value;
  }
}

}  // namespace synod::test
