// SPDX-License-Identifier: BSL-1.0
// What the caller says of a log on RocksDB: whose it is, and how large its parts may be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// Whose directory it is. Written at the first start and compared ever after.
struct log_identity {
  std::string cluster;  ///< a name or an id, at most 255 bytes, not empty
  node_id node;
};

struct rocksdb_options {
  /// What a founding draws the directory's incarnation from: any 64 random bits.
  std::uint64_t entropy = 0;
  /// One memtable of RocksDB; there are at most two, and the write-ahead logs are about as large
  /// together. 1 MiB to 1 GiB.
  std::size_t write_buffer_bytes = 8u << 20;
  /// RocksDB's block cache. At most 1 GiB.
  std::size_t block_cache_bytes = 1u << 20;
  /// A snapshot of this node's own is written in parts of so many bytes, one a sync at most, so
  /// that the log never waits for more than one of them. 4 KiB to 64 MiB.
  std::size_t snapshot_part_bytes = 256u << 10;
  /// The log is in memory in chunks of so many bytes; a larger entry has one of its own. 64 bytes
  /// to 64 MiB.
  std::size_t log_chunk_bytes = 1u << 20;
  /// How long nothing must be written before the last write is marked as done, which costs one
  /// sync. Until then damage of that last write cannot be told from a crash in its middle.
  duration mark_after = milliseconds(200);
  /// Added to every sync: for measuring and tests.
  duration sync_delay;
  /// Called by the log's own thread, after each sync and when a write has failed: ask `poll` and
  /// `failure` again, from the thread that owns the log. Must not call the log, must not throw,
  /// and is called until the log is destroyed.
  std::function<void()> on_progress;
};

}  // namespace synod::inline SYNOD_ABI::adapters
