// SPDX-License-Identifier: BSL-1.0
// Walks and plans as views, for pipelines of range-v3 and of std::ranges alike.
//
//     as_view(ring.replicas(key, 3)) | ranges::views::filter(is_up)
//     as_view(plan(before, after))   | std::views::transform(...)
#pragma once

#include <range/v3/range_fwd.hpp>
#include <ranges>
#include <type_traits>
#include <utility>

#include "synod/ring/plan.hpp"
#include "synod/ring/replicas.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {
template <class Walk>
inline constexpr bool is_lazy_walk = false;
template <class Cursor, class Name>
inline constexpr bool is_lazy_walk<replica_walk<Cursor, Name>> = true;
template <class Before, class After>
inline constexpr bool is_lazy_walk<ring_plan<Before, After>> = true;
}  // namespace detail

/// A lazy walk as a view of both libraries. It holds the walk, whose copies are cheap (a ring's
/// are), and refers to the rings that the walk refers to.
template <class Walk>
  requires detail::is_lazy_walk<Walk>
class walk_view : public std::ranges::view_interface<walk_view<Walk>>, public ::ranges::view_base {
 public:
  walk_view() = default;
  explicit walk_view(Walk walk) : walk_(std::move(walk)) {}

  auto begin() const noexcept { return walk_.begin(); }
  auto end() const noexcept { return walk_.end(); }
  auto size() const noexcept
    requires requires(Walk const& walk) { walk.size(); }
  {
    return walk_.size();
  }

 private:
  Walk walk_;
};

/// The view of a replica walk or of a plan.
template <class Walk>
  requires detail::is_lazy_walk<Walk>
walk_view<Walk> as_view(Walk walk) {
  return walk_view<Walk>{std::move(walk)};
}

}  // namespace synod::inline SYNOD_ABI
