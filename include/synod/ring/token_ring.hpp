// SPDX-License-Identifier: BSL-1.0
// A ring whose points are given and kept, instead of hashed from names: as even as can be, and what
// stores that keep their tokens bring along.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/ring/detail/line_cursor.hpp"
#include "synod/ring/detail/line_table.hpp"
#include "synod/ring/detail/node_changes.hpp"
#include "synod/ring/detail/node_list.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/point_layout.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/detail/token_allocation.hpp"
#include "synod/ring/detail/token_founding.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI {

/// A ring of tokens: a hash belongs to the first token at or after it; beyond the last, to the
/// first. Where tokens lie is state. Founding nodes get max(1, round(160 x weight)) each, in the
/// order that their points have on a `hash_ring`, at equal distances: every share is exact. A node
/// that joins cuts its tokens off the arcs of those who are the most above their part; what a node
/// gives that leaves or becomes lighter goes to its successors, as on every ring, but past those
/// that would get too much. So shares stay within a hundredth or two of the nodes' parts at 160
/// tokens a node, however many nodes there are, and a change still moves only keys to or from the
/// node that changes.
///
/// What that costs: a node's tokens depend on the nodes before it. Two machines agree if they
/// applied the same changes in the same order to the same tokens; otherwise tokens have to be told
/// (`point`) and taken over (`make` with tokens). A node that left and comes back gets other keys.
///
/// An immutable value, cheap to copy, safe to share, as `basic_hash_ring` is; owns intervals, so
/// that `plan` works between any two of them, and between one and a `basic_hash_ring`.
template <class Hash = xxh3, class Name = std::string_view>
class basic_token_ring : public detail::placement_base<basic_token_ring<Hash, Name>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  basic_token_ring() = default;

  /// The founding ring of these nodes, whatever their order. Errors as of `basic_hash_ring::make`.
  /// O(tokens log tokens).
  static result<basic_token_ring> make(std::span<node const> nodes) noexcept {
    std::uint64_t count = 0;
    basic_token_ring made;
    if (auto const no = made.begin(nodes, count); no.code != errc::ok) return no;
    auto tokens = detail::shared_array<ring_point>::allocate(count);
    if (!tokens || !made.found(tokens.data(), count)) return detail::ring_out_of_memory;
    if (!made.finish(tokens.data(), static_cast<std::uint32_t>(count))) {
      return detail::ring_out_of_memory;
    }
    return made;
  }
  static result<basic_token_ring> make(std::initializer_list<node> nodes) noexcept {
    return make(std::span{nodes.begin(), nodes.size()});
  }

  /// A ring of these nodes with tokens of your own, in any order: each token's `node` is an index
  /// in the list of nodes. Errors as above, and with the index of the token in its list: one for no
  /// node (`unknown`), one where there is another already (`duplicate`), more than
  /// `max_ring_points` (`too_large`); with the index of the node: one without tokens (`empty`).
  /// Weights are the parts that later changes aim at; they add and remove tokens as of
  /// `points_of_weight`.
  static result<basic_token_ring> make(std::span<node const> nodes,
                                       std::span<ring_point const> tokens) noexcept {
    std::uint64_t quotas = 0;
    basic_token_ring made;
    if (auto const no = made.begin(nodes, quotas); no.code != errc::ok) return no;
    if (tokens.size() > max_ring_points) {
      return error{errc::too_large, "ring: more than 2^31 points", max_ring_points};
    }
    auto sorted = detail::shared_array<ring_point>::allocate(tokens.size());
    auto has = detail::shared_array<bool>::allocate(nodes.size());
    if (!sorted || !has) return detail::ring_out_of_memory;
    std::fill(has.data(), has.data() + nodes.size(), false);
    for (std::uint32_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].node >= nodes.size()) {
        return error{errc::unknown, "ring: a token for no node", i};
      }
      has[tokens[i].node] = true;
      sorted[i] = {tokens[i].point, i};
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!has[i]) return error{errc::empty, "ring: a node without tokens", i};
    }
    std::sort(sorted.data(), sorted.data() + tokens.size());
    std::size_t twice = tokens.size();
    for (std::size_t i = 1; i < tokens.size(); ++i) {
      bool const same = sorted[i - 1].point == sorted[i].point;
      if (same) twice = std::min<std::size_t>(twice, sorted[i].node);
    }
    if (twice < tokens.size())
      return error{errc::duplicate, "ring: two tokens of one place", twice};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      sorted[i].node = made.index_of(nodes[tokens[sorted[i].node].node].name);
    }
    if (!made.finish(sorted.data(), static_cast<std::uint32_t>(tokens.size()))) {
      return detail::ring_out_of_memory;
    }
    return made;
  }

  /// This ring and further nodes, which join in order of the list. Errors as of `make`; places are
  /// indices in the list given. O(tokens) a node, for copying.
  result<basic_token_ring> with(std::span<node const> added) const noexcept {
    if (this->empty()) return make(added);
    auto const claim = [&](basic_token_ring& made, detail::token_allocation& tokens) {
      for (node const& joins : added) {
        std::uint32_t const i = made.index_of(joins.name);
        tokens.set_quota(i, made.quota(i));
        if (!tokens.claim(i, made.quota(i))) return false;
      }
      return true;
    };
    return detail::make_with(nodes(), added,
                             [&](std::span<node const> all) { return changed(all, claim); });
  }
  result<basic_token_ring> with(node const& added) const noexcept {
    return with(std::span<node const>{&added, 1});
  }

  /// This ring without one node. Errors: no such node (`unknown`); the last one (`empty`).
  result<basic_token_ring> without(Name name) const noexcept {
    std::uint32_t const gone = index_of(name);
    auto rest = detail::make_without(nodes(), gone, [](std::span<node const> all) {
      basic_token_ring made;
      std::uint64_t count = 0;
      auto const no = made.begin(all, count);
      return no.code == errc::ok ? result<basic_token_ring>{made} : result<basic_token_ring>{no};
    });
    if (!rest) return rest;
    detail::token_allocation tokens;
    if (!load(tokens, point_count())) return detail::ring_out_of_memory;
    tokens.set_quota(gone, 0);
    if (!tokens.release(gone)) return detail::ring_out_of_memory;
    return std::move(*rest).take_over(tokens, [gone](std::uint32_t i) { return i - (i > gone); });
  }

  /// This ring with another weight for one node: heavier, it only gains keys; lighter, it only
  /// loses. Errors: no such node (`unknown`), and as of `make`.
  result<basic_token_ring> reweighted(Name name, double weight) const noexcept {
    std::uint32_t const i = index_of(name);
    auto const reweigh = [&](basic_token_ring& made, detail::token_allocation& tokens) {
      std::uint32_t const old = quota(i);
      tokens.set_quota(i, made.quota(i));
      return made.quota(i) > old ? tokens.claim(i, made.quota(i) - old) : tokens.release(i);
    };
    return detail::make_reweighted(
        nodes(), i, weight, [&](std::span<node const> all) { return changed(all, reweigh); });
  }

  /// Index of the node that a hash belongs to, or `no_node`. Expected O(1), as on a hash ring.
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept { return points_.owner(hash); }
  /// The owners of many hashes, faster than one by one: the first `hashes.size()` elements of
  /// `out`, which has as many at least.
  void owners_of(std::span<std::uint64_t const> hashes,
                 std::span<std::uint32_t> out) const noexcept {
    SYNOD_EXPECTS(out.size() >= hashes.size(), "ring: owners_of: no room for the owners");
    points_.owners(hashes.data(), hashes.size(), out.data());
  }
  /// The owners of the tokens from a hash on, once round the ring.
  detail::line_cursor candidates_of(std::uint64_t hash) const noexcept {
    return points_.cursor_from(hash);
  }

  /// The nodes in order of their names.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }

  /// Every node with its exact share of the hash space, in order of names. O(1).
  std::span<basic_node_share<Name> const> balance() const noexcept {
    return {shares_.data(), shares_.size()};
  }
  /// Number of tokens of all nodes together, and all of them in order, as `basic_hash_ring` tells
  /// its points: what to keep so that `make` with nodes and tokens gives this ring again.
  std::size_t point_count() const noexcept { return points_.size(); }
  ring_point point(std::size_t i) const noexcept {
    return points_.at(points_.store().position_of(static_cast<std::uint32_t>(i)));
  }
  detail::point_walk points() const& noexcept { return detail::point_walk{points_}; }
  void points() const&& = delete;

  /// Equal nodes with equal weights, zones and tokens.
  friend bool operator==(basic_token_ring const& a, basic_token_ring const& b) noexcept {
    if (a.point_count() != b.point_count()) return false;
    auto of_b = b.points();
    for (auto of_a = a.points(); !of_a.done(); of_a.advance(), of_b.advance()) {
      if (*of_a != *of_b) return false;
    }
    return std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  std::uint32_t quota(std::uint32_t i) const noexcept {
    return static_cast<std::uint32_t>(points_of_weight(nodes()[i].weight));
  }

  error begin(std::span<node const> given, std::uint64_t& quotas) noexcept {
    auto const no = nodes_.build(given, detail::node_order::by_name);
    return no.code == errc::ok ? detail::count_points(given, quotas) : no;
  }

  // A node's arcs add up to its part but for a hash or two an arc.
  bool found(ring_point* out, std::uint64_t count) const noexcept {
    auto order = detail::shared_array<detail::founding_token>::allocate(count);
    auto lengths = detail::shared_array<ring_share::count>::allocate(this->size());
    if (!order || !lengths) return false;
    detail::founding_token* next = order.data();
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      lengths[i] = 0;
      for (std::uint32_t v = 0; v < quota(i); ++v) {
        *next++ = {detail::hash_name<Hash>(nodes()[i].name, v), i, v};
        lengths[i] += detail::founding_length(v, quota(i));
      }
    }
    std::sort(order.data(), next);
    ring_share::count const each = ring_share::whole().hashes / count;
    std::uint64_t end = 0;
    for (std::uint64_t t = 0; t < count; ++t) {
      detail::founding_token const& at = order[t];
      ring_share::count const of_node = each * quota(at.node);
      auto const length =
          of_node * detail::founding_length(at.number, quota(at.node)) / lengths[at.node];
      end += static_cast<std::uint64_t>(length);
      out[t] = {t + 1 == count ? ~std::uint64_t{0} : end - 1, at.node};
    }
    return true;
  }

  bool finish(ring_point const* tokens, std::uint32_t count) noexcept {
    shares_ = detail::shared_array<basic_node_share<Name>>::allocate(this->size());
    if (!shares_ || !points_.begin(count, this->size())) return false;
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      shares_[i] = {nodes()[i].name, nodes()[i].weight, 0, {}};
    }
    detail::ordered_layout layout{points_.store()};
    auto const beyond_last = ring_share::whole().hashes - tokens[count - 1].point;
    for (std::uint32_t i = 0; i < count; ++i) {
      layout.append(tokens[i]);
      basic_node_share<Name>& owner = shares_[tokens[i].node];
      owner.points += 1;
      owner.share +=
          {i == 0 ? beyond_last + tokens[0].point : tokens[i].point - tokens[i - 1].point};
    }
    layout.finish();
    return points_.lay_lines();
  }

  // These tokens and quotas, as they are.
  bool load(detail::token_allocation& tokens, std::size_t room) const noexcept {
    if (!tokens.allocate(room, static_cast<std::uint32_t>(this->size()))) return false;
    for (std::uint32_t i = 0; i < this->size(); ++i) tokens.set_quota(i, quota(i));
    for (auto at = points(); !at.done(); at.advance()) tokens.append(*at);
    return true;
  }

  // A ring of these nodes, all of this ring's among them, with its tokens, changed.
  template <class Change>
  result<basic_token_ring> changed(std::span<node const> all, Change change) const noexcept {
    basic_token_ring made;
    std::uint64_t room = 0;
    if (auto const no = made.begin(all, room); no.code != errc::ok) return no;
    room += point_count();
    if (room > max_ring_points) return error{errc::too_large, "ring: more than 2^31 points", 0};
    detail::token_allocation tokens;
    auto indices = detail::shared_array<std::uint32_t>::allocate(this->size());
    if (!indices || !tokens.allocate(room, static_cast<std::uint32_t>(made.size()))) {
      return detail::ring_out_of_memory;
    }
    for (std::uint32_t i = 0; i < this->size(); ++i) {
      indices[i] = made.index_of(nodes()[i].name);
      tokens.set_quota(indices[i], quota(i));
    }
    for (auto at = points(); !at.done(); at.advance()) {
      tokens.append({(*at).point, indices[(*at).node]});
    }
    if (!change(made, tokens)) return detail::ring_out_of_memory;
    return std::move(made).take_over(tokens, [](std::uint32_t i) { return i; });
  }

  template <class IndexOf>
  result<basic_token_ring> take_over(detail::token_allocation const& tokens,
                                     IndexOf index_of) && noexcept {
    auto renamed = detail::shared_array<ring_point>::allocate(tokens.size());
    if (!renamed) return detail::ring_out_of_memory;
    for (std::uint32_t i = 0; i < tokens.size(); ++i) {
      renamed[i] = {tokens.tokens()[i].point, index_of(tokens.tokens()[i].node)};
    }
    if (!finish(renamed.data(), tokens.size())) return detail::ring_out_of_memory;
    return std::move(*this);
  }

  detail::node_table<Name> nodes_;
  detail::line_table points_;
  detail::shared_array<basic_node_share<Name>> shares_;
};

/// Nodes with texts for names, keys under XXH3.
using token_ring = basic_token_ring<>;
/// The same with numbers for names.
using numbered_token_ring = basic_token_ring<xxh3, node_id>;

}  // namespace synod::inline SYNOD_ABI
