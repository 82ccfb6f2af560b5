// SPDX-License-Identifier: BSL-1.0
// Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, arXiv 1608.01350), over
// any placement: no node gets more than c times its part of what is there.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/load_factor.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/overflow.hpp"
#include "synod/ring/placement.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {
/// What a node carries, under a number that no other node, and no later life of it, has.
struct node_load {
  std::uint64_t life = 0;  // 0: no node
  std::uint64_t items = 0;
  std::uint32_t weight = 0;
  std::uint32_t index = no_node;
};
}  // namespace detail

/// An item's place on a node, from `assign` to `release`. It can be moved and not copied: whoever
/// holds it releases it, once. Dropped without that, the item counts for ever.
class [[nodiscard]] load_place {
 public:
  constexpr load_place() = default;
  constexpr load_place(load_place&& other) noexcept
      : slot_(other.slot_), life_(std::exchange(other.life_, 0)) {}
  constexpr load_place& operator=(load_place&& other) noexcept {
    slot_ = other.slot_;
    life_ = std::exchange(other.life_, 0);
    return *this;
  }

  /// Holds none: default-constructed, released, or there were no nodes.
  constexpr bool empty() const noexcept { return life_ == 0; }

 private:
  template <placement Placement, class Overflow>
  friend class bounded_loads;

  constexpr load_place(std::uint32_t slot, std::uint64_t in_life) noexcept
      : slot_(slot), life_(in_life) {}

  std::uint32_t slot_ = 0;
  std::uint64_t life_ = 0;
};

/// Puts items on nodes: each on the node its key belongs to while that has room, else on one that
/// `Overflow` finds. With m items there, node i of weight w_i takes a further one while it has less
/// than its capacity, ceil(c w_i (m + 1) / W), where W is the weight of all: exact, in integers
/// (weights to 2^-23 of the greatest). Capacities add up to more than m, so that a place always
/// exists.
///
/// Where an item goes depends on what is there when it comes: the same key may go to another node
/// the next time. So this is a value with a history, unlike a placement: one owner, no copies, and
/// one thread at a time. What was assigned stays: a capacity that sinks (items released, nodes
/// joined) moves nothing, the node only gets no more until it has room again.
///
/// `assign` and `release` neither allocate nor throw. At most 2^47 items.
template <placement Placement, class Overflow = linear_walk>
class bounded_loads {
 public:
  using placement_type = Placement;
  using name_type = decltype(Placement::node::name);

  /// Over this placement, without items. Errors: `exhausted`.
  static result<bounded_loads> make(Placement placement, load_factor factor = {}) noexcept {
    bounded_loads made;
    made.factor_ = factor;
    auto const wrong = made.change(std::move(placement));
    if (wrong.code != errc::ok) return wrong;
    return made;
  }

  /// Puts an item of that key, or hash, on a node; nowhere only if there are no nodes. As many
  /// candidates are passed, or look-ups made, as it takes to find room: few unless the factor is
  /// close to 1, at worst O(all candidates).
  load_place assign(hashable_key auto const& key) noexcept {
    return assign_hash(Placement::hash_of(key));
  }
  load_place assign_hash(std::uint64_t hash) noexcept {
    if (placement_.empty()) return {};
    SYNOD_EXPECTS(items_ < max_items, "bounded loads: more than 2^47 items");
    std::uint64_t const then = items_ + SYNOD_MUTANT(room_before_counting, 1u, 0u);
    auto const has_room = [&](std::uint32_t node) { return takes(load_of(node), then); };
    std::uint32_t const node = Overflow::find(placement_, hash, has_room);
    SYNOD_EXPECTS(node != no_node, "bounded loads: no node has room");
    ++items_;
    ++load_of(node).items;
    return {slots_[node], load_of(node).life};
  }

  /// Takes an item off its node and empties the place. True where it counted; false for an empty
  /// place, and for one on a node that left: its items went with it. O(1).
  bool release(load_place&& place) noexcept {
    load_place const gone{std::move(place)};
    if (!is_here(gone)) return false;
    --loads_[gone.slot_].items;
    --items_;
    return true;
  }

  /// The node a place is on, as its index in `placement().nodes()` and by name; `no_node` and
  /// `Name{}` where it is on none, or that left.
  std::uint32_t index_of(load_place const& place) const noexcept {
    return is_here(place) ? loads_[place.slot_].index : no_node;
  }
  name_type node_of(load_place const& place) const noexcept {
    std::uint32_t const index = index_of(place);
    return index == no_node ? name_type{} : placement_.nodes()[index].name;
  }

