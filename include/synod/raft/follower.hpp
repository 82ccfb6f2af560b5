// SPDX-License-Identifier: BSL-1.0
// What a node answers to a leader: to its entries (Raft, section 5.3), to its wish to be confirmed,
// to the parts of its snapshot (section 7).
#pragma once

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/raft/election.hpp"
#include "synod/raft/emission.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/replication.hpp"
#include "synod/raft/snapshots.hpp"

namespace synod::inline SYNOD_ABI::raft {

template <class Config>
class follower_side : protected emission<Config> {
  using base = emission<Config>;

 protected:
  using base::promise, base::s_, base::send, base::statement, base::view, base::write,
      base::write_term;

  template <class Host>
  void answer_append(node_id from, fields const& f, bool newer, instant now, Host& host) noexcept {
    if (f.in < s_.term) return refuse_append(from, f, {}, host);
    if (!accepts_leader(from, now, host)) return;
    verification const v = verify(s_, view(host), f);
    if (!v.matches) {
      if (newer) write_term(host);
      return refuse_append(from, f, v.agreed, host);
    }
    take_over(f, v, newer, host);
    log_index const learnt = learnt_commit(s_, f, v.verified);
    bool const rose = learnt > s_.commit;
    s_.commit = learnt;
    acknowledge(from, SYNOD_MUTANT(R10, v.verified, s_.log.last_index()), host);
    if (rose) host.decided(s_.commit);
  }

  /// A leader of an older term learns from the answer that it is one.
  template <class Host>
  void answer_confirm(node_id from, fields const& f, bool newer, instant now, Host& host) noexcept {
    if (f.in == s_.term && !accepts_leader(from, now, host)) return;
    if (newer) write_term(host);
    send(host, from, statement(), verb::confirm_reply,
         [&](fields& reply) { reply.number = f.number; });
  }

  template <class Host>
  void answer_snapshot(node_id from, fields const& f, bool newer, instant now,
                       Host& host) noexcept {
    if (f.in < s_.term) return expect_part(from, f.at, statement(), host);
    if (!accepts_leader(from, now, host)) return;
    if (f.at.index <= s_.commit || !goes_on(s_, chunk_in(f))) {
      if (newer) write_term(host);
      return f.at.index <= s_.commit ? acknowledge(from, s_.commit, host)
                                     : expect_part(from, f.at, promise(), host);
    }
    log_batch b;
    b.chunk = chunk_in(f);
    s_.incoming.received = f.number + f.count;
    bool const whole = b.chunk->is_last();
    if (whole) {
      b.who = f.who;
      install(s_, f.at, *f.who, view(host).holds(f.at));
    }
    io_id const id = write(b, host);
    if (newer) s_.term_write = id.sequence;
    if (!whole) return expect_part(from, f.at, promise(), host);
    acknowledge(from, s_.commit, host);
    host.decided(s_.commit);
  }

 private:
  /// Follows the leader of its own term. One that leads this term itself stops: there must never be
  /// two.
  template <class Host>
  bool accepts_leader(node_id from, instant now, Host& host) noexcept {
    if (s_.role != role::leader) {
      follow(s_, from, now);
      return true;
    }
    if (s_.in_force.who.contains(from)) {
      this->stop({errc::broken_invariant, "raft: another leader in the same term (its number)",
                  s_.term.value},
                 host);
    }
    return false;
  }

  template <class Host>
  void acknowledge(node_id to, log_index upto, Host& host) noexcept {
    send(host, to, promise(), verb::append_reply, [&](fields& reply) {
      reply.yes = true;
      reply.at.index = upto;
    });
  }
  template <class Host>
  void refuse_append(node_id to, fields const& f, position agreed, Host& host) noexcept {
    send(host, to, statement(), verb::append_reply, [&](fields& reply) {
      reply.at = agreed;
      reply.upto = f.at.index;
    });
  }
  template <class Host>
  void expect_part(node_id to, position of, io_id needs, Host& host) noexcept {
    send(host, to, needs, verb::snapshot_reply, [&](fields& reply) {
      reply.at = of;
      reply.number = s_.incoming.received;
    });
  }

  /// Writes what an append brings that this log lacks.
  template <class Host>
  void take_over(fields const& f, verification const& v, bool newer, Host& host) noexcept {
    log_batch b;
    if (v.kept) {
      drop_after(*v.kept, host);
      b.truncate_from = next(v.kept->index);
    }
    if (v.present < f.count) {
      run added = entries_of(f);
      added.first.index.value += v.present;
      s_.log.append(added);
      b.entries = added;
      b.skip = v.present;
      if (f.kind == kind::configuration) {
        s_.in_force = {added.first, *f.who};
        b.who = f.who;
      }
    } else if (!newer) {
      return;
    }
    io_id const id = write(b, host);
    if (newer) s_.term_write = id.sequence;
  }

  template <class Host>
  void drop_after(position kept, Host& host) noexcept {
    s_.log.truncate_after(kept);
    s_.on_disk.truncated_after(kept.index);
    if (s_.in_force.at.index > kept.index) {
      s_.in_force = *host.storage().configuration_before(next(kept.index));
    }
  }

 protected:
  friend bool operator==(follower_side const&, follower_side const&) = default;
};

}  // namespace synod::inline SYNOD_ABI::raft
