// SPDX-License-Identifier: BSL-1.0
// The search for an order of one part of a history.
//
// Depth first. A configuration is what has been put into the order so far, and the state it leads
// to. Next may come every operation that was called before the earliest return among those that
// returned and are not in the order yet. A configuration that was met before, on another way, leads
// nowhere new. Three rules spare most of the ways:
//  - An operation that only looks, and sees what it was answered, comes next: whatever order
//    exists, it may stand first in it. (Not so a write that happens to change nothing here.)
//  - An open operation that would leave the state as it is, stays out: it may as well never happen.
//  - Of open operations that ask the same, the one called first comes first.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/base/time.hpp"
#include "synod/check/detail/visited.hpp"
#include "synod/check/history.hpp"

namespace synod::inline SYNOD_ABI {

/// How far a check goes for each part of a history.
struct linearizability_budget {
  std::uint64_t steps = 50'000'000;          ///< of the model
  std::size_t bytes = std::size_t{1} << 30;  ///< of states and configurations remembered
};

namespace detail {

enum class search_end : std::uint8_t { found, none, exhausted };

template <sequential_model Model>
class linearizability_search {
 public:
  /// `part`: places in the history.
  linearizability_search(std::span<operation<Model> const> history,
                         std::span<std::size_t const> part, Model const& initial,
                         linearizability_budget const& budget)
      : history_(history), budget_(budget), scratch_(initial) {
    // Those that returned come first, then the open ones; each by call.
    for (std::size_t const place : part) items_.push_back({place});
    std::sort(items_.begin(), items_.end(), [&](item const& a, item const& b) {
      if (is_open(a) != is_open(b)) return is_open(b);
      return called(a) != called(b) ? called(a) < called(b) : a.place < b.place;
    });
    while (returned_ < items_.size() && !is_open(items_[returned_])) ++returned_;
    rank_by_return();
    link();
    find_twins();
    state_ = states_.number_of(initial);
  }

  search_end run() {
    for (bool arrived = true;;) {
      if (arrived) {
        if (rank_ == returned_) return search_end::found;
        if (steps_ > budget_.steps || bytes() > budget_.bytes) return keep(), search_end::exhausted;
        find_choices();
      } else {
        if (way_.empty()) return search_end::none;
        keep();
        take_back();
      }
      arrived = take_next();
    }
  }

  /// The order found, or the longest one.
  std::vector<std::size_t> order() const {
    std::vector<std::size_t> places;
    if (rank_ == returned_) {
      for (choice const& each : way_) places.push_back(items_[each.item].place);
    } else {
      for (std::uint32_t const each : longest_) places.push_back(items_[each].place);
    }
    return places;
  }

  /// What would have to come next after the longest order.
  std::vector<std::size_t> stuck() const {
    std::vector<bool> in_order(items_.size(), false);
    for (std::uint32_t const each : longest_) in_order[each] = true;
    instant earliest{std::numeric_limits<std::uint64_t>::max()};
    for (std::size_t i = 0; i < returned_; ++i) {
      if (!in_order[i]) earliest = std::min(earliest, returned(items_[i]));
    }
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < returned_; ++i) {
      if (!in_order[i] && called(items_[i]) <= earliest) places.push_back(items_[i].place);
    }
    return places;
  }

  std::uint64_t steps() const noexcept { return steps_; }
  std::uint64_t configurations() const noexcept { return configurations_.size(); }

 private:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  struct item {
    std::size_t place = 0;
    std::uint32_t rank = 0;         // of those that returned: by return
    std::uint32_t twin = nobody;    // of open ones: the one before that asks the same
    std::uint32_t before = nobody;  // those not in the order, as lists: the returned, the open
    std::uint32_t behind = nobody;
    bool in_order = false;
  };
  struct choice {
    std::uint32_t item;
    std::uint32_t state;  // before it
    std::uint32_t rank;   // before it
  };

  bool is_open(item const& it) const { return !history_[it.place].returned.has_value(); }
  instant called(item const& it) const { return history_[it.place].called; }
  instant returned(item const& it) const { return *history_[it.place].returned; }

