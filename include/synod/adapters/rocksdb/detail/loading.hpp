// SPDX-License-Identifier: BSL-1.0
// From the database back to memory. Everything that is in use is read, and must fit together: each
// value has its own checksum, each piece of the log names the checksum of the one before, and the
// state names the last of them. What was written is there as a whole, or it is refused.
#pragma once

#include <rocksdb/db.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synod/adapters/rocksdb/detail/disk_edit.hpp"
#include "synod/adapters/rocksdb/detail/records.hpp"
#include "synod/adapters/rocksdb/detail/snapshot_stream.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/window.hpp"
#include "synod/store/log_table.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// Where a piece begins, and its checksum.
struct piece_ref {
  log_index first;
  std::uint64_t link = 0;
};

/// Parts of a snapshot: where each ends. They follow one another.
struct part_list {
  std::uint64_t id = 0;
  std::vector<std::uint64_t> ends;

  std::uint64_t bytes() const noexcept { return ends.empty() ? 0 : ends.back(); }
};

/// What a database holds.
struct loaded {
  std::optional<identity_record> identity;  ///< empty: nothing was ever written
  disk_state now;
  log_table log;
  window<piece_ref> pieces;
  part_list snapshot;
  std::uint64_t highest_id = 0;  ///< of any snapshot's parts
  std::map<std::string, std::string, std::less<>> notes;
  bool leftovers = false;  ///< parts of another snapshot are there
};

/// Reads one database. `damage()` tells, after a failure, what does not fit.
class loader {
 public:
  /// The log will be in chunks of so many bytes.
  loader(::rocksdb::DB& db, std::size_t chunk_bytes) : db_(db), chunk_bytes_(chunk_bytes) {
    how_.fill_cache = false;
    how_.verify_checksums = true;
  }

  std::optional<loaded> load() {
    ::rocksdb::Status const sums = db_.VerifyChecksum(how_);
    if (!sums.ok()) return refuse(sums.ToString(), 0);
    loaded all;
    all.log = log_table(chunk_bytes_);
    if (!read_single(table::identity, all.identity)) return std::nullopt;
    std::optional<state_record> state;
    if (!read_single(table::state, state)) return std::nullopt;
    if (!all.identity && !state) return is_empty() ? std::optional{std::move(all)} : foreign();
    if (!all.identity || !state) return refuse("the record of identity or of state is missing", 0);
    all.now.state = *state;
    if (state->secret != all.identity->secret) return refuse("the state is another log's", 0);
    if (!read_meta(all) || !read_pieces(all) || !read_parts(all) || !read_notes(all)) {
      return std::nullopt;
    }
    return all;
  }

  std::string const& damage() const noexcept { return damage_; }
  /// An index of the log or an offset of the snapshot; 0 otherwise.
  std::uint64_t place() const noexcept { return place_; }
  /// It is sound, but no log of synod's.
  bool is_foreign() const noexcept { return foreign_; }

 private:
  using rocks_iterator = std::unique_ptr<::rocksdb::Iterator>;

  std::nullopt_t refuse(std::string const& what, std::uint64_t place) {
    damage_ = what;
    place_ = place;
    return std::nullopt;
  }
  std::nullopt_t foreign() {
    foreign_ = true;
    return refuse("the database in it is none of synod's", 0);
  }

  bool is_empty() {
    rocks_iterator const at{db_.NewIterator(how_)};
    at->SeekToFirst();
    return !at->Valid() && at->status().ok();
  }

  template <class Record>
  bool read_single(table where, std::optional<Record>& into) {
    std::string value;
    ::rocksdb::Status const got = db_.Get(how_, key{where}, &value);
    if (got.IsNotFound()) return true;
    std::string const name = std::string("record '") + static_cast<char>(where) + "': ";
    if (!got.ok()) return refuse(name + got.ToString(), 0), false;
    auto record = unseal<Record>(where, value);
    if (!record) return refuse(name + record.error().what, 0), false;
    checksum_ = checksum_in(bytes_of(value));
    into = std::move(record).value();
    return true;
  }

  bool read_meta(loaded& all) {
    std::optional<meta_record> meta;
    checksum_ = 0;
    if (!read_single(table::meta, meta)) return false;
    if (checksum_ != all.now.state.meta) {
      return refuse("the record of the snapshot is not the last one written", 0), false;
    }
    if (meta) all.now.meta = *meta;
    meta_record const& m = all.now.meta;
    std::optional<configuration> before;
    if (!m.configured.empty()) before = configuration{m.configured_at, {m.configured}};
    all.log = log_table(all.now.state.base, before, chunk_bytes_);
    return true;
  }

  // f(key, value) for each key of a table, as long as it returns true.
  template <class F>
  bool each(table where, F f) {
    rocks_iterator const at{db_.NewIterator(how_)};
    char const letter = static_cast<char>(where);
    for (at->Seek(::rocksdb::Slice(&letter, 1)); at->Valid() && at->key()[0] == letter;
         at->Next()) {
      if (!f(at->key(), at->value())) return false;
    }
    return at->status().ok() || (refuse(at->status().ToString(), 0), false);
  }

