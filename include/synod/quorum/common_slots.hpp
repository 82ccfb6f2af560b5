// SPDX-License-Identifier: BSL-1.0
// Several quorum systems over common slots: of named members by their names, else slot by slot.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/quorum/detail/expression_builder.hpp"
#include "synod/quorum/detail/quorum_tree_table.hpp"
#include "synod/quorum/system.hpp"
#include "synod/quorum/truth_table.hpp"

namespace synod::inline SYNOD_ABI {

/// A system that knows the names of its members, by slot: expressions do.
template <class S>
concept named_quorum_system = quorum_system<S> && requires(S const& system) {
  { system.names().size() } -> std::convertible_to<std::size_t>;
  { system.names()[0] } -> std::convertible_to<std::string_view>;
};

/// The names of the members of several systems, each once, in order of first appearance: the slots
/// that analysis speaks of where all its systems are named. They refer to the systems.
template <named_quorum_system... Systems>
constexpr member_names common_names(Systems const&... systems) noexcept {
  member_names names;
  auto const add = [&names](auto const& system) {
    for (std::size_t slot = 0; slot < system.size(); ++slot) names.slot_of(system.names()[slot]);
  };
  (add(systems), ...);
  return names;
}

namespace detail {

// Whether a system has a tree of thresholds underneath.
template <class System>
concept has_tree = requires(System const& system) { tree_of(system).size(); };

// Of N systems.
template <std::size_t N>
struct common_slots {
  std::size_t members = 0;
  slot_map maps[N];

  template <quorum_system... Systems>
  constexpr explicit common_slots(Systems const&... systems) noexcept {
    if constexpr (((named_quorum_system<Systems> && has_tree<Systems>) && ...)) {
      std::size_t next = 0;
      member_names names;
      auto const map = [&](auto const& system) {
        for (std::size_t slot = 0; slot < system.size(); ++slot) {
          std::size_t const common = names.slot_of(system.names()[slot]);
          SYNOD_EXPECTS(common < voter_set::max_slots, "analysis: more than 64 members");
          maps[next].slots[slot] = static_cast<std::uint8_t>(common);
        }
        ++next;
      };
      (map(systems), ...);
      members = names.count;
    } else {
      ((members = systems.size() > members ? systems.size() : members), ...);
    }
  }
};
template <class... Systems>
common_slots(Systems const&...) -> common_slots<sizeof...(Systems)>;

// The system among that many members.
template <quorum_system System>
constexpr truth_table table_of_system(System const& system, slot_map const& map,
                                      std::size_t members) noexcept {
  SYNOD_EXPECTS(members <= truth_table::max_members,
                "analysis: more than 12 members, and neither counts nor shapes decide");
  if constexpr (has_tree<System>) {
    return table_of(tree_of(system), map, members);
  } else if constexpr (counting_system<System>) {
    return truth_table::of_count(system.size(), system.votes_needed(), members);
  } else {
    return truth_table::of(system, members);
  }
}
template <quorum_system System>
constexpr truth_table table_of_system(System const& system) noexcept {
  return table_of_system(system, {}, system.size());
}

}  // namespace detail

}  // namespace synod::inline SYNOD_ABI