  /// The placement from now on, for one or many nodes that join, leave or get other weights. Nodes
  /// are the same if they bear the same name: they keep their items. The items of those that left
  /// are counted no longer; whoever wants them elsewhere assigns them anew. One that comes back
  /// later comes back empty. O(nodes). Errors: `exhausted`; nothing has changed then.
  error change(Placement next) noexcept {
    std::size_t const room = std::max(loads_.size(), next.size());
    auto loads = detail::shared_array<detail::node_load>::allocate(room);
    auto slots = detail::shared_array<std::uint32_t>::allocate(next.size());
    if (!loads || !slots) return detail::ring_out_of_memory;
    std::fill(loads.data(), loads.data() + room, detail::node_load{});

    detail::whole_weights const weights{next.nodes()};
    std::uint64_t items = 0;
    for (std::uint32_t i = 0; i < next.size(); ++i) {
      std::uint32_t const old = placement_.index_of(next.nodes()[i].name);
      slots[i] = old == no_node ? no_node : slots_[old];
      if (old == no_node) continue;
      loads[slots[i]] = load_of(old);
      items += load_of(old).items;
    }
    std::uint32_t free = 0;
    for (std::uint32_t i = 0; i < next.size(); ++i) {
      if (slots[i] == no_node) {
        while (loads[free].life != 0) ++free;
        slots[i] = free;
        loads[free].life = ++lives_;
      }
      loads[slots[i]].weight = weights.of(next.nodes()[i].weight);
      loads[slots[i]].index = i;
    }
    weight_ = 0;
    for (std::uint32_t i = 0; i < next.size(); ++i) weight_ += loads[slots[i]].weight;
    placement_ = std::move(next);
    loads_ = std::move(loads);
    slots_ = std::move(slots);
    items_ = items;
    return {};
  }

  Placement const& placement() const noexcept { return placement_; }
  load_factor factor() const noexcept { return factor_; }
  /// Items on all nodes together, and on the node at an index of `placement().nodes()`.
  std::uint64_t items() const noexcept { return items_; }
  std::uint64_t items_on(std::uint32_t node) const noexcept { return load_of(node).items; }
  /// What a node may have once the next item is there.
  std::uint64_t capacity_of(std::uint32_t node) const noexcept {
    wide const most = factor_.times(wide{load_of(node).weight} * (items_ + 1));
    wide const parts = wide{weight_} * factor_.denominator();
    return static_cast<std::uint64_t>((most + parts - 1) / parts);
  }

  bounded_loads() = default;
  /// What is moved from has no nodes and no items.
  bounded_loads(bounded_loads&& other) noexcept { swap(other); }
  bounded_loads& operator=(bounded_loads&& other) noexcept {
    bounded_loads taken{std::move(other)};
    swap(taken);
    return *this;
  }

 private:
  using wide = ring_share::count;

  static constexpr std::uint64_t max_items = std::uint64_t{1} << 47;

  void swap(bounded_loads& other) noexcept {
    std::swap(placement_, other.placement_);
    std::swap(loads_, other.loads_);
    std::swap(slots_, other.slots_);
    std::swap(factor_, other.factor_);
    std::swap(items_, other.items_);
    std::swap(lives_, other.lives_);
    std::swap(weight_, other.weight_);
  }

  detail::node_load& load_of(std::uint32_t node) noexcept { return loads_[slots_[node]]; }
  detail::node_load const& load_of(std::uint32_t node) const noexcept {
    return loads_[slots_[node]];
  }
  bool is_here(load_place const& place) const noexcept {
    return !place.empty() && place.slot_ < loads_.size() && loads_[place.slot_].life == place.life_;
  }

  // items + 1 <= ceil(x / y) is items * y < x: no division, and no rounding to get wrong.
  bool takes(detail::node_load const& load, std::uint64_t then) const noexcept {
    wide const part = wide{weight_} * factor_.denominator();
    wide const most = factor_.times(wide{load.weight} * then);
    return SYNOD_MUTANT(capacity_rounded_down, load.items * part < most,
                        (load.items + 1) * part <= most);
  }

  Placement placement_;
  detail::shared_array<detail::node_load> loads_;  // never shared: this is its only owner
  detail::shared_array<std::uint32_t> slots_;      // of each node, its place in loads_
  load_factor factor_;
  std::uint64_t items_ = 0;
  std::uint64_t lives_ = 0;  // the last one given
  std::uint64_t weight_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
