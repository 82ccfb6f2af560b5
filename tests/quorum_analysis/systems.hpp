// SPDX-License-Identifier: BSL-1.0
// Every monotone system of a few members, and answers by trying everything.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/quorum/system.hpp"

namespace analysis_tests {

/// A system of up to 5 members as the table of its quorums: bit m tells of the set with mask m.
struct table_system {
  std::size_t members = 0;
  std::uint32_t quorums = 0;

  constexpr std::size_t size() const noexcept { return members; }
  constexpr bool is_quorum(synod::voter_set set) const noexcept {
    return (quorums >> set.within(members).mask() & 1) != 0;
  }
  constexpr bool operator==(table_system const&) const = default;
};
static_assert(synod::quorum_system<table_system>);

/// All monotone tables of n members, those in which nobody or everybody is a quorum included: of
/// the members below n each half, without and with member n - 1, is monotone, and the first implies
/// the second.
inline std::vector<std::uint32_t> monotone_tables(std::size_t n) {
  if (n == 0) return {0, 1};
  auto const halves = monotone_tables(n - 1);
  std::vector<std::uint32_t> all;
  for (std::uint32_t const low : halves) {
    for (std::uint32_t const high : halves) {
      if ((low & ~high) == 0) all.push_back(low | high << (1u << (n - 1)));
    }
  }
  return all;
}

/// All systems of n members that have a quorum and in which nobody is none.
inline std::vector<table_system> systems_of(std::size_t n) {
  std::vector<table_system> all;
  for (std::uint32_t const quorums : monotone_tables(n)) {
    if (quorums != 0 && (quorums & 1) == 0) all.push_back({n, quorums});
  }
  return all;
}

inline synod::voter_set set_of(std::uint64_t mask) { return synod::voter_set::of_mask(mask); }

template <class System>
bool brute_is_minimal(System const& system, std::uint64_t mask) {
  if (!system.is_quorum(set_of(mask))) return false;
  for (std::size_t slot = 0; slot < system.size(); ++slot) {
    std::uint64_t const bit = std::uint64_t{1} << slot;
    if ((mask & bit) != 0 && system.is_quorum(set_of(mask & ~bit))) return false;
  }
  return true;
}

template <class First, class Second>
bool brute_intersect(First const& first, Second const& second) {
  std::uint64_t const all = (std::uint64_t{1} << first.size()) - 1;
  for (std::uint64_t mask = 0; mask <= all; ++mask) {
    if (first.is_quorum(set_of(mask)) && second.is_quorum(set_of(all & ~mask))) return false;
  }
  return true;
}

/// The most members of which any may fail.
template <class System>
std::size_t brute_resilience(System const& system) {
  std::uint64_t const all = (std::uint64_t{1} << system.size()) - 1;
  std::size_t least = system.size();
  for (std::uint64_t failed = 0; failed <= all; ++failed) {
    if (!system.is_quorum(set_of(all & ~failed))) least = std::min(least, set_of(failed).size());
  }
  return least - 1;
}

}  // namespace analysis_tests
