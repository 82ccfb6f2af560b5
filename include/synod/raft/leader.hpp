// SPDX-License-Identifier: BSL-1.0
// What a leader sends and what it makes of the answers: entries and parts of a snapshot to each
// follower, and rounds of confirmations for reads.
#pragma once

#include <cstddef>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/progress.hpp"
#include "synod/raft/commitment.hpp"
#include "synod/raft/contact.hpp"
#include "synod/raft/election.hpp"
#include "synod/raft/follower.hpp"
#include "synod/raft/message.hpp"
#include "synod/raft/reads.hpp"
#include "synod/raft/replication.hpp"
#include "synod/raft/snapshots.hpp"

namespace synod::inline SYNOD_ABI::raft {

template <class Config>
class leader_side : protected follower_side<Config> {
  using base = follower_side<Config>;

 protected:
  using base::s_, base::send, base::view, base::voter_at;

  /// Speaks to everybody, if there is still a point in it.
  template <class Host>
  void speak(instant now, Host& host) noexcept {
    if constexpr (Config::check_quorum) {
      if (!hears_quorum(s_, now) || !hears_disk(s_, now)) return step_down(now, host);
      if (s_.writes.outstanding() == 0) s_.heard[s_.own_slot()] = now;
    }
    s_.deadline = now + s_.options.heartbeat;
    this->for_each_peer([&](std::size_t slot) { heartbeat(slot, host); });
    if (!s_.reads.waiting.empty()) ask_for_confirmation(host);
  }

  /// Sends what the follower lacks, as far as its window allows.
  template <class Host>
  void feed(std::size_t slot, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    while (peer.may_send(s_.options.max_in_flight) && peer.next <= s_.log.last_index()) {
      shipment next;
      if (!next_shipment(s_, view(host), host.storage(), slot, true, next)) {
        return begin_snapshot(slot, host);
      }
      peer.sent(next.last());
      ship(slot, next, host);
    }
  }
  template <class Host>
  void feed_all(Host& host) noexcept {
    this->for_each_peer([&](std::size_t slot) { feed(slot, host); });
  }

  template <class Host>
  void ask_for_confirmation(Host& host) noexcept {
    this->for_each_peer([&](std::size_t slot) {
      send(host, voter_at(slot), s_.writes.nothing(), verb::confirm,
           [&](fields& f) { f.number = s_.reads.round; });
    });
  }
  template <class Host>
  void answer_reads(Host& host) noexcept {
    if constexpr (read_host<Host>) {
      std::size_t const n = confirmed_reads(s_);
      for (std::size_t i = 0; i < n; ++i) host.read_ready(s_.reads.waiting[i], s_.reads.at);
      drop_reads(s_, n);
    }
  }

  /// A reply of this term, from a voter. One to a candidate tells nothing of now.
  template <class Host>
  void hear_voter(std::size_t slot, fields const& f, instant now, Host& host) noexcept {
    if (f.what == verb::vote_reply || f.what == verb::pre_vote_reply) return;
    if constexpr (Config::check_quorum) s_.heard[slot] = now;
    if (f.what == verb::append_reply) return hear_append_reply(slot, f, host);
    if (f.what == verb::snapshot_reply) return hear_snapshot_reply(slot, f, host);
    note_confirmation(s_, slot, f.number);
    answer_reads(host);
  }

 private:
  /// In its own term: the vote stays.
  template <class Host>
  void step_down(instant now, Host& host) noexcept {
    follow(s_, std::nullopt, now);
    this->end_reads(host);
  }

  /// Shows itself: with nothing but the commit index, or, while it looks for where the logs agree,
  /// with another probe, or with the part of the snapshot that is not yet answered.
  template <class Host>
  void heartbeat(std::size_t slot, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    if (peer.pace == pace::snapshot) return send_part(slot, host);
    bool const probing = peer.pace == pace::probe;
    shipment next;
    if (!next_shipment(s_, view(host), host.storage(), slot, probing, next)) {
      return begin_snapshot(slot, host);
    }
    if (probing) peer.sent(next.last());
    ship(slot, next, host);
  }

  template <class Host>
  void ship(std::size_t slot, shipment const& what, Host& host) noexcept {
    send(host, voter_at(slot), s_.writes.nothing(), verb::append, [&](fields& f) {
      f.at = what.before;
      f.upto = s_.commit;
      f.of = what.of;
      f.kind = what.kind;
      f.count = what.count;
      if (what.kind == kind::configuration) {
        auto const carried = host.storage().configuration_before(next(what.last()));
        if (carried) f.who = carried->who;
      }
    });
  }

  template <class Host>
  void hear_append_reply(std::size_t slot, fields const& f, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    if (peer.pace == pace::snapshot) {
      if (!f.yes || f.at.index < host.storage().base().index) return;
      if (f.at.index > s_.log.last_index()) return;
      peer.needs_no_snapshot(f.at.index);
    }
    if (!f.yes) {
      if (peer.refused(f.upto, view(host).last_at_most(f.at).index)) feed(slot, host);
    } else if (f.at.index <= s_.log.last_index() && peer.acknowledged(f.at.index)) {
      bool const rose = advance_commit(s_, f.at.index);
      feed(slot, host);
      if (rose) host.decided(s_.commit);
    }
  }

  // --- snapshots ---

  /// What the follower lacks is compacted. Without a snapshot nothing can be done for it.
  template <class Host>
  void begin_snapshot(std::size_t slot, Host& host) noexcept {
    if (!snapshot_of(host)) return;
    s_.peers[slot].has_of_snapshot(0);
    send_part(slot, host);
  }

  /// The part that follows what the follower has; of another snapshot than before, the first one.
  template <class Host>
  void send_part(std::size_t slot, Host& host) noexcept {
    std::optional<snapshot_info> const whole = snapshot_of(host);
    if (!whole) return;
    progress& peer = s_.peers[slot];
    if (peer.snapshot_offset() >= whole->bytes) peer.has_of_snapshot(0);
    snapshot_chunk const part =
        part_of(*whole, peer.snapshot_offset(), s_.options.max_message_bytes);
    send(host, voter_at(slot), s_.writes.nothing(), verb::snapshot, [&](fields& f) {
      f.at = part.at;
      f.number = part.offset;
      f.count = part.count;
      f.total = part.total;
      f.who = whole->who;
    });
  }

  /// Only news moves it: the heartbeat repeats what is lost.
  template <class Host>
  void hear_snapshot_reply(std::size_t slot, fields const& f, Host& host) noexcept {
    progress& peer = s_.peers[slot];
    std::optional<snapshot_info> const whole = snapshot_of(host);
    if (peer.pace != pace::snapshot || !whole) return;
    bool const another = f.at != whole->at;
    if (!another && (f.number == peer.snapshot_offset() || f.number >= whole->bytes)) return;
    peer.has_of_snapshot(another ? 0 : f.number);
    send_part(slot, host);
  }

  template <class Host>
  static std::optional<snapshot_info> snapshot_of(Host& host) noexcept {
    if constexpr (snapshot_reader<typename base::storage>) {
      return host.storage().snapshot();
    } else {
      return std::nullopt;
    }
  }

 protected:
  friend bool operator==(leader_side const&, leader_side const&) = default;
};

}  // namespace synod::inline SYNOD_ABI::raft
