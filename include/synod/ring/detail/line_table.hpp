// SPDX-License-Identifier: BSL-1.0
// The points of a ring and, over them, one cache line for every few: who owns a hash is read from
// one line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/ring/detail/line.hpp"
#include "synod/ring/detail/line_batch.hpp"
#include "synod/ring/detail/line_cursor.hpp"
#include "synod/ring/detail/point_layout.hpp"
#include "synod/ring/detail/point_store.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

struct line_change;
struct slot_numbers;

/// Points of nodes that are known by their indices. Inside, a point names its node by a slot, which
/// is the index it had when the points were laid out; a node that comes later gets a further slot.
/// So a node more or less changes a table of slots instead of all that points name.
///
/// Memory: 12.75 bytes a point, and 68 a bucket of 4 to 8 points: at most 30 bytes a point.
class line_table {
 public:
  line_table() = default;

  /// Begins a table of `count` points (at least one) of `nodes` nodes: room for the points, which
  /// are to be laid out by node, and then `lay_lines`. False when the memory is not to be had.
  bool begin(std::uint64_t count, std::size_t nodes) noexcept {
    slots_ = static_cast<std::uint32_t>(nodes);
    return store_.allocate(count);
  }
  point_store& store() noexcept { return store_; }

  /// Lays the lines over the points that were laid out. False when the memory is not to be had.
  bool lay_lines() noexcept {
    if (slots_ <= narrow_line::nodes) {
      narrow_ = shared_array<narrow_line>::allocate(store_.buckets());
      if (narrow_) lay(narrow_);
      return static_cast<bool>(narrow_);
    }
    wide_ = shared_array<wide_line>::allocate(store_.buckets());
    if (wide_) lay(wide_);
    return static_cast<bool>(wide_);
  }

  /// Gives the table memory of its own where it shares it. False when that is not to be had; then
  /// it is as it was.
  bool own_memory() noexcept {
    if (narrow_.sole_owner() && wide_.sole_owner() && store_.sole_owner()) return true;
    line_table own = *this;
    bool const points = own.store_.copy_from(store_);
    own.narrow_ = narrow_.clone();
    own.wide_ = wide_.clone();
    if (!points || (narrow_ ? !own.narrow_ : !own.wide_)) return false;
    *this = std::move(own);
    return true;
  }

  /// Makes a small change (`is_small_change`) in a table with memory of its own.
  template <class Move>
  void apply(line_change const& change, slot_numbers&& numbers, Move move) noexcept;

  std::uint32_t size() const noexcept { return store_.size(); }
  point_store const& store() const noexcept { return store_; }

  /// The node that owns a hash; `no_node` where there are no points. Expected O(1), at worst
  /// O(log points).
  [[gnu::always_inline]] std::uint32_t owner(std::uint64_t hash) const noexcept {
    if (!narrow_) [[unlikely]] {
      return owner_by_wide_line(hash);
    }
    auto const [bucket, suffix] = place_of(hash, store_.bits());
    std::uint32_t const slot = owner_in(narrow_[bucket], suffix);
    return index_of(slot != not_in_line ? slot : exact_slot(hash));
  }

  /// The owner of each of `count` hashes. The same for all instruction sets.
  void owners(std::uint64_t const* hashes, std::size_t count, std::uint32_t* out) const noexcept {
    if (size() == 0) return void(std::fill(out, out + count, no_node));
    constexpr std::size_t block = 256;
    for (std::size_t i = 0; i < count; i += block) {
      std::size_t const here = std::min(block, count - i);
      owners(hashes + i, here, std::min(count - i - here, lines_ahead), out + i);
    }
  }
  /// Begins to fetch what `owner` will read.
  void prefetch(std::uint64_t hash) const noexcept {
    if (size() == 0) return;
    std::size_t const bucket = place_of(hash, store_.bits()).bucket;
    __builtin_prefetch(narrow_ ? static_cast<void const*>(narrow_.data() + bucket)
                               : static_cast<void const*>(wide_.data() + bucket));
  }

  line_cursor cursor_from(std::uint64_t hash) const noexcept {
    if (size() == 0) return {};
    auto const [bucket, suffix] = place_of(hash, store_.bits());
    unsigned at = narrow_line::room;
    if (narrow_) {
      at = count_below(narrow_[bucket], suffix);
      if (at < narrow_line::room && narrow_[bucket].suffixes[at] == suffix) at = narrow_line::room;
    }
    std::uint32_t const place =
        at < narrow_line::room ? at
                               : store_.lower_bound(bucket, hash) - store_.bucket(bucket).first;
    return {store_, narrow_.data(), indices_.data(), bucket, place};
  }

  ring_point at(std::uint32_t position) const noexcept {
    return {store_.points()[position], index_of(store_.slots()[position])};
  }

