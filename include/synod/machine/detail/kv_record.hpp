// SPDX-License-Identifier: BSL-1.0
// A key and its value in one block of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

inline bool same_bytes(std::span<std::byte const> a, std::span<std::byte const> b) noexcept {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

inline bool comes_before(std::span<std::byte const> a, std::span<std::byte const> b) noexcept {
  std::size_t const common = a.size() < b.size() ? a.size() : b.size();
  int const order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order < 0 || (order == 0 && a.size() < b.size());
}

/// What stands before a key and its value: 16 bytes. It stays where it is while the block does, and
/// so is what records are known by.
struct kv_head {
  static constexpr std::uint32_t no_place = 0xffff'ffff;

  std::uint32_t key_size = 0;
  std::uint32_t value_size = 0;
  std::uint32_t capacity = 0;      // of key and value
  std::uint32_t place = no_place;  // where its deadline stands; `no_place`: it has none

  std::byte* bytes() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  std::byte const* bytes() const noexcept { return reinterpret_cast<std::byte const*>(this + 1); }
  std::span<std::byte const> key() const noexcept { return {bytes(), key_size}; }
  std::span<std::byte const> value() const noexcept { return {bytes() + key_size, value_size}; }
};

/// The owner of a block, which is at most four times as large as what is in it (or 64 bytes).
class kv_record {
 public:
  kv_record() noexcept = default;
  kv_record(std::span<std::byte const> key, std::span<std::byte const> value)
      : head_(make(key.size() + value.size())) {
    head_->key_size = static_cast<std::uint32_t>(key.size());
    put(key, 0);
    put_value(value);
  }
  kv_record(kv_record const& other) {
    if (other.head_ == nullptr) return;
    *this = kv_record{other.key(), other.value()};
    head_->place = other.head_->place;
  }
  kv_record(kv_record&& other) noexcept : head_(std::exchange(other.head_, nullptr)) {}
  kv_record& operator=(kv_record const& other) { return *this = kv_record{other}; }
  kv_record& operator=(kv_record&& other) noexcept {
    std::swap(head_, other.head_);
    return *this;
  }
  ~kv_record() { ::operator delete(head_); }

  explicit operator bool() const noexcept { return head_ != nullptr; }
  kv_head* head() const noexcept { return head_; }
  std::span<std::byte const> key() const noexcept { return std::as_const(*head_).key(); }
  std::span<std::byte const> value() const noexcept { return std::as_const(*head_).value(); }

  /// `value` does not lie in this record. Allocates where the block is too small or far too large.
  void set_value(std::span<std::byte const> value) {
    std::size_t const needed = head_->key_size + value.size();
    if (needed > head_->capacity || (head_->capacity > 64 && needed < head_->capacity / 4)) {
      kv_record other{key(), value};
      other.head_->place = head_->place;
      *this = std::move(other);
    } else {
      put_value(value);
    }
  }

 private:
  // As much as an allocator that rounds up to 16 bytes, 8 of them its own, gives anyway.
  static kv_head* make(std::size_t bytes) {
    std::size_t const whole = (sizeof(kv_head) + bytes + 8 + 15) / 16 * 16 - 8;
    auto* const head = new (::operator new(whole)) kv_head;
    head->capacity = static_cast<std::uint32_t>(whole - sizeof(kv_head));
    return head;
  }
  void put(std::span<std::byte const> bytes, std::size_t at) noexcept {
    if (!bytes.empty()) std::memcpy(head_->bytes() + at, bytes.data(), bytes.size());
  }
  void put_value(std::span<std::byte const> value) noexcept {
    put(value, head_->key_size);
    head_->value_size = static_cast<std::uint32_t>(value.size());
  }

  kv_head* head_ = nullptr;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
