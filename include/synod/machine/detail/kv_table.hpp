// SPDX-License-Identifier: BSL-1.0
// The keys of a `kv`, with their values and deadlines.
#pragma once

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "synod/hash/xxh3.hpp"
#include "synod/machine/detail/deadline_heap.hpp"
#include "synod/machine/detail/kv_record.hpp"
#include "synod/machine/detail/probed_table.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// A deadline that far away is none.
inline constexpr instant never{std::numeric_limits<std::uint64_t>::max()};

/// Records by key and by deadline. Where a record is, changes when one is added or removed; neither
/// that nor the seed of the hash ever shows in what the machine does.
class kv_table {
 public:
  static constexpr std::size_t none = probed_table<kv_record>::none;

  kv_table() = default;
  explicit kv_table(std::uint64_t seed) noexcept : seed_(seed) {}
  kv_table(kv_table const& other)
      : seed_(other.seed_),
        bytes_(other.bytes_),
        records_(other.records_),
        deadlines_(other.deadlines_) {
    records_.for_each([&](kv_record const& each) { move_deadline(each); });
  }
  kv_table(kv_table&&) noexcept = default;
  kv_table& operator=(kv_table const& other) { return *this = kv_table{other}; }
  kv_table& operator=(kv_table&&) noexcept = default;
  ~kv_table() = default;

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(records_.size()); }
  /// Of all keys and values.
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t seed() const noexcept { return seed_; }
  kv_record const& operator[](std::size_t which) const noexcept { return records_[which]; }
  /// Calls f(record) for each, in an order without meaning.
  template <class F>
  void for_each(F&& f) const {
    records_.for_each(f);
  }

  /// `none` where the key is not there. Expected O(1) and its length.
  std::size_t find(std::span<std::byte const> key) const noexcept {
    return records_.find(hash(key),
                         [&](kv_record const& each) { return same_bytes(each.key(), key); });
  }

  void reserve(std::size_t count) { records_.reserve(count); }
  /// The key is not there yet. Amortised O(1).
  std::size_t add(std::span<std::byte const> key, std::span<std::byte const> value) {
    bytes_ += key.size() + value.size();
    return records_.add(hash(key), kv_record{key, value});
  }
  void set_value(std::size_t which, std::span<std::byte const> value) {
    kv_record& record = records_[which];
    bytes_ = bytes_ - record.value().size() + value.size();
    record.set_value(value);
    move_deadline(record);
  }
  void remove(std::size_t which) noexcept {
    set_deadline(which, std::nullopt);
    bytes_ -= records_[which].key().size() + records_[which].value().size();
    records_.remove(which);
  }

  std::optional<instant> deadline(kv_record const& of) const noexcept {
    std::uint32_t const place = of.head()->place;
    if (place == kv_head::no_place) return std::nullopt;
    return deadlines_.deadline(place);
  }
  std::optional<instant> deadline(std::size_t which) const noexcept {
    return deadline(records_[which]);
  }
  /// Logarithmic in the keys that have one.
  void set_deadline(std::size_t which, std::optional<instant> at) {
    constexpr order by{};
    kv_head* const head = records_[which].head();
    if (head->place == kv_head::no_place) {
      if (at) deadlines_.add({*at, head}, by);
    } else if (at) {
      deadlines_.move_to(head->place, *at, by);
    } else {
      deadlines_.remove(head->place, by);
      head->place = kv_head::no_place;
    }
  }
  std::optional<instant> first_deadline() const noexcept {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.front().at;
  }
  /// The record that ends first, by (deadline, key); `none` where no one ends.
  std::size_t first_to_end() const noexcept {
    if (deadlines_.empty()) return none;
    kv_head const* const first = deadlines_.front().record;
    return records_.find(hash(first->key()),
                         [&](kv_record const& each) { return each.head() == first; });
  }

 private:
  struct order {
    static std::uint32_t& place(kv_head* of) noexcept { return of->place; }
    static bool before(kv_head const* a, kv_head const* b) noexcept {
      return comes_before(a->key(), b->key());
    }
  };
  // The block of a record may be another one now.
  void move_deadline(kv_record const& of) noexcept {
    kv_head* const head = of.head();
    if (head->place != kv_head::no_place) deadlines_.rename(head->place, head);
  }

  std::uint64_t hash(std::span<std::byte const> key) const noexcept {
    return hash_key<xxh3>(key, seed_);
  }

  std::uint64_t seed_ = 0;
  std::uint64_t bytes_ = 0;
  probed_table<kv_record> records_;
  deadline_heap<kv_head*> deadlines_;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
