// SPDX-License-Identifier: BSL-1.0
// The thread that brings what was written to the disk: all that came in during one sync goes
// together into the next batch (group commit).
#pragma once

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "synod/adapters/rocksdb/detail/disk_edit.hpp"
#include "synod/adapters/rocksdb/rocksdb_options.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/chrono.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// A snapshot of this node's own on its way to the disk.
struct outgoing_snapshot {
  std::uint64_t id = 0;
  snapshot_info info;
  std::deque<std::vector<std::byte>> parts;  ///< each with frame_overhead bytes of room before it
  std::uint64_t offset = 0;                  ///< of the first of them
};

/// Batches reach the disk in the order issued, each with one sync, one at a time; one of several
/// MiB takes no more, and the next begins. After the first that fails nothing is written any more,
/// and no later one is tried (a sync that failed once says nothing when it is repeated).
class log_writer {
 public:
  log_writer(std::unique_ptr<::rocksdb::DB> db, rocksdb_options options, disk_state const& now)
      : db_(std::move(db)),
        options_(std::move(options)),
        now_(now),
        noted_(now.state.commit.value) {
    sync_.sync = true;
    thread_ = std::thread{[this] { run(); }};
  }
  /// An orderly end: what was issued is written first.
  ~log_writer() {
    {
      std::lock_guard const lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  log_writer(log_writer const&) = delete;
  log_writer& operator=(log_writer const&) = delete;

  ::rocksdb::DB& db() const noexcept { return *db_; }

  /// Adds what `change(disk_edit&)` does to the next batch. `sequence` is the write of this life it
  /// stands for; 0: none.
  template <class Change>
  void issue(std::uint64_t sequence, Change&& change) {
    bool wake = false;
    {
      std::lock_guard const lock(mutex_);
      disk_edit edit(collecting_, now_, scratch_);
      change(edit);
      if (sequence != 0) collected_ = sequence;
      dirty_ = true;
      if (collecting_.GetDataSize() >= full_batch_bytes) end_batch(full_.emplace_back());
      wake = std::exchange(waiting_, false);
    }
    if (wake) wake_.notify_one();
  }

  /// Takes over a snapshot. One that is still on its way gives way to it.
  void keep(outgoing_snapshot&& snapshot) {
    {
      std::lock_guard const lock(mutex_);
      give_up_outgoing();
      outgoing_ = std::move(snapshot);
      waiting_ = false;
    }
    wake_.notify_one();
  }
  /// What is on its way is of no more use. Only inside `issue`.
  void give_up_outgoing() {
    if (!outgoing_) return;
    collecting_.DeleteRange(key{table::parts, outgoing_->id}, key{table::parts, outgoing_->id + 1});
    dirty_ = true;
    outgoing_.reset();
  }
  /// A snapshot that has become the one on disk since the last call.
  std::optional<outgoing_snapshot> take_kept() {
    if (!has_kept_.load(std::memory_order_acquire)) return std::nullopt;
    std::lock_guard const lock(mutex_);
    has_kept_.store(false, std::memory_order_relaxed);
    return std::exchange(kept_, std::nullopt);
  }

  /// Written beside the next batch, whenever it comes.
  void note_commit(log_index upto) noexcept {
    if (upto.value > noted_.load(std::memory_order_relaxed)) {
      noted_.store(upto.value, std::memory_order_relaxed);
    }
  }

  /// Waits until all that was issued is on disk, or has failed.
  void drain() {
    std::unique_lock lock(mutex_);
    drained_.wait(lock, [&] { return failed() || (!has_work() && !writing_); });
  }
  /// Writes are counted anew. Only after `drain`.
  void begin_life() {
    std::lock_guard const lock(mutex_);
    collected_ = 0;
    durable_.store(0, std::memory_order_relaxed);
  }

  /// The last write of this life that is on disk, with all before it.
  std::uint64_t durable() const noexcept { return durable_.load(std::memory_order_acquire); }
  bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
  /// What RocksDB said of the write that failed. Only after `failed`.
  std::string const& failure() const noexcept { return failure_; }
  std::uint64_t syncs() const noexcept { return syncs_.load(std::memory_order_relaxed); }

 private:
  using clock_span = std::chrono::nanoseconds;

  struct finished_batch {
    ::rocksdb::WriteBatch batch;
    std::uint64_t sequence = 0;                 // the last write in it, or before it
    std::optional<outgoing_snapshot> switched;  // becomes the one on disk
    std::uint64_t shown = 0;                    // the snapshot on disk behind it
    std::uint64_t in_use = 0;                   // the lowest whose parts are needed then
  };

  bool has_work() const noexcept { return dirty_ || outgoing_.has_value() || !full_.empty(); }

  void run() noexcept {
    std::unique_lock lock(mutex_);
    while (!failed()) {
      if (!has_work()) {
        drained_.notify_all();
        bool const mark = !wait_for_work(lock);
        if (mark && !unmarked_) break;  // stopping, and all is marked
        if (mark) unmarked_ = false;
      }
      write_next(lock);
    }
    drained_.notify_all();
  }

  // False: nothing has come, and the last write is to be marked as done, or the end has come.
  bool wait_for_work(std::unique_lock<std::mutex>& lock) {
    auto const woken = [&] { return stopping_ || has_work(); };
    waiting_ = true;
    if (unmarked_) {
      wake_.wait_for(lock, to_chrono(options_.mark_after), woken);
    } else {
      wake_.wait(lock, woken);
    }
    waiting_ = false;
    return has_work();
  }

  // All that was collected, and the state it leaves behind.
  void end_batch(finished_batch& into) {
    disk_edit edit(collecting_, now_, scratch_);
    into.sequence = collected_;
    if (outgoing_ && outgoing_->parts.empty()) {
      edit.set_snapshot(outgoing_->id, outgoing_->info);
      into.switched = std::exchange(outgoing_, std::nullopt);
    }
    ++now_.state.batch;
    log_index const noted{noted_.load(std::memory_order_relaxed)};
    now_.state.commit = std::max(now_.state.commit, std::min(noted, now_.state.last));
    edit.put_state();
    into.shown = now_.meta.snapshot;
    into.in_use = lowest_part_in_use();
    std::swap(into.batch, collecting_);
    dirty_ = false;
  }

  void write_next(std::unique_lock<std::mutex>& lock) {
    unmarked_ = unmarked_ || has_work();
    writing_ = true;
    if (full_.empty()) {
      end_batch(in_hand_);
    } else {
      in_hand_ = std::move(full_.front());
      full_.pop_front();
    }
    std::uint64_t part_of = 0;
    std::uint64_t offset = 0;
    std::vector<std::byte> part;
    if (outgoing_ && !outgoing_->parts.empty()) {
      part_of = outgoing_->id;
      offset = outgoing_->offset;
      part = std::move(outgoing_->parts.front());
      outgoing_->parts.pop_front();
      outgoing_->offset += part.size() - frame_overhead;
    }
    lock.unlock();

    if (part_of != 0) disk_edit::put_part(in_hand_.batch, part_of, offset, part);
    ::rocksdb::Status status = db_->Write(sync_, &in_hand_.batch);
    if (options_.sync_delay.ns != 0) std::this_thread::sleep_for(to_chrono(options_.sync_delay));
    clear(in_hand_.batch);

    lock.lock();
    if (status.ok()) {
      syncs_.fetch_add(1, std::memory_order_relaxed);
      durable_.store(in_hand_.sequence, std::memory_order_release);
      if (in_hand_.switched) {
        kept_ = std::exchange(in_hand_.switched, std::nullopt);
        has_kept_.store(true, std::memory_order_release);
      }
      if (std::exchange(freed_for_, in_hand_.shown) != in_hand_.shown) {
        lock.unlock();
        status = free_parts_before(in_hand_.in_use);
        lock.lock();
      }
    }
    if (!status.ok()) {
      failure_ = status.ToString();
      failed_.store(true, std::memory_order_release);
    }
    writing_ = false;
    if (options_.on_progress) {
      lock.unlock();
      options_.on_progress();
      lock.lock();
    }
  }

  std::uint64_t lowest_part_in_use() const noexcept {
    std::uint64_t lowest = now_.meta.snapshot;
    if (now_.staged != 0) lowest = std::min(lowest, now_.staged);
    if (outgoing_) lowest = std::min(lowest, outgoing_->id);
    return lowest;
  }
  // Whole files of parts that no snapshot has any more. RocksDB's compactions would come to them
  // late, if ever: nothing new is written into their range. Ids only grow, so none of them is ever
  // used again.
  ::rocksdb::Status free_parts_before(std::uint64_t snapshot) {
    key const first{table::parts, 0};
    key const end{table::parts, snapshot};
    ::rocksdb::Slice const from = first;
    ::rocksdb::Slice const to = end;
    return ::rocksdb::DeleteFilesInRange(db_.get(), db_->DefaultColumnFamily(), &from, &to, false);
  }

  static void clear(::rocksdb::WriteBatch& batch) {
    if (batch.GetDataSize() > largest_kept_batch) {
      batch = ::rocksdb::WriteBatch{};
    } else {
      batch.Clear();
    }
  }

  static constexpr std::size_t largest_kept_batch = 1u << 20;
  // A batch grows by copying what it holds, in the thread that issues: it takes no more from here
  // on.
  static constexpr std::size_t full_batch_bytes = 4u << 20;

  std::unique_ptr<::rocksdb::DB> db_;
  rocksdb_options options_;
  ::rocksdb::WriteOptions sync_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable drained_;
  // Under the mutex.
  disk_state now_;
  sealed_record scratch_;
  ::rocksdb::WriteBatch collecting_;
  std::uint64_t collected_ = 0;
  std::deque<finished_batch> full_;  // go before what collects
  std::optional<outgoing_snapshot> outgoing_;
  std::optional<outgoing_snapshot> kept_;
  bool dirty_ = false;
  bool writing_ = false;
  bool waiting_ = false;
  bool stopping_ = false;
  bool unmarked_ = false;  // the last batch is one that a crash in its middle would lose
  std::string failure_;
  // The thread's own.
  finished_batch in_hand_;
  std::uint64_t freed_for_ = 0;  // the snapshot behind which files were freed last
  // Between the threads.
  std::atomic<std::uint64_t> noted_;
  std::atomic<std::uint64_t> durable_{0};
  std::atomic<std::uint64_t> syncs_{0};
  std::atomic<bool> failed_{false};
  std::atomic<bool> has_kept_{false};
  std::thread thread_;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
