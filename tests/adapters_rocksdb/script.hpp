// SPDX-License-Identifier: BSL-1.0
// Seeded sequences of writes, and a log on RocksDB beside one in memory that gets the same.
#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "synod/adapters/rocksdb/rocksdb_log.hpp"
#include "synod/base/random.hpp"
#include "synod/reflect/frame.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

namespace fs = std::filesystem;
using adapters::log_identity;
using adapters::rocksdb_log;
using adapters::rocksdb_options;

/// A directory that goes with its name; in memory, where the machine has such a place, since no
/// test of this room depends on what a sync costs.
class scratch_directory {
 public:
  scratch_directory() {
    static std::atomic<int> count{0};
    std::error_code failed;
    fs::path root = "/dev/shm";
    if (fs::space(root, failed).available < (256u << 20) || failed)
      root = fs::temp_directory_path();
    path_ = root / ("synod-rocksdb-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~scratch_directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  scratch_directory(scratch_directory const&) = delete;
  scratch_directory& operator=(scratch_directory const&) = delete;

  std::string log() const { return path_ / "log"; }
  fs::path operator/(std::string const& name) const { return path_ / name; }

 private:
  fs::path path_;
};

/// The files of a log that is open, as a crash at this moment leaves them. RocksDB writes and drops
/// files in the background: the copy is made again until none came, grew or went meanwhile.
inline void copy_live(fs::path const& from, fs::path const& to) {
  auto const sizes = [&] {
    std::map<std::string, std::uintmax_t> all;
    std::error_code gone;
    for (auto const& file : fs::directory_iterator(from)) {
      all[file.path().filename()] = file.file_size(gone);
    }
    return all;
  };
  for (;;) {
    std::error_code failed;
    fs::remove_all(to);
    auto const before = sizes();
    fs::copy(from, to, failed);
    if (!failed && sizes() == before) return;
  }
}

inline log_identity me() { return {"test", {1}}; }

inline rocksdb_options small() {
  rocksdb_options o;
  o.entropy = 7;
  o.write_buffer_bytes = 1u << 20;
  o.snapshot_part_bytes = 4096;
  o.mark_after = seconds(100);  // never, but at the end
  return o;
}

inline rocksdb_log open_log(std::string const& path, rocksdb_options const& o = small()) {
  std::string why;
  result<rocksdb_log> log = rocksdb_log::open(path, me(), o, why);
  INFO(why);
  REQUIRE(log);
  return std::move(log).value();
}

inline members three() {
  members who;
  for (std::uint64_t n = 1; n <= 3; ++n) who.voters.push_back({n});
  return who;
}

inline std::vector<std::byte> random_bytes(splitmix64& draw, std::size_t n) {
  std::vector<std::byte> bytes(n);
  for (std::byte& b : bytes) b = static_cast<std::byte>(draw());
  return bytes;
}

/// A snapshot of so many bytes of state.
inline std::vector<std::byte> framed_snapshot(splitmix64& draw, std::size_t n) {
  std::vector<std::byte> bytes = random_bytes(draw, frame_overhead + n);
  REQUIRE(seal_frame(3, n, bytes));
  return bytes;
}

/// One thing that is done to a log.
struct deed {
  enum class what { write, keep, compact } does = what::write;
  log_batch batch;
  std::vector<std::byte> bytes;
  std::uint32_t entries = 0;
  snapshot_info info;
  log_index upto;
};

/// Draws what a replica might do next, from what the log in memory holds.
class script {
 public:
  explicit script(std::uint64_t seed) : draw_(seed) {}

  deed next(memory_log const& log) {
    deed d;
    // A snapshot that comes in is not interrupted, but by another one.
    std::uint64_t const dice = arriving_.empty() ? draw_.below(100) : 90 + draw_.below(10);
    if (dice < 50) {
      append(log, d, log.last());
    } else if (dice < 60) {
      truncate(log, d);
    } else if (dice < 65) {
      term_ += 1 + draw_.below(2);
      vote_ = draw_.below(3) == 0 ? std::nullopt : std::optional{node_id{1 + draw_.below(3)}};
    } else if (dice < 72) {
      keep(log, d);
    } else if (dice < 80) {
      d.does = deed::what::compact;
      d.upto = {log.base().index.value +
                draw_.below(log.last().value - log.base().index.value + 2)};
      if (!log.snapshot()) d.upto = log.base().index;
    } else {
      chunk(log, d);
    }
    d.batch.in = ballot{term_};
    d.batch.vote = vote_;
    return d;
  }

 private:
  void append(memory_log const& log, deed& d, log_index behind) {
    std::uint64_t const dice = draw_.below(20);
    log_index const first = synod::next(behind);
    (void)log;
    if (dice == 0) {
      d.batch.entries = run{{first, {term_}}, first, kind::configuration};
      members who;
      for (std::uint64_t n = 0; n <= draw_.below(5); ++n) who.voters.push_back({n + 1});
      d.batch.who = who;
    } else if (dice < 3) {
      d.batch.entries = run{{first, {term_}}, {first.value + draw_.below(2)}, kind::no_op};
    } else {
      d.batch.skip = static_cast<std::uint32_t>(draw_.below(2));
      std::uint64_t const n = 1 + draw_.below(6);
      for (std::uint64_t i = 0; i < n + d.batch.skip; ++i) {
        auto const content =
            random_bytes(draw_, draw_.below(30) == 0 ? draw_.below(40'000) : draw_.below(200));
        std::size_t const at = d.bytes.size();
        d.bytes.resize(at + framed_bytes(content.size()));
        frame_entry(content, d.bytes.data() + at);
        ++d.entries;
      }
      d.batch.entries = run{{first, {term_}}, {first.value + n - 1}, kind::payload};
    }
  }
  void truncate(memory_log const& log, deed& d) {
    std::uint64_t const floor =
        std::max({log.base().index.value, log.snapshot() ? log.snapshot()->at.index.value : 0,
                  std::uint64_t{1}});
    if (floor >= log.last().value) return;
    std::uint64_t const from = floor + 1 + draw_.below(log.last().value - floor);
    d.batch.truncate_from = log_index{from};
    ++term_;
    if (draw_.below(3) != 0) append(log, d, {from - 1});
  }
  void keep(memory_log const& log, deed& d) {
    std::uint64_t const least =
        std::max(log.base().index.value, log.snapshot() ? log.snapshot()->at.index.value : 0);
    if (log.last().value <= least) return;
    log_index const at{least + 1 + draw_.below(log.last().value - least)};
    d.does = deed::what::keep;
    d.bytes = framed_snapshot(draw_, draw_.below(20'000));
    d.info = {{at, log.run_at(at)->first.in},
              log.configuration_before(synod::next(at))->who,
              d.bytes.size()};
  }
  void chunk(memory_log const& log, deed& d) {
    if (arriving_.empty() || draw_.below(20) == 0) {
      std::uint64_t const least =
          std::max(log.base().index.value, log.snapshot() ? log.snapshot()->at.index.value : 0);
      log_index const at{least + 1 + draw_.below(log.last().value - least + 10)};
      arriving_ = framed_snapshot(draw_, draw_.below(10'000));
      sent_ = 0;
      std::optional<run> const held = log.run_at(at);
      arriving_at_ = {at, held && draw_.below(2) == 0 ? held->first.in : ballot{++term_}};
    }
    std::size_t const n = std::min<std::size_t>(1 + draw_.below(4000), arriving_.size() - sent_);
    d.batch.chunk =
        snapshot_chunk{arriving_at_, sent_, static_cast<std::uint32_t>(n), arriving_.size()};
    d.bytes.assign(arriving_.begin() + static_cast<std::ptrdiff_t>(sent_),
                   arriving_.begin() + static_cast<std::ptrdiff_t>(sent_ + n));
    sent_ += n;
    if (d.batch.chunk->is_last()) {
      d.batch.who = three();
      arriving_.clear();
    }
  }

  splitmix64 draw_;
  std::uint64_t term_ = 1;
  std::optional<node_id> vote_;
  std::vector<std::byte> arriving_;
  std::size_t sent_ = 0;
  position arriving_at_;
};

/// Does it, to either store. Writes are numbered by the caller.
template <class Log>
void carry_out(deed const& d, Log& log, io_id id) {
  switch (d.does) {
    case deed::what::write: log.write(d.batch, payload{d.bytes, d.entries}, id); break;
    case deed::what::keep: log.keep_snapshot(d.info, d.bytes); break;
    case deed::what::compact: log.compact(d.upto); break;
  }
}

/// The payload of a run, piece after piece.
template <class Log>
std::string bytes_at(Log const& log, run which) {
  std::string all;
  for (log_index const end = which.last; which.first.index <= end;) {
    which.last = end;
    which = one_piece(log, which);
    auto const held = log.read(which);
    if (!held || held->entries != which.length()) return "none";
    all.append(reinterpret_cast<char const*>(held->bytes.data()), held->bytes.size());
    which.first.index = next(which.last);
  }
  return all;
}

/// Empty, or what can be read of one log and not of the other.
template <class A, class B>
std::string difference(A const& a, B const& b) {
  if (a.base() != b.base()) return "base";
  if (a.last() != b.last()) return "last";
  if (a.in() != b.in()) return "ballot";
  if (a.vote() != b.vote()) return "vote";
  if (a.snapshot() != b.snapshot()) return "snapshot";
  for (log_index i = a.base().index; i <= next(a.last()); i = next(i)) {
    std::string const at = " at " + std::to_string(i.value);
    auto const held = a.run_at(i);
    if (held != b.run_at(i)) return "run" + at;
    if (i > a.base().index && a.configuration_before(i) != b.configuration_before(i)) {
      return "configuration before" + at;
    }
    if (held && held->kind == kind::payload && held->first.index == i &&
        bytes_at(a, *held) != bytes_at(b, *held)) {
      return "bytes" + at;
    }
    if (held && a.bytes_of(i, a.last()) != b.bytes_of(i, a.last())) return "length" + at;
  }
  if (auto const info = a.snapshot()) {
    std::uint64_t const third = info->bytes / 3;
    for (auto const& [from, to] :
         {std::pair{std::uint64_t{0}, info->bytes}, std::pair{third, info->bytes - third}}) {
      snapshot_chunk const part{info->at, from, static_cast<std::uint32_t>(to - from), info->bytes};
      auto const mine = a.read_snapshot(part);
      auto const other = b.read_snapshot(part);
      if (!mine || !other) return "snapshot not to be read";
      if (!std::equal(mine->begin(), mine->end(), other->begin(), other->end())) {
        return "bytes of the snapshot";
      }
    }
  }
  return {};
}

/// Waits for what was written, and takes the completions.
template <class Log>
std::uint64_t settle(Log& log) {
  std::uint64_t last = 0;
  while (auto const done = log.poll({})) last = done->id().sequence;
  return last;
}
inline std::uint64_t settle_on_disk(rocksdb_log& log) {
  REQUIRE(log.sync().code == errc::ok);
  return settle(log);
}

}  // namespace synod::test
