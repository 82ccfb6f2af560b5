// SPDX-License-Identifier: BSL-1.0
// Questions to any quorum system that take a search, asked at run time and of systems from outside:
// the minimal quorums, how many failures are survived, whether two systems can miss each other.
// Exact for systems of up to 24 members and for larger ones as far as their structure lets the
// search cut branches off; an error, instead of no end, beyond.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "synod/base/result.hpp"
#include "synod/quorum/analysis.hpp"
#include "synod/quorum/detail/tree_fold.hpp"

namespace synod::inline SYNOD_ABI {

/// How many sets a search over so many members looks at before it gives up with `too_large`: all
/// there are for up to 24 members, seconds' worth beyond.
constexpr std::uint64_t search_limit(std::size_t members) noexcept {
  return std::uint64_t{1} << (members <= 24 ? 26 : 22);
}

namespace detail {

constexpr error search_failed(std::size_t members) noexcept {
  return {errc::too_large, "quorum: too large a search", search_limit(members)};
}

// How many questions one question to a system makes, about.
template <quorum_system System>
constexpr std::uint64_t cost_of(System const&) noexcept {
  return 1;
}

// A system of named members among those of several systems.
template <quorum_system System>
class placed {
 public:
  placed() = default;
  placed(System system, slot_map const& map, std::size_t members)
      : system_(std::move(system)), map_(map), members_(members) {}

  std::size_t size() const noexcept { return members_; }
  bool is_quorum(voter_set set) const noexcept {
    voter_set own;
    for (std::size_t slot = 0; slot < system_.size(); ++slot) {
      if (set.contains(map_(slot))) own.insert(slot);
    }
    return system_.is_quorum(own);
  }
  friend constexpr bool operator==(placed const& a, placed const& b) {
    return a.system_ == b.system_ && a.members_ == b.members_ &&
           std::equal(a.map_.slots, a.map_.slots + a.system_.size(), b.map_.slots);
  }

 private:
  System system_{};
  slot_map map_;
  std::size_t members_ = 0;
};

}  // namespace detail

/// What remains of a system when it must be a quorum still after any so many of a set fail:
/// its quorums are the sets that may be contacted without waiting for anybody.
template <quorum_system System>
class surviving {
 public:
  constexpr surviving() = default;
  constexpr surviving(System system, std::size_t failures) noexcept
      : system_(system), failures_(failures) {}

  constexpr std::size_t size() const noexcept { return system_.size(); }
  constexpr std::size_t failures() const noexcept { return failures_; }
  /// Asks the system about all sets of so many failures.
  constexpr bool is_quorum(voter_set set) const noexcept { return survives(set, 0, failures_); }

  friend constexpr bool operator==(surviving const&, surviving const&) = default;

 private:
  constexpr bool survives(voter_set set, std::size_t slot, std::size_t failures) const noexcept {
    if (failures == 0) return system_.is_quorum(set);
    if (set.size() <= failures) return false;
    for (; slot < system_.size(); ++slot) {
      if (set.contains(slot) && !survives(detail::without(set, slot), slot + 1, failures - 1)) {
        return false;
      }
    }
    return system_.is_quorum(set);
  }

  System system_{};
  std::size_t failures_ = 0;
};

namespace detail {

// The number of sets of failures; a great number where there are too many to look at.
template <quorum_system System>
constexpr std::uint64_t cost_of(surviving<System> const& system) noexcept {
  constexpr std::uint64_t too_many = std::uint64_t{1} << 32;
  std::uint64_t sets = 1;
  for (std::size_t i = 0; i < system.failures() && i < system.size(); ++i) {
    sets = sets * (system.size() - i) / (i + 1);
    if (sets > too_many) return too_many;
  }
  return sets;
}

}  // namespace detail

namespace detail {

// Decides slot after slot whether it belongs, and turns back where no quorum is left.
template <quorum_system System>
class minimal_quorum_search {
 public:
  minimal_quorum_search(System const& system, std::size_t limit) : system_(system), limit_(limit) {}

