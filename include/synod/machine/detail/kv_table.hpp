// SPDX-License-Identifier: BSL-1.0
// The keys of a `kv`, with their values and deadlines.
#pragma once

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "synod/hash/xxh3.hpp"
#include "synod/machine/detail/deadline_heap.hpp"
#include "synod/machine/detail/hash_index.hpp"
#include "synod/machine/detail/kv_record.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// A deadline that far away is none.
inline constexpr instant never{std::numeric_limits<std::uint64_t>::max()};

/// Records by key and by deadline. The numbers of records are 0 to size() - 1 and change when one
/// is removed; neither they nor the seed of the hash ever show in what the machine does.
class kv_table {
 public:
  static constexpr std::uint32_t none = hash_index::none;

  kv_table() = default;
  explicit kv_table(std::uint64_t seed) noexcept : seed_(seed) {}

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(records_.size()); }
  /// Of all keys and values.
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t seed() const noexcept { return seed_; }
  kv_record const& operator[](std::uint32_t which) const noexcept { return records_[which]; }

  /// `none` where the key is not there. Expected O(1) and its length.
  std::uint32_t find(std::span<std::byte const> key) const noexcept {
    return index_.find(hash(key),
                       [&](std::uint32_t which) { return same_bytes(records_[which].key(), key); });
  }

  void reserve(std::uint32_t count) {
    records_.reserve(count);
    index_.reserve(count);
  }
  /// The key is not there yet. Amortised O(1).
  std::uint32_t add(std::span<std::byte const> key, std::span<std::byte const> value) {
    std::uint32_t const which = size();
    records_.emplace_back(key, value);
    index_.add(hash(key), which);
    bytes_ += key.size() + value.size();
    return which;
  }
  void set_value(std::uint32_t which, std::span<std::byte const> value) {
    bytes_ = bytes_ - records_[which].value().size() + value.size();
    records_[which].set_value(value);
  }
  void remove(std::uint32_t which) noexcept {
    set_deadline(which, std::nullopt);
    kv_record& gone = records_[which];
    bytes_ -= gone.key().size() + gone.value().size();
    index_.remove(hash(gone.key()), which);
    if (std::uint32_t const last = size() - 1; which != last) {
      kv_record& moved = records_[last];
      index_.renumber(hash(moved.key()), last, which);
      if (moved.place() != kv_record::no_place) deadlines_.renumber(moved.place(), which);
      gone = std::move(moved);
    }
    records_.pop_back();
  }

  std::optional<instant> deadline(std::uint32_t which) const noexcept {
    std::uint32_t const place = records_[which].place();
    if (place == kv_record::no_place) return std::nullopt;
    return deadlines_.deadline(place);
  }
  /// Logarithmic in the keys that have one.
  void set_deadline(std::uint32_t which, std::optional<instant> at) {
    auto const owner = order();
    std::uint32_t& place = records_[which].place();
    if (place == kv_record::no_place) {
      if (at) deadlines_.add({*at, which}, owner);
    } else if (at) {
      deadlines_.move_to(place, *at, owner);
    } else {
      deadlines_.remove(place, owner);
      place = kv_record::no_place;
    }
  }
  /// The record that ends first, by (deadline, key); `none` where no one ends.
  std::uint32_t first_to_end() const noexcept {
    return deadlines_.empty() ? none : deadlines_.front().record;
  }

 private:
  struct heap_order {
    std::vector<kv_record>& records;

    std::uint32_t& place(std::uint32_t which) const noexcept { return records[which].place(); }
    bool before(std::uint32_t a, std::uint32_t b) const noexcept {
      return comes_before(records[a].key(), records[b].key());
    }
  };
  heap_order order() noexcept { return {records_}; }

  std::uint32_t hash(std::span<std::byte const> key) const noexcept {
    return static_cast<std::uint32_t>(hash_key<xxh3>(key, seed_));
  }

  std::uint64_t seed_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<kv_record> records_;
  hash_index index_;
  deadline_heap deadlines_;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
