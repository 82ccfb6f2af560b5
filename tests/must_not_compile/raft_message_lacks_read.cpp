// expect: raft: message lacks: static optional<fields> read.message const&. noexcept
// SPDX-License-Identifier: BSL-1.0
// A message policy that cannot read what it makes.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

struct my_wire {
  struct message {};
  static message make(synod::raft::fields const&) noexcept;
#ifdef SYNOD_VALID
  static std::optional<synod::raft::fields> read(message const&) noexcept;
#endif
};

using synod::option::message;
using synod::option::storage;
struct my_raft : synod::raft::with<message<my_wire>, storage<my_log>> {};
synod::raft::core<my_raft> node;
