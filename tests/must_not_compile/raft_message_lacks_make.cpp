// expect: raft: message lacks: static message make.fields const&. noexcept
// SPDX-License-Identifier: BSL-1.0
// A message policy that may throw while it makes a message.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

struct my_wire {
  struct message {};
#ifdef SYNOD_VALID
  static message make(synod::raft::fields const&) noexcept;
#else
  static message make(synod::raft::fields const&);
#endif
  static std::optional<synod::raft::fields> read(message const&) noexcept;
};

using synod::option::message;
using synod::option::storage;
struct my_raft : synod::raft::with<message<my_wire>, storage<my_log>> {};
synod::raft::core<my_raft> node;
