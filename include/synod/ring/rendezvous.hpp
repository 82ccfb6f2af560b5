// SPDX-License-Identifier: BSL-1.0
// Rendezvous hashing, highest random weight (Thaler & Ravishankar, IEEE/ACM ToN 6(1), 1998), with
// weights by the logarithmic method (Schindelhauer & Schomaker, SPAA 2005).
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
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/remade_placement.hpp"
#include "synod/ring/detail/rendezvous_scores.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI {

/// Places a key on the node that scores best for it: each node draws a number u between 0 and 1
/// from its name's hash and the key's, and the smallest -ln(u) / weight owns. So every node owns
/// exactly its weight's share but for chance, replica sets are as good as independent, and any
/// change of a node moves only keys to or from that node. A look-up asks every node: O(nodes).
///
/// The placement is fixed for all time, and part of the interface. With n = `Hash::hash(name, 0)`
/// and h the key's hash, t is the upper 53 bits of `mix(h ^ n)` (base/random.hpp) and
/// u = 1 - (t + 1/2) / 2^53. The logarithm is our own, in integers (ring/detail/negative_log.hpp);
/// its product with 1 / weight is rounded to double once. Equal products go by t, then by name. So
/// the nodes as a set determine everything.
///
/// A regular value that never changes; copies share their memory. Weights from 2^-1000 to 2^1000
/// are told apart, those beyond are valid.
template <class Hash = xxh3, class Name = std::string_view>
class basic_rendezvous : public detail::remade_placement<basic_rendezvous<Hash, Name>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  basic_rendezvous() = default;

  /// Errors, with the index of the node in the list: none given (`empty`), a node without a name or
  /// with a weight that is not finite and above zero (`bad_input`), a name for the second time
  /// (`duplicate`), more than `max_ring_nodes` (`too_large`), no memory (`exhausted`).
  /// O(n log n); 16 bytes a node besides the node itself, 8 where all weigh the same.
  static result<basic_rendezvous> make(std::span<node const> nodes) noexcept {
    basic_rendezvous made;
    auto const wrong = made.nodes_.build(nodes, detail::node_order::by_name);
    if (wrong.code != errc::ok) return wrong;
    if (!made.prepare()) return detail::ring_out_of_memory;
    return made;
  }
  static result<basic_rendezvous> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// Index of the node that a hash belongs to, or `no_node`. O(nodes).
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    return this->empty() ? no_node : scores().nearest(hash);
  }

  /// All nodes by falling score, each once. O(nodes) for every four of them.
  detail::rendezvous_cursor candidates_of(std::uint64_t hash) const noexcept {
    return {scores(), hash};
  }

  /// The nodes in order of their names.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  /// Number of zones; a node that names none is a zone of its own.
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  /// For each node the number of its zone; null where no two nodes share one.
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }

  /// Equal nodes with equal weights and zones, hence equal placement of everything.
  friend bool operator==(basic_rendezvous const& a, basic_rendezvous const& b) noexcept {
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  friend class detail::remade_placement<basic_rendezvous, Hash, Name>;

  result<basic_rendezvous> remake(std::span<node const> nodes) const noexcept {
    return make(nodes);
  }

  bool prepare() noexcept {
    auto const all = nodes();
    hashes_ = detail::shared_array<std::uint64_t>::allocate(all.size());
    if (!hashes_) return false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      hashes_[i] = detail::hash_name<Hash>(all[i].name, 0);
    }
    auto const differs = [&](node const& one) { return one.weight != all[0].weight; };
    if (std::none_of(all.begin(), all.end(), differs)) return true;
    per_weight_ = detail::shared_array<double>::allocate(all.size());
    if (!per_weight_) return false;
    for (std::size_t i = 0; i < all.size(); ++i) per_weight_[i] = 1 / all[i].weight;
    return true;
  }

  detail::rendezvous_nodes scores() const noexcept {
    return {hashes_.data(), per_weight_.data(), static_cast<std::uint32_t>(this->size())};
  }

  detail::node_table<Name> nodes_;
  detail::shared_array<std::uint64_t> hashes_;
  detail::shared_array<double> per_weight_;  // none: all nodes weigh the same
};

using rendezvous = basic_rendezvous<>;
using numbered_rendezvous = basic_rendezvous<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
