// SPDX-License-Identifier: BSL-1.0
// Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4), weighted as in Envoy.
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
#include "synod/hash/xxh64.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/remade_placement.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/normal_weights.hpp"

namespace synod::inline SYNOD_ABI {

/// How large a Maglev table is.
struct maglev_options {
  static constexpr std::uint64_t max_slots = 0x7fffffff;

  /// A prime up to `max_slots`, much larger than the number of nodes: with 100 slots a node the
  /// shares differ by about 1 %. The usual ones are 65537 and 655373.
  std::uint64_t slots = 65537;
  /// The weights are parts of 1 already, as of `envoy_locality_weight`.
  bool normalised = false;

  friend constexpr bool operator==(maglev_options const&, maglev_options const&) = default;
};

namespace detail {

/// The rest of 64-bit numbers by a number that is known beforehand, without dividing.
class fixed_modulus {
 public:
  constexpr fixed_modulus() = default;
  explicit constexpr fixed_modulus(std::uint64_t modulus) noexcept
      : modulus_(modulus), inverse_(~std::uint64_t{0} / modulus) {}

  constexpr std::uint64_t rest(std::uint64_t x) const noexcept {
    __extension__ using wide = unsigned __int128;
    // The quotient, or one less: the inverse is short of 2^64 / modulus by at most one.
    auto const quotient = static_cast<std::uint64_t>(wide{x} * inverse_ >> 64);
    std::uint64_t const rest = x - quotient * modulus_;
    return rest < modulus_ ? rest : rest - modulus_;
  }

 private:
  std::uint64_t modulus_ = 1;
  std::uint64_t inverse_ = ~std::uint64_t{0};
};

constexpr bool is_prime(std::uint64_t n) noexcept {
  if (n < 4) return n >= 2;
  if (n % 2 == 0) return false;
  for (std::uint64_t d = 3; d * d <= n; d += 2) {
    if (n % d == 0) return false;
  }
  return true;
}

/// Fills a table as if all nodes were asked in turn, again and again, and each took the next free
/// slot of its permutation; a node of less weight than the most is passed over until its weight
/// times the number of the turn has caught up with what it has taken. Where most would be passed
/// over, they are not asked: O(slots x log nodes), and the probes.
class maglev_filler {
 public:
  template <class Hash, class Name>
  error begin(std::span<basic_ring_node<Name> const> nodes,
              maglev_options const& options) noexcept {
    auto const wrong = weights_.take(nodes, options.normalised);
    if (wrong.code != errc::ok) return wrong;
    slots_ = options.slots;
    seats_ = shared_array<seat>::allocate(nodes.size());
    turns_ = shared_array<turn>::allocate(nodes.size());
    if (!seats_ || !turns_) return ring_out_of_memory;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      std::uint64_t const offset = hash_name<Hash>(nodes[i].name, 0) % slots_;
      std::uint64_t const skip = hash_name<Hash>(nodes[i].name, 1) % (slots_ - 1) + 1;
      seats_[i] = {offset, skip, 0};
      turns_[i] = {1, i};
    }
    return {};
  }

  /// The slots are all `none` before. Counts those of each node.
  template <class Slot, class Count>
  void fill(Slot* slots, Slot none, Count count) noexcept {
    std::uint64_t filled = 0;
    auto const take = [&](turn& its) {
      seat& here = seats_[its.node];
      while (slots[here.next] != none) here.next = after(here);
      slots[here.next] = static_cast<Slot>(its.node);
      here.next = after(here);
      count(its.node);
      here.target = rounded(here.target + weights_.max());
      its.number = turn_after(its.number, here.target, weights_[its.node]);
      return ++filled < slots_;
    };
    bool going = true;
    if (static_cast<double>(turns_.size()) * weights_.max() < few_passed_over) {
      for (std::uint32_t now = 1; going; ++now) {
        for (std::size_t i = 0; i < turns_.size() && going; ++i) {
          if (turns_[i].number == now) going = take(turns_[i]);
        }
      }
    } else {
      while (going) {
        turn first = turns_[0];
        going = take(first);
        put_first(first);
      }
    }
  }

 private:
  struct seat {
    std::uint64_t next;  // of its permutation
    std::uint64_t skip;
    double target;  // what weight x turn must reach for the next slot
  };
  struct turn {
    std::uint32_t number;
    std::uint32_t node;

    bool before(turn other) const noexcept {
      return number != other.number ? number < other.number : node < other.node;
    }
  };
  static constexpr std::uint32_t never = 0xffffffff;  // there are fewer slots than that
  // A turn asks all nodes, and fills as many slots as the weights make up of the greatest one. Up
  // to so many asked for a slot, asking is cheaper than a heap.
  static constexpr double few_passed_over = 32;

