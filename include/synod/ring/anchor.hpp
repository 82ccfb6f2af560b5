// SPDX-License-Identifier: BSL-1.0
// AnchorHash (Mendelson, Vargaftik, Barabash, Lorenz, Keslassy, Orda, arXiv 1812.09674): numbered
// buckets, any of which may be removed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/bucket_placement.hpp"
#include "synod/ring/detail/anchor_table.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"

namespace synod::inline SYNOD_ABI {

/// Places keys on nodes that may fail in any order: perfectly balanced but for chance, 8 bytes a
/// bucket, and a change of a node moves only keys to or from it, exactly.
///
/// The nodes are put into buckets in the order given. `without` removes any node's bucket; removed
/// buckets form a stack, and `with` puts the new node, whatever its name, into the bucket that was
/// removed last. So the placement depends on the order of all changes, which users replicate as a
/// log; that state is part of equality.
///
/// Two bases, chosen when it is made (docs/decisions/0009):
/// - `make(nodes)`: the first draw is JumpBackHash over the buckets there have been, and where none
///   is removed, a node more gets a new one. As many nodes as anybody wants.
/// - `make(nodes, capacity)`: the anchor of the paper, with buckets for so many nodes and no more,
///   of which those without a node count as removed. The faster one, as long as most have a node.
///
/// A regular value that never changes; copies share their memory. Nodes have no weights.
template <class Hash = xxh3, class Name = std::string_view>
class basic_anchor : public detail::placement_base<basic_anchor<Hash, Name>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  basic_anchor() = default;

  /// Errors, with the index of the node in the list: none given (`empty`), a node without a name or
  /// with a weight other than 1 (`bad_input`), a name for the second time (`duplicate`), more than
  /// `max_ring_nodes` or than the capacity (`too_large`), no memory (`exhausted`). O(n log n).
  static result<basic_anchor> make(std::span<node const> nodes) noexcept { return place(nodes, 0); }
  static result<basic_anchor> make(std::initializer_list<node> nodes) noexcept {
    return place(std::span{nodes.begin(), nodes.size()}, 0);
  }
  /// The same with a fixed capacity, from the number of nodes to `max_ring_nodes`; where it is
  /// beyond that, `too_large`.
  static result<basic_anchor> make(std::span<node const> nodes, std::size_t capacity) noexcept {
    if (capacity > max_ring_nodes) return error{errc::too_large, "anchor: capacity over 2^24", 0};
    if (nodes.size() > capacity) return error{errc::too_large, full, capacity};
    return place(nodes, static_cast<std::uint32_t>(capacity));
  }
  static result<basic_anchor> make(std::initializer_list<node> nodes,
                                   std::size_t capacity) noexcept {
    return make(std::span{nodes.begin(), nodes.size()}, capacity);
  }

  /// This anchor with a node in the bucket that was removed last; where none is removed, in a new
  /// one. Errors as of `make`, with place 0; `too_large` where the capacity is used up. O(n log n).
  result<basic_anchor> with(node const& added) const noexcept {
    if (auto const wrong = detail::find_weight(std::span{&added, 1}, has_no_weights);
        wrong.code != errc::ok) {
      return wrong;
    }
    if (!table_.has_room()) return error{errc::too_large, full, 0};
    auto all = detail::shared_array<node>::allocate(this->size() + 1);
    if (!all) return detail::ring_out_of_memory;
    auto const behind = nodes().begin() + static_cast<std::ptrdiff_t>(node_of_next_bucket());
    auto* const middle = std::copy(nodes().begin(), behind, all.data());
    *middle = added;
    std::copy(behind, nodes().end(), middle + 1);
    basic_anchor made;
    auto const wrong = made.nodes_.build(std::span<node const>{all.data(), all.size()},
                                         detail::node_order::as_given);
    if (wrong.code != errc::ok) return error{wrong.code, wrong.what, 0};
    if (!made.table_.add_to(table_)) return detail::ring_out_of_memory;
    return made;
  }

  /// This anchor with a node's bucket removed. Errors: no such node (`unknown`), also when it was
  /// removed before; the last one (`empty`). O(n log n).
  result<basic_anchor> without(Name name) const noexcept {
    std::uint32_t const gone = index_of(name);
    if (gone == no_node) return detail::ring_unknown_node;
    if (this->size() == 1) return error{errc::empty, "anchor: the last node", 0};
    auto rest = detail::shared_array<node>::allocate(this->size() - 1);
    if (!rest) return detail::ring_out_of_memory;
    auto* const middle = std::copy(nodes().begin(), nodes().begin() + gone, rest.data());
    std::copy(nodes().begin() + gone + 1, nodes().end(), middle);
    basic_anchor made;
    auto const wrong = made.nodes_.build(std::span<node const>{rest.data(), rest.size()},
                                         detail::node_order::as_given);
    if (wrong.code != errc::ok) return wrong;
    if (!made.table_.remove_from(table_, bucket_of(gone))) return detail::ring_out_of_memory;
    return made;
  }

  /// Index of the node that a hash belongs to, or `no_node`. Expected 1 + ln(buckets / nodes)
  /// steps.
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    if (this->empty()) return no_node;
    auto const view = table_.view();
    return view.buckets[view.find(hash)].link;
  }

  /// The nodes for a hash, the owner first.
  detail::anchor_cursor candidates_of(std::uint64_t hash) const noexcept {
    return {table_.view(), hash};
  }

  /// The nodes in order of their buckets.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  /// Number of zones; a node that names none is a zone of its own.
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  /// For each node the number of its zone; null where no two nodes share one.
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }

  /// Number of buckets, working and removed.
  std::size_t bucket_count() const noexcept { return table_.count(); }
  /// The capacity it was made with; 0: as many as anybody wants.
  std::size_t capacity() const noexcept { return table_.capacity(); }

  /// Equal nodes in equal buckets, and the same buckets removed in the same order: hence equal
  /// placement of everything, now and after the same changes.
  friend bool operator==(basic_anchor const& a, basic_anchor const& b) noexcept {
    return a.table_ == b.table_ &&
           std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  static constexpr char const* full = "anchor: more nodes than its capacity";
  static constexpr char const* has_no_weights = "anchor: a weight other than 1";

  static result<basic_anchor> place(std::span<node const> nodes, std::uint32_t capacity) noexcept {
    if (auto const wrong = detail::find_weight(nodes, has_no_weights); wrong.code != errc::ok) {
      return wrong;
    }
    basic_anchor made;
    auto const wrong = made.nodes_.build(nodes, detail::node_order::as_given);
    if (wrong.code != errc::ok) return wrong;
    if (!made.table_.build(static_cast<std::uint32_t>(nodes.size()), capacity)) {
      return detail::ring_out_of_memory;
    }
    return made;
  }

  // The place in the list of nodes of the bucket that is next to work.
  std::uint32_t node_of_next_bucket() const noexcept {
    auto const view = table_.view();
    std::uint32_t before = 0;
    std::uint32_t const bucket = table_.next_bucket();
    for (std::uint32_t i = 0; i < bucket; ++i) before += view.works(i) ? 1u : 0u;
    return before;
  }
  std::uint32_t bucket_of(std::uint32_t index) const noexcept {
    auto const view = table_.view();
    std::uint32_t bucket = 0;
    while (!view.works(bucket) || view.buckets[bucket].link != index) ++bucket;
    return bucket;
  }

  detail::node_table<Name> nodes_;
  detail::anchor_table table_;
};

using anchor = basic_anchor<>;
using numbered_anchor = basic_anchor<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
