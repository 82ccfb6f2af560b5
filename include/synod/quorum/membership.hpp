// SPDX-License-Identifier: BSL-1.0
// Who belongs to a group and how that changes: values that a log can carry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/fixed_vector.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/quorum/joint.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/witness.hpp"

namespace synod::inline SYNOD_ABI {

/// What one node is in a group. Of `incoming` and `outgoing` both are set for a voter that stays
/// while the group changes; outside of a joint change all voters are incoming.
struct member {
  node_id node;
  bool incoming = false;      ///< votes in the configuration in force, or coming into force
  bool outgoing = false;      ///< votes in the one that is being left
  bool learner = false;       ///< learns and does not vote
  bool learner_next = false;  ///< will be a learner when the old configuration is left
  bool witness = false;       ///< votes and stores no payload

  constexpr bool votes() const noexcept { return incoming || outgoing; }
  friend constexpr bool operator==(member const&, member const&) = default;
};

/// What is to become of a node.
enum class becomes : std::uint8_t {
  voter,
  learner,
  witness,  ///< a voter that stores no payload
  removed,
  updated,  ///< changes nothing here: for what hosts keep beside a node
};

/// One change. Changes are idempotent; one of node 0 is ignored.
struct membership_change {
  node_id node;
  synod::becomes becomes = becomes::voter;

  friend constexpr bool operator==(membership_change, membership_change) = default;
};

/// A configuration of up to `Capacity` nodes, ordered by node, and the two ways to the next one: a
/// single step, in which at most one voter changes, so that majorities before and after meet; or by
/// way of a joint configuration, in which a majority of the old and one of the new voters must
/// agree (Raft dissertation, sections 4.1 and 4.3). Whoever uses it sees to it that there is one
/// uncommitted configuration at a time and that a joint one is committed before it is left.
///
/// A demoted voter learns only when the old configuration, in which it still votes, is left. A
/// witness stays one until it is removed and comes back under a new name: it has positions without
/// payload, which no other member may have. 16 bytes a node; nothing allocates.
template <std::size_t Capacity>
struct basic_membership {
  static_assert(Capacity <= voter_set::max_slots, "membership: at most 64 nodes");

  fixed_vector<member, Capacity> members;
  bool auto_leave = false;  ///< while joint: whether the leader leaves unasked; only recorded here

  /// A founding configuration. Errors: `empty` (no voters), `too_large`, `unknown` (node 0) and
  /// `duplicate`, place: the number in the list.
  static constexpr result<basic_membership> make(std::span<node_id const> voters) noexcept {
    basic_membership made;
    for (std::size_t i = 0; i < voters.size(); ++i) {
      if (voters[i] == node_id{}) return error{errc::unknown, "membership: no node is 0", i};
      if (made.find(voters[i]) != nullptr) {
        return error{errc::duplicate, "membership: a voter is named twice", i};
      }
      member* const one = made.insert(voters[i]);
      if (one == nullptr) return full(i);
      one->incoming = true;
    }
    if (made.members.empty()) return error{errc::empty, "membership: no voters", 0};
    return made;
  }

  /// The configuration after a single step. Errors: `bad_input` (the group is joint, place 0; more
  /// than one voter would change, place: how many; nobody would vote, or only witnesses, place 0; a
  /// witness would become something else, or a voter a witness, place: the number of the change),
  /// `too_large` (more nodes than Capacity; place: the number of the change).
  constexpr result<basic_membership> changed(
      std::span<membership_change const> changes) const noexcept {
    if (is_joint()) {
      return error{errc::bad_input, "membership: a single step in a joint configuration", 0};
    }
    basic_membership next = *this;
    if (error const wrong = next.apply(changes, *this); wrong.code != errc::ok) return wrong;
    std::size_t const moved = voters_moved(next);
    if (moved > 1) {
      return error{errc::bad_input, "membership: more than one voter changes in a single step",
                   moved};
    }
    return next;
  }

