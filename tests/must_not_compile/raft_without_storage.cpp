// expect: raft: no storage; give option::storage
// SPDX-License-Identifier: BSL-1.0
// A log core reads a log: there is no default.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

#ifdef SYNOD_VALID
struct my_raft : synod::raft::with<synod::option::storage<my_log>> {};
#else
struct my_raft : synod::raft::with<synod::option::quorum<synod::majority>> {};
#endif
synod::raft::core<my_raft> node;
