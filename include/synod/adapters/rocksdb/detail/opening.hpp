// SPDX-License-Identifier: BSL-1.0
// From a path to a database that is sound, ours and locked, or an error with its text.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/table.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "synod/adapters/rocksdb/detail/loading.hpp"
#include "synod/adapters/rocksdb/detail/quiet_logger.hpp"
#include "synod/adapters/rocksdb/detail/wal_check.hpp"
#include "synod/adapters/rocksdb/rocksdb_options.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/result.hpp"
#include "synod/store/log_table.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// A database and all that was read from it. The cache is here to be asked for its size.
struct opened {
  std::unique_ptr<::rocksdb::DB> db;
  std::shared_ptr<::rocksdb::Cache> cache;
  std::shared_ptr<quiet_logger> warnings;
  loaded content;
};

/// RocksDB's own lock of a directory, for the time in which no database is open.
class directory_lock {
 public:
  explicit directory_lock(std::string const& directory) {
    status_ = ::rocksdb::Env::Default()->LockFile(directory + "/LOCK", &lock_);
  }
  ~directory_lock() { release(); }
  directory_lock(directory_lock const&) = delete;
  directory_lock& operator=(directory_lock const&) = delete;

  ::rocksdb::Status const& status() const noexcept { return status_; }
  void release() noexcept {
    if (lock_ != nullptr) ::rocksdb::Env::Default()->UnlockFile(lock_).PermitUncheckedError();
    lock_ = nullptr;
  }

 private:
  ::rocksdb::FileLock* lock_ = nullptr;
  ::rocksdb::Status status_;
};

/// One attempt to open. Nothing is changed in the directory before all that is in it has been
/// checked.
class opening {
 public:
  opening(std::string path, log_identity const& who, rocksdb_options const& options,
          std::string& why)
      : path_(std::move(path)), who_(who), options_(options), why_(why) {}

  result<opened> run() {
    if (auto const bad = check_options(); bad.code != errc::ok) return bad;
    if (auto const bad = make_directory(); bad.code != errc::ok) return bad;
    directory_lock lock(path_);
    if (!lock.status().ok()) return lock_error(lock.status());
    bool const exists = std::filesystem::exists(path_ + "/CURRENT");
    if (auto const bad = check_files(exists); bad.code != errc::ok) return bad;
    opened all;
    all.content.log = log_table(options_.log_chunk_bytes);
    std::uint64_t sequence = 0;
    if (exists) {
      if (auto const bad = check_content(all.content, sequence); bad.code != errc::ok) return bad;
    }
    lock.release();
    return finish(std::move(all), exists, sequence);
  }

 private:
  error say(errc code, char const* what, std::string const& text, std::uint64_t place = 0) {
    why_ = path_ + ": " + what + (text.empty() ? "" : ": " + text);
    return {code, what, place};
  }

  error check_options() {
    auto const within = [](std::size_t n, std::size_t least, std::size_t most) {
      return least <= n && n <= most;
    };
    constexpr std::size_t mib = 1u << 20;
    if (who_.cluster.empty() || who_.cluster.size() > 255) {
      return say(errc::bad_option, "the cluster's name is empty or beyond 255 bytes", "");
    }
    if (!within(options_.write_buffer_bytes, mib, 1024 * mib)) {
      return say(errc::bad_option, "write_buffer_bytes is not within 1 MiB and 1 GiB", "");
    }
    if (options_.block_cache_bytes > 1024 * mib) {
      return say(errc::bad_option, "block_cache_bytes is beyond 1 GiB", "");
    }
    if (!within(options_.snapshot_part_bytes, 4096, 64 * mib)) {
      return say(errc::bad_option, "snapshot_part_bytes is not within 4 KiB and 64 MiB", "");
    }
    if (!within(options_.log_chunk_bytes, 64, 64 * mib)) {
      return say(errc::bad_option, "log_chunk_bytes is not within 64 bytes and 64 MiB", "");
    }
    return {};
  }

  error make_directory() {
    std::error_code failed;
    std::filesystem::file_status const there = std::filesystem::status(path_, failed);
    if (std::filesystem::exists(there) && !std::filesystem::is_directory(there)) {
      return say(errc::bad_option, "is not a directory", "");
    }
    std::filesystem::create_directories(path_, failed);
    if (failed) return say(errc::write_failed, "cannot be created", failed.message());
    return {};
  }

  error lock_error(::rocksdb::Status const& status) {
    std::string const text = status.ToString();
    bool const held = text.find("lock hold by current process") != std::string::npos ||
                      text.find("temporarily unavailable") != std::string::npos;
    if (held) return say(errc::duplicate, "is in use by a running process", text);
    return say(errc::write_failed, "cannot be written", text);
  }

  // RocksDB founds a new database where CURRENT is missing, over the remains of an old one, and
  // takes a database without any write-ahead log for one that was never written to.
  error check_files(bool exists) {
    bool has_log = false;
    bool has_table = false;
    std::error_code failed;
    for (auto const& entry : std::filesystem::directory_iterator(path_, failed)) {
      has_log = has_log || entry.path().extension() == ".log";
      has_table = has_table || entry.path().extension() == ".sst";
    }
    if (failed) return say(errc::write_failed, "cannot be read", failed.message());
    if (!exists && (has_log || has_table)) {
      return say(errc::corrupt, "is damaged", "the file CURRENT is missing");
    }
    if (exists && has_table && !has_log) {
      return say(errc::corrupt, "is damaged", "the write-ahead log (*.log) is missing");
    }
    return {};
  }

