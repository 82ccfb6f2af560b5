// expect: raft: storage lacks: log_index fits.log_index, log_index, uint64_t. const noexcept
// SPDX-License-Identifier: BSL-1.0
// What a policy lacks is named in the first line: here a function that is there, and may throw.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
#ifdef SYNOD_VALID
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
#else
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const;
#endif
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

struct my_raft : synod::raft::with<synod::option::storage<my_log>> {};
synod::raft::core<my_raft> node;