  void rank_by_return() {
    for (std::uint32_t i = 0; i < returned_; ++i) by_return_.push_back(i);
    std::sort(by_return_.begin(), by_return_.end(), [&](std::uint32_t a, std::uint32_t b) {
      instant const one = returned(items_[a]);
      instant const other = returned(items_[b]);
      return one != other ? one < other : a < b;
    });
    for (std::uint32_t rank = 0; rank < returned_; ++rank) items_[by_return_[rank]].rank = rank;
  }

  void link() {
    auto const size = static_cast<std::uint32_t>(items_.size());
    for (std::uint32_t i = 0; i < size; ++i) {
      bool const starts = i == 0 || i == returned_;
      bool const ends = i + 1 == returned_ || i + 1 == size;
      items_[i].before = starts ? nobody : i - 1;
      items_[i].behind = ends ? nobody : i + 1;
    }
    first_returned_ = returned_ > 0 ? 0 : nobody;
    first_open_ = returned_ < size ? static_cast<std::uint32_t>(returned_) : nobody;
  }

  void find_twins() {
    if constexpr (std::equality_comparable<typename Model::input>) {
      for (std::size_t i = returned_; i < items_.size(); ++i) {
        for (std::size_t j = i; j-- > returned_ && items_[i].twin == nobody;) {
          if (history_[items_[i].place].input == history_[items_[j].place].input) {
            items_[i].twin = static_cast<std::uint32_t>(j);
          }
        }
      }
    }
  }

  // The part's operations that may come next, one after the other: those that returned, by call,
  // then the open ones. Whoever was called later than some operation's return must wait for it.
  bool may_come(std::uint32_t candidate) const {
    instant const earliest = returned(items_[by_return_[rank_]]);
    return SYNOD_MUTANT(lin_forgets_real_time, called(items_[candidate]) <= earliest, true) &&
           SYNOD_MUTANT(lin_orders_ties, true,
                        called(items_[candidate]) < earliest || items_[candidate].rank == rank_ ||
                            candidate >= returned_);
  }
  std::uint32_t first() const {
    return first_returned_ != nobody && may_come(first_returned_) ? first_returned_
                                                                  : first_of_open();
  }
  std::uint32_t first_of_open() const {
    return first_open_ != nobody && may_come(first_open_) ? first_open_ : nobody;
  }
  std::uint32_t after(std::uint32_t candidate) const {
    std::uint32_t const behind = items_[candidate].behind;
    if (behind != nobody && may_come(behind)) return behind;
    return candidate < returned_ ? first_of_open() : nobody;
  }

  // Whether it may come next, judged by its answer; the state then is in `scratch_`.
  bool fits(std::uint32_t candidate) {
    operation<Model> const& asked = history_[items_[candidate].place];
    ++steps_;
    scratch_ = states_[state_];
    return scratch_.step(asked.input, asked.output);
  }

  bool only_looks(std::uint32_t each) const {
    operation<Model> const& asked = history_[items_[each].place];
    if constexpr (requires { Model::only_looks(asked.input, asked.output); }) {
      return Model::only_looks(asked.input, asked.output);
    } else {
      return false;
    }
  }

  // What may come next here is put on `choices_`, the last one first. Nothing where this
  // configuration was met before.
  void find_choices() {
    std::size_t const begin = choices_.size();
    if (configurations_.insert(configuration())) {
      for (std::uint32_t each = first(); each != nobody; each = after(each)) {
        bool const open = each >= returned_;
        if (open && SYNOD_MUTANT(lin_open_never_happens, false, true)) continue;
        std::uint32_t const twin = items_[each].twin;
        if (twin != nobody && SYNOD_MUTANT(lin_repeats_are_one, !items_[twin].in_order, true)) {
          continue;
        }
        if (!fits(each)) continue;
        if (open && scratch_ == states_[state_]) continue;
        if (SYNOD_MUTANT(lin_writes_only_look, only_looks(each), scratch_ == states_[state_])) {
          choices_.resize(begin);
          choices_.push_back(each);
          break;
        }
        choices_.push_back(each);
      }
      std::reverse(choices_.begin() + static_cast<std::ptrdiff_t>(begin), choices_.end());
    }
    left_.push_back(static_cast<std::uint32_t>(choices_.size() - begin));
  }