  ::rocksdb::Options rocks_options(opened& all) const {
    ::rocksdb::BlockBasedTableOptions table;
    all.cache = ::rocksdb::NewLRUCache(options_.block_cache_bytes, 0);
    table.block_cache = all.cache;
    table.block_size = 16u << 10;
    ::rocksdb::Options o;
    o.table_factory.reset(::rocksdb::NewBlockBasedTableFactory(table));
    all.warnings = std::make_shared<quiet_logger>();
    o.info_log = all.warnings;
    o.info_log_level = ::rocksdb::InfoLogLevel::WARN_LEVEL;
    o.wal_recovery_mode = ::rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    o.compression = ::rocksdb::kNoCompression;
    o.write_buffer_size = options_.write_buffer_bytes;
    o.max_write_buffer_number = 2;
    o.target_file_size_base = options_.write_buffer_bytes;
    o.max_bytes_for_level_base = 4 * options_.write_buffer_bytes;
    o.level_compaction_dynamic_level_bytes = true;
    o.max_background_jobs = 2;
    o.max_bgerror_resume_count = 0;
    o.max_manifest_file_size = 1u << 20;
    o.table_cache_numshardbits = 0;
    o.stats_dump_period_sec = 0;
    o.stats_persist_period_sec = 0;
    o.allow_concurrent_memtable_write = false;
    o.enable_write_thread_adaptive_yield = false;
    return o;
  }

  error open_error(::rocksdb::Status const& status, opened const& all, std::string const& more) {
    std::string text = status.ToString();
    if (!more.empty()) text += "; " + more;
    if (std::string const warned = all.warnings->warnings(); !warned.empty()) {
      text += " (" + warned + ")";
    }
    if (status.IsIOError() && !status.IsPathNotFound()) {
      return say(errc::write_failed, "cannot be read or written", text);
    }
    return say(errc::corrupt, "is damaged", text);
  }

  // Read only: RocksDB changes nothing, so that what is refused can still be examined.
  error check_content(loaded& content, std::uint64_t& sequence) {
    opened probe;
    replay_watch watch;
    ::rocksdb::Options o = rocks_options(probe);
    o.wal_filter = &watch;
    ::rocksdb::DB* db = nullptr;
    ::rocksdb::Status const status = ::rocksdb::DB::OpenForReadOnly(o, path_, &db);
    probe.db.reset(db);
    if (!status.ok()) return open_error(status, probe, watch.gap());
    loader from(*db, options_.log_chunk_bytes);
    std::optional<loaded> held = from.load();
    if (!held && from.is_foreign()) return say(errc::not_empty, "is not empty", from.damage());
    if (!held) return say(errc::corrupt, "is damaged", from.damage(), from.place());
    if (auto const bad = check_identity(*held); bad.code != errc::ok) return bad;
    if (auto const bad = check_wal(*held); bad.code != errc::ok) return bad;
    content = std::move(*held);
    sequence = db->GetLatestSequenceNumber();
    return {};
  }

  error check_identity(loaded const& held) {
    if (!held.identity) return {};
    identity_record const& its = *held.identity;
    if (its.cluster == who_.cluster && its.node == who_.node) return {};
    auto const name = [](std::string const& cluster, node_id node) {
      return "node " + std::to_string(node.value) + " of cluster '" + cluster + "'";
    };
    return say(errc::not_empty, "is another node's",
               "it belongs to " + name(its.cluster, its.node) + ", this is " +
                   name(who_.cluster, who_.node));
  }

  error check_wal(loaded const& held) {
    if (!held.identity) return {};
    state_in_wal const highest = highest_in_wal(path_, held.identity->secret);
    std::uint64_t const recovered = held.now.state.batch;
    if (highest.batch <= recovered + 1) return {};
    return say(errc::corrupt, "is damaged",
               highest.file + ": what was written up to batch " +
                   std::to_string(highest.batch - 1) + " was on disk, and only " +
                   std::to_string(recovered) + " can be read",
               recovered);
  }

  result<opened> finish(opened&& all, bool exists, std::uint64_t sequence) {
    ::rocksdb::Options o = rocks_options(all);
    o.create_if_missing = !exists;
    o.error_if_exists = !exists;
    ::rocksdb::DB* db = nullptr;
    ::rocksdb::Status const status = ::rocksdb::DB::Open(o, path_, &db);
    all.db.reset(db);
    if (!status.ok()) return open_error(status, all, "");
    if (db->GetLatestSequenceNumber() != sequence) {
      return say(errc::duplicate, "was written to while it was opened", "");
    }
    if (!all.content.identity) {
      ::rocksdb::Status const founded = found(all);
      if (!founded.ok()) return open_error(founded, all, "");
    }
    return std::move(all);
  }

  // Into a table file at once, so that who it is does not depend on the write-ahead log.
  ::rocksdb::Status found(opened& all) {
    splitmix64 draw(options_.entropy);
    std::uint64_t const incarnation = draw();
    all.content.identity = identity_record{who_.cluster, who_.node, incarnation, draw()};
    all.content.now.state.secret = all.content.identity->secret;
    all.content.now.state.batch = 1;
    sealed_record seal;
    ::rocksdb::WriteBatch batch;
    ::rocksdb::WriteOptions sync;
    sync.sync = true;
    ::rocksdb::Status status =
        batch.Put(key{table::identity}, seal.seal(table::identity, *all.content.identity));
    if (status.ok()) {
      status = batch.Put(key{table::state}, seal.seal(table::state, all.content.now.state));
    }
    if (status.ok()) status = all.db->Write(sync, &batch);
    return status.ok() ? all.db->Flush(::rocksdb::FlushOptions{}) : status;
  }

  std::string path_;
  log_identity const& who_;
  rocksdb_options const& options_;
  std::string& why_;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
