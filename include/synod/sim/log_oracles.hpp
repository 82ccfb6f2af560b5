// SPDX-License-Identifier: BSL-1.0
// The oracles of log protocols. They know what no node knows: every log, every disk, everything
// that was ever said. None asks the code under test whether it is right.
//
// Each looks at what one step changed. `check_all` looks at everything, in the dumbest way, and
// must agree.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/sim/ghost_log.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// What a log core shows of itself after a step.
struct log_observation {
  bool leads = false;
  ballot in;
  log_index last;
  log_index commit;
};

/// What a message testifies to, if anything, beyond its ballot.
struct log_testimony {
  ballot in;
  bool ballot_only = true;
  std::optional<node_id> vote;     ///< its sender's vote in that ballot
  std::optional<log_index> holds;  ///< its sender's log is the leader's up to there
  position shown;                  ///< an entry of its sender's log; index 0: none
};

/// What a leader believes of a follower.
struct log_progress {
  log_index match;
  log_index next;
};

/// | oracle | says |
/// |---|---|
/// | O-ELECT | one leader a ballot, over all time and restarts; a majority voted for it |
/// | O-VOTE | a node's vote in a ballot goes to one candidate, whatever it forgot since |
/// | O-LMATCH | equal (index, ballot) on two nodes, in memory or on disk: equal logs up to there; what a leader shows of its log is in it |
/// | O-LCOMP | a leader holds every entry that was committed in an earlier ballot |
/// | O-SMS | one entry is decided at an index; each life applies all, in order, once |
/// | O-CDUR | what is committed is on the disks of a majority in that instant |
/// | O-PERSIST | what a message testifies to is on the disk of its sender |
/// | O-TRUNC | nothing that a node has decided is dropped by it |
/// | O-MONO | ballot and commit index never fall within a life |
/// | O-SNAP | a snapshot that is installed is of what was committed, and brings news |
/// | O-PROG | what a leader believes a follower to have, is on that follower's disk |
///
/// Membership is that of `found`.
class log_oracles {
 public:
  /// A new run. Keeps the memory of the last one.
  void begin(members const& who, sim_verdict& verdict) {
    who_ = who;
    verdict_ = &verdict;
    for (std::size_t slot = 0; slot < size(); ++slot) {
      logs_[slot].clear();
      logs_[slot].found(who);
      seen_[slot] = {};
      applied_[slot] = {};
      votes_[slot].clear();
    }
    leaders_.clear();
    elected_ = 0;
    known_.clear();
    more_known_.clear();
    committed_.assign(1, {logs_[0].live().entries.front(), {}});
    remember({1}, logs_[0].live().entries.front());
  }

  ghost_log const& log_of(std::size_t slot) const noexcept { return logs_[slot]; }
  log_index committed() const noexcept { return {committed_.size()}; }
  std::uint64_t elections() const noexcept { return elected_ > 0 ? elected_ - 1 : 0; }
  log_observation const& last_seen(std::size_t slot) const noexcept { return seen_[slot]; }

  // --- what happens ---

  void started(std::size_t slot) {
    seen_[slot] = {};
    applied_[slot] = {};
  }

  void wrote(std::size_t slot, log_batch const& batch, payload content, io_id id) {
    if (batch.truncate_from && *batch.truncate_from <= seen_[slot].commit) {
      report("O-TRUNC", name(slot) + " drops entry " + text(*batch.truncate_from) +
                            " on, decided up to " + text(seen_[slot].commit));
    }
    if (batch.chunk && batch.chunk->is_last()) return install(slot, batch, id);
    log_index const end = logs_[slot].live().last();
    log_index const kept = batch.truncate_from ? previous(*batch.truncate_from) : end;
    if (kept > end || (batch.entries && batch.entries->first.index != next(kept))) {
      return report("contract", name(slot) + " writes entries that do not follow its log");
    }
    logs_[slot].wrote(batch, content, id, [&](log_index i, ghost_entry const& e) {
      if (!remember(i, e)) {
        report("O-LMATCH", name(slot) + " holds another log up to (" + text(i) + ", ballot " +
                               text(e.in) + ") than was seen before");
      }
    });
  }
  /// A machine was made of a snapshot of the state after the entry at i.
  void restored(std::size_t slot, log_index i) {
    if (i > committed()) report("O-SNAP", name(slot) + " restores more than was committed");
    applied_[slot] = i;
  }
  void settled(std::size_t slot, io_id through) { logs_[slot].settle_through(through); }
  void crashed(std::size_t slot, std::size_t kept) {
    logs_[slot].crash(kept);
    seen_[slot] = {};
  }

