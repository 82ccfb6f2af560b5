// SPDX-License-Identifier: BSL-1.0
// The next table from the last one: points put in and taken out where they stand, or all of them
// laid out again, merged with those that come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/ring/detail/line_table.hpp"
#include "synod/ring/detail/point_layout.hpp"
#include "synod/ring/detail/point_store.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/point.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// What changes between two tables. Nodes that stay keep their order among themselves.
struct line_change {
  /// Points to take out, in order, by the old indices of their nodes.
  std::span<ring_point const> removed;
  /// Points to put in, in order, by the new ones.
  std::span<ring_point const> added;
  /// For each old index the new one; `no_node` for a node that goes.
  std::span<std::uint32_t const> moved_to;
  /// Nodes there are then.
  std::size_t nodes = 0;
};

/// How slots and indices go together after a change.
struct slot_numbers {
  shared_array<std::uint32_t> index_of;  // by slot; `no_node` for one that is no longer in use
  shared_array<std::uint32_t> slot_of;   // by index
  bool same = false;

  /// False when the memory is not to be had. O(slots).
  bool count(line_table const& table, line_change const& change) noexcept {
    std::uint32_t slot = table.slots();
    std::size_t stay = 0;
    for (std::uint32_t const to : change.moved_to) stay += to != no_node;
    index_of = shared_array<std::uint32_t>::allocate(slot + change.nodes - stay);
    slot_of = shared_array<std::uint32_t>::allocate(change.nodes);
    if (!index_of || !slot_of) return false;

    for (std::size_t i = 0; i < change.nodes; ++i) slot_of[i] = no_node;
    for (std::uint32_t i = 0; i < slot; ++i) {
      std::uint32_t const old = table.index_of(i);
      index_of[i] = old == no_node ? no_node : change.moved_to[old];
      if (index_of[i] != no_node) slot_of[index_of[i]] = i;
    }
    same = true;
    for (std::uint32_t i = 0; i < change.nodes; ++i) {
      if (slot_of[i] == no_node) index_of[slot_of[i] = slot++] = i;
      same &= slot_of[i] == i;
    }
    same &= slot == change.nodes;
    return true;
  }
};

/// Changes a table point by point. `Move` is called for every stretch of the hash space that
/// changes hands, as `move(from, to, hashes)` with the new indices of the nodes; a node that goes
/// is `no_node`.
template <class Line, class Move>
class line_edit {
 public:
  line_edit(line_table& table, shared_array<Line>& lines, Move move) noexcept
      : table_(table), store_(table.store_), lines_(lines), move_(move) {}

  void apply(line_change const& change, slot_numbers&& numbers) noexcept {
    for (ring_point const& gone : change.removed) erase(gone, numbers);
    table_.slots_ = static_cast<std::uint32_t>(numbers.index_of.size());
    table_.indices_ = numbers.same ? shared_array<std::uint32_t>{} : std::move(numbers.index_of);
    for (ring_point const& come : change.added) insert(come, numbers.slot_of[come.node]);
    store_.count_ranks();
  }

 private:
  // The table still has the old indices, the numbers have the new ones.
  void erase(ring_point gone, slot_numbers const& numbers) noexcept {
    std::size_t const b = store_.bucket_of(gone.point);
    std::uint32_t at = store_.lower_bound(b, gone.point);
    while (SYNOD_MUTANT(ring_erases_by_place, table_.index_of(store_.slots()[at]) != gone.node,
                        false)) {
      ++at;
    }
    std::uint32_t const slot = store_.slots()[at];
    std::uint32_t const heir = store_.slots()[successor(b, at + 1)];
    move_(numbers.index_of[slot], numbers.index_of[heir], width(b, at, gone.point));
    store_.erase(b, at);
    refresh(b);
  }

  void insert(ring_point come, std::uint32_t slot) noexcept {
    std::size_t const b = store_.bucket_of(come.point);
    std::uint32_t const last = store_.bucket(b).last;
    std::uint32_t at = store_.lower_bound(b, come.point);
    while (at < last && SYNOD_MUTANT(ring_inserts_first, table_.at(at) < come, false)) ++at;
    std::uint32_t const from = store_.slots()[successor(b, at)];
    move_(table_.index_of(from), come.node, width(b, at, come.point));
    store_.insert(b, at, come.point, slot);
    refresh(b);
  }

