// SPDX-License-Identifier: BSL-1.0
// Voters in groups: a majority of the groups, each by a majority of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// Where a member belongs and what it counts there.
struct grouped {
  /// Of a member that belongs to no group: whatever it says is ignored.
  static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

  std::uint32_t group = nowhere;  ///< any number; equal numbers are one group
  std::uint64_t weight = 1;       ///< 0: it belongs there and does not count
};

/// More than half of the weight in more than half of the groups, as ZooKeeper's hierarchical
/// quorums: a group without any weight is left out of the count of groups, and a member without a
/// group is ignored. Any two quorums meet. Three groups of three: quorums of 4 instead of 5; any
/// three failures are survived, and a whole group with one more node of each other. Kumar,
/// Hierarchical Quorum Consensus, IEEE Transactions on Computers 40(9), 1991.
///
/// Up to `Capacity` members, 18 bytes each. Judging is linear in the members.
template <std::size_t Capacity>
class basic_hierarchy {
  static_assert(Capacity <= max_members, "hierarchy: at most 65535 members");

 public:
  /// Of nobody: no quorum.
  constexpr basic_hierarchy() = default;

  /// `members[slot]` tells group and weight. Errors: `empty` (no members, or none has a group and a
  /// weight), `too_large` (more than Capacity, place: how many; or the weight of a group leaves 64
  /// bits, place: the member that does it).
  static constexpr result<basic_hierarchy> make(std::span<grouped const> members) noexcept {
    if (members.empty()) return error{errc::empty, "hierarchy: no members", 0};
    if (members.size() > Capacity) {
      return error{errc::too_large, "hierarchy: more members than the capacity", members.size()};
    }
    basic_hierarchy made;
    std::array<std::uint32_t, Capacity> names{};
    std::array<std::uint64_t, Capacity> totals{};
    std::size_t groups = 0;
    for (std::size_t slot = 0; slot < members.size(); ++slot) {
      auto const& [name, weight] = members[slot];
      if (name == grouped::nowhere || SYNOD_MUTANT(weightless_groups_count, weight == 0, false)) {
        continue;
      }
      std::size_t group = 0;
      while (group < groups && names[group] != name) ++group;
      if (group == groups) names[groups++] = name;
      if (weight > ~totals[group]) {
        return error{errc::too_large, "hierarchy: the weight of a group overflows", slot};
      }
      totals[group] += weight;
      made.weights_[slot] = weight;
      made.group_[slot] = static_cast<std::uint16_t>(group);
    }
    if (groups == 0) return error{errc::empty, "hierarchy: nobody has any weight", 0};
    for (std::size_t group = 0; group < groups; ++group) {
      made.needed_[group] =
          SYNOD_MUTANT(Q03, totals[group] / 2 + 1, totals[group] / 2 + totals[group] % 2);
    }
    made.groups_ = static_cast<std::uint16_t>(groups);
    made.size_ = static_cast<std::uint16_t>(members.size());
    return made;
  }
  static constexpr result<basic_hierarchy> make(std::initializer_list<grouped> members) noexcept {
    return make(std::span<grouped const>{members});
  }
  /// Groups of the same size, each member of weight 1; slots group by group. Errors: `empty` (no
  /// groups, or nobody in them), `too_large` (more than Capacity members; place: the number of
  /// groups).
  static constexpr result<basic_hierarchy> make(std::size_t groups, std::size_t each) noexcept {
    if (groups == 0 || each == 0) return error{errc::empty, "hierarchy: no members", 0};
    if (groups > Capacity / each) {
      return error{errc::too_large, "hierarchy: more members than the capacity", groups};
    }
    std::array<grouped, Capacity> members{};
    for (std::size_t slot = 0; slot < groups * each; ++slot) {
      members[slot].group = static_cast<std::uint32_t>(slot / each);
    }
    return make(std::span<grouped const>{members}.first(groups * each));
  }

  constexpr std::size_t size() const noexcept { return size_; }
  /// The groups that count.
  constexpr std::size_t groups() const noexcept { return groups_; }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    std::array<std::uint64_t, Capacity> sums;
    for (std::size_t group = 0; group < groups_; ++group) sums[group] = 0;
    for (std::size_t slot = 0; slot < size_; ++slot) {
      sums[group_[slot]] += set.contains(slot) ? weights_[slot] : 0;
    }
    std::size_t won = 0;
    for (std::size_t group = 0; group < groups_; ++group) won += sums[group] >= needed_[group];
    return 2 * won > groups_;
  }

  friend constexpr bool operator==(basic_hierarchy const&, basic_hierarchy const&) = default;

 private:
  // A member that does not count has weight 0 in group 0.
  std::array<std::uint64_t, Capacity> weights_{};
  std::array<std::uint64_t, Capacity> needed_{};  // by group
  std::array<std::uint16_t, Capacity> group_{};
  std::uint16_t groups_ = 0;
  std::uint16_t size_ = 0;
};

using hierarchy = basic_hierarchy<64>;

}  // namespace synod::inline SYNOD_ABI
