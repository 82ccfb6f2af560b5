// SPDX-License-Identifier: BSL-1.0
// The durable log of a node, on RocksDB: log, ballot, vote, life, commit and snapshots.
#pragma once

#include <rocksdb/db.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "synod/adapters/rocksdb/detail/log_writer.hpp"
#include "synod/adapters/rocksdb/detail/opening.hpp"
#include "synod/adapters/rocksdb/detail/snapshot_shelf.hpp"
#include "synod/adapters/rocksdb/rocksdb_options.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/store/log_store.hpp"
#include "synod/store/log_table.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// A log store on a directory of its own. Owned by one thread, which asks and writes and never
/// waits for the disk, but in `open`, `bootstrap`, `recover` and the end; a thread of its own
/// brings to disk what was written, everything that came in during one sync with the next
/// (`log_writer`). The entries behind the base are in memory too; snapshots are not.
///
/// Destroying it is an orderly end: what was written is on disk. Running out of memory ends the
/// program.
class rocksdb_log : public completes_writes {
 public:
  /// Opens the directory, or founds it where there is none. `why` gets the whole text of an error.
  ///
  /// Errors: `bad_option` (an option out of its range; the path is no directory), `not_empty`
  /// (another node's or another cluster's, or no log at all), `duplicate` (in use by a running
  /// process), `corrupt` (damaged; place: the index of the log or the offset of the snapshot where
  /// it is there), `write_failed` (cannot be created, read or written: permissions, a full disk).
  static result<rocksdb_log> open(std::string const& path, log_identity const& who,
                                  rocksdb_options const& options, std::string& why) {
    result<detail::opened> all = detail::opening(path, who, options, why).run();
    if (!all) return all.error();
    return rocksdb_log(std::move(all).value(), options);
  }

  rocksdb_log(rocksdb_log&&) noexcept = default;
  rocksdb_log& operator=(rocksdb_log&&) noexcept = default;

  /// As of `log_store`. Waits for the disk. Errors: also `write_failed`.
  result<position> bootstrap(members const& who) {
    if (who.voters.empty()) return error{errc::empty, "bootstrap: no voters"};
    if (!who.is_valid()) {
      return error{errc::duplicate, "bootstrap: a voter is named twice (its slot)",
                   who.first_repeated()};
    }
    if (is_founded() || m_->life != life{}) {
      return error{errc::not_empty, "bootstrap: the store is not empty"};
    }
    position const founding{{1}, {0}};
    m_->writer.issue(0, [&](detail::disk_edit& edit) {
      append({founding, founding.index, kind::configuration}, who, 0, {}, edit);
      describe(edit);
    });
    if (auto const bad = wait(); bad.code != errc::ok) return bad;
    return founding;
  }

  /// As of `log_store`. Waits until what was written before is on disk, and the new life too.
  /// Errors: `empty`, and `write_failed`.
  result<recovered_log> recover() {
    if (!is_founded()) {
      return error{errc::empty, "recover: the store was never founded (bootstrap)"};
    }
    if (auto const bad = wait(); bad.code != errc::ok) return bad;
    if (m_->failure) return m_->failure->why;
    m_->shelf.adopt(m_->writer.take_kept());
    m_->life = next(m_->life);
    m_->writer.issue(0, [&](detail::disk_edit& edit) {
      m_->shelf.drop_staged(edit);
      edit.state().life = m_->life;
    });
    if (auto const bad = wait(); bad.code != errc::ok) return bad;
    m_->writer.begin_life();
    m_->issued = m_->handed_out = 0;
    log_index known = std::max(m_->commit, std::max(base().index, log_index{1}));
    if (auto const kept = snapshot()) known = std::max(known, kept->at.index);
    return recovered_log{m_->life,
                         m_->in,
                         m_->vote,
                         base(),
                         m_->log.runs(),
                         m_->log.configurations(),
                         std::min(known, last())};
  }

