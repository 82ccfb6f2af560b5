// SPDX-License-Identifier: BSL-1.0
// Voters with more than one vote (Gifford 1979).
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

/// A set whose votes sum up to what is needed; more than half of all votes unless said otherwise,
/// and then any two quorums meet. Tolerates the loss of any members who together leave that much.
/// Up to `Capacity` members, 8 bytes each. Gifford, Weighted Voting for Replicated Data, SOSP 1979.
template <std::size_t Capacity>
class basic_weighted {
  static_assert(Capacity <= max_members, "weighted: at most 65535 members");

 public:
  /// Of nobody: no quorum.
  constexpr basic_weighted() = default;

  /// More than half of all votes. Errors: `empty` (no members), `too_large` (more than Capacity,
  /// place: how many; or the sum of all votes leaves 64 bits, place: the member that does it),
  /// `bad_input` (a member without a vote is none; place: which).
  static constexpr result<basic_weighted> make(std::span<std::uint64_t const> votes) noexcept {
    return of(votes.data(), votes.size());
  }
  static constexpr result<basic_weighted> make(
      std::initializer_list<std::uint64_t> votes) noexcept {
    return of(votes.begin(), votes.size());
  }
  /// `needed` votes. Errors: the same, and `bad_input` where `needed` is 0 or beyond all votes
  /// (place: `needed`).
  static constexpr result<basic_weighted> make(std::span<std::uint64_t const> votes,
                                               std::uint64_t needed) noexcept {
    return needing(needed, of(votes.data(), votes.size()));
  }
  static constexpr result<basic_weighted> make(std::initializer_list<std::uint64_t> votes,
                                               std::uint64_t needed) noexcept {
    return needing(needed, of(votes.begin(), votes.size()));
  }

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr std::uint64_t votes_of(std::size_t slot) const noexcept { return votes_[slot]; }
  constexpr std::uint64_t votes_in_all() const noexcept { return total_; }
  constexpr std::uint64_t votes_needed() const noexcept { return needed_; }
  template <std::size_t Words>
  constexpr bool is_quorum(basic_voter_set<Words> const& set) const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t slot = 0; slot < size_; ++slot) {
      sum += set.contains(slot) ? votes_[slot] : 0;
    }
    return sum >= needed_;
  }

  friend constexpr bool operator==(basic_weighted const&, basic_weighted const&) = default;

 private:
  static constexpr result<basic_weighted> of(std::uint64_t const* votes, std::size_t n) noexcept {
    if (n == 0) return error{errc::empty, "weighted: no members", 0};
    if (n > Capacity) return error{errc::too_large, "weighted: more members than the capacity", n};
    basic_weighted made;
    std::uint64_t total = 0;
    for (std::size_t slot = 0; slot < n; ++slot) {
      if (votes[slot] == 0) return error{errc::bad_input, "weighted: a member has no vote", slot};
      if (votes[slot] > ~total) {
        return error{errc::too_large, "weighted: the sum of all votes overflows", slot};
      }
      total += votes[slot];
      made.votes_[slot] = votes[slot];
    }
    made.size_ = static_cast<std::uint16_t>(n);
    made.total_ = total;
    made.needed_ = SYNOD_MUTANT(Q03, total / 2 + 1, total / 2 + total % 2);
    return made;
  }

  static constexpr result<basic_weighted> needing(std::uint64_t needed,
                                                  result<basic_weighted> made) noexcept {
    if (!made) return made;
    if (needed == 0) return error{errc::bad_input, "weighted: no votes needed", 0};
    if (needed > made->total_) {
      return error{errc::bad_input, "weighted: more votes needed than there are", needed};
    }
    made->needed_ = needed;
    return made;
  }

  std::array<std::uint64_t, Capacity> votes_{};
  std::uint64_t total_ = 0;
  std::uint64_t needed_ = 1;
  std::uint16_t size_ = 0;
};

using weighted = basic_weighted<64>;

/// Gifford's pair: r votes to read, w to write, of V in all; r + w > V so that a read sees the last
/// write, 2w > V so that there is a last one.
template <std::size_t Capacity>
class basic_weighted_pair {
 public:
  constexpr basic_weighted_pair() = default;

  /// Errors: those of `weighted` for either number; `bad_input` where a read can miss a write or a
  /// write another (place: the least `reads`, or `writes`, that cannot).
  static constexpr result<basic_weighted_pair> make(std::span<std::uint64_t const> votes,
                                                    std::uint64_t reads,
                                                    std::uint64_t writes) noexcept {
    return of(basic_weighted<Capacity>::make(votes, reads),
              basic_weighted<Capacity>::make(votes, writes));
  }
  static constexpr result<basic_weighted_pair> make(std::initializer_list<std::uint64_t> votes,
                                                    std::uint64_t reads,
                                                    std::uint64_t writes) noexcept {
    return of(basic_weighted<Capacity>::make(votes, reads),
              basic_weighted<Capacity>::make(votes, writes));
  }

  constexpr basic_weighted<Capacity> const& reads() const noexcept { return reads_; }
  constexpr basic_weighted<Capacity> const& writes() const noexcept { return writes_; }

  friend constexpr bool operator==(basic_weighted_pair const&,
                                   basic_weighted_pair const&) = default;

 private:
  static constexpr result<basic_weighted_pair> of(
      result<basic_weighted<Capacity>> const& read,
      result<basic_weighted<Capacity>> const& write) noexcept {
    if (!read) return read.error();
    if (!write) return write.error();
    std::uint64_t const total = read->votes_in_all();
    std::uint64_t const writes = write->votes_needed();
    if (writes <= total / 2) {
      return error{errc::bad_input, "weighted: two writes may miss each other", total / 2 + 1};
    }
    if (read->votes_needed() <= total - writes) {
      return error{errc::bad_input, "weighted: a read may miss a write", total - writes + 1};
    }
    basic_weighted_pair made;
    made.reads_ = *read;
    made.writes_ = *write;
    return made;
  }

  basic_weighted<Capacity> reads_;
  basic_weighted<Capacity> writes_;
};

using weighted_pair = basic_weighted_pair<64>;

}  // namespace synod::inline SYNOD_ABI
