// SPDX-License-Identifier: BSL-1.0
// Counting votes by the name of the voter.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/tally.hpp"

namespace synod::inline SYNOD_ABI {

/// A tally that knows its members' names: member i of the list it was made with is slot i. Holds
/// up to `Capacity` names in place (8 bytes each); finding a name is linear in the members.
template <class System, std::size_t Capacity = voter_set::max_slots>
  requires quorum_system<System, voter_set_for<Capacity>>
class named_tally {
 public:
  using votes = tally<System, voter_set_for<Capacity>>;

  constexpr named_tally() = default;

  /// Errors: `too_large` (more members than Capacity; place: how many), `bad_option` (their number
  /// is not the system's; place: how many), `duplicate` (place: the second of two equal names).
  static constexpr result<named_tally> make(System const& system,
                                            std::span<node_id const> members) noexcept {
    if (members.size() > Capacity) {
      return error{errc::too_large, "named_tally: more members than the capacity", members.size()};
    }
    if (members.size() != system.size()) {
      return error{errc::bad_option, "named_tally: the system has another number of members",
                   members.size()};
    }
    named_tally made;
    made.votes_ = votes{system};
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (made.slot_of(members[i], i) != i) {
        return error{errc::duplicate, "named_tally: a member is named twice", i};
      }
      made.names_[i] = members[i];
    }
    return made;
  }

  /// Records the vote of the node with this name and judges; a stranger's changes nothing.
  constexpr verdict vote(node_id voter, bool yes) noexcept {
    return votes_.vote(slot_of(voter, votes_.system().size()), yes);
  }
  constexpr verdict now() const noexcept { return votes_.now(); }
  constexpr votes const& by_slot() const noexcept { return votes_; }

  friend constexpr bool operator==(named_tally const&, named_tally const&) = default;

 private:
  // The slot of the name among the first `among`; `among` itself where it is a stranger's.
  constexpr std::size_t slot_of(node_id name, std::size_t among) const noexcept {
    std::size_t slot = 0;
    while (slot < among && names_[slot] != name) ++slot;
    return slot;
  }

  votes votes_;
  std::array<node_id, Capacity> names_{};
};

}  // namespace synod::inline SYNOD_ABI