  // Position of the first point at or behind a position in bucket b, round the ring.
  std::uint32_t successor(std::size_t b, std::uint32_t at) const noexcept {
    std::size_t s = b >> point_store::segment_bits;
    if (at < store_.segment(s).last) return at;
    do s = s + 1 == store_.segments() ? 0 : s + 1;
    while (store_.segment(s).size() == 0);
    return store_.segment(s).first;
  }

  // What a point at a position in bucket b owns: from the point before.
  ring_share::count width(std::size_t b, std::uint32_t at, std::uint64_t point) const noexcept {
    std::size_t s = b >> point_store::segment_bits;
    if (at > store_.segment(s).first) return point - store_.points()[at - 1];
    bool wraps = false;
    do {
      wraps |= s == 0;
      s = s == 0 ? store_.segments() - 1 : s - 1;
    } while (store_.segment(s).size() == 0);
    std::uint64_t const before = store_.points()[store_.segment(s).last - 1];
    if (SYNOD_MUTANT(ring_share_without_wrap, !wraps, true)) return point - before;
    return ring_share::whole().hashes - (before - point);
  }

  // Writes the line of bucket b anew, and those before that end with b's first owner.
  void refresh(std::size_t b) noexcept {
    std::uint32_t const first = lines_[b].owner(0);
    std::size_t const mask = store_.buckets() - 1;
    table_.fill(lines_, b, lines_[(b + 1) & mask].owner(0));
    if (SYNOD_MUTANT(ring_keeps_stale_lines, lines_[b].owner(0) == first, true)) return;
    do {
      b = (b - 1) & mask;
      table_.fill(lines_, b, lines_[(b + 1) & mask].owner(0));
    } while (store_.bucket(b).size() == 0);
  }

  line_table& table_;
  point_store& store_;
  shared_array<Line>& lines_;
  Move move_;
};

template <class Move>
void line_table::apply(line_change const& change, slot_numbers&& numbers, Move move) noexcept {
  if (narrow_) {
    line_edit{*this, narrow_, move}.apply(change, std::move(numbers));
  } else {
    line_edit{*this, wide_, move}.apply(change, std::move(numbers));
  }
}

/// Whether a change is better made point by point: it is small, the points lie as evenly as hashes
/// do, and there is room where they go.
inline bool is_small_change(line_table const& table, line_change const& change) noexcept {
  point_store const& store = table.store();
  std::size_t const edits = change.removed.size() + change.added.size();
  std::size_t const size = table.size() + change.added.size() - change.removed.size();
  std::size_t const slots = table.slots() + change.nodes;  // at most
  if (table.crowded() || edits > table.size() / 32 || slots > 3 * change.nodes) return false;
  if (size > 9 * store.buckets() || 4 * size < 15 * store.buckets()) return false;
  if (table.is_narrow() && slots > narrow_line::nodes) return false;
  std::uint32_t more = 0;
  std::size_t segment = store.segments();
  for (ring_point const& come : change.added) {
    std::size_t const s = store.bucket_of(come.point) >> point_store::segment_bits;
    more = s == segment ? more + 1 : 1;
    segment = s;
    if (!store.has_room(s, more)) return false;
  }
  return true;
}

/// A table of all points after a change, laid out anew. False when the memory is not to be had.
/// O(points + buckets).
inline bool merge_change(line_table const& from, line_change const& change,
                         line_table& made) noexcept {
  if (!made.begin(from.size() + change.added.size() - change.removed.size(), change.nodes)) {
    return false;
  }
  ordered_layout layout{made.store()};
  auto gone = change.removed.begin();
  auto come = change.added.begin();
  for (stored_points at{from.store()}; !at.done(); at.advance()) {
    ring_point point{at.point(), from.index_of(at.slot())};
    if (gone != change.removed.end() && *gone == point) {
      ++gone;
      continue;
    }
    point.node = change.moved_to[point.node];
    for (; come != change.added.end() && *come < point; ++come) layout.append(*come);
    layout.append(point);
  }
  for (; come != change.added.end(); ++come) layout.append(*come);
  layout.finish();
  return made.lay_lines();
}

}  // namespace synod::inline SYNOD_ABI::detail