  /// Slots given so far, also to nodes that are gone.
  std::uint32_t slots() const noexcept { return slots_; }
  bool is_narrow() const noexcept { return static_cast<bool>(narrow_); }
  bool crowded() const noexcept { return crowded_; }

  std::uint32_t index_of(std::uint32_t slot) const noexcept {
    return indices_ ? indices_[slot] : slot;
  }

 private:
  template <class Line, class Move>
  friend class line_edit;

  template <class Line>
  void fill(shared_array<Line>& lines, std::size_t b, std::uint32_t beyond) noexcept {
    auto const points = store_.bucket(b);
    fill_line(lines[b], store_.points() + points.first, store_.slots() + points.first,
              points.size(), store_.bits(), beyond);
  }

  template <class Line>
  void lay(shared_array<Line>& lines) noexcept {
    std::size_t first = 0;
    while (store_.bucket(first).size() == 0) ++first;
    std::uint32_t const wraps = store_.slots()[store_.bucket(first).first];
    std::uint32_t beyond = SYNOD_MUTANT(ring_without_wrap, wraps, slots_ - 1 - wraps);
    std::size_t empty = 0;
    crowded_ = false;
    for (std::size_t b = store_.buckets(); b-- > 0;) {
      fill(lines, b, beyond);
      beyond = lines[b].owner(0);
      std::uint32_t const points = store_.bucket(b).size();
      empty = points == 0 ? empty + 1 : 0;
      crowded_ |= empty > 64 || points > 64;
    }
  }

  [[gnu::noinline]] std::uint32_t owner_by_wide_line(std::uint64_t hash) const noexcept {
    if (!wide_) return no_node;
    auto const [bucket, suffix] = place_of(hash, store_.bits());
    std::uint32_t const slot = owner_in(wide_[bucket], suffix);
    return index_of(slot != not_in_line ? slot : exact_slot(hash));
  }

  // By the whole points. Beyond the bucket's last, the next line begins with the owner.
  [[gnu::noinline, gnu::cold]] std::uint32_t exact_slot(std::uint64_t hash) const noexcept {
    std::size_t const b = store_.bucket_of(hash);
    std::uint32_t const at = store_.lower_bound(b, hash);
    if (at < store_.bucket(b).last) return store_.slots()[at];
    std::size_t const next = (b + 1) & (store_.buckets() - 1);
    return narrow_ ? narrow_[next].owner(0) : wide_[next].owner(0);
  }

  void owners(std::uint64_t const* hashes, std::size_t count, std::size_t ahead,
              std::uint32_t* out) const noexcept {
    if (!slots_by_lines(hashes, count, ahead, out)) {
      for (std::size_t i = 0; i < count; ++i) {
        if (out[i] == not_in_line) out[i] = exact_slot(hashes[i]);
      }
    }
    if (indices_) {
      for (std::size_t i = 0; i < count; ++i) out[i] = indices_[out[i]];
    }
  }

  bool slots_by_lines(std::uint64_t const* hashes, std::size_t count, std::size_t ahead,
                      std::uint32_t* out) const noexcept {
    if (!narrow_) return owners_in(wide_.data(), store_.bits(), hashes, count, ahead, out);
#if defined(SYNOD_RING_LINE_BATCH_AVX2)
    if (has_avx2()) return owners_in_avx2(narrow_.data(), store_.bits(), hashes, count, ahead, out);
#endif
    return owners_in(narrow_.data(), store_.bits(), hashes, count, ahead, out);
  }

  shared_array<narrow_line> narrow_;  // one of the two, unless there are no points
  shared_array<wide_line> wide_;
  point_store store_;
  shared_array<std::uint32_t> indices_;  // by slot; null: a slot's number is the index
  std::uint32_t slots_ = 0;              // ever given
  bool crowded_ = false;                 // many points in one bucket, or many buckets without one
};

/// All points of a table in order, each with the index of its node.
class point_walk {
 public:
  point_walk() = default;
  explicit point_walk(line_table const& table) noexcept : table_(&table), at_(table.store()) {}

  bool done() const noexcept { return at_.done(); }
  ring_point operator*() const noexcept { return table_->at(at_.position()); }
  void advance() noexcept { at_.advance(); }

 private:
  line_table const* table_ = nullptr;
  stored_points at_;
};

/// Adds to every node's share what its points own. There is at least one point.
template <class Shares>
void add_shares(line_table const& points, Shares& shares) noexcept {
  point_walk at{points};
  ring_point const first = *at;
  ring_point before = first;
  for (; !at.done(); at.advance()) {
    shares[(*at).node].share.hashes += (*at).point - before.point;
    before = *at;
  }
  shares[first.node].share.hashes += ring_share::whole().hashes - (before.point - first.point);
}

}  // namespace synod::inline SYNOD_ABI::detail
