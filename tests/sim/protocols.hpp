// SPDX-License-Identifier: BSL-1.0
// The protocols that are searched, and what a batch of each must have seen.
#pragma once

#include "synod/sim.hpp"
#include "tests/paxos/model.hpp"

namespace synod::test {

struct simulated_raft : raft::with<option::storage<crashable<memory_log>>> {};

struct raft_under_test {
  using model = raft_model<simulated_raft>;
  static constexpr char const* name = "raft";
  static constexpr sim_demands demands{model::goal, 1, 10, 0, true};
};

// The same without what keeps elections quiet.
struct simulated_plain_raft : raft::with<option::storage<crashable<memory_log>>,
                                         option::pre_vote<false>, option::check_quorum<false>> {};

struct plain_raft_under_test {
  using model = raft_model<simulated_plain_raft>;
  static constexpr char const* name = "plain-raft";
  static constexpr sim_demands demands{model::goal, 1, 10, 0, true};
};

struct paxos_under_test {
  using model = paxos::model;
  static constexpr char const* name = "paxos";
  // A run is short, one decision a node: rare faults strike less often.
  static constexpr sim_demands demands{
      3, 1, 50,
      without(fault::trimmed, fault::compaction, fault::install, fault::stray_part,
              fault::torn_install, fault::lost_part, fault::doubled_part, fault::long_install,
              fault::other_sender)};
};

}  // namespace synod::test
