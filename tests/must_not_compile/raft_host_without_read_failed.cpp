// expect: no matching (member )?function for call to .*step
// SPDX-License-Identifier: BSL-1.0
// Nothing a client asked for ends in silence: who asks to read hears when, and why not.
#include "synod/raft.hpp"

struct my_log {
  synod::position base() const noexcept;
  std::optional<synod::run> run_at(synod::log_index) const noexcept;
  synod::log_index fits(synod::log_index, synod::log_index, std::uint64_t) const noexcept;
  std::optional<synod::configuration> configuration_before(synod::log_index) const noexcept;
};

struct my_raft : synod::raft::with<synod::option::storage<my_log>> {};
using node = synod::raft::core<my_raft>;

struct host {
  void write(synod::log_batch const&, synod::io_id) noexcept;
  void send(synod::node_id, synod::sealed<node::message> const&) noexcept;
  void decided(synod::log_index) noexcept;
  void stopped(synod::error) noexcept;
  my_log const& storage() noexcept;
  void accepted(synod::ticket, synod::position) noexcept;
  void refused(synod::ticket, synod::why, std::optional<synod::node_id>) noexcept;
  void read_ready(synod::ticket, synod::log_index) noexcept;
#ifdef SYNOD_VALID
  void read_failed(synod::ticket, synod::why, std::optional<synod::node_id>) noexcept;
#endif
};

void pass(node& n, synod::instant now, host& h) { n.step(synod::read_index{}, now, h); }