  void write(log_batch const& batch, payload entries, io_id id) noexcept {
    SYNOD_EXPECTS(id.life == m_->life && id.sequence == m_->issued + 1,
                  "rocksdb_log: writes come in order, of the life that was handed out");
    m_->issued = id.sequence;
    if (m_->failure || m_->writer.failed()) return;
    if (batch.chunk) {
      error const bad = m_->shelf.check(*batch.chunk, entries.bytes);
      if (bad.code != errc::ok) {
        m_->failure = failed_write{id, bad};
        m_->why = std::string(bad.what) + " (at " + std::to_string(bad.place) + ")";
        return;
      }
    }
    m_->in = batch.in;
    m_->vote = batch.vote;
    m_->writer.issue(id.sequence, [&](detail::disk_edit& edit) {
      if (batch.chunk) m_->shelf.stage(*batch.chunk, entries.bytes, id.sequence, edit);
      if (batch.chunk && batch.chunk->is_last()) install(*batch.chunk, batch.who, edit);
      if (batch.truncate_from) truncate_from(*batch.truncate_from, edit);
      if (batch.entries) append(*batch.entries, batch.who, batch.skip, entries, edit);
      describe(edit);
    });
  }

  std::optional<completion> poll(instant) noexcept {
    m_->shelf.adopt(m_->writer.take_kept());
    std::uint64_t const durable = m_->writer.durable();
    m_->shelf.settle(durable);
    if (m_->handed_out >= durable) return std::nullopt;
    return complete({m_->life, ++m_->handed_out});
  }
  /// At once, where a completion can be had; otherwise `on_progress` tells.
  std::optional<instant> next_completion() const noexcept {
    if (m_->handed_out < m_->writer.durable()) return instant{};
    return std::nullopt;
  }
  /// Writes that are not yet reported as durable.
  std::uint64_t outstanding() const noexcept { return m_->issued - m_->handed_out; }

  std::optional<failed_write> failure() const noexcept {
    if (m_->writer.failed()) {
      return failed_write{{m_->life, m_->writer.durable() + 1},
                          {errc::write_failed, "rocksdb_log: a write failed", 0}};
    }
    return m_->failure;
  }
  /// What RocksDB said of the write that failed, in full; empty where none did.
  std::string last_error() const { return m_->writer.failed() ? m_->writer.failure() : m_->why; }

  std::optional<run> run_at(log_index i) const noexcept { return m_->log.run_at(i); }
  position base() const noexcept { return m_->log.base(); }
  log_index last() const noexcept { return m_->log.last(); }
  log_index fits(log_index first, log_index last, std::uint64_t bytes) const noexcept {
    return m_->log.fits(first, last, bytes);
  }
  std::uint64_t bytes_of(log_index first, log_index last) const noexcept {
    return m_->log.bytes_of(first, last);
  }
  std::optional<configuration> configuration_before(log_index i) const noexcept {
    return m_->log.configuration_before(i);
  }
  std::optional<payload> read(run const& which) const noexcept { return m_->log.read(which); }
  ballot in() const noexcept { return m_->in; }
  std::optional<node_id> vote() const noexcept { return m_->vote; }

  /// As of `snapshot_store`. It goes to disk in parts, behind all that was written before;
  /// `snapshot()` shows it from the `poll` on that finds it there. Without effect where the store
  /// has one as new.
  void keep_snapshot(snapshot_info const& info, std::span<std::byte const> bytes) noexcept {
    auto const newest = snapshot();
    if (newest && info.at.index <= newest->at.index) return;
    if (m_->failure || m_->writer.failed()) return;
    SYNOD_EXPECTS(info.bytes == bytes.size(), "rocksdb_log: a snapshot of another length");
    SYNOD_EXPECTS(m_->log.holds(info.at), "rocksdb_log: a snapshot of what is not in the log");
    m_->writer.keep(m_->shelf.pack(info, bytes));
  }
  std::optional<snapshot_info> snapshot() const noexcept { return m_->shelf.snapshot(); }
  /// Reads RocksDB, in the caller's thread. Damage found there is a `failure`.
  std::optional<std::span<std::byte const>> read_snapshot(
      snapshot_chunk const& part) const noexcept {
    std::string damage;
    auto const bytes = m_->shelf.read(part, m_->writer.db(), damage);
    if (!damage.empty() && !m_->failure) {
      m_->failure =
          failed_write{{m_->life, m_->issued + 1},
                       {errc::corrupt, "rocksdb_log: the snapshot is damaged", part.offset}};
      m_->why = damage;
    }
    return bytes;
  }

