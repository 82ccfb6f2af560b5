// expect: raft: storage lacks: optional<configuration> configuration_before.log_index. const
// noexcept SPDX-License-Identifier: BSL-1.0 What a policy lacks is named in the first line: here a
// function of another type.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
#ifdef SYNOD_VALID
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
#else
  synod::configuration configuration_before(synod::log_index) const noexcept;
#endif
};

struct my_raft : synod::raft::with<synod::option::storage<my_log>> {};
synod::raft::core<my_raft> node;
