// SPDX-License-Identifier: BSL-1.0
// How a placement that depends on all of its nodes goes on: it is made anew.
#pragma once

#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/detail/node_changes.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// `with`, `without` and `reweighted` for a placement that has `nodes()`, `index_of` and
/// `result<Placement> remake(std::span<node const>) const`: `make` under what it was made with.
template <class Placement, class Hash, class Name>
class remade_placement : public placement_base<Placement, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  /// This placement and further nodes. Errors as of `make`; a node that is already there is a
  /// `duplicate`. Places are indices in the list given.
  result<Placement> with(std::span<node const> added) const noexcept {
    return make_with(self().nodes(), added, remake());
  }
  result<Placement> with(node const& added) const noexcept {
    return with(std::span<node const>{&added, 1});
  }

  /// This placement without one node. Errors: no such node (`unknown`); the last one (`empty`).
  result<Placement> without(Name name) const noexcept {
    return make_without(self().nodes(), self().index_of(name), remake());
  }

  /// This placement with another weight for one node. Errors: no such node (`unknown`), and as of
  /// `make`.
  result<Placement> reweighted(Name name, double weight) const noexcept {
    return make_reweighted(self().nodes(), self().index_of(name), weight, remake());
  }

 private:
  Placement const& self() const noexcept { return static_cast<Placement const&>(*this); }

  auto remake() const noexcept {
    return [this](std::span<node const> nodes) { return self().remake(nodes); };
  }
};

}  // namespace synod::inline SYNOD_ABI::detail
