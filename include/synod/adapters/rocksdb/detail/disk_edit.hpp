// SPDX-License-Identifier: BSL-1.0
// What one write changes on disk, as operations of a RocksDB batch.
#pragma once

#include <rocksdb/write_batch.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "synod/adapters/rocksdb/detail/records.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// The records that every batch or many batches rewrite.
struct disk_state {
  state_record state;
  meta_record meta;
  std::uint64_t staged = 0;  ///< the id of the snapshot that is coming in; not on disk itself
};

/// Adds operations to a batch and keeps the state beside it in step.
class disk_edit {
 public:
  disk_edit(::rocksdb::WriteBatch& batch, disk_state& now, sealed_record& scratch) noexcept
      : batch_(batch), now_(now), scratch_(scratch) {}

  state_record& state() noexcept { return now_.state; }
  void set_staged(std::uint64_t id) noexcept { now_.staged = id; }

  /// Returns the piece's checksum, the link of the next one.
  std::uint64_t put_piece(piece_record const& piece) {
    done(batch_.Put(key{table::entries, piece.first.index.value},
                    scratch_.seal(table::entries, piece)));
    return scratch_.checksum();
  }
  void drop_piece(log_index first) { done(batch_.Delete(key{table::entries, first.value})); }
  /// Drops the pieces that begin below `end`.
  void drop_pieces_before(log_index end) {
    done(batch_.DeleteRange(key{table::entries, 0}, key{table::entries, end.value}));
  }

  /// `framed` are frame_overhead bytes of room and then the part.
  void put_part(std::uint64_t snapshot, std::uint64_t offset, std::span<std::byte> framed) {
    put_part(batch_, snapshot, offset, framed);
  }
  static void put_part(::rocksdb::WriteBatch& batch, std::uint64_t snapshot, std::uint64_t offset,
                       std::span<std::byte> framed) {
    std::size_t const size =
        seal_frame(version_of(table::parts), framed.size() - frame_overhead, framed).value();
    done(batch.Put(key{table::parts, snapshot, offset}, slice_of(framed.first(size))));
  }
  void drop_parts(std::uint64_t snapshot) {
    done(batch_.DeleteRange(key{table::parts, snapshot}, key{table::parts, snapshot + 1}));
  }

  /// Drops the parts of all other snapshots.
  void drop_parts_but(std::uint64_t snapshot) {
    auto const all = std::numeric_limits<std::uint64_t>::max();
    done(batch_.DeleteRange(key{table::parts, 0}, key{table::parts, snapshot}));
    done(batch_.DeleteRange(key{table::parts, snapshot + 1}, key{table::parts, all}));
  }

  /// From here on this is the snapshot; the parts of the one before go.
  void set_snapshot(std::uint64_t id, snapshot_info const& info) {
    if (now_.meta.snapshot != 0) drop_parts(now_.meta.snapshot);
    now_.meta.snapshot = id;
    now_.meta.at = info.at;
    now_.meta.who = info.who.voters;
    now_.meta.bytes = info.bytes;
    put_meta();
  }
  void set_configuration(configuration const& before) {
    now_.meta.configured_at = before.at;
    now_.meta.configured = before.who.voters;
    put_meta();
  }

  void put_note(note_record const& note) {
    std::string const at = static_cast<char>(table::notes) + note.name;
    done(batch_.Put(at, scratch_.seal(table::notes, note)));
  }
  void put_state() { done(batch_.Put(key{table::state}, scratch_.seal(table::state, now_.state))); }

 private:
  void put_meta() {
    done(batch_.Put(key{table::meta}, scratch_.seal(table::meta, now_.meta)));
    now_.state.meta = scratch_.checksum();
  }
  static void done(::rocksdb::Status const& added) {
    SYNOD_EXPECTS(added.ok(), "rocksdb_log: a record of 4 GiB or more");
  }

  ::rocksdb::WriteBatch& batch_;
  disk_state& now_;
  sealed_record& scratch_;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
