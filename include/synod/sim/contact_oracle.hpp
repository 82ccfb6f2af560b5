// SPDX-License-Identifier: BSL-1.0
// O-LIVE and O-QUIET, as far as they follow from who heard whom: a leader that cannot lead gives
// up, and a node that reaches nobody disturbs nobody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/sim/verdict.hpp"

namespace synod::inline SYNOD_ABI {

/// Takes any message for a contact, which is milder than the protocol is with itself.
class contact_oracle {
 public:
  /// A new run.
  void begin(std::size_t nodes, duration patience, sim_verdict& verdict) {
    nodes_ = nodes;
    patience_ = patience;
    verdict_ = &verdict;
    of_.fill({});
  }
  void started(std::size_t slot, instant now) {
    of_[slot] = {};
    of_[slot].heard.fill(now);
    of_[slot].since = of_[slot].wrote = now;
  }

  /// A message arrived.
  void heard(std::size_t slot, std::size_t from, instant now) noexcept {
    of_[slot].heard[from] = now;
    of_[slot].met |= std::uint32_t{1} << from;
  }
  /// A write was issued while none was outstanding, or one was reported.
  void wrote(std::size_t slot, instant now) noexcept { of_[slot].wrote = now; }
  void took_office(std::size_t slot, instant now) noexcept { of_[slot].since = now; }

  /// It still leads: within two time-outs a quorum was heard, and a disk that has something to
  /// write wrote.
  void leads(std::size_t slot, instant now, bool writing) {
    contacts const& c = of_[slot];
    if (now - c.since <= allowed()) return;
    if (now - quorum_heard(slot, now) > allowed()) {
      report("O-LIVE", slot, "leads, and has heard of no majority for two time-outs");
    }
    if (writing && now - c.wrote > allowed()) {
      report("O-LIVE", slot, "leads, and its disk has written nothing for two time-outs");
    }
  }

  /// It raises its ballot by itself: only where a majority was heard meanwhile. (A campaign lasts
  /// less than two time-outs.)
  void campaigns(std::size_t slot, instant now) {
    contacts const& c = of_[slot];
    std::size_t lately = 1;
    for (std::size_t other = 0; other < nodes_; ++other) {
      if (other != slot && (c.met >> other & 1) != 0 && now - c.heard[other] <= allowed()) ++lately;
    }
    if (2 * lately <= nodes_) {
      report("O-QUIET", slot, "raises its ballot, and has heard of no majority that it would win");
    }
  }

 private:
  struct contacts {
    std::array<instant, max_voters> heard{};  // by slot
    std::uint32_t met = 0;                    // who was heard at all in this life
    instant since;                            // in office
    instant wrote;                            // the disk's last progress
  };

  duration allowed() const noexcept { return {2 * patience_.ns}; }

  // The latest instant since which a majority was heard, this node included.
  instant quorum_heard(std::size_t slot, instant now) const {
    std::array<instant, max_voters> heard = of_[slot].heard;
    heard[slot] = now;
    instant latest;
    for (std::size_t a = 0; a < nodes_; ++a) {
      std::size_t since = 0;
      for (std::size_t b = 0; b < nodes_; ++b) since += heard[b] >= heard[a] ? 1 : 0;
      if (2 * since > nodes_ && heard[a] > latest) latest = heard[a];
    }
    return latest;
  }
  void report(char const* oracle, std::size_t slot, char const* what) {
    verdict_->report(oracle, "n" + std::to_string(slot + 1) + " " + what);
  }

  std::size_t nodes_ = 0;
  duration patience_;
  sim_verdict* verdict_ = nullptr;
  std::array<contacts, max_voters> of_{};
};

}  // namespace synod::inline SYNOD_ABI
