// expect: raft: quorum is no quorum_system
// SPDX-License-Identifier: BSL-1.0
// A quorum that cannot say which sets decide.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

struct everybody {
  std::size_t voters = 0;
  std::size_t size() const noexcept { return voters; }
#ifdef SYNOD_VALID
  bool is_quorum(synod::voter_set set) const noexcept { return set.size() == voters; }
#endif
  friend bool operator==(everybody, everybody) = default;
};

using synod::option::quorum;
using synod::option::storage;
struct my_raft : synod::raft::with<quorum<everybody>, storage<my_log>> {};
synod::raft::core<my_raft> node;
