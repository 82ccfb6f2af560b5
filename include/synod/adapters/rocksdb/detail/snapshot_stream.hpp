// SPDX-License-Identifier: BSL-1.0
// Whether bytes that come in parts are one whole frame, without keeping them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/reflect/frame.hpp"

namespace synod::inline SYNOD_ABI {

/// Says of a snapshot's parts, one after another, what `read_frame` says of the whole, of whatever
/// version. 0.6 KB; allocates nothing.
class snapshot_stream {
 public:
  void add(std::span<std::byte const> bytes) noexcept {
    if (total_ < frame_overhead) {
      std::size_t const n =
          std::min(bytes.size(), frame_overhead - static_cast<std::size_t>(total_));
      std::copy_n(bytes.data(), n, head_.data() + total_);
      total_ += n;
      bytes = bytes.subspan(n);
      if (total_ < frame_overhead) return;
      XXH3_64bits_reset_withSeed(&state_, hash_key<xxh3>(std::span{head_}.first(16)));
    }
    total_ += bytes.size();
    if (!bytes.empty()) XXH3_64bits_update(&state_, bytes.data(), bytes.size());
  }

  /// `errc::ok` where all that was added is one whole frame.
  error finish() const noexcept {
    if (total_ < frame_overhead) return {errc::bad_input, "snapshot: cut short", total_};
    std::uint32_t letters = 0;
    std::uint32_t version = 0;
    std::uint64_t length = 0;
    std::uint64_t checksum = 0;
    detail::byte_reader header{head_};
    header.get(letters) && header.get(version) && header.get(length) && header.get(checksum);
    if (letters != detail::frame_letters) {
      return {errc::bad_input, "snapshot: no frame begins here", 0};
    }
    if (length != total_ - frame_overhead) {
      return {errc::bad_input, "snapshot: another length than its header says", total_};
    }
    if (checksum != XXH3_64bits_digest(&state_)) {
      return {errc::corrupt, "snapshot: the checksum does not agree", 16};
    }
    return {};
  }

 private:
  std::array<std::byte, frame_overhead> head_{};
  std::uint64_t total_ = 0;
  XXH3_state_t state_{};
};

}  // namespace synod::inline SYNOD_ABI