  // False: too many sets looked at, or quorums found.
  bool run() {
    return cost_of(system_) <= search_limit(system_.size()) &&
           (!system_.is_quorum(voter_set::first(system_.size())) || decide({}, 0));
  }
  std::vector<voter_set>& found() { return found_; }

 private:
  // `chosen` belong, the slots before `slot` do else not; with all further ones they are a quorum.
  bool decide(voter_set chosen, std::size_t slot) {
    steps_ += cost_of(system_);
    if (steps_ > search_limit(system_.size())) return false;
    if (system_.is_quorum(chosen)) {
      steps_ += chosen.size() * cost_of(system_);
      if (minimal_within(system_, chosen) != chosen) return true;
      found_.push_back(chosen);
      return found_.size() <= limit_;
    }
    // First without the slot: that ends in a minimal quorum soon.
    if (system_.is_quorum(chosen | slots_from(slot + 1, system_.size())) &&
        !decide(chosen, slot + 1)) {
      return false;
    }
    return decide(with(chosen, slot), slot + 1);
  }

  System const& system_;
  std::size_t limit_;
  std::uint64_t steps_ = 0;
  std::vector<voter_set> found_;
};

// The same, for the size of the smallest only: nothing that could not be smaller is looked at.
template <quorum_system System>
class smallest_quorum_search {
 public:
  explicit smallest_quorum_search(System const& system)
      : system_(system), best_(system.size() + 1) {}

  bool run() { return !system_.is_quorum(voter_set::first(system_.size())) || decide({}, 0); }
  std::size_t best() const { return best_; }

 private:
  bool decide(voter_set chosen, std::size_t slot) {
    steps_ += cost_of(system_);
    if (steps_ > search_limit(system_.size())) return false;
    if (system_.is_quorum(chosen)) {
      best_ = chosen.size();
      return true;
    }
    if (chosen.size() + 1 >= best_) return true;
    if (system_.is_quorum(chosen | slots_from(slot + 1, system_.size())) &&
        !decide(chosen, slot + 1)) {
      return false;
    }
    return decide(with(chosen, slot), slot + 1);
  }

  System const& system_;
  std::size_t best_;
  std::uint64_t steps_ = 0;
};

}  // namespace detail

/// The minimal quorums: those without a smaller one inside, each once. None for a system that has
/// no quorum. Errors: `too_large`, more than `limit` of them or too long a search.
template <quorum_system System>
result<std::vector<voter_set>> list_minimal_quorums(System const& system,
                                                    std::size_t limit = std::size_t{1} << 20) {
  detail::minimal_quorum_search search(system, limit);
  if (!search.run()) {
    if (search.found().size() <= limit) return detail::search_failed(system.size());
    return error{errc::too_large, "quorum: too many minimal quorums", limit};
  }
  return std::move(search.found());
}

/// How many members the smallest quorum has. Errors: `empty`, there is no quorum; `too_large`.
template <quorum_system System>
result<std::size_t> find_smallest_quorum(System const& system) {
  if constexpr (detail::has_tree<System>) {
    if (detail::is_foldable(tree_of(system))) return detail::smallest_of_tree(tree_of(system));
  }
  detail::smallest_quorum_search search(system);
  if (!search.run()) return detail::search_failed(system.size());
  if (search.best() > system.size()) return error{errc::empty, "quorum: there is no quorum", 0};
  return search.best();
}

/// How many failures it survives whichever members fail: one less than the smallest set that meets
/// every quorum. Errors: `empty`, there is no quorum; `too_large`.
template <quorum_system System>
result<std::size_t> find_resilience(System const& system) {
  if (!system.is_quorum(voter_set::first(system.size()))) {
    return error{errc::empty, "quorum: there is no quorum", 0};
  }
  if constexpr (counting_system<System>) return system.size() - system.votes_needed();
  if constexpr (detail::has_tree<System>) {
    if (detail::is_foldable(tree_of(system))) {
      auto dual = tree_of(system);
      detail::make_dual(dual);
      return detail::smallest_of_tree(dual) - 1;
    }
  }
  auto const blocking = find_smallest_quorum(dual_system(system));
  if (!blocking) return blocking.error();
  return *blocking - 1;
}

namespace detail {

template <quorum_system First, quorum_system Second>
class disjoint_search {
 public:
  disjoint_search(First const& first, Second const& second) : first_(first), second_(second) {}

