// SPDX-License-Identifier: BSL-1.0
// A quorum system of up to 12 members as the table of all its answers: 2^n bits, worked on 64 at a
// time. What makes analysis cheap, while compiling too.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/contract.hpp"
#include "synod/quorum/system.hpp"

namespace synod::inline SYNOD_ABI {

/// The answers of a quorum system for every set of its members; itself a quorum system, and the
/// fastest to ask. 2^n bits in use, 528 bytes whatever n.
class truth_table {
 public:
  static constexpr std::size_t max_members = 12;

  /// Of `members` members, without a quorum.
  constexpr explicit truth_table(std::size_t members = 0) noexcept : members_(members) {
    SYNOD_EXPECTS(members <= max_members, "truth_table: more than 12 members");
  }

  /// Asks the system about every set: 2^n calls.
  template <quorum_system System>
  static constexpr truth_table of(System const& system) noexcept {
    return of(system, system.size());
  }
  /// \overload Among more members than its own, who do not matter to it.
  template <quorum_system System>
  static constexpr truth_table of(System const& system, std::size_t members) noexcept {
    truth_table table(members);
    std::size_t const lanes = table.lanes();
    for (std::size_t w = 0; w < table.words(); ++w) {
      std::uint64_t word = 0;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        word |= std::uint64_t{system.is_quorum(voter_set::of_mask(w * 64 + lane))} << lane;
      }
      table.words_[w] = word;
    }
    return table;
  }
  /// Of the table itself: a copy among more members.
  static constexpr truth_table of(truth_table const& system, std::size_t members) noexcept {
    if (members == system.members_) return system;
    truth_table table(members);
    for (std::size_t w = 0; w < table.words(); ++w) {
      std::uint64_t word = system.words_[w & (system.words() - 1)];
      for (std::size_t n = system.members_; n < members && n < 6; ++n) word |= word << (1u << n);
      table.words_[w] = word;
    }
    return table;
  }
  /// So many or more of the first `counted` of the members.
  static constexpr truth_table of_count(std::size_t counted, std::size_t needed,
                                        std::size_t members) noexcept {
    truth_table table(counted);
    for (std::size_t w = 0; w < table.words(); ++w) {
      auto const outside = static_cast<std::size_t>(std::popcount(w));
      for (std::size_t k = needed > outside ? needed - outside : 0; k <= 6; ++k) {
        table.words_[w] |= sets_of_size[k];
      }
      table.words_[w] &= detail::low_bits(table.lanes());
    }
    return of(table, members);
  }
  /// word(w) gives the answers for the sets 64 w to 64 w + 63; with fewer than 6 members, of the
  /// low bits only the first 2^n count.
  template <class Words>
  static constexpr truth_table of_words(std::size_t members, Words word) noexcept {
    truth_table table(members);
    std::uint64_t const used = detail::low_bits(table.lanes());
    for (std::size_t w = 0; w < table.words(); ++w) table.words_[w] = word(w) & used;
    return table;
  }

  constexpr std::size_t size() const noexcept { return members_; }
  constexpr bool is_quorum(voter_set set) const noexcept {
    std::uint64_t const index = set.mask() & (words() * lanes() - 1);
    return (words_[index >> 6] >> (index & 63) & 1) != 0;
  }

  /// Words in use, and the w-th of them.
  constexpr std::size_t words() const noexcept {
    return members_ <= 6 ? 1 : std::size_t{1} << (members_ - 6);
  }
  constexpr std::uint64_t word(std::size_t w) const noexcept { return words_[w]; }

