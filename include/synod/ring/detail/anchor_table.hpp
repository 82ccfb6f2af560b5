// SPDX-License-Identifier: BSL-1.0
// AnchorHash on numbers: buckets that are removed and come back, without a node's name in sight.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/random.hpp"
#include "synod/ring/bucket.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/node.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// A bucket of an anchor.
struct anchor_bucket {
  /// How many buckets worked when this one had been removed; 0: it works. So it is also the order
  /// of removals: the last one removed has the number of those that work now.
  std::uint32_t left = 0;
  /// Of a working bucket the index of its node; of a removed one the bucket that took its place
  /// among those that were left.
  std::uint32_t link = 0;

  friend constexpr bool operator==(anchor_bucket, anchor_bucket) = default;
};

/// The buckets of an anchor, for look-ups; it shares no memory.
struct anchor_view {
  anchor_bucket const* buckets = nullptr;
  std::uint32_t count = 0;  // working and removed
  bool anchored = false;    // a fixed capacity: the first draw is among all of it

  /// The working bucket of a hash; there is one. With `count / working` as a and draws as in the
  /// paper, 1 + ln a steps are expected.
  constexpr std::uint32_t find(std::uint64_t hash) const noexcept {
    std::uint32_t at =
        anchored ? scaled_to(chained_hash(hash, 1), count) : jump_back_bucket(hash, count);
    for (std::uint64_t i = 2; buckets[at].left != 0; ++i) {
      std::uint32_t const left = buckets[at].left;
      std::uint32_t const drawn = scaled_to(chained_hash(hash, i), left);
      at = as_seen_by(drawn, left);
    }
    return at;
  }

  /// Who stood at place `at` when `left` buckets worked.
  constexpr std::uint32_t as_seen_by(std::uint32_t at, std::uint32_t left) const noexcept {
    while (buckets[at].left >= left) at = buckets[at].link;
    return at;
  }

  constexpr bool works(std::uint32_t bucket) const noexcept { return buckets[bucket].left == 0; }
};

/// Candidates among the working buckets, as indices of nodes: the owner; then all buckets in an
/// order of the hash's own, which removals do not change, as far as they work.
class anchor_cursor {
 public:
  constexpr anchor_cursor() = default;
  constexpr anchor_cursor(anchor_view const& view, std::uint64_t hash) noexcept
      : view_(view), hash_(hash), stage_(view.count > 0 ? owner : end) {
    if (stage_ == owner) bucket_ = view_.find(hash);
  }

  constexpr bool done() const noexcept { return stage_ == end; }
  constexpr std::uint32_t node() const noexcept { return view_.buckets[bucket_].link; }
  constexpr void advance() noexcept {
    do next_bucket();
    while (stage_ != end && !view_.works(bucket_));
  }

 private:
  enum stage : std::uint8_t { owner, draws, chosen, end };

  constexpr void next_bucket() noexcept {
    if (stage_ == owner) {
      stage_ = view_.anchored ? draws : chosen;
      if (stage_ == chosen) order_ = {hash_, view_.count};
    } else if (stage_ == draws) {
      ++drawn_;
    } else {
      order_.advance();
    }
    if (stage_ == draws && drawn_ == 2 * std::uint64_t{view_.count}) {
      stage_ = chosen;
      order_ = {hash_, view_.count};
    }
    if (stage_ == draws) {
      bucket_ = scaled_to(chained_hash(~hash_, 1 + drawn_), view_.count);
    } else if (order_.done()) {
      stage_ = end;
    } else {
      bucket_ = order_.node();
    }
  }

  anchor_view view_;
  std::uint64_t hash_ = 0;
  std::uint64_t drawn_ = 0;
  std::uint32_t bucket_ = 0;
  stage stage_ = end;
  bucket_cursor<jump_back_rule> order_;
};

/// The buckets of an anchor, written while it is made, then shared.
class anchor_table {
 public:
  /// Bucket i for node i, and further ones up to `capacity` removed, the last first; capacity 0:
  /// none, and as many more as come. False when the memory is not to be had.
  bool build(std::uint32_t nodes, std::uint32_t capacity) noexcept {
    anchored_ = capacity != 0;
    buckets_ = shared_array<anchor_bucket>::allocate(anchored_ ? capacity : nodes);
    if (!buckets_) return false;
    for (std::uint32_t i = 0; i < buckets_.size(); ++i) {
      buckets_[i] = i < nodes ? anchor_bucket{0, i} : anchor_bucket{i, i};
    }
    working_ = nodes;
    return true;
  }

  /// This table with bucket `gone` removed, which works and is not the only one; false when the
  /// memory is not to be had.
  bool remove_from(anchor_table const& now, std::uint32_t gone) noexcept {
    bool const shrinks = !now.anchored_ && now.working_ == now.count() && gone + 1 == now.count();
    if (!copy(now, shrinks ? now.count() - 1 : now.count())) return false;
    --working_;
    if (!shrinks) {
      std::uint32_t const last = now.view().as_seen_by(now.working_ - 1, now.working_);
      buckets_[gone] = {working_, last};
    }
    number_nodes();
    return true;
  }

  /// Whether there is a bucket for another node.
  bool has_room() const noexcept { return working_ < count() || !anchored_; }
  /// This table with the bucket that was removed last, or a new one; false when the memory is not
  /// to be had. There is room.
  bool add_to(anchor_table const& now) noexcept {
    bool const grows = now.working_ == now.count();
    if (!copy(now, now.count() + (grows ? 1u : 0u))) return false;
    std::uint32_t const back = grows ? now.count() : now.removed_last();
    buckets_[back] = {};
    ++working_;
    number_nodes();
    return true;
  }

  /// The bucket that `add_to` takes.
  std::uint32_t next_bucket() const noexcept {
    return working_ == count() ? count() : removed_last();
  }

  std::uint32_t working() const noexcept { return working_; }
  std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(buckets_.size()); }
  /// 0 where it is not fixed.
  std::uint32_t capacity() const noexcept { return anchored_ ? count() : 0; }
  anchor_view view() const noexcept { return {buckets_.data(), count(), anchored_}; }

  friend bool operator==(anchor_table const& a, anchor_table const& b) noexcept {
    auto const same = [](anchor_bucket one, anchor_bucket other) {
      return SYNOD_MUTANT(anchor_forgets_the_order, one == other,
                          (one.left == 0) == (other.left == 0));
    };
    return a.anchored_ == b.anchored_ &&
           std::equal(a.buckets_.data(), a.buckets_.data() + a.count(), b.buckets_.data(),
                      b.buckets_.data() + b.count(), same);
  }

 private:
  bool copy(anchor_table const& now, std::uint32_t size) noexcept {
    buckets_ = shared_array<anchor_bucket>::allocate(size);
    if (!buckets_) return false;
    std::copy(now.buckets_.data(), now.buckets_.data() + std::min(size, now.count()),
              buckets_.data());
    working_ = now.working_;
    anchored_ = now.anchored_;
    return true;
  }

  std::uint32_t removed_last() const noexcept {
    std::uint32_t at = 0;
    while (buckets_[at].left != working_) ++at;
    return at;
  }

  // Nodes are listed in the order of their buckets.
  void number_nodes() noexcept {
    std::uint32_t node = 0;
    for (std::uint32_t i = 0; i < count(); ++i) {
      if (buckets_[i].left == 0) buckets_[i].link = node++;
    }
  }

  shared_array<anchor_bucket> buckets_;
  std::uint32_t working_ = 0;
  bool anchored_ = false;
};

}  // namespace synod::inline SYNOD_ABI::detail
