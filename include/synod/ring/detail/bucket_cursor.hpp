// SPDX-License-Identifier: BSL-1.0
// The candidates of a hash among numbered buckets: a replica set for rules that name one bucket.
#pragma once

#include <bit>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/mutant.hpp"
#include "synod/ring/bucket.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// All buckets below some number, once each, in an order that depends on a hash: the one that is
/// nearest to the hash's bits comes first, by exclusive or. A further bucket comes in somewhere
/// and leaves the order of the others alone. At most 2 steps a bucket.
class bucket_scan {
 public:
  constexpr bucket_scan() = default;
  constexpr bucket_scan(std::uint64_t hash, std::uint32_t buckets) noexcept
      : buckets_(buckets),
        span_(std::bit_ceil(buckets)),
        turned_(static_cast<std::uint32_t>(mix(~hash)) & (span_ - 1)) {
    to_bucket();
  }

  constexpr bool done() const noexcept { return step_ == span_; }
  constexpr std::uint32_t bucket() const noexcept { return step_ ^ turned_; }
  constexpr void advance() noexcept {
    ++step_;
    to_bucket();
  }

 private:
  constexpr void to_bucket() noexcept {
    while (step_ < span_ && bucket() >= buckets_) ++step_;
  }

  std::uint32_t buckets_ = 0;
  std::uint32_t span_ = 0;
  std::uint32_t turned_ = 0;
  std::uint32_t step_ = 0;
};

/// The buckets for a hash, the rule's own first, no two of the first 16 alike; then a scan in which
/// these come once more.
///
/// Choosing k of n consistently: of the functions g_0, g_1, ..., which are the rule under chained
/// hashes, the largest of g_j(n - j) + j over j < k is taken, then k - 1 are chosen below it (the
/// recursion by which the crate consistent-hashing of github/rust-gems chooses k nodes, and proves
/// that every set of k is equally likely). The sets for k = 1, 2, ... lie in one another; this
/// cursor gives what each has over the one before, for about k / 2 calls of the rule.
///
/// With a bucket more, the first k candidates are, as a set, the same or the new bucket instead of
/// one of them: for every k, also where the scan has begun, whose order keeps the same promise.
template <bucket_rule Rule>
class bucket_cursor {
 public:
  constexpr bucket_cursor() = default;
  constexpr bucket_cursor(std::uint64_t hash, std::uint32_t buckets) noexcept
      : hash_(hash), buckets_(buckets) {
    if (buckets_ > 0) choose();
  }

  constexpr bool done() const noexcept { return scans_ ? scan_.done() : chosen_count_ == 0; }
  constexpr std::uint32_t node() const noexcept { return scans_ ? scan_.bucket() : last_; }
  constexpr void advance() noexcept {
    if (scans_) {
      scan_.advance();
    } else if (chosen_count_ == buckets_) {
      chosen_count_ = 0;  // all have come
    } else if (chosen_count_ < most_chosen) {
      choose();
    } else {
      scans_ = true;
      scan_ = {hash_, buckets_};
    }
  }

 private:
  static constexpr std::uint32_t most_chosen = 16;

  constexpr void choose() noexcept {
    std::uint32_t below = buckets_;
    for (std::uint32_t i = 0;; ++i) {  // i of those chosen are above
      std::uint32_t const j = chosen_count_ - i;
      last_ = Rule::bucket(chained_hash(hash_, j), below - j) + j;
      if (i == chosen_count_ || last_ > chosen_[i]) {
        for (std::uint32_t k = chosen_count_; k > i; --k) chosen_[k] = chosen_[k - 1];
        chosen_[i] = last_;
        ++chosen_count_;
        return;
      }
      below = SYNOD_MUTANT(buckets_drawn_anew, chosen_[i], buckets_);
    }
  }

  std::uint64_t hash_ = 0;
  std::uint32_t buckets_ = 0;
  std::uint32_t last_ = 0;
  std::uint32_t chosen_count_ = 0;
  std::uint32_t chosen_[most_chosen] = {};  // in descending order
  bool scans_ = false;
  bucket_scan scan_;
};

}  // namespace synod::inline SYNOD_ABI::detail