  std::uint64_t after(seat const& here) const noexcept {
    std::uint64_t const next = here.next + here.skip;
    return next < slots_ ? next : next - slots_;
  }

  // The first turn behind this one with turn x weight >= target, as doubles multiply and compare.
  static std::uint32_t turn_after(std::uint32_t number, double target, double weight) noexcept {
    auto const reached = [&](std::uint32_t t) { return !(rounded(t * weight) < target); };
    if (reached(number + 1)) return number + 1;
    if (!reached(maglev_options::max_slots)) return never;
    auto t = std::max(number + 1, static_cast<std::uint32_t>(rounded(target / weight)));
    while (!reached(t)) ++t;  // the quotient may be rounded, by far less than a turn
    return t;
  }

  // In place of the first turn of the heap.
  void put_first(turn next) noexcept {
    std::size_t const count = turns_.size();
    std::size_t at = 0;
    for (std::size_t child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && turns_[child + 1].before(turns_[child])) ++child;
      if (!turns_[child].before(next)) break;
      turns_[at] = turns_[child];
      at = child;
    }
    turns_[at] = next;
  }

  normal_weights weights_;
  shared_array<seat> seats_;  // by node
  shared_array<turn> turns_;  // a heap: the next turn first
  std::uint64_t slots_ = 0;
};

/// The owners of the slots from one on, once round the table.
class slot_cursor {
 public:
  constexpr slot_cursor() = default;
  constexpr slot_cursor(std::uint16_t const* narrow, std::uint32_t const* wide, std::uint64_t slots,
                        std::uint64_t at) noexcept
      : narrow_(narrow), wide_(wide), slots_(slots), at_(at), left_(slots) {}

  constexpr bool done() const noexcept { return left_ == 0; }
  constexpr std::uint32_t node() const noexcept {
    return narrow_ != nullptr ? narrow_[at_] : wide_[at_];
  }
  constexpr void advance() noexcept {
    at_ = at_ + 1 == slots_ ? 0 : at_ + 1;
    --left_;
  }

 private:
  std::uint16_t const* narrow_ = nullptr;  // one of the two
  std::uint32_t const* wide_ = nullptr;
  std::uint64_t slots_ = 0;
  std::uint64_t at_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace detail

/// A table of so many slots, each a node's; a hash belongs to the node of slot `hash mod slots`.
/// The shares are nearly equal (or as the weights), a look-up is one multiplication and one load,
/// and a change of the nodes moves more than it must: with 100 slots a node, one node more or less
/// moves about 2.6 times that.
///
/// The nodes as a set determine everything: they take their turns in order of their names. A node's
/// permutation starts at `Hash::hash(name, 0) mod slots` and goes on by
/// `Hash::hash(name, 1) mod (slots - 1) + 1`. With XXH64 (`envoy_maglev`) that is Envoy's table, to
/// the slot; weights then are whole numbers, with localities as of `envoy_locality_weight`.
///
/// A regular value whose copies share their memory: 2 bytes a slot up to 65 534 nodes, else 4.
/// Making one is expected O(slots x (log slots + log nodes)), at worst O(slots x nodes). Errors,
/// each with the index of the node in the list: those of `basic_hash_ring::make`, more nodes than
/// slots (`too_large`: the paper's table leaves such nodes without a slot), weights whose sum is
/// not finite (`too_large`) or that differ by more than a double holds (`bad_input`); and a number
/// of slots that is no prime or too large (`bad_option`: the permutations would miss slots).
template <class Hash = xxh3, class Name = std::string_view>
class basic_maglev : public detail::remade_placement<basic_maglev<Hash, Name>, Hash, Name> {
 public:
  using node = basic_ring_node<Name>;

  basic_maglev() = default;

  static result<basic_maglev> make(std::span<node const> nodes,
                                   maglev_options const& with = {}) noexcept {
    if (with.slots > maglev_options::max_slots || !detail::is_prime(with.slots)) {
      return error{errc::bad_option, "maglev: slots: no prime below 2^31", 0};
    }
    basic_maglev made;
    made.options_ = with;
    auto const wrong = made.nodes_.build(nodes, detail::node_order::by_name);
    if (wrong.code != errc::ok) return wrong;
    if (nodes.size() > with.slots) {
      return error{errc::too_large, "maglev: more nodes than slots", with.slots};
    }
    if (auto const unfilled = made.fill(); unfilled.code != errc::ok) return unfilled;
    return made;
  }
  static result<basic_maglev> make(std::initializer_list<node> nodes,
                                   maglev_options const& with = {}) noexcept {
    return make(std::span{nodes.begin(), nodes.size()}, with);
  }

