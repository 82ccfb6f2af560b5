// SPDX-License-Identifier: BSL-1.0
// The keys of a `kv` as bytes, and back.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/machine/detail/append.hpp"
#include "synod/machine/detail/kv_table.hpp"
#include "synod/machine/kv_limits.hpp"
#include "synod/reflect/decode.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// A snapshot is this and `count` records, the order of which is that of `snapshot_order`.
struct kv_snapshot_head {
  static constexpr std::uint8_t this_format = 1;
  std::uint8_t format = this_format;
  instant now;
  std::uint32_t count = 0;
};
struct kv_snapshot_record {
  std::span<std::byte const> key;
  std::span<std::byte const> value;
  std::optional<instant> deadline;
};

// Member by member: what describes a struct is dear to compile.
inline void append(std::vector<std::byte>& out, kv_snapshot_head const& head) {
  append(out, head.format, head.now.ns, head.count);
}
inline void append(std::vector<std::byte>& out, kv_snapshot_record const& record) {
  std::optional<std::uint64_t> deadline;
  if (record.deadline) deadline = record.deadline->ns;
  append(out, record.key, record.value, deadline);
}

/// By the XXH3-64 of the key under seed 0, then by the key: an order of the content alone, and ten
/// times cheaper to sort by than the keys, whose blocks lie anywhere.
struct snapshot_order {
  std::uint64_t hash = 0;
  std::span<std::byte const> key;

  explicit snapshot_order(std::span<std::byte const> of) noexcept
      : hash(hash_key<xxh3>(of)), key(of) {}
  friend bool operator<(snapshot_order const& a, snapshot_order const& b) noexcept {
    return a.hash < b.hash || (a.hash == b.hash && comes_before(a.key, b.key));
  }
};

inline void save(instant now, kv_table const& table, std::vector<std::byte>& out) {
  std::vector<std::pair<std::uint64_t, kv_record const*>> order;
  order.reserve(table.size());
  table.for_each(
      [&](kv_record const& each) { order.emplace_back(hash_key<xxh3>(each.key()), &each); });
  std::sort(order.begin(), order.end(), [](auto const& a, auto const& b) {
    return a.first < b.first ||
           (a.first == b.first && comes_before(a.second->key(), b.second->key()));
  });
  out.reserve(out.size() + 13 + table.bytes() + std::uint64_t{17} * table.size());
  append(out, kv_snapshot_head{kv_snapshot_head::this_format, now, table.size()});
  for (auto const& [hash, each] : order) {
    append(out, kv_snapshot_record{each->key(), each->value(), table.deadline(*each)});
  }
}

/// Reads what `save` wrote; what is accepted saves to the same bytes. Memory is taken for at most
/// as many records as the bytes can hold.
class kv_snapshot_reader {
 public:
  kv_snapshot_reader(std::span<std::byte const> bytes, kv_limits const& limits) noexcept
      : in_(bytes), size_(bytes.size()), limits_(limits) {}

  result<std::pair<instant, kv_table>> read(std::uint64_t seed) {
    std::uint8_t format = 0;
    instant now;
    std::uint32_t count = 0;
    if (!(in_.get(format) && in_.get(now.ns) && in_.get(count))) return in_.error();
    if (format != kv_snapshot_head::this_format) {
      return error{errc::bad_input, "kv: a snapshot of another format", 0};
    }
    if (count > limits_.max_keys) return error{errc::too_large, "kv: more keys than may be", 9};
    if (count > (size_ - in_.at()) / least_record) {
      return error{errc::bad_input, "kv: more keys than bytes", 9};
    }
    kv_table table{seed};
    table.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (auto const wrong = read_record(now, table); wrong.code != errc::ok) return wrong;
    }
    if (in_.at() != size_) return error{errc::bad_input, "kv: bytes after the end", in_.at()};
    return std::pair{now, std::move(table)};
  }

 private:
  static constexpr std::size_t least_record = 9;

  error read_record(instant now, kv_table& table) {
    std::size_t const place = in_.at();
    std::span<std::byte const> key;
    std::span<std::byte const> value;
    std::optional<std::uint64_t> deadline;
    if (!(in_.get(key) && in_.get(value) && in_.get(deadline))) return in_.error();
    if (key.size() > limits_.max_key_bytes || value.size() > limits_.max_value_bytes) {
      return {errc::too_large, "kv: a key or value beyond its limit", place};
    }
    if (table.bytes() + key.size() + value.size() > limits_.max_bytes) {
      return {errc::too_large, "kv: more bytes than may be", place};
    }
    snapshot_order const here{key};
    if (table.size() > 0 && !(last_ < here)) {
      return {errc::bad_input, "kv: keys out of order, or twice", place};
    }
    if (deadline && (*deadline <= now.ns || *deadline == never.ns)) {
      return {errc::bad_input, "kv: a deadline that has passed, or never comes", place};
    }
    last_ = here;
    std::size_t const which = table.add(key, value);
    if (deadline) {
      instant const at{*deadline};
      table.set_deadline(which,
                         SYNOD_MUTANT(kv_restores_longer_lifetimes, at, now + (at - instant{})));
    }
    return {};
  }

  synod::detail::byte_reader in_;
  std::size_t size_;
  kv_limits const& limits_;
  snapshot_order last_{{}};
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
