// SPDX-License-Identifier: BSL-1.0
// Messages written by hand: positions read {index, term}.
#pragma once

#include <cstdint>
#include <ostream>

#include "synod/raft/message.hpp"

namespace synod {

template <class Tag>
std::ostream& operator<<(std::ostream& out, strong<Tag> n) {
  return out << n.value;
}
inline std::ostream& operator<<(std::ostream& out, position const& p) {
  return out << p.index << '@' << p.in;
}

namespace raft {
inline std::ostream& operator<<(std::ostream& out, fields const& f) {
  char const* const verbs[] = {"vote",     "vote_reply",     "append",  "append_reply",
                               "pre_vote", "pre_vote_reply", "confirm", "confirm_reply",
                               "snapshot", "snapshot_reply"};
  out << verbs[static_cast<int>(f.what)] << " term " << f.in << (f.yes ? " yes" : "") << " at "
      << f.at << " upto " << f.upto << " number " << f.number;
  if (f.count != 0) out << " +" << f.count << '@' << f.of << " kind " << static_cast<int>(f.kind);
  return out;
}
}  // namespace raft

}  // namespace synod

namespace synod::test {

struct at {
  std::uint64_t index;
  std::uint64_t in;
  operator position() const { return {{index}, {in}}; }
};

inline raft::fields asks_for_vote(std::uint64_t term, position last) {
  raft::fields f;
  f.what = raft::verb::vote;
  f.in = {term};
  f.at = last;
  return f;
}
inline raft::fields votes(std::uint64_t term, bool yes) {
  raft::fields f;
  f.what = raft::verb::vote_reply;
  f.in = {term};
  f.yes = yes;
  return f;
}
/// `count` payload entries of term `of` after `before`, from a leader that has committed `commit`.
inline raft::fields appends(std::uint64_t term, position before, std::uint64_t of,
                            std::uint32_t count, std::uint64_t commit = 1) {
  raft::fields f;
  f.what = raft::verb::append;
  f.in = {term};
  f.at = before;
  f.of = {of};
  f.count = count;
  f.upto = {commit};
  return f;
}
/// Nothing but what it has committed.
inline raft::fields shows_itself(std::uint64_t term, position before, std::uint64_t commit = 1) {
  return appends(term, before, 0, 0, commit);
}
inline raft::fields acknowledges(std::uint64_t term, std::uint64_t index) {
  raft::fields f;
  f.what = raft::verb::append_reply;
  f.in = {term};
  f.yes = true;
  f.at = {{index}, {}};
  return f;
}
/// The answer to an append after `probed`: the logs agree at `hint` at the latest.
inline raft::fields rejects(std::uint64_t term, std::uint64_t probed, position hint) {
  raft::fields f;
  f.what = raft::verb::append_reply;
  f.in = {term};
  f.at = hint;
  f.upto = {probed};
  return f;
}

inline raft::fields asks_for_pre_vote(std::uint64_t term, position last) {
  raft::fields f = asks_for_vote(term, last);
  f.what = raft::verb::pre_vote;
  return f;
}
inline raft::fields pre_votes(std::uint64_t term, bool yes) {
  raft::fields f = votes(term, yes);
  f.what = raft::verb::pre_vote_reply;
  return f;
}
inline raft::fields asks_to_confirm(std::uint64_t term, std::uint64_t round) {
  raft::fields f;
  f.what = raft::verb::confirm;
  f.in = {term};
  f.number = round;
  return f;
}
inline raft::fields confirms(std::uint64_t term, std::uint64_t round) {
  raft::fields f = asks_to_confirm(term, round);
  f.what = raft::verb::confirm_reply;
  return f;
}
/// `count` bytes from `offset` on of a snapshot of `total`.
inline raft::fields brings(std::uint64_t term, position of, std::uint64_t offset,
                           std::uint32_t count, std::uint64_t total, members const& who) {
  raft::fields f;
  f.what = raft::verb::snapshot;
  f.in = {term};
  f.at = of;
  f.number = offset;
  f.count = count;
  f.total = total;
  f.who = who;
  return f;
}
inline raft::fields expects(std::uint64_t term, position of, std::uint64_t offset) {
  raft::fields f;
  f.what = raft::verb::snapshot_reply;
  f.in = {term};
  f.at = of;
  f.number = offset;
  return f;
}

}  // namespace synod::test
