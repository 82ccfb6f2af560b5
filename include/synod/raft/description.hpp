// SPDX-License-Identifier: BSL-1.0
// Raft's messages described once, for the codec, printing and relabelling. Apart from raft.hpp, so
// that the core needs no reflection.
#pragma once

#include "synod/consensus/log.hpp"
#include "synod/raft/message.hpp"
#include "synod/reflect/base_types.hpp"

namespace synod::inline SYNOD_ABI {

constexpr kind last_value(kind) { return kind::configuration; }
constexpr char const* name_of(kind k) {
  constexpr char const* names[] = {"payload", "no_op", "configuration"};
  return names[static_cast<int>(k)];
}

namespace raft {

constexpr verb last_value(verb) { return verb::snapshot_reply; }
constexpr char const* name_of(verb v) {
  constexpr char const* names[] = {"vote",     "vote_reply",     "append",  "append_reply",
                                   "pre_vote", "pre_vote_reply", "confirm", "confirm_reply",
                                   "snapshot", "snapshot_reply"};
  return names[static_cast<int>(v)];
}

}  // namespace raft
}  // namespace synod::inline SYNOD_ABI

BOOST_HANA_ADAPT_STRUCT(synod::members, voters);
BOOST_HANA_ADAPT_STRUCT(synod::raft::fields, what, yes, kind, count, in, at, of, upto, number,
                        total, who);
