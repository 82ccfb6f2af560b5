// SPDX-License-Identifier: BSL-1.0
// Nodes behind numbered buckets: the placement that jump and jump_back have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/ring/detail/bucket_cursor.hpp"
#include "synod/ring/detail/node_changes.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

/// The first node with a weight other than 1, which a placement without weights refuses.
template <class Name>
constexpr error find_weight(std::span<basic_ring_node<Name> const> nodes,
                            char const* what) noexcept {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (is_valid_weight(nodes[i].weight) && nodes[i].weight != 1.0) {
      return {errc::bad_input, what, i};
    }
  }
  return {};
}

}  // namespace detail

/// Places keys on nodes by the number of a bucket: node i, in the order given, is bucket i. That
/// order is the placement, and part of equality. `with` appends; only the last node can be removed.
/// Balance is perfect but for chance, there is no table, and nodes have no weights.
///
/// A regular value that never changes; copies share the nodes. For each number of replicas, a node
/// more takes one place at most in every replica set (ring/detail/bucket_cursor.hpp).
template <class Rule, class Hash, class Name>
class bucket_placement
    : public detail::placement_base<bucket_placement<Rule, Hash, Name>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  bucket_placement() = default;

  /// Buckets in the order of these nodes. Errors, with the index of the node in the list: none
  /// given (`empty`), a node without a name or with a weight other than 1 (`bad_input`), a name for
  /// the second time (`duplicate`), more than `max_ring_nodes` (`too_large`), no memory
  /// (`exhausted`). O(n log n).
  static result<bucket_placement> make(std::span<node const> nodes) noexcept {
    if (auto const wrong = detail::find_weight(nodes, Rule::has_no_weights);
        wrong.code != errc::ok) {
      return wrong;
    }
    bucket_placement made;
    auto const wrong = made.nodes_.build(nodes, detail::node_order::as_given);
    if (wrong.code != errc::ok) return wrong;
    return made;
  }
  static result<bucket_placement> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// These nodes and further ones behind them. Errors as of `make`; places are indices in `added`.
  result<bucket_placement> with(std::span<node const> added) const noexcept {
    auto const made_of = [](std::span<node const> all) noexcept { return make(all); };
    return detail::make_with(nodes(), added, made_of);
  }
  result<bucket_placement> with(node const& added) const noexcept {
    return with(std::span<node const>{&added, 1});
  }

  /// These nodes without the last. Errors: no such node (`unknown`); it is not the last
  /// (`bad_input`, with its index): all behind it would get other buckets; it is the only one
  /// (`empty`).
  result<bucket_placement> without(Name name) const noexcept {
    std::uint32_t const gone = index_of(name);
    if (gone == no_node) return detail::ring_unknown_node;
    if (gone + 1 != this->size()) return error{errc::bad_input, Rule::only_the_last, gone};
    return make(nodes().first(gone));
  }

  /// Index of the node that a hash belongs to, or `no_node`.
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    return this->empty() ? no_node : Rule::bucket(hash, static_cast<std::uint32_t>(this->size()));
  }

  /// The nodes for a hash, the owner first.
  detail::bucket_cursor<Rule> candidates_of(std::uint64_t hash) const noexcept {
    return {hash, static_cast<std::uint32_t>(this->size())};
  }

  /// The nodes in order of their buckets.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  /// Number of zones; a node that names none is a zone of its own.
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  /// For each node the number of its zone; null where no two nodes share one.
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }

  /// The same nodes in the same order.
  friend bool operator==(bucket_placement const& a, bucket_placement const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  detail::node_table<Name> nodes_;
};

}  // namespace synod::inline SYNOD_ABI
