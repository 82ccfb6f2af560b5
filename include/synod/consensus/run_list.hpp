// SPDX-License-Identifier: BSL-1.0
// The newest runs of a log, as a core keeps them: 16 bytes a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/fixed_vector.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"

namespace synod::inline SYNOD_ABI {

/// The end of a log as runs: at most `Capacity` of them, the oldest forgotten first (the storage
/// still knows them). Adjoining runs of one ballot and kind are one, but for configurations, each
/// of which is a run of its own.
template <std::size_t Capacity>
class run_list {
 public:
  constexpr run_list() = default;
  /// A log of which only the position of the last entry is known.
  constexpr explicit run_list(position before) noexcept : before_(before), last_(before.index) {}

  constexpr log_index last_index() const noexcept { return last_; }
  constexpr position last() const noexcept {
    return {last_, kept_.empty() ? before_.in : kept_.back().in()};
  }
  /// The position before the oldest run that is kept: the oldest one whose ballot is known.
  constexpr position before() const noexcept { return before_; }
  constexpr std::size_t size() const noexcept { return kept_.size(); }

  /// The run that holds i; empty where i is beyond the end or older than what is kept.
  constexpr std::optional<run> run_at(log_index i) const noexcept {
    if (i > last_ || i <= before_.index) return std::nullopt;
    return nth(nth_holding(i));
  }
  /// The ballot of the entry at i; empty as `run_at`, but known for `before()` too.
  constexpr std::optional<ballot> ballot_at(log_index i) const noexcept {
    if (i > last_ || i < before_.index) return std::nullopt;
    if (i == before_.index) return before_.in;
    return kept_[nth_holding(i)].in();
  }

  constexpr run nth(std::size_t n) const noexcept {
    log_index const end = n + 1 == kept_.size() ? last_ : previous(kept_[n + 1].first);
    return {{kept_[n].first, kept_[n].in()}, end, kept_[n].kind()};
  }

  /// Adds what follows the last entry.
  constexpr void append(run const& added) noexcept {
    SYNOD_EXPECTS(added.first.index == next(last_), "run_list: a gap");
    if (kept_.empty() || added.kind == kind::configuration || !kept_.back().same_kind_as(added)) {
      if (kept_.full()) forget_oldest();
      kept_.push_back(packed{added});
    }
    last_ = added.last;
  }

  /// Drops everything above `upto`, whose ballot the caller knows where this list does not.
  constexpr void truncate_after(position upto) noexcept {
    while (!kept_.empty() && kept_.back().first > upto.index) kept_.pop_back();
    if (kept_.empty()) before_ = upto;
    last_ = upto.index;
  }

  friend constexpr bool operator==(run_list const&, run_list const&) = default;

 private:
  class packed {
   public:
    packed() = default;
    constexpr explicit packed(run const& r) noexcept
        : first(r.first.index),
          ballot_and_kind_(r.first.in.value << 2 | static_cast<std::uint64_t>(r.kind)) {}

    constexpr ballot in() const noexcept { return {ballot_and_kind_ >> 2}; }
    constexpr synod::kind kind() const noexcept {
      return static_cast<synod::kind>(ballot_and_kind_ & 3);
    }
    constexpr bool same_kind_as(run const& r) const noexcept {
      return ballot_and_kind_ == packed{r}.ballot_and_kind_;
    }
    friend constexpr bool operator==(packed const&, packed const&) = default;

    log_index first;

   private:
    std::uint64_t ballot_and_kind_ = 0;
  };

  // Newest first: what is asked for is nearly always in the last run.
  constexpr std::size_t nth_holding(log_index i) const noexcept {
    std::size_t n = kept_.size() - 1;
    while (kept_[n].first > i) --n;
    return n;
  }
  constexpr void forget_oldest() noexcept {
    run const oldest = nth(0);
    before_ = {oldest.last, oldest.first.in};
    kept_.pop_front();
  }

  position before_;
  fixed_vector<packed, Capacity> kept_;
  log_index last_;
};

}  // namespace synod::inline SYNOD_ABI