  // Goes on with the next choice of the configuration reached; false where none is left.
  bool take_next() {
    if (left_.back() == 0) {
      left_.pop_back();
      return false;
    }
    --left_.back();
    std::uint32_t const chosen = choices_.back();
    choices_.pop_back();
    fits(chosen);
    put(chosen);
    return true;
  }

  // `scratch_` is the state that it leads to.
  void put(std::uint32_t chosen) {
    item& it = items_[chosen];
    way_.push_back({chosen, state_, rank_});
    state_ = states_.number_of(scratch_);
    it.in_order = true;
    (it.before == nobody ? head(chosen) : items_[it.before].behind) = it.behind;
    if (it.behind != nobody) items_[it.behind].before = it.before;
    if (chosen >= returned_) {
      effective_.insert(std::lower_bound(effective_.begin(), effective_.end(), chosen), chosen);
      return;
    }
    ahead_.insert(std::lower_bound(ahead_.begin(), ahead_.end(), it.rank), it.rank);
    auto done = ahead_.begin();
    while (done != ahead_.end() && *done == rank_) ++done, ++rank_;
    ahead_.erase(ahead_.begin(), done);
  }

  void take_back() {
    choice const last = way_.back();
    item& it = items_[last.item];
    way_.pop_back();
    it.in_order = false;
    (it.before == nobody ? head(last.item) : items_[it.before].behind) = last.item;
    if (it.behind != nobody) items_[it.behind].before = last.item;
    if (last.item >= returned_) {
      effective_.erase(std::lower_bound(effective_.begin(), effective_.end(), last.item));
    } else {
      std::size_t const made_way = rank_ - last.rank;
      for (std::size_t i = 0; i < made_way; ++i) {
        ahead_.insert(ahead_.begin() + static_cast<std::ptrdiff_t>(i),
                      last.rank + static_cast<std::uint32_t>(i));
      }
      rank_ = last.rank;
      ahead_.erase(std::lower_bound(ahead_.begin(), ahead_.end(), it.rank));
    }
    state_ = last.state;
  }

  std::uint32_t& head(std::uint32_t of) { return of < returned_ ? first_returned_ : first_open_; }

  // Exact: the state, how many returned ones are in the order without a gap, which ones beyond, and
  // which open ones.
  std::span<std::uint32_t const> configuration() {
    words_.clear();
    words_.push_back(SYNOD_MUTANT(lin_forgets_the_state, state_, 0));
    words_.push_back(rank_);
    words_.push_back(static_cast<std::uint32_t>(ahead_.size()));
    words_.insert(words_.end(), ahead_.begin(), ahead_.end());
    words_.insert(words_.end(), effective_.begin(), effective_.end());
    return words_;
  }

  // Called before the first choice is taken back: the longest ways end here.
  void keep() {
    std::size_t const returned = way_.size() - effective_.size();
    if (returned <= longest_returned_) return;
    longest_returned_ = returned;
    longest_.clear();
    for (choice const& each : way_) longest_.push_back(each.item);
  }

  std::size_t bytes() const noexcept { return states_.bytes() + configurations_.bytes(); }

  std::span<operation<Model> const> history_;
  linearizability_budget budget_;
  std::vector<item> items_;
  std::size_t returned_ = 0;              // how many of them returned
  std::vector<std::uint32_t> by_return_;  // rank -> item

  std::uint32_t first_returned_ = nobody;  // not in the order
  std::uint32_t first_open_ = nobody;
  std::uint32_t rank_ = 0;                // all ranks below are in the order
  std::vector<std::uint32_t> ahead_;      // the ranks above that are, ascending
  std::vector<std::uint32_t> effective_;  // the open ones that are, ascending
  std::uint32_t state_ = 0;
  std::vector<choice> way_;
  std::vector<std::uint32_t> choices_;  // not tried yet, of all configurations on the way
  std::vector<std::uint32_t> left_;     // how many of them, by configuration

  state_table<Model> states_;
  configuration_set configurations_;
  Model scratch_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint32_t> longest_;
  std::size_t longest_returned_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace detail

}  // namespace synod::inline SYNOD_ABI
