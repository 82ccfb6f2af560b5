// SPDX-License-Identifier: BSL-1.0
// A key and its value in one block of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/heap_array.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

inline bool same_bytes(std::span<std::byte const> a, std::span<std::byte const> b) noexcept {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

inline bool comes_before(std::span<std::byte const> a, std::span<std::byte const> b) noexcept {
  std::size_t const common = a.size() < b.size() ? a.size() : b.size();
  int const order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order < 0 || (order == 0 && a.size() < b.size());
}

/// 24 bytes and the block, which is at most four times as large as what is in it (or 64 bytes).
class kv_record {
 public:
  kv_record() = default;
  kv_record(std::span<std::byte const> key, std::span<std::byte const> value)
      : bytes_(room_for(key.size() + value.size())),
        key_size_(static_cast<std::uint32_t>(key.size())),
        value_size_(static_cast<std::uint32_t>(value.size())),
        capacity_(room_for(key.size() + value.size())) {
    put(key, 0);
    put(value, key_size_);
  }
  kv_record(kv_record const& other) : kv_record(other.key(), other.value()) {
    place_ = other.place_;
  }
  kv_record(kv_record&&) noexcept = default;
  kv_record& operator=(kv_record const& other) { return *this = kv_record{other}; }
  kv_record& operator=(kv_record&&) noexcept = default;
  ~kv_record() = default;

  std::span<std::byte const> key() const noexcept { return {bytes_.get(), key_size_}; }
  std::span<std::byte const> value() const noexcept {
    return {bytes_.get() + key_size_, value_size_};
  }

  /// `value` does not lie in this record. Allocates where the block is too small or far too large.
  void set_value(std::span<std::byte const> value) {
    std::size_t const needed = key_size_ + value.size();
    if (needed > capacity_ || (capacity_ > 64 && needed < capacity_ / 4)) {
      kv_record other{key(), value};
      other.place_ = place_;
      *this = std::move(other);
      return;
    }
    put(value, key_size_);
    value_size_ = static_cast<std::uint32_t>(value.size());
  }

  /// Where its deadline stands; `no_place`: it has none.
  static constexpr std::uint32_t no_place = 0xffff'ffff;
  std::uint32_t& place() noexcept { return place_; }
  std::uint32_t place() const noexcept { return place_; }

 private:
  // What an allocator that rounds up to 16 bytes, 8 of them its own, has for it anyway.
  static constexpr std::uint32_t room_for(std::size_t bytes) noexcept {
    return static_cast<std::uint32_t>((bytes + 8 + 15) / 16 * 16 - 8);
  }

  void put(std::span<std::byte const> bytes, std::size_t at) noexcept {
    if (!bytes.empty()) std::memcpy(bytes_.get() + at, bytes.data(), bytes.size());
  }

  heap_array<std::byte> bytes_;
  std::uint32_t key_size_ = 0;
  std::uint32_t value_size_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint32_t place_ = no_place;
};

static_assert(sizeof(kv_record) == sizeof(void*) + 16);

}  // namespace synod::inline SYNOD_ABI::machine::detail
