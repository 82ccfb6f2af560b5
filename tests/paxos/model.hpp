// SPDX-License-Identifier: BSL-1.0
// What single-decree Paxos brings to the simulator: clients that ask for different values, and the
// oracles AGR, LRN and O-PERSIST.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synod/sim/quiet_model.hpp"
#include "synod/sim/simulation.hpp"
#include "synod/store/crashable.hpp"
#include "tests/paxos/paxos.hpp"
#include "tests/paxos/store.hpp"

namespace synod::test::paxos {

/// Every acceptance that ever was on a disk, by ballot. Outside of all nodes, so that it survives
/// their crashes.
class acceptances {
 public:
  explicit acceptances(std::size_t nodes = 0) : nodes_(nodes) {}

  /// Who accepted what, durably. AGR: a ballot has one value.
  void durable(std::size_t slot, vote<std::uint64_t> const& cast, sim_verdict& verdict) {
    if (cast.in == number{}) return;
    seen& s = at(cast);
    if (s.what != cast.what) verdict.report("AGR", "two values accepted in one ballot");
    s.who |= std::uint64_t{1} << slot;
  }
  /// LRN: what a learner announces, a majority has accepted in one ballot. AGR: it is what every
  /// other learner announced.
  void announced(std::uint64_t what, sim_verdict& verdict) {
    if (!chosen_) chosen_ = what;
    if (*chosen_ != what) {
      verdict.report("AGR", std::to_string(*chosen_) + " and " + std::to_string(what) +
                                " are both announced as chosen");
    }
    for (seen const& s : seen_) {
      if (s.what == what && 2 * static_cast<std::size_t>(std::popcount(s.who)) > nodes_) return;
    }
    verdict.report("LRN", std::to_string(what) +
                              " is announced, but in no ballot accepted by a "
                              "majority");
  }
  std::optional<std::uint64_t> chosen() const noexcept { return chosen_; }

 private:
  struct seen {
    number in;
    std::uint64_t what = 0;
    std::uint64_t who = 0;
  };

  seen& at(vote<std::uint64_t> const& cast) {
    for (seen& s : seen_) {
      if (s.in == cast.in) return s;
    }
    seen_.push_back({cast.in, cast.what, 0});
    return seen_.back();
  }

  std::size_t nodes_ = 0;
  std::vector<seen> seen_;
  std::optional<std::uint64_t> chosen_;
};

/// O-PERSIST: whether a disk holds what a message says of it.
inline char const* unfounded(note<std::uint64_t> const& m, record<std::uint64_t> const& disk) {
  switch (m.what) {
    case verb::prepare: return disk.round < m.in.round ? "a round that may be used again" : nullptr;
    case verb::promise:
      if (disk.promised < m.in) return "a promise that is not on disk";
      return disk.accepted.in < m.last.in ? "a vote that is not on disk" : nullptr;
    case verb::accepted:
      if (disk.promised < m.in) return "an acceptance above what is promised on disk";
      return disk.accepted.in < m.in || (disk.accepted.in == m.in && disk.accepted != m.last)
                 ? "an acceptance that is not on disk"
                 : nullptr;
    default: return nullptr;
  }
}

class model : public quiet_model<core<std::uint64_t>> {
 public:
  using store = crashable<paxos::store<std::uint64_t>, record<std::uint64_t>>;
  static constexpr duration patience = milliseconds(100);

  using simulator = sim<model>;

  store found(members const&) { return store{}; }
  core::options options_of(node_id self, std::uint64_t seed) const {
    return {self, who_, seed, patience};
  }
  void begin(simulator& s, members const& who, splitmix64 random) {
    sim_ = &s;
    who_ = who;
    random_ = random;
    ghost_ = acceptances{who.voters.size()};
    for (auto& writes : issued_) writes.clear();
    asked_ = announced_ = attempts_ = 0;
    silent_ = false;
    proposer_.reset();
    for (std::size_t slot = 0; slot < who.voters.size(); ++slot) {
      s.wake_later(slot, {random_.below(patience.ns)});
    }
  }

  // --- clients: one a node, each time with a new value ---

