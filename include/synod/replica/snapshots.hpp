// SPDX-License-Identifier: BSL-1.0
// When a replica takes a snapshot, what its bytes are, and how a machine comes of them.
//
// The bytes that a store keeps are a frame (reflect/frame.hpp) of what the machine saves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/log.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/reflect/frame.hpp"
#include "synod/replica/options.hpp"
#include "synod/store/log_store.hpp"

namespace synod::inline SYNOD_ABI {

/// The version of the frame around what a machine saves.
inline constexpr std::uint32_t snapshot_version = 1;

/// The bytes that a store keeps of a machine.
template <saveable Machine>
std::vector<std::byte> snapshot_of(Machine const& machine) {
  std::vector<std::byte> bytes;
  bytes.reserve(std::size_t{1} << 12);  // g++ 12 warns of growth by a few bytes that it can follow
  bytes.resize(frame_overhead);
  machine.save(bytes);
  (void)seal_frame(snapshot_version, bytes.size() - frame_overhead, bytes);
  return bytes;
}

/// The machine in the bytes of a snapshot, with the limits of `like`. Errors: as of `read_frame`;
/// `bad_input` where bytes follow the frame; those of `like.restored`, whose place is an offset
/// into what was saved.
template <saveable Machine>
result<Machine> machine_of(std::span<std::byte const> bytes, Machine const& like) {
  auto const whole = read_frame(snapshot_version, bytes, bytes.size());
  if (!whole) return whole.error();
  if (whole->size != bytes.size()) {
    return error{errc::bad_input, "snapshot: bytes after the end", whole->size};
  }
  return like.restored(whole->payload);
}

/// The machine of the snapshot that a store has. Errors: as of `machine_of`; `corrupt` where the
/// store does not give the bytes (place: the offset).
template <saveable Machine, snapshot_store Store>
result<Machine> machine_in(Store const& store, snapshot_info const& info, Machine const& like) {
  constexpr std::uint64_t part = std::uint64_t{1} << 20;
  std::vector<std::byte> bytes;
  while (bytes.size() < info.bytes) {
    std::uint64_t const count = std::min(part, info.bytes - bytes.size());
    auto const read =
        store.read_snapshot({info.at, bytes.size(), static_cast<std::uint32_t>(count), info.bytes});
    if (!read || read->size() != count) {
      return error{errc::corrupt, "snapshot: the store lacks a part of it (its offset)",
                   bytes.size()};
    }
    bytes.insert(bytes.end(), read->begin(), read->end());
  }
  return machine_of(bytes, like);
}

/// Counts what was applied since the last snapshot, and knows of one that is on its way to disk.
class snapshot_watch {
 public:
  explicit snapshot_watch(replica_options const& o) noexcept
      : entries_(o.snapshot_entries),
        bytes_(o.snapshot_bytes),
        keep_(o.keep_entries),
        keep_bytes_(o.keep_bytes) {}

  void applied(std::size_t bytes) noexcept { since_ += bytes; }

  /// Whether the limits say so, and saving the machine again is worth it. While a follower is being
  /// sent one it waits, since a new one would begin anew there; but not longer than until four
  /// times the limits.
  bool due(log_index applied, bool sending) const noexcept {
    std::uint64_t const entries = applied.value - at_.value;
    if ((entries < entries_ && since_ < bytes_) || pending_ || since_ < size_ / 2) return false;
    return !sending || entries / 4 >= entries_ || since_ / 4 >= bytes_;
  }
  /// One is on its way to disk.
  bool pending() const noexcept { return pending_; }
  log_index at() const noexcept { return at_; }

  void took(log_index at, std::uint64_t size) noexcept {
    restored(at, size);
    pending_ = true;
  }
  /// The machine is that of a snapshot in the store, of so many bytes.
  void restored(log_index at, std::uint64_t size) noexcept {
    at_ = at;
    size_ = size;
    since_ = 0;
    pending_ = false;
  }
  void durable() noexcept { pending_ = false; }
  /// Up to where the log need not keep what the snapshot covers. O(log^2 n).
  template <snapshot_store Log>
  log_index forget_up_to(Log const& log) const noexcept {
    std::uint64_t low = log.base().index.value;
    if (at_.value > keep_ && low < at_.value - keep_) low = at_.value - keep_;
    std::uint64_t high = at_.value;
    while (low < high) {  // the first from which what stays is not too long
      std::uint64_t const middle = low + (high - low) / 2;
      if (middle + 1 == at_.value || log.bytes_of({middle + 1}, at_) <= keep_bytes_) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return {low};
  }

 private:
  std::uint64_t entries_;
  std::uint64_t bytes_;
  std::uint64_t keep_;
  std::uint64_t keep_bytes_;
  log_index at_;
  std::uint64_t size_ = 0;   // of the last snapshot
  std::uint64_t since_ = 0;  // bytes applied since at_
  bool pending_ = false;
};

}  // namespace synod::inline SYNOD_ABI
