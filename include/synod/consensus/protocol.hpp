// SPDX-License-Identifier: BSL-1.0
// The contract of every core: one way in (`step`), effects on the host the only way out.
//
// A core is a regular value. It never blocks, throws, allocates, reads a clock or draws a number
// that its caller did not seed. A step first decides, then emits: at most one write, then answers
// to requests, then sends, then decisions, then the rest. A host never steps the core it serves.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/sealed.hpp"

namespace synod::inline SYNOD_ABI {

/// Time has passed: `next_deadline` is due. Earlier ticks do nothing.
struct tick {};

/// A write is on disk.
struct persisted {
  completion done;
};

/// A write failed. The core stops: it never goes on from memory.
struct write_failed {
  io_id which;
};

/// A message arrived, with so many payload entries, of so many bytes together, beside it. A part of
/// a snapshot has bytes and no entries. The reference lives as long as the step does.
template <class Message>
struct received {
  node_id from;
  Message const& message;
  std::uint32_t entries = 0;
  std::uint64_t bytes = 0;
};

/// What every core needs of its host.
/// `write(batch, id)`: make the batch durable in the order issued; it takes the payload of the
/// running event over before it returns. `send(to, sealed)`: deliver once it opens, also where `to`
/// is the node itself; loss, duplication and reordering are allowed. `decided(d)`: the protocol's
/// outcome. `stopped(e)`: the core has stopped for good and says why.
template <class Host, class Core>
concept effect_sink = requires(Host& host, typename Core::batch const& batch, io_id id, node_id to,
                               sealed<typename Core::message> const& message,
                               typename Core::decision const& decision, error why) {
  { host.write(batch, id) } noexcept;
  { host.send(to, message) } noexcept;
  { host.decided(decision) } noexcept;
  { host.stopped(why) } noexcept;
};

/// The least host of a core, declared only: a concept cannot say "for all hosts".
template <class Core>
struct host_archetype;

/// A consensus core.
/// `start(options, recovered, now)` checks both and gives a core or an error. A default-constructed
/// core has not started: no deadline, and a step on it is a contract violation.
/// `fingerprint()` is of the abstract state: equal for two histories that lead to one situation.
/// `broken_invariant()` is null, or the name of the invariant that does not hold.
template <class Core>
concept protocol =
    std::regular<Core> && effect_sink<host_archetype<Core>, Core> &&
    requires(Core core, Core const same, typename Core::options const& options,
             typename Core::recovered const& recovered, typename Core::request const& request,
             received<typename Core::message> const& arrival, instant now,
             host_archetype<Core>& host) {
      { Core::start(options, recovered, now) } noexcept -> std::same_as<result<Core>>;
      { core.step(tick{}, now, host) } noexcept;
      { core.step(arrival, now, host) } noexcept;
      { core.step(persisted{}, now, host) } noexcept;
      { core.step(write_failed{}, now, host) } noexcept;
      { core.step(request, now, host) } noexcept;
      { same.next_deadline() } noexcept -> std::same_as<std::optional<instant>>;
      { same.fingerprint() } noexcept -> std::same_as<std::uint64_t>;
      { same.broken_invariant() } noexcept -> std::same_as<char const*>;
      { same.durable_upto() } noexcept -> std::same_as<durable const&>;
    };

template <class Core>
struct host_archetype {
  void write(typename Core::batch const&, io_id) noexcept;
  void send(node_id, sealed<typename Core::message> const&) noexcept;
  void decided(typename Core::decision const&) noexcept;
  void stopped(error) noexcept;
};

}  // namespace synod::inline SYNOD_ABI