  /// As of `snapshot_store`: none that the snapshot does not cover; without any snapshot all.
  void compact(log_index upto) noexcept {
    if (auto const kept = snapshot()) upto = std::min(upto, kept->at.index);
    if (!run_at(upto) || m_->failure || m_->writer.failed()) return;
    m_->writer.issue(0, [&](detail::disk_edit& edit) {
      m_->log.compact(upto);
      drop_compacted(edit);
      describe(edit);
    });
  }

  /// Everything up to `upto` is committed: written beside the next write, costs no sync, shortens
  /// what a start has to wait for.
  void committed(log_index upto) noexcept {
    m_->commit = std::max(m_->commit, upto);
    m_->writer.note_commit(upto);
  }

  /// A few bytes that the host keeps beside the log, under a name of at most 255 bytes: on disk
  /// with whatever is written after it, within one sync.
  void put_note(std::string_view name, std::string_view text) {
    SYNOD_EXPECTS(name.size() <= 255 && text.size() <= 65536, "rocksdb_log: too long a note");
    detail::note_record const note{std::string(name), std::string(text)};
    m_->notes.insert_or_assign(note.name, note.text);
    if (m_->failure || m_->writer.failed()) return;
    m_->writer.issue(0, [&](detail::disk_edit& edit) { edit.put_note(note); });
  }
  std::optional<std::string> note(std::string_view name) const {
    auto const found = m_->notes.find(name);
    return found == m_->notes.end() ? std::nullopt : std::optional{found->second};
  }
  /// Waits until all that was written before is on disk. Error: `write_failed`.
  error sync() { return wait(); }

  /// Drawn when the directory was founded: a wiped directory has another one.
  std::uint64_t incarnation() const noexcept { return m_->incarnation; }
  /// Syncs that succeeded since it was opened.
  std::uint64_t syncs() const noexcept { return m_->writer.syncs(); }
  /// RocksDB's memtables, block cache and table readers.
  std::uint64_t memory_bytes() const {
    std::uint64_t tables = 0;
    std::uint64_t readers = 0;
    m_->writer.db().GetIntProperty("rocksdb.cur-size-all-mem-tables", &tables);
    m_->writer.db().GetIntProperty("rocksdb.estimate-table-readers-mem", &readers);
    return tables + readers + m_->cache->GetUsage();
  }

 private:
  struct memory {
    memory(detail::opened&& all, rocksdb_options const& options)
        : log(std::move(all.content.log)),
          pieces(std::move(all.content.pieces)),
          shelf(all.content, options.snapshot_part_bytes),
          life(all.content.now.state.life),
          in(all.content.now.state.in),
          vote(all.content.now.state.vote),
          commit(all.content.now.state.commit),
          incarnation(all.content.identity->incarnation),
          cache(std::move(all.cache)),
          notes(std::move(all.content.notes)),
          writer(std::move(all.db), options, all.content.now) {}

    log_table log;
    window<detail::piece_ref> pieces;
    detail::snapshot_shelf shelf;
    synod::life life;
    ballot in;
    std::optional<node_id> vote;
    log_index commit;  // as far as it was told
    std::uint64_t incarnation;
    std::shared_ptr<::rocksdb::Cache> cache;
    std::map<std::string, std::string, std::less<>> notes;
    std::optional<failed_write> failure;  // of a wrong snapshot
    std::string why;
    // Writes of this life: handed_out <= durable <= issued.
    std::uint64_t issued = 0;
    std::uint64_t handed_out = 0;
    detail::log_writer writer;  // last: its end needs nothing of the others
  };