  bool read_pieces(loaded& all) {
    state_record const& state = all.now.state;
    bool const sound = each(table::entries, [&](auto const& k, auto const& value) {
      return k.size() == 9 ? read_piece(all, log_index{number_at(k, 1)}, value)
                           : (refuse("a key of no known form", 0), false);
    });
    if (!sound) return false;
    if (all.log.last() != state.last || last_link(all) != state.link) {
      std::string const at = std::to_string(all.log.last().value);
      return refuse("the log ends at index " + at + ", not at " + std::to_string(state.last.value) +
                        " as it was written",
                    all.log.last().value),
             false;
    }
    return true;
  }

  static std::uint64_t last_link(loaded const& all) {
    return all.pieces.empty() ? 0 : all.pieces.back().link;
  }

  bool read_piece(loaded& all, log_index at, ::rocksdb::Slice const& value) {
    auto const bad = [&](std::string_view what) {
      refuse("log index " + std::to_string(at.value) + ": " + std::string(what), at.value);
      return false;
    };
    auto const piece = unseal<piece_record>(table::entries, value);
    if (!piece) return bad(piece.error().what);
    if (piece->first.index != at || piece->last < at || piece->last.value > max_index) {
      return bad("the entries are those of another index");
    }
    bool const follows = all.pieces.empty()
                             ? at <= next(all.log.base().index)
                             : at == next(all.log.last()) && piece->link == last_link(all);
    if (!follows) return bad("the entries before it are not those that were written");
    if (piece->last <= all.log.base().index) return bad("the entries were compacted");
    if (piece->kind > static_cast<std::uint8_t>(kind::configuration))
      return bad("of no known kind");
    run whole{piece->first, piece->last, static_cast<kind>(piece->kind)};
    payload entries;
    if (whole.kind == kind::payload) {
      auto const parsed = parse_payload(piece->entries);
      if (!parsed || parsed->entries != whole.length())
        return bad("not as many entries as it says");
      entries = *parsed;
    }
    members const who{piece->who};
    if (whole.kind == kind::configuration && (!who.is_valid() || whole.length() != 1)) {
      return bad("a configuration without members");
    }
    std::uint64_t const skip =
        at <= all.log.base().index ? all.log.base().index.value - at.value + 1 : 0;
    whole.first.index.value += skip;
    all.log.append(whole, who, static_cast<std::uint32_t>(skip), entries);
    all.pieces.push_back({at, checksum_in(bytes_of(value))});
    return true;
  }

  bool read_parts(loaded& all) {
    std::uint64_t const current = all.now.meta.snapshot;
    all.highest_id = all.snapshot.id = current;
    snapshot_stream stream;
    bool const sound = each(table::parts, [&](auto const& k, auto const& value) {
      if (k.size() != 17) return refuse("a key of no known form", 0), false;
      std::uint64_t const id = number_at(k, 1);
      if (id > all.highest_id) all.highest_id = id;
      if (id != current) return all.leftovers = true;
      auto const bad = [&](std::string_view what) {
        std::uint64_t const offset = number_at(k, 9);
        refuse("snapshot offset " + std::to_string(offset) + ": " + std::string(what), offset);
        return false;
      };
      if (number_at(k, 9) != all.snapshot.bytes()) return bad("the part before it is missing");
      auto const part = read_frame(version_of(table::parts), bytes_of(value), value.size());
      if (!part) return bad(part.error().what);
      if (part->payload.empty()) return bad("an empty part");
      all.snapshot.ends.push_back(all.snapshot.bytes() + part->payload.size());
      stream.add(part->payload);
      return true;
    });
    if (!sound || current == 0) return sound;
    std::uint64_t const end = all.snapshot.bytes();
    if (end != all.now.meta.bytes) {
      return refuse("the snapshot ends at offset " + std::to_string(end), end), false;
    }
    error const whole = stream.finish();
    if (whole.code != errc::ok) return refuse(whole.what, whole.place), false;
    return true;
  }

  bool read_notes(loaded& all) {
    return each(table::notes, [&](auto const& k, auto const& value) {
      auto note = unseal<note_record>(table::notes, value);
      std::string const name(k.data() + 1, k.size() - 1);
      if (!note) return refuse("note " + name + ": " + note.error().what, 0), false;
      if (note->name != name) return refuse("note " + name + ": is another one's", 0), false;
      all.notes.emplace(name, note->text);
      return true;
    });
  }

  ::rocksdb::DB& db_;
  std::size_t chunk_bytes_;
  ::rocksdb::ReadOptions how_;
  std::uint64_t checksum_ = 0;  // of the single record read last
  std::string damage_;
  std::uint64_t place_ = 0;
  bool foreign_ = false;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
