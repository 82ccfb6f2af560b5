// SPDX-License-Identifier: BSL-1.0
// What the transport tells its host.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/replica/errand.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// How a connection ended.
enum class parting : std::uint8_t {
  goodbye,  ///< the other side stops, and said so
  broken,
};

/// What becomes of connections, for logs, and for whoever waits for answers of a peer. Each state
/// is told once, not each attempt:
/// `on_connected(node, life)`, `on_disconnected(node, how, reason)`: in turns, for each peer.
/// `on_unreachable(node, reason)`: dialled in vain.
/// `on_unmet(nodes)`: these were never met since the start; told after `peer_options::unmet_after`,
/// and again each minute.
/// `on_refused(endpoint, reason)`: one side would not have the other; of strangers, what they did.
/// `incarnation_of(node)`: the one that was recorded for it, empty where none was.
/// `record_incarnation(node, incarnation)`: stores it durably, at the first meeting; false where
/// that is not possible, and the connection is refused.
template <class H>
concept peer_listener = requires(H& host, node_id node, life in, parting how, std::string_view text,
                                 std::uint64_t incarnation, std::span<node_id const> nodes) {
  { host.on_connected(node, in) } noexcept;
  { host.on_disconnected(node, how, text) } noexcept;
  { host.on_unreachable(node, text) } noexcept;
  { host.on_unmet(nodes) } noexcept;
  { host.on_refused(text, text) } noexcept;
  { host.incarnation_of(node) } noexcept -> std::same_as<std::optional<std::uint64_t>>;
  { host.record_incarnation(node, incarnation) } noexcept -> std::same_as<bool>;
};

/// A listener that also takes what peers send; message and bytes live as long as the call. All
/// calls come from the loop, none from within a call of the transport.
template <class H, class Message>
concept peer_handler =
    peer_listener<H> && requires(H& host, node_id from, Message const& message, payload entries,
                                 errand const& what, std::span<std::byte const> bytes) {
      { host.on_message(from, message, entries) } noexcept;
      { host.on_errand(from, what, bytes) } noexcept;
    };

}  // namespace synod::inline SYNOD_ABI::adapters
