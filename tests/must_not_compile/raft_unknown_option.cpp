// expect: raft: an unknown option; it has: storage, message, quorum, pre_vote, check_quorum
// SPDX-License-Identifier: BSL-1.0
// An option that does not exist does not compile.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

template <class>
struct colour {};

#ifdef SYNOD_VALID
struct my_raft : synod::raft::with<synod::option::storage<my_log>> {};
#else
struct my_raft : synod::raft::with<synod::option::storage<my_log>, colour<int>> {};
#endif
synod::raft::core<my_raft> node;
