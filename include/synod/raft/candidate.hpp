// SPDX-License-Identifier: BSL-1.0
// How a node asks for leadership, and what it answers to those who do.
#pragma once

#include <cstddef>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/raft/election.hpp"
#include "synod/raft/leader.hpp"
#include "synod/raft/message.hpp"

namespace synod::inline SYNOD_ABI::raft {

template <class Config>
class candidate_side : protected leader_side<Config> {
  using base = leader_side<Config>;

 protected:
  using base::promise, base::s_, base::send, base::statement, base::voter_at, base::write,
      base::write_term;

  /// Nothing was heard of a leader: asks whether it would win, and only then raises its term.
  template <class Host>
  void seek_office(instant now, Host& host) noexcept {
    if constexpr (Config::pre_vote) {
      sound_out(s_, now);
      if (count_vote(s_, s_.options.self, true) == verdict::won) return stand(now, host);
      this->for_each_peer([&](std::size_t slot) {
        send(host, voter_at(slot), statement(), verb::pre_vote, [&](fields& ask) {
          ask.in = next(s_.term);
          ask.at = s_.log.last();
        });
      });
    } else {
      stand(now, host);
    }
  }

  /// Promises nothing, and changes nothing here.
  template <class Host>
  void answer_pre_vote(node_id from, fields const& f, Host& host) noexcept {
    bool const granted = f.in > s_.term && up_to_date(f.at, s_.log.last());
    send(host, from, statement(), verb::pre_vote_reply, [&](fields& reply) {
      reply.yes = granted;
      if (granted) reply.in = f.in;
    });
  }

  template <class Host>
  void answer_vote(node_id from, fields const& f, bool newer, instant now, Host& host) noexcept {
    bool const granted = f.in == s_.term && grants(s_, from, f.at);
    bool const first = granted && !s_.vote;
    if (granted) {
      s_.vote = from;
      s_.role = role::follower;
      arm_election(s_, now);
    }
    if (newer) {
      write_term(host);
    } else if (first) {
      log_batch b;
      write(b, host);
    }
    send(host, from, granted ? promise() : statement(), verb::vote_reply,
         [&](fields& reply) { reply.yes = granted; });
  }

  /// A leader stands: whoever asks, in whatever term, is told no in this node's own.
  template <class Host>
  void refuse_candidate(node_id from, verb asked, Host& host) noexcept {
    send(host, from, statement(), asked == verb::vote ? verb::vote_reply : verb::pre_vote_reply,
         [](fields&) {});
  }

  template <class Host>
  void count(node_id voter, bool yes, instant now, Host& host) noexcept {
    if (count_vote(s_, voter, yes) != verdict::won) return;
    if (s_.role == role::pre_candidate) return stand(now, host);
    run const first = take_office(s_, now);
    if (SYNOD_MUTANT(R12, true, false)) this->append_own(first, host);
    this->feed_all(host);
  }

 private:
  template <class Host>
  void stand(instant now, Host& host) noexcept {
    campaign(s_, now);
    write_term(host);
    io_id const own_vote = SYNOD_MUTANT(R02, s_.writes.latest(), s_.writes.nothing());
    this->for_each_peer([&](std::size_t slot) {
      send(host, voter_at(slot), own_vote, verb::vote,
           [&](fields& ask) { ask.at = s_.log.last(); });
    });
  }

 protected:
  friend bool operator==(candidate_side const&, candidate_side const&) = default;
};

}  // namespace synod::inline SYNOD_ABI::raft
