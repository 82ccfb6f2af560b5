// SPDX-License-Identifier: BSL-1.0
// What RocksDB's recovery of its write-ahead log would pass over.
//
// Of its modes, "tolerate a corrupted tail" refuses most damage and cuts a torn end. But what it
// takes for a torn end may be damage: where the length of a record or its whole header is wrong in
// the last 32 KiB of a file, all that follows is dropped without a word. Two checks close that gap.
#pragma once

#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synod/adapters/rocksdb/detail/records.hpp"
#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// Watches the batches as they are replayed: each must begin where the one before ended.
class replay_watch final : public ::rocksdb::WalFilter {
 public:
  char const* Name() const override { return "synod.replay_watch"; }

  WalProcessingOption LogRecordFound(unsigned long long, std::string const& file,
                                     ::rocksdb::WriteBatch const& batch, ::rocksdb::WriteBatch*,
                                     bool*) override {
    std::uint64_t const first = little_endian(batch.Data(), 0, 8);
    if (expected_ != 0 && first != expected_) {
      gap_ = file + ": the operations from " + std::to_string(expected_) + " to " +
             std::to_string(first - 1) + " are missing";
      return WalProcessingOption::kCorruptedRecord;
    }
    expected_ = first + little_endian(batch.Data(), 8, 4);
    return WalProcessingOption::kContinueProcessing;
  }

  /// Where a batch is missing; empty: nowhere.
  std::string const& gap() const noexcept { return gap_; }

 private:
  static std::uint64_t little_endian(std::string const& bytes, std::size_t at, std::size_t n) {
    std::uint64_t value = 0;
    for (std::size_t i = at + n; i-- > at;)
      value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }

  std::uint64_t expected_ = 0;
  std::string gap_;
};

/// A state record in the bytes of a write-ahead log.
struct state_in_wal {
  std::uint64_t batch = 0;
  std::string file;
};

// The file without the seven bytes that head each of RocksDB's blocks of 32 KiB, so that a record
// that crosses a border is in one piece.
inline std::vector<std::byte> without_block_headers(std::filesystem::path const& file) {
  constexpr std::size_t block = 32768;
  constexpr std::size_t header = 7;
  std::vector<std::byte> bytes;
  std::ifstream in(file, std::ios::binary);
  std::vector<char> part(block);
  while (in.read(part.data(), block), in.gcount() > static_cast<std::streamsize>(header)) {
    auto const got = std::as_bytes(std::span{part}.first(static_cast<std::size_t>(in.gcount())));
    bytes.insert(bytes.end(), got.begin() + header, got.end());
  }
  return bytes;
}

/// The highest batch whose state record stands intact anywhere in the write-ahead logs of a
/// directory, whether a recovery reaches it or not. Batch n + 2 is written only after n + 1 is
/// synced: if it stands there, all up to n + 1 must have been recovered. Reads each file once.
inline state_in_wal highest_in_wal(std::filesystem::path const& directory, std::uint64_t secret) {
  state_in_wal highest;
  for (auto const& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".log") continue;
    std::vector<std::byte> const bytes = without_block_headers(entry.path());
    std::array<std::byte, 8> mark{};
    synod::detail::byte_writer writer{mark.data()};
    writer.put(synod::detail::frame_letters);
    writer.put(version_of(table::state));
    for (auto at = bytes.begin();; ++at) {
      at = std::search(at, bytes.end(), mark.begin(), mark.end());
      if (at == bytes.end()) break;
      auto const rest = std::span{bytes}.subspan(static_cast<std::size_t>(at - bytes.begin()));
      auto const whole = read_frame(version_of(table::state), rest, 4096);
      if (!whole) continue;
      auto const state = decode<state_record>(whole->payload);
      if (!state || state->secret != secret || state->batch <= highest.batch) continue;
      highest = {state->batch, entry.path().filename().string()};
    }
  }
  return highest;
}

}  // namespace synod::inline SYNOD_ABI::adapters::detail