  /// The joint configuration between this one and the one that the changes lead to. Errors: those
  /// of `changed` but for the number of voters; `bad_input` where nobody votes as yet.
  constexpr result<basic_membership> entered(std::span<membership_change const> changes,
                                             bool leave_unasked) const noexcept {
    if (is_joint()) return error{errc::bad_input, "membership: joint already", 0};
    basic_membership next = *this;
    bool anybody = false;
    for (member& one : next.members) {
      one.outgoing = one.incoming;
      anybody |= one.incoming;
    }
    if (!anybody) {
      return error{errc::bad_input, "membership: nobody votes, so there is nothing to leave", 0};
    }
    next.auto_leave = leave_unasked;
    if (error const wrong = next.apply(changes, *this); wrong.code != errc::ok) return wrong;
    return next;
  }

  /// The configuration that a joint one leads to. Errors: `bad_input` (it is not joint).
  constexpr result<basic_membership> left() const noexcept {
    if (!is_joint()) return error{errc::bad_input, "membership: not joint", 0};
    basic_membership next;
    for (member one : members) {
      if (!one.incoming && !one.learner && !one.learner_next) continue;
      one.learner |= one.learner_next;
      one.learner_next = false;
      one.outgoing = false;
      next.members.push_back(one);
    }
    return next;
  }

  constexpr bool is_joint() const noexcept {
    for (member const& one : members) {
      if (one.outgoing) return true;
    }
    return false;
  }
  /// Null for a stranger.
  constexpr member const* find(node_id node) const noexcept {
    for (member const& one : members) {
      if (one.node == node) return &one;
    }
    return nullptr;
  }

  /// What a configuration from outside (bytes of a log) must fulfil; `ok`, or what is wrong.
  /// `bad_input` (nodes out of order, or a member that cannot be; place: its number), `empty`
  /// (nobody votes, or only witnesses).
  constexpr error check() const noexcept {
    bool const joint = is_joint();
    for (std::size_t i = 0; i < members.size(); ++i) {
      member const& one = members[i];
      if (one.node <= (i == 0 ? node_id{} : members[i - 1].node)) {
        return {errc::bad_input, "membership: nodes out of order", i};
      }
      bool const nothing = !one.votes() && !one.learner;
      bool const learns_and_votes = one.learner && (one.votes() || one.learner_next);
      bool const learns_without_leaving = one.learner_next && (one.incoming || !one.outgoing);
      bool const idle_witness = one.witness && (!one.votes() || one.learner_next);
      if (nothing || learns_and_votes || learns_without_leaving || idle_witness) {
        return {errc::bad_input, "membership: a member that cannot be", i};
      }
    }
    if (auto_leave && !joint) return {errc::bad_input, "membership: nothing to leave", 0};
    if (members.empty()) return {};
    if (error const wrong = somebody_votes(&member::incoming); wrong.code != errc::ok) return wrong;
    return joint ? somebody_votes(&member::outgoing) : error{};
  }

  /// The voters in the order of the slots of `quorum()`: those that leave, those that stay, those
  /// that come, each by node.
  constexpr fixed_vector<node_id, Capacity> voters() const noexcept {
    fixed_vector<node_id, Capacity> slots;
    for_each_voter([&](member const& one) { slots.push_back(one.node); });
    return slots;
  }

  /// Who elects: a majority, of both halves while joint. Of nobody: no quorum.
  constexpr joint<majority, majority> quorum() const noexcept {
    auto const [outgoing, incoming, both] = counts();
    auto const made = joint<majority, majority>::make(majority{outgoing}, majority{incoming}, both);
    return made ? *made : joint<majority, majority>{};
  }

  /// Who commits: the same with at least one member of each half that stores what is committed.
  /// Every such quorum is one that elects.
  constexpr joint<witnessed<majority>, witnessed<majority>> commit_quorum() const noexcept {
    auto const [outgoing, incoming, both] = counts();
    voter_set witnesses;
    std::size_t slot = 0;
    for_each_voter([&](member const& one) {
      if (one.witness) witnesses.insert(slot);
      ++slot;
    });
    using half = witnessed<majority>;
    auto const old = half::make(majority{outgoing}, witnesses.within(outgoing));
    auto const next = half::make(majority{incoming}, witnesses.dropping(outgoing - both));
    // A half of witnesses alone, which `check` refuses, is no quorum; it is not neutral.
    if ((outgoing > 0 && !old) || (incoming > 0 && !next)) return {};
    auto const made = joint<half, half>::make(old ? *old : half{}, next ? *next : half{}, both);
    return made ? *made : joint<half, half>{};
  }

