// SPDX-License-Identifier: BSL-1.0
// Both of two systems: how a group changes its members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// A quorum of the old system and a quorum of the new one, each among its own members (joint
/// consensus: Ongaro & Ousterhout, Raft, 2014, section 6). Not a quorum of the union: that could
/// decide without a majority of either. A half without members is neutral, and then this is the
/// other half alone; where both are empty there is no quorum. Meets what either half meets, and
/// tolerates what both do.
///
/// Its members are the union: first those that leave, then those that stay, then those that come.
/// So the old members are the first slots and the new ones the last, each half in its own system's
/// order, and no map from slots to slots is needed. `joint_order` brings names into this order.
template <class Old, class New, class Set = voter_set>
  requires quorum_system<Old, Set> && quorum_system<New, Set>
class joint {
 public:
  /// Of nobody: no quorum.
  constexpr joint() = default;

  /// `staying` members are in both. Errors: `empty` (neither has members), `bad_input` (more stay
  /// than a half has; place: how many), `too_large` (more members than the set has room for; place:
  /// how many).
  static constexpr result<joint> make(Old const& old, New const& next,
                                      std::size_t staying) noexcept {
    if (old.size() + next.size() == 0) return error{errc::empty, "joint: no members", 0};
    if (staying > old.size() || staying > next.size()) {
      return error{errc::bad_input, "joint: more members stay than a half has", staying};
    }
    std::size_t const n = old.size() + next.size() - staying;
    if (n > Set::max_slots) return error{errc::too_large, "joint: too many members", n};
    joint made;
    made.old_ = old;
    made.next_ = next;
    made.size_ = n;
    return made;
  }

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool is_quorum(Set const& set) const noexcept {
    bool const by_old = old_.size() == 0 || old_.is_quorum(set.within(old_.size()));
    bool const by_new = next_.size() == 0 || next_.is_quorum(set.dropping(first_new()));
    return SYNOD_MUTANT(Q04, by_old && by_new && size_ > 0, 2 * set.within(size_).size() > size_);
  }

  constexpr Old const& old_half() const noexcept { return old_; }
  constexpr New const& new_half() const noexcept { return next_; }
  /// The slot here of the new system's slot 0; the old one's is 0.
  constexpr std::size_t first_new() const noexcept { return size_ - next_.size(); }

  friend constexpr bool operator==(joint const&, joint const&) = default;

 private:
  Old old_{};
  New next_{};
  std::size_t size_ = 0;
};

/// The names of a joint system's members in the order of its slots, and how many stay.
struct joint_names {
  std::size_t size = 0;
  std::size_t staying = 0;
};

/// Writes the union of two lists into `into`: first those only in `old`, then those in both, then
/// those only in `next`, each in the order of its list. A half whose members are not all alike
/// (weights, groups) is to be made in this order: the old one of the first names here, the new one
/// of the last. Quadratic. Errors: `duplicate` (twice in
/// one list; place: the second, counted on from the end of `old` for `next`), `too_large` (more
/// than `into` has room for; place: how many there are at most).
template <class Name>
constexpr result<joint_names> joint_order(std::span<Name const> old, std::span<Name const> next,
                                          std::span<Name> into) noexcept {
  auto const among = [](Name const& name, std::span<Name const> list) {
    for (Name const& one : list) {
      if (one == name) return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (among(old[i], old.first(i))) return error{errc::duplicate, "joint: a name twice", i};
  }
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (among(next[i], next.first(i))) {
      return error{errc::duplicate, "joint: a name twice", old.size() + i};
    }
  }
  joint_names order;
  for (Name const& name : old) order.staying += among(name, next);
  std::size_t const size = old.size() + next.size() - order.staying;
  if (size > into.size()) return error{errc::too_large, "joint: too many names", size};
  auto const append_if = [&](std::span<Name const> from, std::span<Name const> other, bool both) {
    for (Name const& name : from) {
      if (among(name, other) == both) into[order.size++] = name;
    }
  };
  append_if(old, next, false);
  append_if(old, next, true);
  append_if(next, old, false);
  return order;
}

}  // namespace synod::inline SYNOD_ABI
