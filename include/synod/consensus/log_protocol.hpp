// SPDX-License-Identifier: BSL-1.0
// The contract of cores that agree on a log.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/protocol.hpp"

namespace synod::inline SYNOD_ABI {

/// A client's request: append `count` consecutive entries of `bytes` together, whose content is
/// the payload of this event.
struct propose {
  ticket as;
  std::uint32_t count = 1;
  std::uint64_t bytes = 0;
};

/// Why a proposal was refused. Each means: certainly in no log.
enum class why : std::uint8_t {
  not_leader,  ///< ask the leader named beside it, where one is known
  full,        ///< too much is outstanding: try again later
  too_large,   ///< more than one message may carry
  stopped,     ///< this node has stopped
};

/// A client's question: from which index on may a machine answer, so that the answer shows all that
/// was done before it was asked? Answered by `read_ready(ticket, index)`, once a quorum has
/// confirmed the leader after the question came, or by `read_failed(ticket, why, leader)`.
struct read_index {
  ticket as;
};

/// What a core asks its storage synchronously, from memory, about what it does not keep itself.
/// Answers are as of the last write issued.
/// `run_at(i)`: the run that holds i, its first position as far back as the storage knows it;
/// empty where i is compacted or beyond the end. `base()`: the last compacted entry; {0, 0} where
/// none is. `fits(first, last, bytes)`: the last index of [first, last], payloads of one run, so
/// that what is from `first` to it is at most `bytes` long and can be read in one piece
/// (`one_piece` below); never below `first`. `configuration_before(i)`: the last one strictly below
/// i; the snapshot's counts.
template <class S>
concept log_reader = requires(S const& storage, log_index i, std::uint64_t bytes) {
  { storage.run_at(i) } noexcept -> std::same_as<std::optional<run>>;
  { storage.base() } noexcept -> std::same_as<position>;
  { storage.fits(i, i, bytes) } noexcept -> std::same_as<log_index>;
  { storage.configuration_before(i) } noexcept -> std::same_as<std::optional<configuration>>;
};

/// The first part of a run that the storage holds, as long as one `read` of a log store
/// (store/log_store.hpp) gives: up to where a payload's bytes stand in one piece of memory. What
/// carries nothing is one piece.
template <log_reader S>
run one_piece(S const& storage, run which) noexcept {
  if (which.kind == kind::payload) {
    which.last = storage.fits(which.first.index, which.last, ~std::uint64_t{0});
  }
  return which;
}

/// What a log core needs of its host besides the effects: the storage to read from, and where to
/// say what became of a request. `accepted(ticket, position)` gives the position of the first of
/// the entries, and the core forgets the ticket; `refused(ticket, why, leader)` ends it.
template <class Host, class Core>
concept log_host = effect_sink<Host, Core> && requires(Host& host, ticket t, position p, why y,
                                                       std::optional<node_id> leader) {
  { host.storage() } noexcept -> std::same_as<typename Core::storage const&>;
  { host.accepted(t, p) } noexcept;
  { host.refused(t, y, leader) } noexcept;
};

/// A storage that keeps a snapshot: `snapshot()` is the newest durable one, or the one that a write
/// issued last installs; empty where there is none.
template <class S>
concept snapshot_reader = log_reader<S> && requires(S const& storage) {
  { storage.snapshot() } noexcept -> std::same_as<std::optional<snapshot_info>>;
};

/// What a host hears of its reads.
template <class Host>
concept read_host =
    requires(Host& host, ticket t, log_index i, why y, std::optional<node_id> leader) {
      { host.read_ready(t, i) } noexcept;
      { host.read_failed(t, y, leader) } noexcept;
    };

/// A core that agrees on a log: `decided(upto)` says that every entry up to that index is
/// committed. `payload_of(message)` names the run whose payload travels with a message, if any.
template <class Core>
concept log_protocol =
    protocol<Core> && log_reader<typename Core::storage> && log_host<host_archetype<Core>, Core> &&
    std::same_as<typename Core::decision, log_index> &&
    std::same_as<typename Core::batch, log_batch> &&
    std::same_as<typename Core::recovered, recovered_log> &&
    std::same_as<typename Core::request, propose> &&
    requires(Core const core, typename Core::message const& message) {
      { Core::payload_of(message) } noexcept -> std::same_as<std::optional<run>>;
      { core.commit() } noexcept -> std::same_as<log_index>;
    };

/// A log core that also tells from which index on a read is linearizable.
template <class Core>
concept linearizable_reads =
    log_protocol<Core> && requires(Core core, instant now, host_archetype<Core>& host) {
      { core.step(read_index{}, now, host) } noexcept;
    };

/// A log core that brings followers up to date by snapshots: `chunk_of(message)` names the part of
/// a snapshot that travels with a message, if any. Its bytes are looked up when the message leaves.
template <class Core>
concept installs_snapshots =
    log_protocol<Core> && requires(Core const core, typename Core::message const& message) {
      { Core::chunk_of(message) } noexcept -> std::same_as<std::optional<snapshot_chunk>>;
    };

template <class Core>
  requires requires { typename Core::storage; }
struct host_archetype<Core> {
  void write(log_batch const&, io_id) noexcept;
  void send(node_id, sealed<typename Core::message> const&) noexcept;
  void decided(log_index) noexcept;
  void stopped(error) noexcept;
  typename Core::storage const& storage() noexcept;
  void accepted(ticket, position) noexcept;
  void refused(ticket, why, std::optional<node_id>) noexcept;
  void read_ready(ticket, log_index) noexcept;
  void read_failed(ticket, why, std::optional<node_id>) noexcept;
};

}  // namespace synod::inline SYNOD_ABI