  /// A message has left the process.
  void said(std::size_t slot, std::size_t to, log_testimony const& t) {
    ghost_state const& disk = logs_[slot].disk();
    if (disk.in < t.in) {
      report("O-PERSIST",
             name(slot) + " speaks in ballot " + text(t.in) + ", on its disk is " + text(disk.in));
    }
    // A later ballot on the disk was written after all that this one's messages testify to.
    bool const surpassed = disk.in > t.in;
    if (t.vote) {
      if (!surpassed && disk.vote != t.vote) {
        report("O-PERSIST",
               name(slot) + " votes in ballot " + text(t.in) + ", its disk knows nothing of it");
      }
      record_vote(slot, t.in, *t.vote);
    }
    if (t.holds && !surpassed) acknowledged(slot, to, t.in, *t.holds);
    if (t.shown.index != log_index{}) shown(slot, t.shown);
  }

  /// What a node shows after a step; `decided` comes before.
  void observed(std::size_t slot, log_observation const& now) {
    log_observation const& before = seen_[slot];
    if (now.last != logs_[slot].live().last()) {
      report("O-LMATCH", name(slot) + " believes its log to end at " + text(now.last) +
                             ", what it wrote ends at " + text(logs_[slot].live().last()));
    }
    if (now.in < before.in || now.commit < before.commit) {
      report("O-MONO", name(slot) + ": its ballot or its commit index fell");
    }
    if (now.leads && (!before.leads || before.in != now.in)) took_office(slot, now.in);
    seen_[slot] = now;
  }

  /// A leader's view of the follower at `of`.
  void believed(std::size_t slot, std::size_t of, log_progress const& p) {
    ghost_state const& disk = logs_[of].disk();
    if (p.match >= p.next) {
      report("O-PROG", name(slot) + " sends " + name(of) + " what it has: match " + text(p.match) +
                           ", next " + text(p.next));
    }
    if (disk.in <= seen_[slot].in && !disk.holds(p.match, logs_[slot].live().chain_at(p.match))) {
      report("O-PROG",
             name(slot) + " believes entry " + text(p.match) + " to be on the disk of " + name(of));
    }
  }

  /// A node says that everything up to `upto` is committed. `in`: its ballot.
  void decided(std::size_t slot, log_index upto, ballot in) {
    ghost_state const& log = logs_[slot].live();
    if (upto > log.last()) {
      return report("O-SMS", name(slot) + " decides entry " + text(upto) + ", which it lacks");
    }
    log_index const both = upto < committed() ? upto : committed();
    if (log.chain_at(both) != committed_[both.value - 1].entry.chain) {
      report("O-SMS", name(slot) + " decides another log up to entry " + text(both));
    }
    if (upto <= committed()) return;
    durable_on_majority(slot, upto);
    while (committed() < upto) committed_.push_back({log.at(next(committed())), in});
    for (std::size_t other = 0; other < size(); ++other) {
      if (seen_[other].leads && seen_[other].in > in) complete(other, upto);
    }
  }

  /// A node's machine takes the entry at `i`; `content` is what was read from the store.
  void applied(std::size_t slot, log_index i, std::uint64_t content) {
    if (i != next(applied_[slot])) {
      report("O-SMS", name(slot) + " applies entry " + text(i) + " after " + text(applied_[slot]));
    }
    applied_[slot] = i;
    if (i > committed() || committed_[i.value - 1].entry.content != content) {
      report("O-SMS", name(slot) + " applies at " + text(i) + " what was not decided there");
    }
  }