  // False: looked at too many sets.
  bool run() { return hopeless({}, {}, 0) || decide({}, {}, 0); }
  std::optional<two_quorums> const& found() const { return found_; }

 private:
  bool hopeless(voter_set a, voter_set b, std::size_t slot) const {
    voter_set const rest = slots_from(slot, first_.size());
    return !first_.is_quorum(a | rest) || !second_.is_quorum(b | rest);
  }
  // Slots before `slot` stand on one side each; both sides could still win.
  bool decide(voter_set a, voter_set b, std::size_t slot) {
    if (++steps_ > search_limit(first_.size())) return false;
    if (slot == first_.size()) {
      found_ = two_quorums{minimal_within(first_, a), minimal_within(second_, b)};
      return true;
    }
    if (!hopeless(with(a, slot), b, slot + 1) && !decide(with(a, slot), b, slot + 1)) return false;
    return found_ || hopeless(a, with(b, slot), slot + 1) || decide(a, with(b, slot), slot + 1);
  }

  First const& first_;
  Second const& second_;
  std::uint64_t steps_ = 0;
  std::optional<two_quorums> found_;
};

}  // namespace detail

namespace detail {

template <class First, class Second>
concept both_named = named_quorum_system<First> && named_quorum_system<Second> && has_tree<First> &&
                     has_tree<Second>;

// How many members two named systems have together.
template <quorum_system First, quorum_system Second>
  requires both_named<First, Second>
std::size_t count_members(First const& first, Second const& second) {
  std::size_t members = first.size();
  for (auto const& name : second.names()) {
    members += std::find(first.names().begin(), first.names().end(), name) == first.names().end();
  }
  return members;
}

// Calls use(first, second) with both systems over the same slots: of named members by name.
// Errors: other members, or more than 64 together (place: how many).
template <quorum_system First, quorum_system Second, class Use>
auto over_common_slots(First const& first, Second const& second, Use use)
    -> decltype(use(first, second)) {
  if constexpr (both_named<First, Second>) {
    std::size_t const members = count_members(first, second);
    if (members > voter_set::max_slots) {
      return error{errc::too_large, "quorum: more than 64 members in two systems", members};
    }
    bool const same = std::equal(first.names().begin(), first.names().end(), second.names().begin(),
                                 second.names().end());
    if (same) return use(first, second);
    common_slots const slots(first, second);
    return use(placed(first, slots.maps[0], members), placed(second, slots.maps[1], members));
  } else {
    if (first.size() != second.size()) {
      return error{errc::bad_input, "quorum: two systems of different members", second.size()};
    }
    return use(first, second);
  }
}

// Whether their shapes tell that they meet, which no search needs to look through.
template <quorum_system First, quorum_system Second>
bool surely_meet(First const& first, Second const& second) {
  if constexpr (both_named<First, Second>) {
    return count_members(first, second) <= voter_set::max_slots &&
           meet_by_shape(first, second, common_slots(first, second));
  } else {
    return false;
  }
}

}  // namespace detail

/// Two quorums, one of each, that miss each other, both minimal; empty: any two meet, and what one
/// system has decided the other sees. Named members are the same where their names are; the slots
/// are then those of `common_names(first, second)`. Errors: `bad_input`, another number of unnamed
/// members (place: the second's); `too_large`.
template <quorum_system First, quorum_system Second>
result<std::optional<two_quorums>> find_disjoint(First const& first, Second const& second) {
  if (detail::surely_meet(first, second)) return std::optional<two_quorums>{};
  auto const found = [](auto const& a, auto const& b) -> result<std::optional<two_quorums>> {
    detail::disjoint_search search(a, b);
    if (!search.run()) return detail::search_failed(a.size());
    return search.found();
  };
  return detail::over_common_slots(first, second, found);
}

}  // namespace synod::inline SYNOD_ABI
