// SPDX-License-Identifier: BSL-1.0
// A plan in sum: how much goes from which node to which, and what each node gains and loses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/plan.hpp"

namespace synod::inline SYNOD_ABI {

/// What goes from one node to another, and in how many intervals.
template <class Name>
struct basic_move_total {
  Name from{};
  Name to{};
  ring_share share;
  std::size_t intervals = 0;

  friend constexpr bool operator==(basic_move_total const&, basic_move_total const&) = default;
};

/// What a node gains and what it loses.
template <class Name>
struct basic_node_total {
  Name name{};
  ring_share gained;
  ring_share lost;

  friend constexpr bool operator==(basic_node_total const&, basic_node_total const&) = default;
};

/// The sums of a plan. An immutable value; copies share their memory. Names are good while the
/// rings of the plan, or copies of them, are there.
template <class Name>
class basic_plan_totals {
 public:
  /// The pairs of nodes between which keys move, in order of (from, to).
  std::span<basic_move_total<Name> const> moves() const noexcept {
    return {moves_.data(), move_count_};
  }
  /// The nodes that gain or lose, in order of names.
  std::span<basic_node_total<Name> const> nodes() const noexcept {
    return {nodes_.data(), node_count_};
  }
  /// All that moves.
  ring_share share() const noexcept { return share_; }

  /// Sums up a plan. O(moves log moves), and as much memory meanwhile. Errors: `exhausted`.
  template <class Plan>
  static result<basic_plan_totals> of(Plan const& plan) noexcept {
    std::size_t count = 0;
    for (auto at = plan.begin(); at != plan.end(); ++at) ++count;
    basic_plan_totals made;
    made.moves_ = detail::shared_array<basic_move_total<Name>>::allocate(count);
    made.nodes_ = detail::shared_array<basic_node_total<Name>>::allocate(2 * count);
    if (!made.moves_ || !made.nodes_) return detail::ring_out_of_memory;
    for (auto const& move : plan) {
      made.moves_[made.move_count_++] = {move.from, move.to, move.share(), 1};
      made.share_ += move.share();
    }
    made.sum_moves();
    made.sum_nodes();
    return made;
  }

 private:
  void sum_moves() noexcept {
    auto const same = [](auto const& a, auto const& b) { return a.from == b.from && a.to == b.to; };
    auto const before = [](auto const& a, auto const& b) {
      return a.from != b.from ? a.from < b.from : a.to < b.to;
    };
    auto const add = [](auto& sum, auto const& more) {
      sum.share += more.share;
      sum.intervals += more.intervals;
    };
    move_count_ = sum_up(moves_.data(), move_count_, before, same, add);
  }
  void sum_nodes() noexcept {
    for (std::size_t i = 0; i < move_count_; ++i) {
      nodes_[node_count_++] = {moves_[i].from, {}, moves_[i].share};
      nodes_[node_count_++] = {moves_[i].to, moves_[i].share, {}};
    }
    auto const same = [](auto const& a, auto const& b) { return a.name == b.name; };
    auto const before = [](auto const& a, auto const& b) { return a.name < b.name; };
    auto const add = [](auto& sum, auto const& more) {
      sum.gained += more.gained;
      sum.lost += more.lost;
    };
    node_count_ = sum_up(nodes_.data(), node_count_, before, same, add);
  }

  // Sorts, and makes one of those that are the same; how many there are then.
  template <class T, class Before, class Same, class Add>
  static std::size_t sum_up(T* all, std::size_t count, Before before, Same same, Add add) noexcept {
    std::sort(all, all + count, before);
    std::size_t sums = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (sums > 0 && same(all[sums - 1], all[i])) {
        add(all[sums - 1], all[i]);
      } else {
        all[sums++] = all[i];
      }
    }
    return sums;
  }

  detail::shared_array<basic_move_total<Name>> moves_;
  detail::shared_array<basic_node_total<Name>> nodes_;
  std::size_t move_count_ = 0;
  std::size_t node_count_ = 0;
  ring_share share_;
};

/// The sums of a plan: `totals(plan(before, after))`. Errors: `exhausted`.
template <class Before, class After>
auto totals(ring_plan<Before, After> const& plan) noexcept {
  using name = decltype(ring_plan<Before, After>::move_type::from);
  return basic_plan_totals<name>::of(plan);
}

}  // namespace synod::inline SYNOD_ABI