  /// Everything at once. `up`: which nodes run.
  void check_all(std::uint64_t up) {
    for (std::size_t a = 0; a < size(); ++a) {
      for (std::size_t b = a; b < size(); ++b) {
        match(a, logs_[a].live(), b, logs_[b].live());
        match(a, logs_[a].live(), b, logs_[b].disk());
        match(a, logs_[a].disk(), b, logs_[b].disk());
        if (a != b && (up >> a & up >> b & 1) != 0 && seen_[a].leads && seen_[b].leads &&
            seen_[a].in == seen_[b].in) {
          report("O-ELECT", name(a) + " and " + name(b) + " lead in one ballot (full check)");
        }
      }
      for (log_index i{1}; i <= seen_[a].commit; i = next(i)) {
        if (logs_[a].live().at(i) != committed_[i.value - 1].entry) {
          report("O-SMS", name(a) + " has decided another entry " + text(i) + " (full check)");
        }
      }
    }
  }

 private:
  struct decided_entry {
    ghost_entry entry;
    ballot in;  // of whoever was first to say so
  };
  // All entries ever written at one index: nearly always one.
  struct known_entry {
    ghost_entry entry;
    std::uint32_t more = 0;  // one above its place in more_known_; 0: none
  };

  std::size_t size() const noexcept { return who_.voters.size(); }

  // False where another log was seen under the same (index, ballot).
  bool remember(log_index i, ghost_entry const& e) {
    if (known_.size() < i.value) known_.resize(static_cast<std::size_t>(i.value));
    known_entry* known = &known_[static_cast<std::size_t>(i.value - 1)];
    if (known->entry.chain == 0) return known->entry = e, true;
    while (known->entry.in != e.in) {
      if (known->more == 0) {
        known->more = static_cast<std::uint32_t>(more_known_.size() + 1);
        more_known_.push_back({e, 0});
        return true;
      }
      known = &more_known_[known->more - 1];
    }
    return known->entry == e;
  }

  void record_vote(std::size_t slot, ballot in, node_id candidate) {
    std::vector<node_id>& votes = votes_[slot];
    if (votes.size() <= in.value) votes.resize(static_cast<std::size_t>(in.value + 1));
    node_id& recorded = votes[static_cast<std::size_t>(in.value)];
    if (recorded == node_id{}) recorded = candidate;
    if (recorded != candidate) {
      report("O-VOTE", name(slot) + " votes for two candidates in ballot " + text(in));
    }
  }

  // "My disk holds your log up to here", said to the leader of that ballot.
  void acknowledged(std::size_t slot, std::size_t to, ballot in, log_index upto) {
    ghost_state const& disk = logs_[slot].disk();
    bool const leader_known = seen_[to].leads && seen_[to].in == in;
    if (upto > disk.last() ||
        (leader_known && logs_[to].live().chain_at(upto) != disk.chain_at(upto))) {
      report("O-PERSIST", name(slot) + " acknowledges entry " + text(upto) + " of ballot " +
                              text(in) + ", which is not on its disk");
    }
  }

  // "My log has this entry": whatever the store has compacted.
  void shown(std::size_t slot, position entry) {
    ghost_state const& log = logs_[slot].live();
    if (entry.index > log.last() || log.at(entry.index).in != entry.in) {
      report("O-LMATCH", name(slot) + " shows entry " + text(entry.index) + " as of ballot " +
                             text(entry.in) + ", which its log does not hold");
    }
  }

  void took_office(std::size_t slot, ballot in) {
    if (leaders_.size() <= in.value) leaders_.resize(static_cast<std::size_t>(in.value + 1), 0);
    std::uint8_t& leader = leaders_[static_cast<std::size_t>(in.value)];
    if (leader != 0 && leader != slot + 1) {
      report("O-ELECT", name(leader - 1u) + " and " + name(slot) + " lead in ballot " + text(in));
    }
    if (leader == 0) ++elected_;
    elected_by_majority(slot, in);
    leader = static_cast<std::uint8_t>(slot + 1);
    log_index earlier = committed();
    while (earlier > log_index{1} && committed_[earlier.value - 1].in >= in) {
      earlier = previous(earlier);
    }
    complete(slot, earlier);
  }

