// SPDX-License-Identifier: BSL-1.0
// Voters of which some store no payload.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// A quorum of `System` that holds the payload at least `copies` times. A witness votes, knows
/// positions and ballots, and stores no payload; without this rule two witnesses of three voters
/// would commit what nobody has. For deciding what is committed; electing needs no copies and goes
/// by the plain system, which every quorum here is one of. Tolerates the loss of `copies` - 1
/// members that store, and what `System` does of the rest.
template <class System, class Set = voter_set>
  requires quorum_system<System, Set>
class witnessed {
 public:
  /// Of nobody: no quorum.
  constexpr witnessed() = default;

  /// Errors: `empty` (no members), `too_large` (more members than the set has room for; place: how
  /// many), `unknown` (a witness that is no member; place: its slot), `bad_input` (no copies, or
  /// more than members that store; place: `copies`).
  static constexpr result<witnessed> make(System const& system, Set const& witnesses,
                                          std::size_t copies = 1) noexcept {
    std::size_t const n = system.size();
    if (n == 0) return error{errc::empty, "witnessed: no members", 0};
    if (n > Set::max_slots) return error{errc::too_large, "witnessed: too many members", n};
    for (std::size_t slot = n; slot < Set::max_slots; ++slot) {
      if (witnesses.contains(slot)) {
        return error{errc::unknown, "witnessed: a witness is no member", slot};
      }
    }
    Set const storing = witnesses.complement(n);
    if (copies == 0 || copies > storing.size()) {
      return error{errc::bad_input, "witnessed: no copies, or more than members that store",
                   copies};
    }
    witnessed made;
    made.system_ = system;
    made.storing_ = storing;
    made.copies_ = static_cast<std::uint16_t>(copies);
    return made;
  }

  constexpr std::size_t size() const noexcept { return system_.size(); }
  constexpr bool is_quorum(Set const& set) const noexcept {
    std::size_t const held = (set & storing_).size();
    return SYNOD_MUTANT(witnesses_are_enough, held >= copies_, true) && system_.is_quorum(set);
  }
  /// The members that store payload.
  constexpr Set const& storing() const noexcept { return storing_; }

  friend constexpr bool operator==(witnessed const&, witnessed const&) = default;

 private:
  System system_{};
  Set storing_;
  std::uint16_t copies_ = 1;
};

}  // namespace synod::inline SYNOD_ABI
