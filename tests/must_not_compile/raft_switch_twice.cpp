// expect: raft: an option is given twice
// SPDX-License-Identifier: BSL-1.0
// Switches too, whatever they say.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

using synod::option::pre_vote;
using synod::option::storage;
#ifdef SYNOD_VALID
struct my_raft : synod::raft::with<storage<my_log>, pre_vote<false>> {};
#else
struct my_raft : synod::raft::with<pre_vote<true>, storage<my_log>, pre_vote<false>> {};
#endif
synod::raft::core<my_raft> node;