  friend constexpr bool operator==(basic_membership const&, basic_membership const&) = default;

 private:
  struct voter_counts {
    std::size_t outgoing = 0, incoming = 0, both = 0;
  };
  constexpr voter_counts counts() const noexcept {
    voter_counts sums;
    for (member const& one : members) {
      sums.outgoing += one.outgoing;
      sums.incoming += one.incoming;
      sums.both += one.outgoing && one.incoming;
    }
    return sums;
  }

  template <class F>
  constexpr void for_each_voter(F f) const noexcept {
    for (auto const [outgoing, incoming] :
         {part{true, false}, part{true, true}, part{false, true}}) {
      for (member const& one : members) {
        if (one.outgoing == outgoing && one.incoming == incoming) f(one);
      }
    }
  }
  struct part {
    bool outgoing, incoming;
  };

  static constexpr error full(std::size_t place) noexcept {
    return {errc::too_large, "membership: more nodes than the capacity", place};
  }

  constexpr error somebody_votes(bool member::* half) const noexcept {
    bool any = false;
    for (member const& one : members) {
      if (one.*half && !one.witness) return {};
      any |= one.*half;
    }
    return {any ? errc::bad_input : errc::empty,
            any ? "membership: only witnesses would vote" : "membership: nobody would vote", 0};
  }

  // How many nodes vote in one of the two and not in the other.
  constexpr std::size_t voters_moved(basic_membership const& next) const noexcept {
    std::size_t moved = 0;
    for (member const& one : members) {
      member const* const then = next.find(one.node);
      moved += one.incoming != (then != nullptr && then->incoming);
    }
    for (member const& one : next.members) moved += one.incoming && find(one.node) == nullptr;
    return moved;
  }

  // A new member in its place; null where there is no room.
  constexpr member* insert(node_id node) noexcept {
    if (members.full()) return nullptr;
    members.push_back({});
    std::size_t i = members.size() - 1;
    for (; i > 0 && members[i - 1].node > node; --i) members[i] = members[i - 1];
    members[i] = {.node = node};
    return &members[i];
  }
  constexpr void erase(member* one) noexcept {
    for (; one + 1 != members.end(); ++one) *one = one[1];
    members.pop_back();
  }

  constexpr error apply(std::span<membership_change const> changes,
                        basic_membership const& before) noexcept {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].node == node_id{}) continue;
      if (error const wrong = apply(changes[i], before, i); wrong.code != errc::ok) return wrong;
    }
    return somebody_votes(&member::incoming);
  }

  constexpr error apply(membership_change change, basic_membership const& before,
                        std::size_t place) noexcept {
    member* one = const_cast<member*>(find(change.node));
    if (change.becomes == becomes::updated) return {};
    if (change.becomes == becomes::removed) {
      if (one == nullptr) return {};
      one->incoming = one->learner = one->learner_next = false;
      if (!one->outgoing) erase(one);
      return {};
    }
    bool const witness = change.becomes == becomes::witness;
    for (member const* known : {before.find(change.node), static_cast<member const*>(one)}) {
      if (known != nullptr && known->votes() && (known->witness || witness) &&
          known->witness != witness) {
        return {errc::bad_input,
                "membership: a witness stays one, and other voters do not become one", place};
      }
    }
    if (one == nullptr) one = insert(change.node);
    if (one == nullptr) return full(place);
    bool const learns = change.becomes == becomes::learner;
    one->incoming = !learns;
    one->learner_next = learns && one->outgoing;
    one->learner = learns && !one->outgoing;
    one->witness = witness;
    return {};
  }
};

/// 272 bytes.
using membership = basic_membership<16>;

}  // namespace synod::inline SYNOD_ABI
