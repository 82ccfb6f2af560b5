// SPDX-License-Identifier: BSL-1.0
// The snapshot of a log on RocksDB, the one that is coming in beside it, and where their bytes are.
#pragma once

#include <rocksdb/db.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "synod/adapters/rocksdb/detail/disk_edit.hpp"
#include "synod/adapters/rocksdb/detail/loading.hpp"
#include "synod/adapters/rocksdb/detail/log_writer.hpp"
#include "synod/adapters/rocksdb/detail/snapshot_stream.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/log.hpp"
#include "synod/reflect/frame.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// Keeps bytes in memory only until they are on disk.
class snapshot_shelf {
 public:
  snapshot_shelf(loaded& content, std::size_t part_bytes)
      : parts_(std::move(content.snapshot)),
        next_id_(content.highest_id + 1),
        part_bytes_(part_bytes),
        leftovers_(content.leftovers) {
    meta_record const& meta = content.now.meta;
    if (meta.snapshot != 0) info_ = snapshot_info{meta.at, {meta.who}, meta.bytes};
  }

  std::optional<snapshot_info> const& snapshot() const noexcept { return info_; }

  /// Looks at a part before it is staged. An error: it was the last one, and all of them together
  /// are no snapshot.
  error check(snapshot_chunk const& part, std::span<std::byte const> bytes) noexcept {
    std::uint64_t const staged = part.offset == 0 ? 0 : staged_.bytes();
    SYNOD_EXPECTS(bytes.size() == part.count, "rocksdb_log: a part of another length");
    SYNOD_EXPECTS(staged == part.offset, "rocksdb_log: parts of a snapshot follow each other");
    if (part.offset == 0) stream_ = snapshot_stream{};
    stream_.add(bytes);
    return part.is_last() ? stream_.finish() : error{};
  }
  /// `sequence` is the write that brings it.
  void stage(snapshot_chunk const& part, std::span<std::byte const> bytes, std::uint64_t sequence,
             disk_edit& edit) {
    if (part.offset == 0) {
      drop_staged(edit);
      staged_.id = next_id_++;
      edit.set_staged(staged_.id);
    }
    if (bytes.empty()) return;
    arriving_.push_back({staged_.id, part.offset, sequence, with_room(bytes)});
    edit.put_part(staged_.id, part.offset, arriving_.back().framed);
    staged_.ends.push_back(part.offset + bytes.size());
  }
  /// What is staged becomes the snapshot.
  void install(snapshot_info const& info, disk_edit& edit) {
    edit.set_snapshot(staged_.id, info);
    edit.set_staged(0);
    info_ = info;
    parts_ = std::exchange(staged_, part_list{});
  }
  /// Gives up what is staged, and what an earlier process left.
  void drop_staged(disk_edit& edit) {
    if (leftovers_) edit.drop_parts_but(parts_.id);
    leftovers_ = false;
    if (staged_.id != 0) edit.drop_parts(staged_.id);
    edit.set_staged(0);
    staged_ = part_list{};
  }

  /// A snapshot as the parts it will have on disk.
  outgoing_snapshot pack(snapshot_info const& info, std::span<std::byte const> bytes) {
    outgoing_snapshot out;
    out.id = next_id_++;
    out.info = info;
    while (!bytes.empty()) {
      auto const part = bytes.first(std::min(bytes.size(), part_bytes_));
      out.parts.push_back(with_room(part));
      bytes = bytes.subspan(part.size());
    }
    return out;
  }
  /// One of these is on disk, and is the snapshot there unless a newer one came in.
  void adopt(std::optional<outgoing_snapshot> const& kept) {
    if (!kept || (info_ && kept->info.at.index <= info_->at.index)) return;
    info_ = kept->info;
    parts_ = {kept->id, {}};
    for (std::uint64_t end = 0; end < info_->bytes;) {
      end = std::min<std::uint64_t>(end + part_bytes_, info_->bytes);
      parts_.ends.push_back(end);
    }
  }

  /// Writes up to this one are on disk.
  void settle(std::uint64_t durable) noexcept {
    while (!arriving_.empty() && arriving_.front().sequence <= durable) arriving_.pop_front();
  }

  /// Empty: it is not there. `damage` gets a word where it should be.
  std::optional<std::span<std::byte const>> read(snapshot_chunk const& part, ::rocksdb::DB& db,
                                                 std::string& damage) {
    if (!info_ || info_->at != part.at || info_->bytes != part.total || part.offset > part.total ||
        part.count > part.total - part.offset) {
      return std::nullopt;
    }
    if (read_.capacity() > most_kept && part.count <= most_kept)
      std::vector<std::byte>{}.swap(read_);
    read_.clear();
    read_.reserve(part.count);
    std::uint64_t const end = part.offset + part.count;
    auto at = std::upper_bound(parts_.ends.begin(), parts_.ends.end(), part.offset);
    std::uint64_t begin = at == parts_.ends.begin() ? 0 : *(at - 1);
    for (; begin < end; begin = *at++) {
      auto const bytes = part_at(begin, *at - begin, db, damage);
      if (!bytes) return std::nullopt;
      std::uint64_t const from = std::max(begin, part.offset) - begin;
      std::uint64_t const to = std::min(*at, end) - begin;
      read_.insert(read_.end(), bytes->begin() + static_cast<std::ptrdiff_t>(from),
                   bytes->begin() + static_cast<std::ptrdiff_t>(to));
    }
    return std::span<std::byte const>{read_};
  }

 private:
  struct arriving {
    std::uint64_t snapshot = 0;
    std::uint64_t offset = 0;
    std::uint64_t sequence = 0;
    std::vector<std::byte> framed;
  };

  static std::vector<std::byte> with_room(std::span<std::byte const> bytes) {
    std::vector<std::byte> framed(frame_overhead + bytes.size());
    std::copy(bytes.begin(), bytes.end(), framed.begin() + frame_overhead);
    return framed;
  }

  std::optional<std::span<std::byte const>> part_at(std::uint64_t offset, std::uint64_t length,
                                                    ::rocksdb::DB& db, std::string& damage) {
    for (arriving const& a : arriving_) {
      if (a.snapshot == parts_.id && a.offset == offset) {
        return std::span{a.framed}.subspan(frame_overhead);
      }
    }
    ::rocksdb::Status const got = db.Get({}, key{table::parts, parts_.id, offset}, &value_);
    if (got.IsNotFound()) return std::nullopt;  // a newer one is on disk: `adopt` is due
    std::string const place = "snapshot offset " + std::to_string(offset) + ": ";
    if (!got.ok()) return damage = place + got.ToString(), std::nullopt;
    auto const part = read_frame(version_of(table::parts), bytes_of(value_), length);
    if (!part) return damage = place + part.error().what, std::nullopt;
    if (part->payload.size() != length) return damage = place + "another length", std::nullopt;
    return part->payload;
  }

  static constexpr std::size_t most_kept = 4u << 20;

  std::optional<snapshot_info> info_;
  part_list parts_;
  part_list staged_;
  snapshot_stream stream_;         // over what is staged
  std::deque<arriving> arriving_;  // staged or installed, not on disk
  std::vector<std::byte> read_;    // what was read last
  std::string value_;
  std::uint64_t next_id_;
  std::size_t part_bytes_;
  bool leftovers_;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
