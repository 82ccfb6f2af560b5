// SPDX-License-Identifier: BSL-1.0
// What stands in the database: keys, and values as frames (reflect/frame.hpp) with a length, a
// version and a checksum of their own. docs/adapters-rocksdb.md has the format in words.
#pragma once

#include <rocksdb/slice.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/fixed_vector.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"
#include "synod/reflect/base_types.hpp"
#include "synod/reflect/frame.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// The first byte of a key.
enum class table : char {
  entries = 'e',   ///< + first index: a piece_record
  identity = 'i',  ///< an identity_record
  meta = 'm',      ///< a meta_record
  notes = 'n',     ///< + name: a note_record
  parts = 'p',     ///< + snapshot id + offset: bytes of a snapshot
  state = 's',     ///< a state_record
};

inline constexpr std::uint32_t format_version = 1;

/// The version of a record's frame: the format's, and the table's letter, so that no value is ever
/// read as one of another table.
constexpr std::uint32_t version_of(table where) noexcept {
  return format_version << 8 | static_cast<unsigned char>(where);
}

using voters = fixed_vector<node_id, max_voters>;

/// Whose directory it is; written once.
struct identity_record {
  std::string cluster;
  node_id node;
  std::uint64_t incarnation = 0;
  std::uint64_t secret = 0;  ///< in every state_record; shown nowhere
};

/// Written with every batch.
struct state_record {
  std::uint64_t secret = 0;
  std::uint64_t batch = 0;  ///< the number of this batch; one is written after the one before is
                            ///< synced
  synod::life life;
  ballot in;
  std::optional<node_id> vote;
  position base;
  log_index last;
  std::uint64_t link = 0;  ///< the checksum of the last piece; 0: there is none
  std::uint64_t meta = 0;  ///< the checksum of the meta_record; 0: there is none
  log_index commit;
};

/// Written where one of its members changes.
struct meta_record {
  std::uint64_t snapshot = 0;  ///< the id of the snapshot; 0: there is none, and the next three too
  position at;
  voters who;
  std::uint64_t bytes = 0;
  position configured_at;  ///< the last configuration at or below the base; none: no voters
  voters configured;
};

/// Consecutive entries of one ballot and one kind.
struct piece_record {
  std::uint64_t link = 0;  ///< the checksum of the piece before
  position first;
  log_index last;
  std::uint8_t kind = 0;
  voters who;                          ///< of a configuration
  std::span<std::byte const> entries;  ///< framed one after another (consensus/payload.hpp)
};

/// What the host keeps beside the log.
struct note_record {
  std::string name;
  std::string text;
};

/// A key: a table and up to two numbers, most significant byte first.
class key {
 public:
  explicit key(table where) noexcept { text_[size_++] = static_cast<char>(where); }
  key(table where, std::uint64_t a) noexcept : key(where) { put(a); }
  key(table where, std::uint64_t a, std::uint64_t b) noexcept : key(where, a) { put(b); }

  operator ::rocksdb::Slice() const noexcept { return {text_.data(), size_}; }

 private:
  void put(std::uint64_t n) noexcept {
    for (int shift = 56; shift >= 0; shift -= 8) text_[size_++] = static_cast<char>(n >> shift);
  }

  std::array<char, 17> text_{};
  std::size_t size_ = 0;
};

/// The number at an offset of a key that is long enough.
inline std::uint64_t number_at(::rocksdb::Slice const& k, std::size_t at) noexcept {
  std::uint64_t n = 0;
  for (std::size_t i = at; i < at + 8; ++i) n = n << 8 | static_cast<unsigned char>(k[i]);
  return n;
}

inline std::span<std::byte const> bytes_of(::rocksdb::Slice const& s) noexcept {
  return std::as_bytes(std::span{s.data(), s.size()});
}
inline ::rocksdb::Slice slice_of(std::span<std::byte const> bytes) noexcept {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// The checksum in a whole frame.
inline std::uint64_t checksum_in(std::span<std::byte const> whole) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 24; i-- != 16;) sum = sum << 8 | std::to_integer<std::uint64_t>(whole[i]);
  return sum;
}

/// A record as its frame, in memory that is used again and again.
class sealed_record {
 public:
  template <class Record>
  ::rocksdb::Slice seal(table where, Record const& record) {
    bytes_.resize(frame_overhead + encoded_size(record));
    std::size_t const size = encode_frame(version_of(where), record, std::span{bytes_}).value();
    return slice_of(std::span{bytes_}.first(size));
  }
  /// The checksum of what was sealed last.
  std::uint64_t checksum() const noexcept { return checksum_in(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

template <class Record>
result<Record> unseal(table where, ::rocksdb::Slice const& value) {
  return decode_frame<Record>(version_of(where), bytes_of(value), value.size());
}

}  // namespace synod::inline SYNOD_ABI::adapters::detail

BOOST_HANA_ADAPT_STRUCT(synod::adapters::detail::identity_record, cluster, node, incarnation,
                        secret);
BOOST_HANA_ADAPT_STRUCT(synod::adapters::detail::state_record, secret, batch, life, in, vote, base,
                        last, link, meta, commit);
BOOST_HANA_ADAPT_STRUCT(synod::adapters::detail::meta_record, snapshot, at, who, bytes,
                        configured_at, configured);
BOOST_HANA_ADAPT_STRUCT(synod::adapters::detail::note_record, name, text);
BOOST_HANA_ADAPT_STRUCT(synod::adapters::detail::piece_record, link, first, last, kind, who,
                        entries);