  /// Index of the node that a hash belongs to, or `no_node`. O(1).
  std::uint32_t owner_index_of(std::uint64_t hash) const noexcept {
    std::uint64_t const slot = modulus_.rest(hash);
    if (narrow_) [[likely]] {
      return narrow_[slot];
    }
    return wide_ ? wide_[slot] : no_node;
  }

  /// The owners of the slots from the hash's on, once round the table.
  detail::slot_cursor candidates_of(std::uint64_t hash) const noexcept {
    if (this->empty()) return {};
    return {narrow_.data(), wide_.data(), options_.slots, modulus_.rest(hash)};
  }

  /// The nodes in order of their names. Indices are places in here; they belong to this table
  /// alone.
  std::span<node const> nodes() const noexcept { return nodes_.nodes(); }
  /// Index of a node, or `no_node`. O(log nodes).
  std::uint32_t index_of(Name name) const noexcept { return nodes_.index_of(name); }
  std::size_t zone_count() const noexcept { return nodes_.zones().count(); }
  std::uint32_t const* zone_numbers() const noexcept { return nodes_.zones().data(); }
  /// What it was made with.
  maglev_options const& made_with() const noexcept { return options_; }

  /// Number of slots; 0 where there are no nodes.
  std::size_t slot_count() const noexcept { return this->empty() ? 0 : options_.slots; }
  /// Index of the node of slot i, which is below `slot_count()`.
  std::uint32_t slot(std::size_t i) const noexcept { return narrow_ ? narrow_[i] : wide_[i]; }

  /// Every node with its slots (as points) and its exact share of all 64-bit hashes, in order of
  /// names. O(1).
  std::span<basic_node_share<Name> const> balance() const noexcept {
    return {shares_.data(), shares_.size()};
  }

  /// Equal nodes with equal weights and zones, in tables of one size.
  friend bool operator==(basic_maglev const& a, basic_maglev const& b) noexcept {
    return a.options_ == b.options_ &&
           std::equal(a.nodes().begin(), a.nodes().end(), b.nodes().begin(), b.nodes().end());
  }

 private:
  friend detail::remade_placement<basic_maglev, Hash, Name>;

  result<basic_maglev> remake(std::span<node const> nodes) const noexcept {
    return make(nodes, options_);
  }

  error fill() noexcept {
    detail::maglev_filler filler;
    auto const wrong = filler.begin<Hash>(nodes(), options_);
    if (wrong.code != errc::ok) return wrong;
    shares_ = detail::shared_array<basic_node_share<Name>>::allocate(this->size());
    if (!shares_) return detail::ring_out_of_memory;
    for (std::size_t i = 0; i < this->size(); ++i) {
      shares_[i] = {nodes()[i].name, nodes()[i].weight, 0, {}};
    }
    modulus_ = detail::fixed_modulus{options_.slots};
    bool const filled = this->size() < 0xffff ? fill(filler, narrow_) : fill(filler, wide_);
    return filled ? error{} : detail::ring_out_of_memory;
  }

  template <class Slot>
  bool fill(detail::maglev_filler& filler, detail::shared_array<Slot>& slots) noexcept {
    constexpr auto none = static_cast<Slot>(-1);
    slots = detail::shared_array<Slot>::allocate(options_.slots);
    if (!slots) return false;
    std::fill(slots.data(), slots.data() + slots.size(), none);
    filler.fill(slots.data(), none, [this](std::uint32_t owner) { ++shares_[owner].points; });
    // Of 2^64 hashes each slot has as many; what is left over goes to the first slots.
    std::uint64_t const last = ~std::uint64_t{0};
    for (std::uint64_t i = 0; i < options_.slots; ++i) {
      shares_[slots[i]].share.hashes += (last - i) / options_.slots + 1;
    }
    return true;
  }

  maglev_options options_;
  detail::node_table<Name> nodes_;
  detail::fixed_modulus modulus_;
  detail::shared_array<std::uint16_t> narrow_;  // one of the two, unless there are no nodes
  detail::shared_array<std::uint32_t> wide_;
  detail::shared_array<basic_node_share<Name>> shares_;
};

/// The table to use: XXH3, 65537 slots.
using maglev = basic_maglev<>;
/// Envoy's table, where slots is its `table_size`. `owner_of` takes the hash of a request.
using envoy_maglev = basic_maglev<xxh64>;

/// Where Envoy turns for a hash when its host predicate has refused so many hosts. Not always
/// another node. O(1).
template <class Hash, class Name>
Name envoy_retry_owner(basic_maglev<Hash, Name> const& table, std::uint64_t hash,
                       std::uint32_t attempt) noexcept {
  return table.owner_of(hash ^ (std::uint64_t{0} - attempt));
}

}  // namespace synod::inline SYNOD_ABI