  // The votes that were ever said; a protocol that says none is not asked.
  void elected_by_majority(std::size_t slot, ballot in) {
    std::size_t cast = 0;
    std::size_t won = 0;
    for (std::vector<node_id> const& votes : votes_) {
      if (votes.size() <= in.value) continue;
      node_id const candidate = votes[static_cast<std::size_t>(in.value)];
      cast += candidate != node_id{} ? 1 : 0;
      won += candidate == who_.voters[slot] ? 1 : 0;
    }
    if (cast != 0 && 2 * won <= size()) {
      report("O-ELECT", name(slot) + " leads in ballot " + text(in) + " by " + std::to_string(won) +
                            " of " + std::to_string(size()) + " votes");
    }
  }

  // A snapshot is of what was committed, and of more than was decided here.
  void install(std::size_t slot, log_batch const& batch, io_id id) {
    position const at = batch.chunk->at;
    if (at.index > committed() || committed_[at.index.value - 1].entry.in != at.in) {
      return report("O-SNAP", name(slot) + " installs a snapshot at (" + text(at.index) +
                                  ", ballot " + text(at.in) + "), which was not committed");
    }
    if (at.index <= seen_[slot].commit) {
      report("O-SNAP", name(slot) + " installs a snapshot at " + text(at.index) +
                           ", decided up to " + text(seen_[slot].commit));
    }
    logs_[slot].installed(batch, id, [&](log_index i) -> ghost_entry const& {
      return committed_[i.value - 1].entry;
    });
  }

  void complete(std::size_t slot, log_index upto) {
    if (!logs_[slot].live().holds(upto, committed_[upto.value - 1].entry.chain)) {
      report("O-LCOMP",
             name(slot) + " leads without entry " + text(upto) + ", which was committed before");
    }
  }

  void durable_on_majority(std::size_t slot, log_index upto) {
    std::uint64_t const chain = logs_[slot].live().chain_at(upto);
    std::size_t holders = 0;
    for (std::size_t other = 0; other < size(); ++other) {
      holders += logs_[other].disk().holds(upto, chain) ? 1 : 0;
    }
    if (2 * holders <= size()) {
      report("O-CDUR", name(slot) + " commits entry " + text(upto) + ", which is on " +
                           std::to_string(holders) + " of " + std::to_string(size()) + " disks");
    }
  }

  void match(std::size_t a, ghost_state const& left, std::size_t b, ghost_state const& right) {
    std::size_t same = std::min(left.entries.size(), right.entries.size());
    while (same != 0 && left.entries[same - 1].in != right.entries[same - 1].in) --same;
    for (std::size_t i = 0; i < same; ++i) {
      if (left.entries[i] != right.entries[i]) {
        return report("O-LMATCH", name(a) + " and " + name(b) + " differ at " +
                                      std::to_string(i + 1) + " below a common entry (full check)");
      }
    }
  }

  void report(char const* oracle, std::string what) { verdict_->report(oracle, std::move(what)); }
  static std::string name(std::size_t slot) { return "n" + std::to_string(slot + 1); }
  template <class Tag>
  static std::string text(strong<Tag> n) {
    return std::to_string(n.value);
  }

  members who_;
  sim_verdict* verdict_ = nullptr;
  std::array<ghost_log, max_voters> logs_;
  std::array<log_observation, max_voters> seen_{};
  std::array<log_index, max_voters> applied_{};
  std::array<std::vector<node_id>, max_voters> votes_;  // by ballot
  std::vector<std::uint8_t> leaders_;                   // by ballot: slot + 1
  std::vector<known_entry> known_;                      // by index
  std::vector<known_entry> more_known_;
  std::vector<decided_entry> committed_;  // by index
  std::uint64_t elected_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