  void wake(std::uint64_t client) {
    if (!silent_) sim_->ask(static_cast<std::size_t>(client), {++asked_});
    sim_->wake_later(client, {patience.ns / 4 + random_.below(patience.ns)});
  }
  void silence() { silent_ = true; }
  void resume() { silent_ = false; }

  // --- oracles ---

  void wrote(std::size_t slot, record<std::uint64_t> const& whole, payload, io_id id) {
    issued_[slot].push_back({id, whole.accepted});
  }
  // One report may settle several writes: each of them was on the disk for a moment.
  void settled(std::size_t slot, io_id through) {
    for (std::size_t n = 0; n < issued_[slot].size(); ++n) {
      if (issued_[slot][n].id == through) return settle(slot, n + 1);
    }
  }
  void crashed(std::size_t slot, std::size_t kept) {
    settle(slot, kept);
    issued_[slot].clear();
  }
  void said(std::size_t slot, std::size_t, note<std::uint64_t> const& m) {
    if (char const* what = unfounded(m, disk_of(slot))) {
      sim_->verdict().report("O-PERSIST",
                             "n" + std::to_string(slot + 1) + " says " + what + ": " + describe(m));
    }
    if (m.what == verb::accept) proposer_ = slot;
    if (m.what == verb::prepare) ++attempts_;
  }
  void decided(std::size_t, std::uint64_t what) {
    ++announced_;
    ghost_.announced(what, sim_->verdict());
    if (what == 0 || what > asked_) sim_->verdict().report("AGR", "a value that nobody asked for");
  }
  void check_all() {
    for (auto const& n : sim_->nodes()) {
      if (n.up && n.core.chosen() && n.core.chosen() != ghost_.chosen()) {
        sim_->verdict().report("AGR", "a node holds another value than was announced");
      }
      if (n.up && n.core.disk().promised < n.store.image().disk().promised) {
        sim_->verdict().report("O-PERSIST", "a node promises less than its disk");
      }
    }
  }

  bool done() const {
    for (auto const& n : sim_->nodes()) {
      if (!n.up || !n.core.chosen()) return false;
    }
    return true;
  }
  std::uint64_t committed() const { return announced_; }
  std::uint64_t elections() const { return attempts_ / who_.voters.size(); }
  std::optional<std::size_t> leader() const { return proposer_; }

  // --- for people ---

  static std::string describe(number n) {
    return std::to_string(n.round) + "." + std::to_string(n.by.value);
  }
  static std::string describe(note<std::uint64_t> const& m) {
    static constexpr char const* names[] = {"prepare",  "promise", "accept",
                                            "accepted", "nack",    "chosen"};
    return std::string(names[static_cast<int>(m.what)]) + " " + describe(m.in) + " (" +
           describe(m.last.in) + " = " + std::to_string(m.last.what) + ")";
  }
  static std::string describe_decision(std::uint64_t what) { return std::to_string(what); }
  std::string describe_node(std::size_t slot) const {
    record<std::uint64_t> const& disk = disk_of(slot);
    return "promised " + describe(disk.promised) + ", accepted " + describe(disk.accepted.in) +
           " = " + std::to_string(disk.accepted.what);
  }

 private:
  record<std::uint64_t> const& disk_of(std::size_t slot) const {
    return sim_->nodes()[slot].store.image().disk();
  }
  void settle(std::size_t slot, std::size_t n) {
    auto const end = issued_[slot].begin() + static_cast<std::ptrdiff_t>(n);
    for (auto w = issued_[slot].begin(); w != end; ++w) {
      ghost_.durable(slot, w->accepted, sim_->verdict());
    }
    issued_[slot].erase(issued_[slot].begin(), end);
  }

  struct issued {
    io_id id;
    vote<std::uint64_t> accepted;
  };

  simulator* sim_ = nullptr;
  members who_;
  splitmix64 random_;
  acceptances ghost_;
  std::array<std::vector<issued>, max_voters> issued_;  // and not yet on disk, oldest first
  std::optional<std::size_t> proposer_;
  std::uint64_t asked_ = 0;
  std::uint64_t announced_ = 0;
  std::uint64_t attempts_ = 0;
  bool silent_ = false;
};

}  // namespace synod::test::paxos
