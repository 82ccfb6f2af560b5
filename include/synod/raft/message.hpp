// SPDX-License-Identifier: BSL-1.0
// What Raft nodes say to each other: RequestVote, AppendEntries and InstallSnapshot with their
// replies (Raft, figures 2 and 13), the question before a vote and the confirmation of a leader
// (Raft dissertation, sections 9.6 and 6.4), as one small trivially copyable struct.
#pragma once

#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"

namespace synod::inline SYNOD_ABI::raft {

enum class verb : std::uint8_t {
  vote,
  vote_reply,
  append,
  append_reply,
  pre_vote,
  pre_vote_reply,
  confirm,
  confirm_reply,
  snapshot,
  snapshot_reply,
};

/// | field     | vote           | vote_reply | append                   | append_reply             |
/// |-----------|----------------|------------|--------------------------|--------------------------|
/// | in        | sender's term  | same       | same                     | same                     |
/// | yes       |                | granted    |                          | matched                  |
/// | at        | last log entry |            | entry before the new ones| yes: last verified entry; no: where the logs agree at the latest |
/// | of, count, kind, who |     |            | the run that follows `at`; its members, if a configuration | |
/// | upto      |                |            | leader's commit          | no: the `at` it answers  |
///
/// | field  | pre_vote            | pre_vote_reply                  |
/// |--------|---------------------|---------------------------------|
/// | in     | sender's term and 1 | yes: the same; no: sender's term |
/// | yes    |                     | it would vote so                |
/// | at     | last log entry      |                                 |
///
/// | field  | confirm       | confirm_reply | snapshot                    | snapshot_reply       |
/// |--------|---------------|---------------|-----------------------------|----------------------|
/// | in     | sender's term | same          | same                        | same                 |
/// | at     |               |               | its last entry              | same                 |
/// | number | the round     | the same      | offset of this part         | the offset it expects|
/// | count  |               |               | bytes of this part          |                      |
/// | total  |               |               | bytes of the whole snapshot |                      |
/// | who    |               |               | its configuration           |                      |
///
/// The last part of a snapshot, and any of one that is not needed, is answered by an append_reply:
/// everything up to its `at` is there.
struct fields {
  verb what = verb::vote;
  bool yes = false;
  synod::kind kind = kind::payload;
  std::uint32_t count = 0;
  ballot in;
  position at;
  ballot of;
  log_index upto;
  std::uint64_t number = 0;
  std::uint64_t total = 0;
  std::optional<members> who;  ///< only a configuration's and a snapshot's

  // Neither an aggregate nor constexpr: g++ 12 would clear every byte before it sets the few in
  // use.
  fields() noexcept {}
  friend constexpr bool operator==(fields const&, fields const&) = default;
};

/// The run of entries that an append carries; `count` is not 0.
constexpr run entries_of(fields const& f) noexcept {
  return {{{f.at.index.value + 1}, f.of}, {f.at.index.value + f.count}, f.kind};
}

/// The part of a snapshot that a `snapshot` names.
constexpr snapshot_chunk chunk_in(fields const& f) noexcept {
  return {f.at, f.number, f.count, f.total};
}

/// Snapshots from outside are at most so long, so that sums of offsets never overflow.
inline constexpr std::uint64_t max_snapshot_bytes = (std::uint64_t{1} << 60) - 1;

/// Whether `snapshot` names a part of one, with so many bytes beside it.
constexpr bool plausible_chunk(fields const& f, std::uint64_t bytes) noexcept {
  return f.count != 0 && f.count == bytes && f.total <= max_snapshot_bytes && f.count <= f.total &&
         f.number <= f.total - f.count && f.at.index != log_index{} && f.who && f.who->is_valid();
}

/// Whether some node could have sent these fields with so many payload entries, or so many bytes of
/// a snapshot, beside them. What is refused here is dropped, as if lost.
constexpr bool plausible(fields const& f, std::uint32_t payload_entries,
                         std::uint64_t bytes = 0) noexcept {
  if (f.what > verb::snapshot_reply || f.kind > kind::configuration) return false;
  if (f.in.value > max_ballot || f.in == ballot{} || f.at.in > f.in) return false;
  if (f.at.index.value > max_index || f.upto.value > max_index) return false;
  if (f.what == verb::snapshot) return payload_entries == 0 && plausible_chunk(f, bytes);
  if (f.what != verb::append) return payload_entries == 0 && f.count == 0;
  if (payload_entries != (f.kind == kind::payload ? f.count : 0)) return false;
  if (f.count == 0) return true;
  if (f.of > f.in || f.of < f.at.in || f.at.index.value + f.count > max_index) return false;
  if (f.kind == kind::payload) return true;
  return f.count == 1 && (f.kind == kind::no_op || (f.who && f.who->is_valid()));
}

/// The message policy of synod's own messages: the identity.
struct own_messages {
  using message = fields;
  static constexpr fields const& make(fields const& f) noexcept { return f; }
  static constexpr fields const* read(fields const& f) noexcept { return &f; }
};

}  // namespace synod::inline SYNOD_ABI::raft
