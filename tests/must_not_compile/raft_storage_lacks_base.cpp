// expect: raft: storage lacks: position base.. const noexcept
// SPDX-License-Identifier: BSL-1.0
// What a policy lacks is named in the first line: here where a compacted log begins.
#include "synod/raft.hpp"

struct my_log {
#ifdef SYNOD_VALID
  synod::position base() const noexcept;
#endif
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

struct my_raft : synod::raft::with<synod::option::storage<my_log>> {};
synod::raft::core<my_raft> node;