  /// How many sets are quorums.
  constexpr std::size_t count() const noexcept {
    std::size_t sum = 0;
    for (std::size_t w = 0; w < words(); ++w) {
      sum += static_cast<std::size_t>(std::popcount(words_[w]));
    }
    return sum;
  }
  constexpr bool none() const noexcept {
    for (std::size_t w = 0; w < words(); ++w) {
      if (words_[w] != 0) return false;
    }
    return true;
  }
  /// Calls f(voter_set) for every set of the table, in the order of their masks.
  template <class F>
  constexpr void for_each(F f) const {
    for (std::size_t w = 0; w < words(); ++w) {
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1) {
        f(voter_set::of_mask(w * 64 + static_cast<unsigned>(std::countr_zero(rest))));
      }
    }
  }
  /// The first of the sets, by mask; the table has one.
  constexpr voter_set first() const noexcept {
    std::size_t w = 0;
    while (words_[w] == 0) ++w;
    return voter_set::of_mask(w * 64 + static_cast<unsigned>(std::countr_zero(words_[w])));
  }
  /// The fewest members of any of the sets; one more than all members where there is none.
  constexpr std::size_t smallest() const noexcept {
    std::size_t least = members_ + 1;
    for (std::size_t w = 0; w < words(); ++w) {
      auto const outside = static_cast<std::size_t>(std::popcount(w));
      for (std::size_t k = 0; words_[w] != 0 && outside + k < least; ++k) {
        if ((words_[w] & sets_of_size[k]) != 0) least = outside + k;
        if (k == 6) break;
      }
    }
    return least;
  }

  /// The sets whose complement is in the table.
  constexpr truth_table of_complements() const noexcept {
    truth_table table(members_);
    for (std::size_t w = 0; w < words(); ++w) {
      std::uint64_t word = words_[words() - 1 - w];
      for (std::size_t i = 0; i < 6; ++i) {
        word = (word & has[i]) >> (1u << i) | (word & ~has[i]) << (1u << i);
      }
      table.words_[w] = word >> (64 - lanes());
    }
    return table;
  }
  /// The sets that meet every set of the (monotone) table.
  constexpr truth_table dual() const noexcept {
    truth_table table = of_complements();
    std::uint64_t const used = detail::low_bits(lanes());
    for (std::size_t w = 0; w < words(); ++w) table.words_[w] = ~table.words_[w] & used;
    return table;
  }
  /// The sets that are in the table, and those with one member more.
  constexpr truth_table with_one_more() const noexcept {
    truth_table table = *this;
    for (std::size_t i = 0; i < members_ && i < 6; ++i) {
      for (std::size_t w = 0; w < words(); ++w) {
        table.words_[w] |= (words_[w] & ~has[i]) << (1u << i);
      }
    }
    for (std::size_t i = 6; i < members_; ++i) {
      std::size_t const bit = std::size_t{1} << (i - 6);
      for (std::size_t w = 0; w < words(); ++w) {
        if ((w & bit) != 0) table.words_[w] |= words_[w ^ bit];
      }
    }
    return table;
  }
  /// Of a monotone table, the sets of which no member can be spared.
  constexpr truth_table minimal() const noexcept {
    truth_table table = *this;
    for (std::size_t i = 0; i < members_ && i < 6; ++i) {
      for (std::size_t w = 0; w < words(); ++w) {
        table.words_[w] &= ~((words_[w] & ~has[i]) << (1u << i));
      }
    }
    for (std::size_t i = 6; i < members_; ++i) {
      std::size_t const bit = std::size_t{1} << (i - 6);
      for (std::size_t w = 0; w < words(); ++w) {
        if ((w & bit) != 0) table.words_[w] &= ~words_[w ^ bit];
      }
    }
    return table;
  }
  /// The sets that are in the table once these members join them.
  constexpr truth_table given(voter_set present) const noexcept {
    truth_table table = *this;
    for (std::size_t i = 0; i < members_ && i < 6; ++i) {
      if (!present.contains(i)) continue;
      for (std::size_t w = 0; w < words(); ++w) {
        table.words_[w] = (table.words_[w] & has[i]) | (table.words_[w] & has[i]) >> (1u << i);
      }
    }
    for (std::size_t i = 6; i < members_; ++i) {
      if (!present.contains(i)) continue;
      std::size_t const bit = std::size_t{1} << (i - 6);
      for (std::size_t w = 0; w < words(); ++w) table.words_[w & ~bit] = table.words_[w | bit];
    }
    return table;
  }
  /// Of two monotone tables: the sets that include all that some set of this one shares with some
  /// set of the other.
  constexpr truth_table shared_with(truth_table const& other) const noexcept {
    truth_table table(members_);
    add_shared(words_, other.words_, table.words_, words());
    return table;
  }
  /// Whether adding a member never makes a set of the table one that is not.
  constexpr bool is_monotone() const noexcept { return with_one_more() == *this; }

  /// Both of the same members.
  friend constexpr truth_table operator&(truth_table const& a, truth_table const& b) noexcept {
    return of_words(a.members_, [&](std::size_t w) { return a.words_[w] & b.words_[w]; });
  }
  friend constexpr truth_table operator|(truth_table const& a, truth_table const& b) noexcept {
    return of_words(a.members_, [&](std::size_t w) { return a.words_[w] | b.words_[w]; });
  }
  friend constexpr bool operator==(truth_table const& a, truth_table const& b) noexcept {
    if (a.members_ != b.members_) return false;
    for (std::size_t w = 0; w < a.words(); ++w) {
      if (a.words_[w] != b.words_[w]) return false;
    }
    return true;
  }

  /// 64 sets side by side, those of word w: whether each has the member.
  static constexpr std::uint64_t member(std::size_t slot, std::size_t w) noexcept {
    if (slot < 6) return has[slot];
    return (w >> (slot - 6) & 1) != 0 ? ~std::uint64_t{0} : 0;
  }

 private:
  // Sets in a word that is in use.
  constexpr std::size_t lanes() const noexcept {
    return members_ >= 6 ? 64 : std::size_t{1} << members_;
  }

  // Adds to `out` what is shared between the sets of `a` and of `b`, tables of that many words. By
  // the last member: no set of both halves without it has it, and only where both have it is it
  // shared.
  constexpr void add_shared(std::uint64_t const* a, std::uint64_t const* b, std::uint64_t* out,
                            std::size_t words) const noexcept {
    if (words == 1) {
      *out |= shared_in_word(*a, *b);
      return;
    }
    std::size_t const half = words / 2;
    add_shared(a, b + half, out, half);
    add_shared(a + half, b, out, half);
    add_shared(a + half, b + half, out + half, half);
  }
  // For each minimal set of `a`, what a set of `b` needs of it.
  constexpr std::uint64_t shared_in_word(std::uint64_t a, std::uint64_t b) const noexcept {
    std::size_t const n = members_ < 6 ? members_ : 6;
    std::uint64_t minimal = a;
    for (std::size_t i = 0; i < n; ++i) minimal &= ~((a & ~has[i]) << (1u << i));
    std::uint64_t all = 0;
    for (; minimal != 0; minimal &= minimal - 1) {
      auto const set = static_cast<unsigned>(std::countr_zero(minimal));
      std::uint64_t needed = b;
      for (std::size_t i = 0; i < n; ++i) {
        if ((set >> i & 1) != 0) continue;
        needed &= has[i];
        needed |= needed >> (1u << i);
      }
      all |= needed;
    }
    return all;
  }

  // Of the 64 sets of six members: those that have member i, and those of k members.
  static constexpr std::uint64_t has[6] = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc,
                                           0xf0f0f0f0f0f0f0f0, 0xff00ff00ff00ff00,
                                           0xffff0000ffff0000, 0xffffffff00000000};
  static constexpr std::uint64_t sets_of_size[7] = {
      0x0000000000000001, 0x0000000100010116, 0x0001011601161668, 0x0116166816686880,
      0x1668688068808000, 0x6880800080000000, 0x8000000000000000};

  std::size_t members_;
  std::uint64_t words_[64] = {};
};

static_assert(quorum_system<truth_table>);

}  // namespace synod::inline SYNOD_ABI