  rocksdb_log(detail::opened&& all, rocksdb_options const& options)
      : m_(std::make_unique<memory>(std::move(all), options)) {}

  bool is_founded() const noexcept { return last() != log_index{}; }

  error wait() {
    m_->writer.drain();
    if (!m_->writer.failed()) return {};
    return {errc::write_failed, "rocksdb_log: a write failed", 0};
  }

  // What every write leaves behind, taken from memory.
  void describe(detail::disk_edit& edit) const {
    detail::state_record& state = edit.state();
    state.in = m_->in;
    state.vote = m_->vote;
    state.base = base();
    state.last = last();
    state.link = last_link();
  }
  std::uint64_t last_link() const noexcept {
    return m_->pieces.empty() ? 0 : m_->pieces.back().link;
  }

  void append(run const& added, std::optional<members> const& who, std::uint32_t skip,
              payload entries, detail::disk_edit& edit) {
    m_->log.append(added, who, skip, entries);
    put_pieces(added, who, edit);
  }
  // As many as the memory of these entries has.
  void put_pieces(run what, std::optional<members> const& who, detail::disk_edit& edit) {
    for (log_index const end = what.last; what.first.index <= end;) {
      what.last = end;
      what = one_piece(m_->log, what);
      detail::piece_record piece{last_link(), what.first,
                                 what.last,   static_cast<std::uint8_t>(what.kind),
                                 {},          m_->log.read(what)->bytes};
      if (what.kind == kind::configuration && who) piece.who = who->voters;
      m_->pieces.push_back({what.first.index, edit.put_piece(piece)});
      what.first.index = next(what.last);
    }
  }

  void truncate_from(log_index i, detail::disk_edit& edit) {
    if (i > last()) return;
    auto& pieces = m_->pieces;
    log_index end = last();  // of the last piece
    while (!pieces.empty() && pieces.back().first >= i) {
      end = previous(pieces.back().first);
      edit.drop_piece(pieces.back().first);
      pieces.truncate(pieces.size() - 1);
    }
    m_->log.truncate_from(i);
    if (end >= i) shorten_last(edit);
  }
  // The last piece goes beyond the log; so it is no configuration, which is a piece of its own.
  void shorten_last(detail::disk_edit& edit) {
    auto& pieces = m_->pieces;
    log_index const first = std::max(pieces.back().first, next(base().index));
    edit.drop_piece(pieces.back().first);
    pieces.truncate(pieces.size() - 1);
    if (first > last()) return;
    run what = *run_at(last());
    what.first.index = first;
    put_pieces(what, std::nullopt, edit);
  }

  void install(snapshot_chunk const& last_part, std::optional<members> const& who,
               detail::disk_edit& edit) {
    SYNOD_EXPECTS(who.has_value(), "rocksdb_log: a snapshot without a configuration");
    m_->writer.give_up_outgoing();
    m_->shelf.install({last_part.at, *who, last_part.total}, edit);
    m_->log.install(last_part.at, *who);
    edit.state().commit = std::max(edit.state().commit, last_part.at.index);
    drop_compacted(edit);
  }

  // Follows the log in memory, whose base has risen.
  void drop_compacted(detail::disk_edit& edit) {
    auto& pieces = m_->pieces;
    std::size_t gone = 0;
    if (last() == base().index) {
      gone = pieces.size();
    } else {
      while (gone + 1 < pieces.size() && pieces[gone + 1].first <= next(base().index)) ++gone;
    }
    if (gone != 0) {
      edit.drop_pieces_before(gone < pieces.size() ? pieces[gone].first : log_index{max_index});
      pieces.drop_front(gone);
    }
    auto const configurations = m_->log.configurations();
    if (!configurations.empty() && configurations.front().at.index <= base().index) {
      edit.set_configuration(configurations.front());
    }
  }

  std::unique_ptr<memory> m_;
};

static_assert(snapshot_store<rocksdb_log> && fallible_store<rocksdb_log>);

}  // namespace synod::inline SYNOD_ABI::adapters
